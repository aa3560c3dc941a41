"""What the two releases of SqueezeNet share: eight fire modules between a stem and a 1×1 classifier."""

from collections.abc import Collection

from presets.blocks.fire import fire
from presets.builder import Builder

WIDTHS = ((16, 64), (16, 64), (32, 128), (32, 128), (48, 192), (48, 192), (64, 256), (64, 256))
"""(squeeze, expand) of fire2 to fire9."""


def squeezenet(net: Builder, channels: int, kernel_size: int, *, pool_after: Collection[int]) -> None:
    """The network behind a stem of so many channels, with a max pool after these fire modules."""
    net.conv_relu("conv1", channels, kernel_size, stride=2, padding="valid")
    net.max_pool("pool1", 3, 2, ceil_mode=True)
    for number, (squeeze, expand) in enumerate(WIDTHS, start=2):
        if number % 2 == 0:
            net.new_line()
        with net.scope(f"fire{number}"):
            fire(net, squeeze, expand)
        if number in pool_after:
            net.max_pool(f"pool{number}", 3, 2, ceil_mode=True)
    net.new_line()
    net.layer("drop9", "Dropout")
    net.conv_relu("conv10", 1000, 1)
    net.global_pool()
    net.layer("flatten", "Flatten")
    net.layer("softmax", "Softmax")
