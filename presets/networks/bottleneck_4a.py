"""The 5×5 branch of Inception 4a, direct and behind a 1×1."""

from presets.blocks.inception import PAPER
from presets.builder import Builder
from presets.preset import Preset


def _build(net: Builder) -> None:
    source = net.last
    net.conv("5x5_direct", 48, 5, after=source)
    net.conv("5x5_reduce", 16, 1, after=source)
    net.conv("5x5", 48, 5)


PRESET = Preset(
    name="bottleneck_4a",
    title="Bottleneck in 4a",
    group="Lessons",
    rank=12,
    variant="14×14×480 to 48, reduced to 16",
    paper=PAPER,
    description=(
        "112,896,000 multiplications directly, 5,268,480 after a 1×1 to 16 channels: 21.4 times fewer."
    ),
    input_shape=(480, 14, 14),
    build=_build,
)
