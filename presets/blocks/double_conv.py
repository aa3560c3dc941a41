"""The pair of 3×3 convolutions that U-Net repeats at every size.

Ronneberger, Fischer & Brox, "U-Net: convolutional networks for biomedical image segmentation", MICCAI
2015, figure 1.
"""

from presets.block import Block
from presets.builder import Builder


def double_conv(net: Builder, channels: int, *, padding: str = "valid") -> str:
    """Two 3×3 convolutions with ReLU."""
    net.conv_relu("conv1", channels, 3, padding=padding)
    return net.conv_relu("conv2", channels, 3, padding=padding)


def _double_conv(net: Builder, channels: int) -> None:
    double_conv(net, channels, padding="same")


BLOCKS = (
    Block(
        name="double_conv",
        title="Double conv",
        group="Plain",
        description="Two 3×3 convolutions with ReLU: they see what one 5×5 sees.",
        build=_double_conv,
    ),
)
