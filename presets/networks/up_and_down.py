"""Fewer, equal and more maps than came in; pooling beside them."""

from presets.blocks.inception import PAPER
from presets.builder import Builder
from presets.preset import Preset


def _build(net: Builder) -> None:
    source = net.last
    for name, width in (("fewer", 32), ("equal", 192), ("more", 256)):
        net.conv_relu(name, width, 1, after=source)
    net.max_pool("pool", 2, after=source)


PRESET = Preset(
    name="up_and_down",
    title="Fewer, equal, more",
    group="Lessons",
    rank=9,
    variant="192 channels to 32, 192 and 256, and a 2×2 pooling",
    paper=PAPER,
    description=("A 1×1 convolution changes the depth, down or up; a pooling changes height and width."),
    input_shape=(192, 28, 28),
    build=_build,
)
