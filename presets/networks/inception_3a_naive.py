"""The first Inception module of GoogLeNet without its reductions."""

from presets.blocks.inception import PAPER, inception_naive
from presets.builder import Builder
from presets.preset import Preset


def _build(net: Builder) -> None:
    inception_naive(net, one=64, three=128, five=32, relu=False)


PRESET = Preset(
    name="inception_3a_naive",
    title="Inception 3a, naive",
    group="Inception",
    variant="figure 2(a); the ReLU after each convolution left out, as in the figure",
    paper=PAPER,
    description=(
        "Without 1×1 convolutions every branch looks at all 192 maps, and the pooling passes them all on:"
        " the concat has 416 maps, and the next module would pay for each."
    ),
    input_shape=(192, 28, 28),
    build=_build,
)
