"""A 1×1 convolution with stride 2 reads one position in four."""

from presets.blocks.residual import PAPER
from presets.builder import Builder
from presets.preset import Preset


def _build(net: Builder) -> None:
    source = net.last
    net.conv("strided_1x1", 128, 1, stride=2, after=source)
    net.conv("strided_3x3", 128, 3, stride=2, after=source)


PRESET = Preset(
    name="strided_1x1",
    title="1×1 with a stride",
    group="Lessons",
    rank=16,
    variant="stride 2 in a 1×1 and in a 3×3",
    paper=PAPER,
    description=("With stride 2 a 1×1 never sees three quarters of the positions; a 3×3 sees them all."),
    input_shape=(64, 56, 56),
    build=_build,
)
