"""Xception: Inception taken to its extreme."""

from presets.builder import Builder
from presets.preset import Paper, Preset

MIDDLE_BLOCKS = 8
BLOCKS_PER_LINE = 2


def _separable(net: Builder, node_id: str, channels: int) -> str:
    net.depthwise(f"{node_id}_depthwise", 3, bias=False)
    net.conv(f"{node_id}_pointwise", channels, 1, bias=False)
    return net.layer(f"{node_id}_bn", "BatchNorm2d")


def _halving(net: Builder, first: int, channels: int, *, relu_first: bool = True) -> None:
    source = net.last
    if relu_first:
        net.relu("sep1_relu")
    _separable(net, "sep1", first)
    net.relu("sep2_relu")
    _separable(net, "sep2", channels)
    made = net.max_pool("pool", 3, 2, padding="same")
    shortcut = net.conv_bn("shortcut", channels, 1, stride=2, padding="same", activation="", after=source)
    net.add("add", [made, shortcut])


def _middle(net: Builder) -> None:
    source = net.last
    for number in (1, 2, 3):
        net.relu(f"sep{number}_relu")
        _separable(net, f"sep{number}", 728)
    net.add("add", [net.last, source])


def _build(net: Builder) -> None:
    net.conv_bn("conv1", 32, 3, stride=2, padding="valid")
    net.conv_bn("conv2", 64, 3, padding="valid")
    net.new_line()
    with net.scope("block2"):
        _halving(net, 128, 128, relu_first=False)
    with net.scope("block3"):
        _halving(net, 256, 256)
    net.new_line()
    with net.scope("block4"):
        _halving(net, 728, 728)
    for index in range(MIDDLE_BLOCKS):
        if index % BLOCKS_PER_LINE == 0:
            net.new_line()
        with net.scope(f"block{5 + index}"):
            _middle(net)
    net.new_line()
    with net.scope("block13"):
        _halving(net, 728, 1024)
    net.new_line()
    with net.scope("block14"):
        _separable(net, "sep1", 1536)
        net.relu("sep1_relu")
        _separable(net, "sep2", 2048)
        net.relu("sep2_relu")
    net.classifier()


PRESET = Preset(
    name="xception",
    title="Xception",
    group="Inception",
    variant="as in Keras: no activation between depthwise and pointwise",
    paper=Paper(
        authors="Chollet",
        title="Xception: deep learning with depthwise separable convolutions",
        venue="CVPR",
        year=2017,
    ),
    description=(
        "An Inception module with a branch for every single channel: first 1×1 and 3×3 are told apart, then"
        " nothing else is left."
    ),
    input_shape=(3, 299, 299),
    build=_build,
    published_parameters=22_855_952,
    parameters_source="table 3 of the paper; Keras shows 22,910,480 with 54,528 running statistics",
)
