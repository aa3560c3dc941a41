"""A 1×1 convolution on one channel multiplies every pixel by the same number."""

from engine.weights import Given
from presets.blocks.mlpconv import PAPER
from presets.builder import Builder
from presets.preset import Preset


def _build(net: Builder) -> None:
    net.conv("scale", 1, 1, bias=False, weights=Given({"weight": [[[[2.0]]]]}))


PRESET = Preset(
    name="channel_scaling",
    title="One channel: scaling",
    group="Lessons",
    rank=4,
    variant="the numbers 1 to 16, one weight of 2, no bias",
    paper=PAPER,
    description=(
        "With one channel in and one out a 1×1 convolution is a multiplication by one number. With more "
        "channels it is more than that."
    ),
    input_shape=(1, 4, 4),
    build=_build,
    image="pattern:ramp",
)
