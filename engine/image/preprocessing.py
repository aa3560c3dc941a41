"""How a photograph becomes the values that a network was trained on: size, crop, range, channel order, ink.

A network understands only what is prepared as its training was. These are settings of an Input (a project
file holds them, exports can state them); `engine.image.photograph.fill_input` follows them.
"""

from dataclasses import dataclass
from typing import Final

from engine.shapes import Shape

RESIZES: Final = ("fill", "fit", "crop", "stretch")
CHANNEL_ORDERS: Final = ("rgb", "bgr")
POLARITIES: Final = ("as_is", "light_on_dark")

Triple = tuple[float, float, float]


@dataclass(frozen=True, kw_only=True)
class Normalization:
    """(x − mean) / deviation of R, G and B in 0…1."""

    text: str
    """What it makes of 0…1, for people."""
    mean: Triple = (0.0, 0.0, 0.0)
    deviation: Triple = (1.0, 1.0, 1.0)


_BYTE: Final = (1 / 255, 1 / 255, 1 / 255)

NORMALIZATIONS: Final = {
    "unit": Normalization(text="0…1"),
    "signed": Normalization(text="−1…1", mean=(0.5, 0.5, 0.5), deviation=(0.5, 0.5, 0.5)),
    "imagenet": Normalization(
        text="ImageNet’s mean and deviation",
        mean=(0.485, 0.456, 0.406),
        deviation=(0.229, 0.224, 0.225),
    ),
    "lite": Normalization(
        text="(0…255 − 127) / 128",
        mean=(127 / 255, 127 / 255, 127 / 255),
        deviation=(128 / 255, 128 / 255, 128 / 255),
    ),
    "bytes": Normalization(text="0…255", deviation=_BYTE),
    "caffe": Normalization(
        text="0…255 less Caffe’s mean",
        mean=(123.68 / 255, 116.779 / 255, 103.939 / 255),
        deviation=_BYTE,
    ),
}
"""By name. `imagenet` is torchvision's, `lite` that of EfficientNet-Lite, `caffe` that of models trained in
Caffe (Keras' VGG and ResNet V1), which mostly want their channels as BGR."""


@dataclass(frozen=True, kw_only=True)
class Preprocessing:
    """What is made of a photograph before a network sees it."""

    resize: str = "fill"
    """One of `RESIZES`."""
    resize_to: int = 0
    """The shorter side in pixels before the centre is taken, as in `Resize(256), CenterCrop(224)`; smaller
    than the Input, the picture gets a border of zeros. 0: the Input's own."""
    normalization: str = "unit"
    """One of `NORMALIZATIONS`."""
    channel_order: str = "rgb"
    polarity: str = "as_is"
    """`light_on_dark`: dark ink on light ground is inverted."""


AS_IT_IS: Final = Preprocessing()


def crop_box(
    width: int, height: int, shape: Shape, resize: str = "fill", resize_to: int = 0
) -> tuple[float, float, float, float]:
    """(left, top, right, bottom) of what an input of this shape sees, in pixels of the photograph.

    `fill`: the largest centred part of the input's own aspect; `crop`: the centred part at the photograph's
    own scale (`fill` where the photograph is too small); `fit`: all of it, and bars beyond its edges;
    `stretch`: all of it, whatever becomes of its aspect. With `resize_to` (not for `crop`) the photograph is
    taken so much larger or smaller, and the input sees its centre.
    """
    rows, columns = shape[1], shape[2]
    if resize == "stretch":
        w, h = float(width), float(height)
    elif resize == "fit":
        scale = max(width / columns, height / rows)
        w, h = max(columns * scale, width), max(rows * scale, height)  # rounding may not cut anything off
    else:
        scale = min(width / columns, height / rows)
        if resize == "crop":
            scale = min(scale, 1.0)
        w, h = min(columns * scale, width), min(rows * scale, height)  # rounding may not lead outside
    if resize_to and resize != "crop":
        zoom = min(rows, columns) / resize_to
        w, h = w * zoom, h * zoom
    return (width - w) / 2, (height - h) / 2, (width + w) / 2, (height + h) / 2
