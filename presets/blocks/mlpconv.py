"""mlpconv of Network in Network: a small perceptron that slides over the image.

Lin, Chen & Yan, "Network in network", ICLR 2014, section 3.1. Names of layers as in the authors' models:
cccp, cascaded cross-channel parametric pooling, is their word for a 1×1 convolution.
"""

from collections.abc import Sequence

from presets.block import Block
from presets.builder import Builder, PaddingLike
from presets.preset import Paper

PAPER = Paper(authors="Lin, Chen & Yan", title="Network in network", venue="ICLR", year=2014)


def mlpconv(
    net: Builder,
    number: int,
    widths: Sequence[int],
    kernel_size: int,
    *,
    stride: int = 1,
    padding: PaddingLike | None = None,
) -> str:
    """A K×K convolution to widths[0] maps, then a 1×1 to each further width, each followed by a ReLU."""
    net.conv_relu(f"conv{number}", widths[0], kernel_size, stride=stride, padding=padding)
    for index, width in enumerate(widths[1:], start=1):
        net.conv_relu(f"cccp{number}_{index}", width, 1)
    return net.last


def _mlpconv(net: Builder, channels: int) -> None:
    mlpconv(net, 1, (channels, channels, channels), 5)


BLOCKS = (
    Block(
        name="mlpconv",
        title="mlpconv",
        group="Plain",
        description="5×5, then two 1×1: a small perceptron that looks through a 5×5 window.",
        build=_mlpconv,
    ),
)
