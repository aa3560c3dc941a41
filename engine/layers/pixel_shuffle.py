"""Depth turned into space."""

from collections.abc import Mapping, Sequence
from math import isqrt
from typing import TYPE_CHECKING

from engine.errors import ShapeError
from engine.formula import Rule, number, product, ratio
from engine.layers.base.layer import KerasCode, Layer, OnnxConstant, OnnxNode, TorchCode, field, require_map
from engine.layers.base.registry import layer
from engine.layers.upsample import repeated
from engine.shapes import Reach, Shape

if TYPE_CHECKING:
    from engine.layers.base.layer import Array


@layer
class PixelShuffle(Layer):
    """Lay the r·r maps of each output channel out as r×r blocks of pixels: sharp enlargement after a
    convolution that made r² times the channels.

    y[c, h·r + i, w·r + j] = x[c·r² + i·r + j, h, w], with r = `upscale_factor`

    Shapes: (C, H, W) → (C / r², r·H, r·W). Nothing is computed.
    """

    moves = True
    title = "Pixel shuffle"
    source = "Shi et al., Real-time single image and video super-resolution, CVPR 2016, equation 4"
    rank = 20
    short = "pixel shuffle"
    family_name = "up"
    aliases = ("depth to space", "depthtospace", "subpixel", "sub-pixel", "super-resolution", "upsampling")

    upscale_factor: int = field(
        default=2, minimum=1, maximum=64, label="Factor", help="Its square must divide the number of maps."
    )

    @property
    def detail(self) -> str:
        return f"×{self.upscale_factor}"

    def reach(self, *inputs: Shape) -> tuple[Reach, Reach]:
        return repeated(self.upscale_factor), repeated(self.upscale_factor)

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        require_map(self.kind, shape)
        channels, factor = shape[0], self.upscale_factor
        if channels % factor**2:
            fits = max(r for r in range(1, min(factor, isqrt(channels)) + 1) if channels % r**2 == 0)
            raise ShapeError(
                f"upscale_factor={factor} needs a multiple of {factor**2} channels, and there are {channels}."
                f" A factor of {fits}, or a 1×1 convolution to {-(-channels // factor**2) * factor**2}"
                " channels, fits.",
                setting="upscale_factor",
            )
        return channels // factor**2, shape[1] * factor, shape[2] * factor

    def channel_rule(self, *inputs: Shape) -> Rule:
        factor = number(self.upscale_factor)
        return Rule(ratio(number(inputs[0][0]), product(factor, factor)), "channels / factor²", self.source)

    def size_rule(self, axis: int, *inputs: Shape) -> Rule:
        return Rule(
            product(number(inputs[0][1 + axis]), number(self.upscale_factor)), "n · factor", self.source
        )

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        (x,) = inputs
        r = self.upscale_factor
        batch, channels, height, width = x.shape
        split = x.reshape(batch, channels // r**2, r, r, height, width)
        return split.transpose(0, 1, 4, 2, 5, 3).reshape(batch, channels // r**2, height * r, width * r)

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        r = self.upscale_factor
        batch, channels, height, width = inputs[0].shape
        split = dy.reshape(batch, channels // r**2, height, r, width, r)
        return (split.transpose(0, 1, 3, 5, 2, 4).reshape(inputs[0].shape),)

    def torch(self, *inputs: Shape) -> TorchCode:
        return TorchCode(call="{self}({0})", module=f"nn.PixelShuffle({self.upscale_factor})")

    def keras(self, *inputs: Shape) -> KerasCode:
        return KerasCode(f"pixel_shuffle({{0}}, {self.upscale_factor})", helpers=("pixel_shuffle",))

    def onnx(self, *inputs: Shape) -> OnnxNode:
        return OnnxNode("DepthToSpace", {"blocksize": self.upscale_factor, "mode": "CRD"})


@layer
class PixelUnshuffle(Layer):
    """Stack the r×r blocks of pixels of each map as r·r maps: smaller maps, and nothing is lost.

    y[c·r² + i·r + j, h, w] = x[c, h·r + i, w·r + j], with r = `downscale_factor`

    Shapes: (C, H, W) → (r²·C, H / r, W / r). Nothing is computed.
    """

    moves = True
    title = "Pixel unshuffle"
    source = "Shi et al., Real-time single image and video super-resolution, CVPR 2016, equation 4, backwards"
    rank = 21
    aliases = ("space to depth", "focus", "pixel un-shuffle", "reorganise")

    downscale_factor: int = field(
        default=2, minimum=1, maximum=64, label="Factor", help="It must divide height and width."
    )

    @property
    def detail(self) -> str:
        return f"÷{self.downscale_factor}"

    def reach(self, *inputs: Shape) -> tuple[Reach, Reach]:
        factor = self.downscale_factor
        return Reach.of(0, factor - 1, factor), Reach.of(0, factor - 1, factor)

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        require_map(self.kind, shape)
        channels, height, width = shape
        factor = self.downscale_factor
        if height % factor or width % factor:
            fits = max(r for r in range(1, factor + 1) if height % r == 0 and width % r == 0)
            raise ShapeError(
                f"downscale_factor={factor} does not divide {height}×{width}. {fits} does.",
                setting="downscale_factor",
            )
        return channels * factor**2, height // factor, width // factor

    def channel_rule(self, *inputs: Shape) -> Rule:
        factor = number(self.downscale_factor)
        return Rule(product(number(inputs[0][0]), factor, factor), "channels · factor²", self.source)

    def size_rule(self, axis: int, *inputs: Shape) -> Rule:
        made = ratio(number(inputs[0][1 + axis]), number(self.downscale_factor))
        return Rule(made, "n / factor", self.source)

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        (x,) = inputs
        r = self.downscale_factor
        batch, channels, height, width = x.shape
        split = x.reshape(batch, channels, height // r, r, width // r, r)
        return split.transpose(0, 1, 3, 5, 2, 4).reshape(batch, channels * r**2, height // r, width // r)

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        r = self.downscale_factor
        batch, channels, height, width = inputs[0].shape
        split = dy.reshape(batch, channels, r, r, height // r, width // r)
        return (split.transpose(0, 1, 4, 2, 5, 3).reshape(inputs[0].shape),)

    def torch(self, *inputs: Shape) -> TorchCode:
        return TorchCode(call="{self}({0})", module=f"nn.PixelUnshuffle({self.downscale_factor})")

    def keras(self, *inputs: Shape) -> KerasCode:
        return KerasCode(f"pixel_unshuffle({{0}}, {self.downscale_factor})", helpers=("pixel_unshuffle",))

    def onnx(self, *inputs: Shape) -> OnnxNode:
        """SpaceToDepth puts the channels inside the blocks: they are cut, turned and joined instead."""
        channels, height, width = inputs[0]
        r = self.downscale_factor
        split = OnnxConstant((0, channels, height // r, r, width // r, r))
        joined = OnnxNode(
            "Reshape", constants=(OnnxConstant((0, channels * r * r, height // r, width // r)),)
        )
        turned = OnnxNode("Transpose", {"perm": (0, 1, 3, 5, 2, 4)}, then=joined)
        return OnnxNode("Reshape", constants=(split,), then=turned)
