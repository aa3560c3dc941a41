"""Fire modules of SqueezeNet: squeeze the depth with 1×1, then expand it with 1×1 and 3×3 side by side.

Iandola et al., "SqueezeNet: AlexNet-level accuracy with 50x fewer parameters and <0.5MB model size",
arXiv 1602.07360, 2016, figure 1.
"""

from presets.block import Block
from presets.builder import Builder
from presets.preset import Paper

PAPER = Paper(
    authors="Iandola et al.",
    title="SqueezeNet: AlexNet-level accuracy with 50x fewer parameters and <0.5MB model size",
    venue="arXiv 1602.07360",
    year=2016,
)


def fire(net: Builder, squeeze: int, expand: int) -> str:
    """1×1 to `squeeze` maps, then `expand` maps each from 1×1 and 3×3, concatenated."""
    squeezed = net.conv_relu("squeeze1x1", squeeze, 1)
    branches = [
        net.conv_relu("expand1x1", expand, 1, after=squeezed),
        net.conv_relu("expand3x3", expand, 3, after=squeezed),
    ]
    return net.concat("concat", branches)


def _fire(net: Builder, channels: int) -> None:
    fire(net, max(channels // 8, 1), max(channels // 2, 1))


BLOCKS = (
    Block(
        name="fire",
        title="Fire",
        group="Mobile",
        description="Squeeze to an eighth of the depth with 1×1, expand it again with 1×1 and 3×3.",
        build=_fire,
        input_shape=(128, 56, 56),
    ),
)
