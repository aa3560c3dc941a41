"""The network's input: the photograph, its luminance, or filter responses to it."""

from dataclasses import asdict
from typing import Any, Final

from engine.errors import ShapeError, quoted
from engine.image.preprocessing import (
    AS_IT_IS,
    CHANNEL_ORDERS,
    NORMALIZATIONS,
    POLARITIES,
    RESIZES,
    Preprocessing,
)
from engine.layers.base.layer import Layer, OnnxNode, TorchCode, field
from engine.layers.base.registry import layer
from engine.shapes import Shape

_PLAIN: Final = asdict(AS_IT_IS)
"""How the photograph is taken unless it is chosen."""


@layer
class Input(Layer):
    """Where the photograph enters. Shapes: nothing → (C, H, W), as set.

    Three channels are the photograph's RGB, one is its luminance; any other number is filled with that
    many normalised responses of an oriented filter bank, standing in for the layers before
    (see `engine.image.photograph`). The size stays as set, whatever the photograph's; what is made of it
    before the network sees it is `preprocessing`. `normalization` works on RGB and luminance; filter
    responses are normalised as they are.
    """

    group = "Input"
    role_name = "input"
    title = "Input"
    source = "LeCun et al., Gradient-based learning applied to document recognition, 1998, section II.B"
    min_inputs = 0
    max_inputs = 0
    short = "input"
    figure_word = "input"
    aliases = ("photograph", "image", "picture", "photo", "source", "data", "tensor")

    shape: Shape = field(default=(3, 224, 224), minimum=1, maximum=65536, help="Channels, height and width.")
    resize: str = field(
        default="fill",
        choices=RESIZES,
        label="Photograph",
        help=(
            "fill: the largest part of the same aspect · fit: all of it, with black bars · "
            "crop: the middle, not scaled down · stretch: all of it, out of shape."
        ),
    )
    resize_to: int = field(
        default=0,
        minimum=0,
        maximum=65536,
        label="Shorter side",
        help=(
            "Pixels of the photograph's shorter side before its centre is taken, as in training "
            "(256 for 224); fewer than the Input's give it a border. 0: the Input's own size."
        ),
        advanced=True,
    )
    normalization: str = field(
        default="unit",
        choices=tuple(NORMALIZATIONS),
        label="Values",
        help=" · ".join(f"{name}: {normalization.text}" for name, normalization in NORMALIZATIONS.items())
        + ".",
    )
    channel_order: str = field(
        default="rgb",
        choices=CHANNEL_ORDERS,
        label="Channel order",
        help="bgr: blue first, as networks trained in Caffe want it.",
        advanced=True,
    )
    polarity: str = field(
        default="as_is",
        choices=POLARITIES,
        label="Ink",
        help="light_on_dark: a photograph of dark ink on light ground is inverted, as MNIST has its digits.",
        advanced=True,
    )

    @property
    def preprocessing(self) -> Preprocessing:
        """What is made of the photograph before the network sees it."""
        return Preprocessing(**{name: getattr(self, name) for name in _PLAIN})

    @property
    def detail(self) -> str:
        channels = self.shape[0]
        if channels in (1, 3):
            words = [self.channel_order.upper() if channels == 3 else "luminance"]
            words += [self.resize] if self.resize != "fill" else []
            words += [f"{self.resize_to} px, centre"] if self.resize_to else []
            words += [NORMALIZATIONS[self.normalization].text] if self.normalization != "unit" else []
            words += ["light on dark"] if self.polarity == "light_on_dark" else []
            return " · ".join(words)
        return f"{channels} filter responses, standing in for earlier layers"

    def _validate(self) -> None:
        if len(self.shape) != 3:
            raise ShapeError(
                f"shape={quoted(self.shape)} must be channels, height and width", setting="shape"
            )

    def to_json(self) -> dict[str, Any]:
        """As every layer; how the photograph is taken is written only where it is chosen."""
        return {name: value for name, value in super().to_json().items() if _PLAIN.get(name) != value}

    def output_shape(self, *inputs: Shape) -> Shape:
        return self.shape

    def torch(self, *inputs: Shape) -> TorchCode:
        return TorchCode(call="x")

    def onnx(self, *inputs: Shape) -> OnnxNode:
        return OnnxNode("Input")
