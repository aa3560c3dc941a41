"""Inverted residual blocks of MobileNetV2 and after: wide inside, narrow where blocks are added.

Sandler, Howard, Zhu, Zhmoginov & Chen, "MobileNetV2: inverted residuals and linear bottlenecks", CVPR
2018, section 3. MBConv (Tan et al., "MnasNet", CVPR 2019) adds squeeze-and-excitation in the wide part.
"""

from engine.shapes import Padding
from presets.block import Block
from presets.blocks.squeeze_excite import squeeze_excite
from presets.builder import Builder


def inverted_residual(
    net: Builder,
    channels: int,
    out_channels: int,
    *,
    expanded: int,
    kernel_size: int = 3,
    stride: int = 1,
    padding: Padding | None = None,
    eps: float = 1e-5,
    activation: str = "ReLU6",
    squeezed: int = 0,
    squeeze_activation: str = "ReLU",
    gate: str = "Sigmoid",
) -> str:
    """1×1 up to `expanded` (none where that is `channels`), depthwise K×K, 1×1 down without an activation.

    Added to what came in where size and depth stay the same. `squeezed` maps, where above 0, are those in
    the middle of a squeeze-and-excitation behind the depthwise convolution.
    """
    source = net.last
    if expanded != channels:
        net.conv_bn("expand", expanded, 1, activation=activation, eps=eps)
    net.depthwise_bn("depthwise", kernel_size, stride=stride, padding=padding, activation=activation, eps=eps)
    if squeezed:
        squeeze_excite(net, expanded, squeezed, activation=squeeze_activation, gate=gate)
    made = net.conv_bn("project", out_channels, 1, activation="", eps=eps)
    if stride == 1 and out_channels == channels:
        return net.add("add", [made, source])
    return made


def _inverted_residual(net: Builder, channels: int) -> None:
    inverted_residual(net, channels, channels, expanded=6 * channels)


def _mbconv(net: Builder, channels: int) -> None:
    inverted_residual(
        net, channels, channels, expanded=6 * channels, kernel_size=5, activation="SiLU",
        squeezed=max(channels // 4, 1), squeeze_activation="SiLU",
    )  # fmt: skip


BLOCKS = (
    Block(
        name="inverted_residual",
        title="Inverted residual",
        group="Mobile",
        description="1×1 up to six times the depth, depthwise 3×3, 1×1 back down, added to what came in.",
        build=_inverted_residual,
        input_shape=(24, 56, 56),
    ),
    Block(
        name="mbconv",
        title="MBConv",
        group="Mobile",
        description="An inverted residual with 5×5, SiLU and squeeze-and-excitation, as in EfficientNet.",
        build=_mbconv,
        input_shape=(40, 28, 28),
    ),
)
