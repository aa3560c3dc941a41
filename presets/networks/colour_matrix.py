"""A 1×1 convolution on a photograph: a 3×3 matrix between colours."""

from presets.blocks.mlpconv import PAPER
from presets.builder import Builder
from presets.preset import Preset


def _build(net: Builder) -> None:
    net.conv("matrix", 3, 1, bias=False)


PRESET = Preset(
    name="colour_matrix",
    title="A matrix between colours",
    group="Lessons",
    rank=5,
    variant="three channels in, three out, no bias",
    paper=PAPER,
    description=(
        "Every pixel is multiplied by the same 3×3 matrix: grey, sepia, exchanged and opponent colours are "
        "nine numbers each."
    ),
    input_shape=(3, 224, 224),
    build=_build,
)
