"""5×5 against 1×1 at the same channels."""

from presets.blocks.inception import PAPER
from presets.builder import Builder
from presets.preset import Preset


def _build(net: Builder) -> None:
    source = net.last
    net.conv("5x5", 32, 5, after=source)
    net.conv("1x1", 32, 1, after=source)


PRESET = Preset(
    name="one_over_25",
    title="5×5 against 1×1",
    group="Lessons",
    rank=13,
    variant="192 channels to 32, both with biases",
    paper=PAPER,
    description=("Exactly 25 times fewer weights; 24.876 with the biases, of which both have 32."),
    input_shape=(192, 28, 28),
    build=_build,
)
