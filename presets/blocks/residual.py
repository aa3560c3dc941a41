"""Residual blocks of ResNet: what is learned is added to what came in.

He, Zhang, Ren & Sun, "Deep residual learning for image recognition", CVPR 2016, figure 5 and section 3.3.
"""

from presets.block import Block
from presets.builder import Builder
from presets.preset import Paper

PAPER = Paper(
    authors="He, Zhang, Ren & Sun",
    title="Deep residual learning for image recognition",
    venue="CVPR",
    year=2016,
)


def basic(net: Builder, channels: int, *, stride: int = 1, project: bool = False) -> str:
    """Two 3×3 convolutions beside a shortcut: the identity, or a 1×1 projection of the given stride."""
    source = net.last
    net.conv_bn("conv1", channels, 3, stride=stride)
    branch = net.conv_bn("conv2", channels, 3, activation="")
    return _add(net, branch, source, channels, stride, project)


def bottleneck(
    net: Builder,
    width: int,
    *,
    stride: int = 1,
    project: bool = False,
    groups: int = 1,
    out_channels: int | None = None,
    stride_first: bool = False,
) -> str:
    """1×1 down to `width`, 3×3 there, 1×1 up to four times as many channels, beside a shortcut.

    `stride_first` puts the stride into the first 1×1, as the paper did (v1), not into the 3×3.
    """
    source = net.last
    out_channels = out_channels or 4 * width
    first, second = (stride, 1) if stride_first else (1, stride)
    net.conv_bn("conv1", width, 1, stride=first)
    net.conv_bn("conv2", width, 3, stride=second, groups=groups)
    branch = net.conv_bn("conv3", out_channels, 1, activation="")
    return _add(net, branch, source, out_channels, stride, project)


def _add(net: Builder, branch: str, source: str, channels: int, stride: int, project: bool) -> str:
    shortcut = source
    if project:
        shortcut = net.conv_bn("shortcut", channels, 1, stride=stride, activation="", after=source)
    net.add("add", [branch, shortcut])
    return net.relu("relu")


def _basic(net: Builder, channels: int) -> None:
    basic(net, channels)


def _basic_projection(net: Builder, channels: int) -> None:
    basic(net, 2 * channels, stride=2, project=True)


def _bottleneck(net: Builder, channels: int) -> None:
    bottleneck(net, max(channels // 4, 1), out_channels=channels)


def _bottleneck_projection(net: Builder, channels: int) -> None:
    bottleneck(net, max(channels // 2, 1), stride=2, project=True, out_channels=2 * channels)


BLOCKS = (
    Block(
        name="residual_basic",
        title="Residual",
        group="Residual",
        description="Two 3×3 convolutions, added to what came in.",
        build=_basic,
    ),
    Block(
        name="residual_basic_projection",
        title="Residual, halving",
        group="Residual",
        description="Half the size and twice the depth; a 1×1 projection lets the shortcut keep up.",
        build=_basic_projection,
    ),
    Block(
        name="residual_bottleneck",
        title="Bottleneck",
        group="Residual",
        description="1×1 down to a quarter of the depth, 3×3 there, 1×1 back up, added to what came in.",
        build=_bottleneck,
        input_shape=(256, 56, 56),
    ),
    Block(
        name="residual_bottleneck_projection",
        title="Bottleneck, halving",
        group="Residual",
        description="A bottleneck that halves the size and doubles the depth, with a projected shortcut.",
        build=_bottleneck_projection,
        input_shape=(256, 56, 56),
    ),
)
