"""A dense head and the same head written as convolutions."""

from presets.builder import Builder
from presets.preset import Paper, Preset


def _build(net: Builder) -> None:
    for number, width in enumerate((16, 32, 64), start=1):
        net.conv_relu(f"conv{number}", width, 3)
        net.max_pool(f"pool{number}", 2)
    maps = net.last
    net.layer("flatten", "Flatten", after=maps)
    net.linear("dense1", 128)
    net.relu("dense1_relu")
    net.linear("dense2", 10)
    net.conv_relu("head1", 128, 7, padding="valid", after=maps)
    net.conv("head2", 10, 1)


PRESET = Preset(
    name="fully_connected",
    title="Dense layers are convolutions",
    group="Lessons",
    rank=19,
    variant="a dense head and a convolutional one on the same maps",
    paper=Paper(
        authors="Long, Shelhamer & Darrell",
        title="Fully convolutional networks for semantic segmentation",
        venue="CVPR",
        year=2015,
    ),
    description=(
        "A dense layer after 7×7 maps is a 7×7 convolution without padding, the next one a 1×1: the same "
        "weights, and a map of scores on a larger photograph."
    ),
    input_shape=(3, 56, 56),
    build=_build,
)
