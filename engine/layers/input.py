"""The network's input: the photograph, its luminance, or filter responses to it."""

from typing import Any, Final

from engine.errors import ShapeError
from engine.layers.layer import Layer, OnnxNode, TorchCode, field, layer
from engine.shapes import Shape

_RANGES: Final = {"unit": "0…1", "signed": "−1…1", "imagenet": "ImageNet’s mean and deviation"}
"""What `normalization` makes of 0…1, for people."""


@layer
class Input(Layer):
    """Where the photograph enters. Shapes: nothing → (C, H, W), as set.

    Three channels are the photograph's RGB, one is its luminance; any other number is filled with that
    many normalised responses of an oriented filter bank, standing in for the layers before
    (see `engine.photograph`). The size stays as set, whatever the photograph's: `resize` says which part of
    it is seen. `normalization` works on RGB and luminance; filter responses are normalised as they are.
    """

    group = "Input"
    role_name = "input"
    title = "Photograph"
    source = "LeCun et al., Gradient-based learning applied to document recognition, 1998, section II.B"
    min_inputs = 0
    max_inputs = 0

    shape: Shape = field(default=(3, 224, 224), minimum=1, maximum=65536, help="Channels, height and width.")
    resize: str = field(
        default="fill",
        choices=("fill", "fit", "crop", "stretch"),
        label="Photograph",
        help=(
            "fill: the largest part of the same aspect · fit: all of it, with black bars · "
            "crop: the middle, not scaled down · stretch: all of it, out of shape."
        ),
    )
    normalization: str = field(
        default="unit",
        choices=("unit", "signed", "imagenet"),
        label="Values",
        help="unit: 0…1 · signed: −1…1 · imagenet: less ImageNet's mean, over its deviation.",
    )

    @property
    def detail(self) -> str:
        channels = self.shape[0]
        if channels in (1, 3):
            words = ["RGB" if channels == 3 else "luminance"]
            words += [self.resize] if self.resize != "fill" else []
            words += [_RANGES[self.normalization]] if self.normalization != "unit" else []
            return " · ".join(words)
        return f"{channels} filter responses, standing in for earlier layers"

    def _validate(self) -> None:
        if len(self.shape) != 3:
            raise ShapeError(f"shape={self.shape!r} must be channels, height and width", setting="shape")

    def to_json(self) -> dict[str, Any]:
        """As every layer; how the photograph is taken is written only where it is chosen."""
        plain = {"resize": "fill", "normalization": "unit"}
        return {name: value for name, value in super().to_json().items() if plain.get(name) != value}

    def output_shape(self, *inputs: Shape) -> Shape:
        return self.shape

    def torch(self, *inputs: Shape) -> TorchCode:
        return TorchCode(call="x")

    def onnx(self, *inputs: Shape) -> OnnxNode:
        return OnnxNode("Input")
