"""The frame all VGG networks share: stages of 3×3 convolutions, each closed by a pooling, and a dense head.

Simonyan & Zisserman, "Very deep convolutional networks for large-scale image recognition", ICLR 2015,
table 1. Names of layers as in the authors' Caffe models.
"""

from collections.abc import Sequence

from presets.builder import Builder, PaddingLike
from presets.preset import Paper

PAPER = Paper(
    authors="Simonyan & Zisserman",
    title="Very deep convolutional networks for large-scale image recognition",
    venue="ICLR",
    year=2015,
)

WIDTHS = (64, 128, 256, 512, 512)


def vgg_stages(
    net: Builder,
    depths: Sequence[int],
    *,
    first_padding: PaddingLike = "same",
    ceil_mode: bool = False,
    lines: int = 5,
) -> str:
    """The five stages, `depths` convolutions each; conv1_1 (with this padding) to pool5.

    The first stages, `lines` of them, are drawn on a line each.
    """
    for stage, (width, depth) in enumerate(zip(WIDTHS, depths, strict=True), start=1):
        if 1 < stage <= lines:
            net.new_line()
        for index in range(1, depth + 1):
            padding = first_padding if (stage, index) == (1, 1) else "same"
            net.conv(f"conv{stage}_{index}", width, 3, padding=padding)
            net.relu(f"relu{stage}_{index}")
        net.max_pool(f"pool{stage}", 2, ceil_mode=ceil_mode)
    return net.last


def vgg(net: Builder, depths: Sequence[int]) -> None:
    """The whole classifier: the stages, two dense layers of 4096, one of 1000, softmax."""
    vgg_stages(net, depths)
    net.new_line()
    net.layer("flatten", "Flatten")
    for number in (6, 7):
        net.linear(f"fc{number}", 4096)
        net.relu(f"relu{number}")
        net.layer(f"drop{number}", "Dropout")
    net.linear("fc8", 1000)
    net.layer("prob", "Softmax")
