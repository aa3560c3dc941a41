"""The frame all ResNets share: a 7×7 stem, four stages of blocks, and a classifier."""

from collections.abc import Callable, Sequence

from presets.builder import Builder

BLOCKS_PER_LINE = 3


def resnet(net: Builder, depths: Sequence[int], block: Callable[[int, int, int], None]) -> None:
    """Write a ResNet; `block(stage, index, stride)` writes one block, stages counted 2 to 5 as in table 1."""
    with net.group("stem", "Stem"):
        net.conv_bn("conv1", 64, 7, stride=2)
        net.new_line()
        net.max_pool("pool1", 3, 2, padding=1)
    for stage, depth in enumerate(depths, start=2):
        for index in range(1, depth + 1):
            if index % BLOCKS_PER_LINE == 1 and (stage, index) != (2, 1):
                net.new_line(net.last)
            with net.scope(f"conv{stage}_{index}", f"conv{stage}_{index}"):
                block(stage, index, 2 if stage > 2 and index == 1 else 1)
    net.new_line(net.last)
    net.classifier()
