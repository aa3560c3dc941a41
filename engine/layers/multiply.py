"""Gates: the product of two branches."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from engine.errors import ShapeError
from engine.formula import Rule, number
from engine.layers.layer import Layer, OnnxNode, Operations, TorchCode, layer
from engine.layers.lowering import ProductForm
from engine.shapes import Shape, elements, is_map, shape_text

if TYPE_CHECKING:
    from engine.layers.layer import Array


@layer
class Multiply(Layer):
    """The product of two branches, value by value, so that one can open and close the other.

    y = x₀ · x₁. Shapes: alike; or one of them a gate, C×1×1 (a factor for each map, as in squeeze-and-
    excitation) or 1×H×W (a factor for each pixel, as in spatial attention), which is repeated over the other.
    """

    commutes_with_flatten = True
    bends = True
    role_name = "merge"
    title = "Multiply"
    source = "Hu, Shen & Sun, Squeeze-and-excitation networks, CVPR 2018, equation 4"
    min_inputs = 2
    max_inputs = 2
    rank = 4
    short = "×"
    family_name = "multiply"
    aliases = (
        "product",
        "mul",
        "times",
        "gate",
        "attention",
        "elementwise",
        "merge",
        "squeeze excitation",
    )

    def output_shape(self, *inputs: Shape) -> Shape:
        first, second = inputs
        if first == second:
            return first
        if not is_map(first) or not is_map(second):
            raise ShapeError(
                f"Multiply needs equal shapes: {shape_text(first)} and {shape_text(second)}. A gate for"
                " maps stays a map: a 1×1 convolution in place of Linear keeps it C×1×1."
            )
        made = tuple(max(a, b) for a, b in zip(first, second, strict=True))
        channels_fit = first[0] == second[0] or 1 in (first[0], second[0])
        sizes_fit = first[1:] == second[1:] or (1, 1) in (first[1:], second[1:])
        if not channels_fit:
            raise ShapeError(
                f"Multiply needs equal channels, or one: {shape_text(first)} and {shape_text(second)}."
                f" A 1×1 convolution to {first[0]} channels matches them."
            )
        if not sizes_fit:
            raise ShapeError(
                f"Multiply needs equal heights and widths, or 1×1: {shape_text(first)} and"
                f" {shape_text(second)}. Global average pooling makes a gate of C×1×1."
            )
        return made

    def operations(self, *inputs: Shape) -> Operations:
        return Operations(multiply=elements(self.output_shape(*inputs)))

    def channel_rule(self, *inputs: Shape) -> Rule:
        return Rule(number(max(shape[0] for shape in inputs)), "the channels of the larger input")

    def size_rule(self, axis: int, *inputs: Shape) -> Rule:
        larger = max(shape[1 + axis] for shape in inputs)
        return Rule(number(larger), "a gate is repeated over the larger input")

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        return inputs[0] * inputs[1]

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        first, second = inputs
        return _summed(dy * second, first.shape), _summed(dy * first, second.shape)

    def lowering(self, *inputs: Shape) -> ProductForm:
        return ProductForm()

    def torch(self, *inputs: Shape) -> TorchCode:
        return TorchCode(call="{0} * {1}")

    def onnx(self, *inputs: Shape) -> OnnxNode:
        return OnnxNode("Mul")


def _summed(gradient: "Array", shape: tuple[int, ...]) -> "Array":
    """The sum over the axes along which an input of this shape was repeated."""
    repeated = tuple(axis for axis, size in enumerate(shape) if size != gradient.shape[axis])
    return gradient.sum(axis=repeated, keepdims=True) if repeated else gradient
