"""The same linear map at every pixel, and what an activation adds."""

from presets.blocks.mlpconv import PAPER
from presets.builder import Builder
from presets.preset import Preset


def _build(net: Builder) -> None:
    net.conv("project", 32, 1)
    net.relu("relu")


PRESET = Preset(
    name="projection",
    title="The same map at every pixel",
    group="Lessons",
    rank=6,
    variant="192 channels to 32, with and without ReLU",
    paper=PAPER,
    description=(
        "A pixel has a column of 192 numbers; one matrix makes 32 of them, everywhere the same. Only the "
        "ReLU after it is not linear."
    ),
    input_shape=(192, 28, 28),
    build=_build,
)
