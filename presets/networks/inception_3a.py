"""The first Inception module of GoogLeNet, as its paper draws it."""

from presets.blocks.inception import PAPER, inception
from presets.builder import Builder
from presets.preset import Preset


def _build(net: Builder) -> None:
    inception(net, one=64, three=(96, 128), five=(16, 32), pool=32, relu=False)


PRESET = Preset(
    name="inception_3a",
    title="Inception 3a",
    group="Inception",
    variant="with 1×1 reductions, figure 2(b); the ReLU after each convolution left out, as in the figure",
    paper=PAPER,
    description=(
        "Four views of the same 192 maps side by side. 1×1 convolutions reduce the depth before 3×3 and 5×5"
        " look at it: the same 5×5 branch for a tenth of the multiplications."
    ),
    input_shape=(192, 28, 28),
    build=_build,
    published_parameters=163_696,
    parameters_source=(
        "the paper's table 1 gives 159 K, which leaves biases out and is rounded; with biases the six"
        " convolutions have 12,352 + 18,528 + 110,720 + 3,088 + 12,832 + 6,176"
    ),
    published_macs=128_000_000,
    macs_unit=1_000_000,
    macs_source="table 1: 128 M operations",
)
