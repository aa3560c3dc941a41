"""Inception modules of GoogLeNet: four views of the same map side by side.

Szegedy et al., "Going deeper with convolutions", CVPR 2015, figure 2.
"""

from presets.block import Block
from presets.builder import Builder
from presets.preset import Paper

PAPER = Paper(authors="Szegedy et al.", title="Going deeper with convolutions", venue="CVPR", year=2015)


def inception_naive(net: Builder, *, one: int, three: int, five: int, relu: bool = True) -> str:
    """Figure 2(a): 1×1, 3×3 and 5×5 convolutions and a max pooling on the whole depth."""
    source = net.last
    conv = net.conv_relu if relu else net.conv
    branches = [conv("1x1", one, 1, after=source)]
    branches.append(conv("3x3", three, 3, after=source))
    branches.append(conv("5x5", five, 5, after=source))
    branches.append(net.max_pool("pool", 3, 1, padding="same", after=source))
    return net.concat("concat", branches)


def inception(
    net: Builder,
    *,
    one: int,
    three: tuple[int, int],
    five: tuple[int, int],
    pool: int,
    relu: bool = True,
) -> str:
    """Figure 2(b): a 1×1 convolution reduces the depth before 3×3 and 5×5, and projects what is pooled.

    `three` and `five` are (channels of the reduction, channels of the convolution).
    """
    source = net.last
    conv = net.conv_relu if relu else net.conv
    branches = [conv("1x1", one, 1, after=source)]
    conv("3x3_reduce", three[0], 1, after=source)
    branches.append(conv("3x3", three[1], 3))
    conv("5x5_reduce", five[0], 1, after=source)
    branches.append(conv("5x5", five[1], 5))
    net.max_pool("pool", 3, 1, padding="same", after=source)
    branches.append(conv("pool_proj", pool, 1))
    return net.concat("concat", branches)


def _naive(net: Builder, channels: int) -> None:
    inception_naive(net, one=64, three=128, five=32)


def _reduced(net: Builder, channels: int) -> None:
    inception(net, one=64, three=(96, 128), five=(16, 32), pool=32)


BLOCKS = (
    Block(
        name="inception_naive",
        title="Inception, naive",
        group="Inception",
        description="1×1, 3×3, 5×5 and max pooling side by side, each on the whole depth.",
        build=_naive,
        input_shape=(192, 28, 28),
    ),
    Block(
        name="inception",
        title="Inception",
        group="Inception",
        description="The same four branches with 1×1 convolutions that reduce the depth first.",
        build=_reduced,
        input_shape=(192, 28, 28),
    ),
)
