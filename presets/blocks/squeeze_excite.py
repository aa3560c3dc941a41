"""Squeeze-and-excitation: each map is scaled by what the whole image says about it.

Hu, Shen & Sun, "Squeeze-and-excitation networks", CVPR 2018, section 3.
"""

from presets.block import Block
from presets.builder import Builder


def squeeze_excite(
    net: Builder, channels: int, squeezed: int, *, activation: str = "ReLU", gate: str = "Sigmoid"
) -> str:
    """The mean of each map through two 1×1 convolutions to a factor for each map, multiplied in."""
    source = net.last
    with net.scope("se", "Squeeze & excite"):
        net.global_pool("pool")
        net.conv("squeeze", squeezed, 1)
        net.layer("squeeze_" + activation.lower(), activation)
        net.conv("excite", channels, 1)
        factors = net.layer("gate", gate)
        return net.join("scale", "Multiply", [source, factors])


def _squeeze_excite(net: Builder, channels: int) -> None:
    squeeze_excite(net, channels, max(channels // 16, 1))


BLOCKS = (
    Block(
        name="squeeze_excite",
        title="Squeeze-and-excite",
        group="Mobile",
        description="The mean of every map decides, through two 1×1, how much each map counts.",
        build=_squeeze_excite,
    ),
)
