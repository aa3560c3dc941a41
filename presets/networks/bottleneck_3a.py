"""The 5×5 branch of Inception 3a, direct and behind a 1×1."""

from presets.blocks.inception import PAPER
from presets.builder import Builder
from presets.preset import Preset


def _build(net: Builder) -> None:
    source = net.last
    net.conv("5x5_direct", 32, 5, after=source)
    net.conv("5x5_reduce", 16, 1, after=source)
    net.conv("5x5", 32, 5)


PRESET = Preset(
    name="bottleneck_3a",
    title="Bottleneck in 3a",
    group="Lessons",
    rank=11,
    variant="28×28×192 to 32, reduced to 16",
    paper=PAPER,
    description=(
        "120,422,400 multiplications directly, 12,443,648 after a 1×1 to 16 channels: 9.68 times fewer."
    ),
    input_shape=(192, 28, 28),
    build=_build,
)
