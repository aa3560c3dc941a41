"""The same values in another shape."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from engine.errors import ShapeError
from engine.formula import Rule, number
from engine.layers.base.layer import KerasCode, Layer, OnnxConstant, OnnxNode, TorchCode, field
from engine.layers.base.registry import layer
from engine.shapes import Shape, elements, shape_text

if TYPE_CHECKING:
    from engine.layers.base.layer import Array


@layer
class Reshape(Layer):
    """The same values in the same order, cut into maps of another size: how a vector becomes maps.

    y[c, h, w] = x[(c·H + h)·W + w] of the input's values in a row, channel by channel, row by row.

    Shapes: (F,) or (C, H, W) → `shape`, with as many values. Nothing is computed.
    """

    moves = True
    title = "Reshape"
    source = "Radford, Metz & Chintala, DCGAN, ICLR 2016, figure 1 (project and reshape)"
    rank = 4
    aliases = ("unflatten", "view", "to maps", "project and reshape")

    shape: Shape = field(default=(4096, 1, 1), minimum=1, maximum=1 << 28, help="Channels, height and width.")

    @property
    def label(self) -> str:
        return f"Reshape {shape_text(self.shape)}"

    @property
    def whole_input(self) -> bool:
        """A place in the result says nothing of a place in the input."""
        return True

    def output_shape(self, *inputs: Shape) -> Shape:
        if elements(inputs[0]) != elements(self.shape):
            raise ShapeError(
                f"shape={shape_text(self.shape)} has {elements(self.shape)} values, and {elements(inputs[0])}"
                f" come in as {shape_text(inputs[0])}. {elements(inputs[0])}×1×1 fits.",
                setting="shape",
            )
        return self.shape

    def channel_rule(self, *inputs: Shape) -> Rule:
        return Rule(number(self.shape[0]), f"a setting of {self.label}")

    def size_rule(self, axis: int, *inputs: Shape) -> Rule:
        return Rule(number(self.shape[1 + axis]), f"a setting of {self.label}")

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        return inputs[0].reshape(inputs[0].shape[0], *self.shape)

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        return (dy.reshape(inputs[0].shape),)

    def torch(self, *inputs: Shape) -> TorchCode:
        return TorchCode(call=f"{{0}}.reshape(-1, {', '.join(map(str, self.shape))})")

    def keras(self, *inputs: Shape) -> KerasCode:
        """Channel by channel, which is not the order in which Keras has them."""
        source = "layers.Permute((3, 1, 2))({0})" if len(inputs[0]) == 3 else "{0}"
        made = f"layers.Reshape({self.shape}, {{name}})({source})"
        return KerasCode(f"layers.Permute((2, 3, 1))({made})" if len(self.shape) == 3 else made)

    def onnx(self, *inputs: Shape) -> OnnxNode:
        return OnnxNode("Reshape", constants=(OnnxConstant((0, *self.shape)),))
