"""Ten maps become four: each a weighted sum over all ten."""

from presets.blocks.mlpconv import PAPER
from presets.builder import Builder
from presets.preset import Preset


def _build(net: Builder) -> None:
    net.conv("mix", 4, 1)


PRESET = Preset(
    name="ten_to_four",
    title="Ten maps to four",
    group="Lessons",
    rank=7,
    variant="10 channels to 4",
    paper=PAPER,
    description=("Each of the four maps is its own weighted sum over all ten, pixel by pixel."),
    input_shape=(10, 28, 28),
    build=_build,
)
