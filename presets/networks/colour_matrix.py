"""A 1×1 convolution on a photograph: a 3×3 matrix between colours."""

from typing import Final

from engine.weights import Given
from presets.blocks.mlpconv import PAPER
from presets.builder import Builder
from presets.preset import Preset

SEPIA: Final = ((0.393, 0.769, 0.189), (0.349, 0.686, 0.168), (0.272, 0.534, 0.131))
"""What becomes of red, green and blue in brown and white."""


def _build(net: Builder) -> None:
    weight = [[[[number]] for number in row] for row in SEPIA]
    net.conv("matrix", 3, 1, bias=False, weights=Given({"weight": weight}, note="sepia"))


PRESET = Preset(
    name="colour_matrix",
    title="A matrix between colours",
    group="Lessons",
    rank=5,
    variant="three channels in, three out, no bias: sepia to begin with",
    paper=PAPER,
    description=(
        "Every pixel is multiplied by the same 3×3 matrix: grey, sepia, exchanged and opponent colours are "
        "nine numbers each."
    ),
    input_shape=(3, 224, 224),
    build=_build,
)
