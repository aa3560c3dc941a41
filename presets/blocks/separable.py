"""Depthwise separable convolution: first each map alone in space, then all maps together at each pixel.

Howard et al., "MobileNets: efficient convolutional neural networks for mobile vision applications",
arXiv 1704.04861, 2017, section 3.1.
"""

from presets.block import Block
from presets.builder import Builder


def depthwise_separable(
    net: Builder, out_channels: int, *, stride: int = 1, activation: str = "ReLU6", padding: str = "same"
) -> str:
    """3×3 depthwise, then 1×1, each with batch normalisation and an activation."""
    net.depthwise_bn("depthwise", 3, stride=stride, padding=padding, activation=activation)
    return net.conv_bn("pointwise", out_channels, 1, activation=activation)


def _separable(net: Builder, channels: int) -> None:
    depthwise_separable(net, channels)


BLOCKS = (
    Block(
        name="depthwise_separable",
        title="Depthwise separable",
        group="Mobile",
        description="3×3 on each map alone, then 1×1 across the maps: a 3×3 at about a ninth of its cost.",
        build=_separable,
    ),
)
