"""The frame both MobileNetV3 share: a stem, inverted residual blocks from a table, and a slim head.

Howard et al., "Searching for MobileNetV3", ICCV 2019, section 5.
"""

from collections.abc import Sequence

from presets.blocks.inverted import inverted_residual
from presets.builder import Builder
from presets.preset import Paper

PAPER = Paper(authors="Howard et al.", title="Searching for MobileNetV3", venue="ICCV", year=2019)

Row = tuple[int, int, int, bool, str, int]
"""Kernel, expanded channels, channels, squeeze-and-excitation, activation, stride."""

BLOCKS_PER_LINE = 3


def mobilenet_v3(net: Builder, rows: Sequence[Row], *, last_channels: int, features: int) -> None:
    """Write the whole classifier."""
    net.conv_bn("conv1", 16, 3, stride=2, activation="Hardswish")
    channels = 16
    for number, (kernel_size, expanded, width, squeeze, activation, stride) in enumerate(rows, start=1):
        if number % BLOCKS_PER_LINE == 1:
            net.new_line()
        with net.scope(f"block{number}", f"Bneck · {width}"):
            inverted_residual(
                net, channels, width, expanded=expanded, kernel_size=kernel_size, stride=stride,
                activation=activation, squeezed=divisible_by_8(expanded / 4) if squeeze else 0,
                gate="Hardsigmoid",
            )  # fmt: skip
        channels = width
    net.new_line()
    net.conv_bn("last", last_channels, 1, activation="Hardswish")
    net.global_pool()
    net.layer("flatten", "Flatten")
    net.linear("features", features)
    net.layer("features_hardswish", "Hardswish")
    net.layer("drop", "Dropout", p=0.2)
    net.linear("fc", 1000)
    net.layer("softmax", "Softmax")


def divisible_by_8(channels: float) -> int:
    """The nearest multiple of 8 that is at least 8 and not more than a tenth below `channels`."""
    nearest = max(8, int(channels + 4) // 8 * 8)
    return nearest if nearest >= 0.9 * channels else nearest + 8
