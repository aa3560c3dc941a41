"""Dense blocks and transitions of DenseNet: every layer reads all maps made before it.

Huang, Liu, van der Maaten & Weinberger, "Densely connected convolutional networks", CVPR 2017, section 3.
A layer's maps are appended to those before it one layer at a time: the same maps in the same order as one
concatenation of all, and drawn without a web of wires.
"""

from presets.block import Block
from presets.builder import Builder
from presets.preset import Paper

PAPER = Paper(
    authors="Huang, Liu, van der Maaten & Weinberger",
    title="Densely connected convolutional networks",
    venue="CVPR",
    year=2017,
)


def dense_layer(net: Builder, growth: int) -> str:
    """A bottleneck layer (B): 1×1 to four times the growth, 3×3 to the growth, appended to what came in."""
    source = net.last
    net.normalize("1x1")
    net.conv("1x1", 4 * growth, 1, bias=False)
    net.normalize("3x3")
    made = net.conv("3x3", growth, 3, bias=False)
    return net.concat("concat", [source, made])


def transition(net: Builder, channels: int) -> str:
    """A 1×1 convolution that compresses to `channels` maps, and 2×2 average pooling."""
    net.normalize("1x1")
    net.conv("1x1", channels, 1, bias=False)
    return net.avg_pool("pool", 2)


def _dense_block(net: Builder, channels: int) -> None:
    growth, layers = 32, 3
    for number in range(1, layers + 1):
        with net.scope(f"layer{number}"):
            dense_layer(net, growth)
    with net.scope("transition"):
        transition(net, (channels + layers * growth) // 2)


BLOCKS = (
    Block(
        name="dense_block",
        title="Dense block",
        group="Residual",
        description="Three layers that each append 32 maps to all before, and a transition to half of them.",
        build=_dense_block,
    ),
)
