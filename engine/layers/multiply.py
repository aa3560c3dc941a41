"""Gates: the product of two branches."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from engine.formula import Rule, number
from engine.layers.arithmetic import Arithmetic, ValueStep, step_by_step, values_at
from engine.layers.base.broadcast import broadcast_shape, summed
from engine.layers.base.keras_code import listed
from engine.layers.base.layer import KerasCode, Layer, OnnxNode, Operations, TorchCode
from engine.layers.base.lowering import ProductForm
from engine.layers.base.registry import layer
from engine.shapes import Shape, elements

if TYPE_CHECKING:
    from engine.layers.base.layer import Array


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
        return broadcast_shape(self.kind, *inputs)

    def operations(self, *inputs: Shape) -> Operations:
        return Operations(multiply=elements(self.output_shape(*inputs)))

    def channel_rule(self, *inputs: Shape) -> Rule:
        return Rule(number(max(shape[0] for shape in inputs)), "the channels of the larger input")

    def size_rule(self, axis: int, *inputs: Shape) -> Rule:
        larger = max(shape[1 + axis] for shape in inputs)
        return Rule(number(larger), "a gate is repeated over the larger input")

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        return inputs[0] * inputs[1]

    def taken_apart(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", at: tuple[int, ...]
    ) -> Arithmetic:
        """The product of its two values."""
        first, second = (float(x[values_at(x, at)]) for x in inputs)
        steps = ValueStep("x₀", None, first), ValueStep("× x₁", second, first * second)
        return step_by_step(inputs[0], at, steps)

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        first, second = inputs
        return summed(dy * second, first.shape), summed(dy * first, second.shape)

    def lowering(self, *inputs: Shape) -> ProductForm:
        return ProductForm()

    def torch(self, *inputs: Shape) -> TorchCode:
        return TorchCode(call="{0} * {1}")

    def keras(self, *inputs: Shape) -> KerasCode:
        return KerasCode(f"layers.Multiply({{name}})([{listed(inputs)}])")

    def onnx(self, *inputs: Shape) -> OnnxNode:
        return OnnxNode("Mul")
