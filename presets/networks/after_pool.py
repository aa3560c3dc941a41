"""Fewer channels after a pooling: with a 3×3 or with a 1×1 convolution?"""

from presets.blocks.inception import PAPER
from presets.builder import Builder
from presets.preset import Preset


def _build(net: Builder) -> None:
    source = net.last
    net.conv("reduce_3x3", 32, 3, bias=False, after=source)
    net.conv("reduce_1x1", 32, 1, bias=False, after=source)


PRESET = Preset(
    name="after_pool",
    title="After the pool: 3×3 or 1×1",
    group="Lessons",
    rank=3,
    variant="both reductions side by side on the pooled maps of the deep stack, without biases",
    paper=PAPER,
    description=(
        "From 512 maps to 32: 147,456 weights with 3×3, 16,384 with 1×1, which leaves the receptive field "
        "as it is."
    ),
    input_shape=(512, 195, 195),
    build=_build,
)
