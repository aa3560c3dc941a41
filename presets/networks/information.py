"""A thousand channels through ten and back."""

from presets.blocks.mlpconv import PAPER
from presets.builder import Builder
from presets.preset import Preset


def _build(net: Builder) -> None:
    net.conv("squeeze", 10, 1, bias=False)
    net.conv("restore", 1000, 1, bias=False)


PRESET = Preset(
    name="information",
    title="1000 channels to 10",
    group="Lessons",
    rank=10,
    variant="linear: no biases, no activation",
    paper=PAPER,
    description=(
        "Nothing is lost only if the columns of all pixels lie in ten dimensions. The second 1×1 gives back"
        " what is left."
    ),
    input_shape=(1000, 28, 28),
    build=_build,
)
