"""Edges, textures, parts: what a photograph becomes on its way through a stack."""

from presets.builder import Builder
from presets.preset import Paper, Preset


def _build(net: Builder) -> None:
    for number, (width, kernel_size) in enumerate(((16, 7), (32, 5), (64, 3), (64, 3)), start=1):
        net.conv_relu(f"conv{number}", width, kernel_size)
        if number < 4:
            net.max_pool(f"pool{number}", 2)
            net.new_line()


PRESET = Preset(
    name="hierarchy",
    title="Edges, textures, parts",
    group="Lessons",
    rank=1,
    variant="four convolutions on the luminance, kernels 7, 5, 3, 3",
    paper=Paper(
        authors="Zeiler & Fergus",
        title="Visualizing and understanding convolutional networks",
        venue="ECCV",
        year=2014,
    ),
    description=(
        "Each pooling doubles what the next kernel covers: first maps answer to edges, later ones to "
        "textures, the last to parts."
    ),
    input_shape=(1, 224, 224),
    build=_build,
)
