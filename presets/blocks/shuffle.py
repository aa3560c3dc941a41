"""Units of ShuffleNet v2: half of the maps pass by untouched, then both halves are shuffled together.

Ma, Zhang, Zheng & Sun, "ShuffleNet V2: practical guidelines for efficient CNN architecture design",
ECCV 2018, figure 3(c) and (d).
"""

from presets.block import Block
from presets.builder import Builder
from presets.preset import Paper

PAPER = Paper(
    authors="Ma, Zhang, Zheng & Sun",
    title="ShuffleNet V2: practical guidelines for efficient CNN architecture design",
    venue="ECCV",
    year=2018,
)


def shuffle_unit(net: Builder, channels: int) -> str:
    """Figure 3(c): `channels` come in and go out, the second half of them through three convolutions."""
    source, half = net.last, channels // 2
    kept = net.layer("keep", "Slice", start=0, stop=half, after=source)
    net.layer("take", "Slice", start=half, stop=channels, after=source)
    made = _branch(net, half, stride=1)
    return _shuffled(net, [kept, made])


def shuffle_unit_halving(net: Builder, out_channels: int) -> str:
    """Figure 3(d): half the size; both branches read all maps and make half of `out_channels`."""
    source, half = net.last, out_channels // 2
    net.depthwise_bn("left_depthwise", 3, stride=2, activation="")
    left = net.conv_bn("left_1x1", half, 1)
    return _shuffled(net, [left, _branch(net, half, stride=2, source=source)])


def _branch(net: Builder, width: int, *, stride: int, source: str | None = None) -> str:
    net.conv_bn("1x1_1", width, 1, after=source)
    net.depthwise_bn("depthwise", 3, stride=stride, activation="")
    return net.conv_bn("1x1_2", width, 1)


def _shuffled(net: Builder, branches: list[str]) -> str:
    net.concat("concat", branches)
    return net.layer("shuffle", "ChannelShuffle", groups=2)


def _unit(net: Builder, channels: int) -> None:
    shuffle_unit(net, channels)


BLOCKS = (
    Block(
        name="shuffle_unit",
        title="Shuffle unit",
        group="Mobile",
        description="Half of the maps pass by, half go through 1×1, depthwise 3×3 and 1×1; then shuffled.",
        build=_unit,
        input_shape=(116, 28, 28),
    ),
)
