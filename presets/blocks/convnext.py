"""ConvNeXt blocks: a depthwise 7×7, then a perceptron of two 1×1 convolutions at each pixel.

Liu, Mao, Wu, Feichtenhofer, Darrell & Xie, "A ConvNet for the 2020s", CVPR 2022, figure 4.
"""

from presets.block import Block
from presets.builder import Builder
from presets.preset import Paper

PAPER = Paper(
    authors="Liu, Mao, Wu, Feichtenhofer, Darrell & Xie",
    title="A ConvNet for the 2020s",
    venue="CVPR",
    year=2022,
)


def convnext(net: Builder, channels: int) -> str:
    """Depthwise 7×7, normalise, 1×1 to four times the depth, GELU, 1×1 back, scaled, added."""
    source = net.last
    net.depthwise("depthwise", 7)
    net.layer("norm", "LayerNorm")
    net.conv("expand", 4 * channels, 1)
    net.layer("gelu", "GELU")
    net.conv("project", channels, 1)
    made = net.layer("scale", "Scale")
    return net.add("add", [made, source])


def _convnext(net: Builder, channels: int) -> None:
    convnext(net, channels)


BLOCKS = (
    Block(
        name="convnext",
        title="ConvNeXt",
        group="Residual",
        description="Depthwise 7×7, 1×1 to four times the depth, GELU, 1×1 back, added to what came in.",
        build=_convnext,
        input_shape=(96, 56, 56),
    ),
)
