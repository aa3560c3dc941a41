"""What padding, stride and dilation do to the size of a map."""

from presets.builder import Builder
from presets.preset import Paper, Preset


def _build(net: Builder) -> None:
    source = net.last
    net.conv("same", 1, 3, padding="same", after=source)
    net.conv("valid", 1, 3, padding="valid", after=source)
    net.conv("valid_stride_2", 1, 3, stride=2, padding="valid", after=source)
    net.conv("same_stride_2", 1, 3, stride=2, padding="same", after=source)
    net.conv("full", 1, 3, padding="full", after=source)
    net.conv("uneven", 1, 3, padding=(0, 2, 1, 0), after=source)
    net.conv("dilated", 1, 3, dilation=(2, 2), padding="valid", after=source)
    net.layer("transposed", "ConvTranspose2d", out_channels=1, kernel_size=(3, 3), after=source)


PRESET = Preset(
    name="padding_stride",
    title="Padding and stride",
    group="Lessons",
    rank=14,
    variant="one channel, 3×3, eight settings side by side",
    paper=Paper(
        authors="Dumoulin & Visin",
        title="A guide to convolution arithmetic for deep learning",
        venue="arXiv 1603.07285",
        year=2016,
    ),
    description=(
        "The same 3×3 kernel on 28×28 pixels, eight ways: 28, 26, 13, 14, 30, 28×27, 24 and 57. With stride"
        " 2 and no padding the last row and column are never read."
    ),
    input_shape=(1, 28, 28),
    build=_build,
)
