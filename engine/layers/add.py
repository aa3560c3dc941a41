"""The sum of branches."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from engine.errors import ShapeError
from engine.layers.arithmetic import Arithmetic
from engine.layers.base.broadcast import broadcast_shape, summed
from engine.layers.base.keras_code import listed
from engine.layers.base.layer import KerasCode, Layer, OnnxNode, Operations, TorchCode
from engine.layers.base.lowering import SumForm
from engine.layers.base.registry import layer
from engine.shapes import Shape, elements, is_map, shape_text

if TYPE_CHECKING:
    from engine.layers.base.layer import Array


@layer
class Add(Layer):
    """The sum of two or more branches, value by value, as at the end of a residual block.

    y = x₀ + x₁ + …

    Shapes: all inputs alike, and the output too; or some of them C×1×1, 1×H×W and the like, which are
    repeated over the others, as a bias for each channel.
    """

    commutes_with_flatten = True
    role_name = "merge"
    title = "Add"
    source = "He et al., Deep residual learning for image recognition, CVPR 2016, section 3.2"
    min_inputs = 2
    max_inputs = None
    rank = 1
    short = "+"
    figure_word = "Sum"
    family_name = "add"
    often = 6
    aliases = ("sum", "plus", "skip", "residual", "shortcut", "eltwise", "elementwise", "merge")

    def output_shape(self, *inputs: Shape) -> Shape:
        try:
            return broadcast_shape(self.kind, *inputs)
        except ShapeError:
            other = next(one for one in inputs[1:] if one != inputs[0])
            raise ShapeError(
                f"{self.kind} needs equal shapes: {shape_text(inputs[0])} and {shape_text(other)}."
                f" {_way_out(inputs[0], other)}"
            ) from None

    def operations(self, *inputs: Shape) -> Operations:
        return Operations(add=(len(inputs) - 1) * elements(self.output_shape(*inputs)))

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        y = inputs[0] + inputs[1]
        for x in inputs[2:]:
            y = y + x
        return y

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        return tuple(summed(dy, x.shape) for x in inputs)

    def taken_apart(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", at: tuple[int, ...]
    ) -> Arithmetic:
        import numpy as np

        row, column = at[1:] if len(at) == 3 else (0, 0)
        repeated = [np.broadcast_to(x[0], self.output_shape(*(x.shape[1:] for x in inputs))) for x in inputs]
        values = np.array([x[at] for x in repeated], dtype=np.float64)
        return Arithmetic(
            operation="sum",
            over_inputs=True,
            channels=tuple(range(len(inputs))),
            rows=(row,),
            columns=(column,),
            inside=np.ones((1, 1), dtype=np.bool_),
            patch=values[:, None, None],
        )

    def lowering(self, *inputs: Shape) -> SumForm | None:
        return SumForm() if len(set(inputs)) == 1 else None

    def torch(self, *inputs: Shape) -> TorchCode:
        return TorchCode(call=" + ".join(f"{{{number}}}" for number in range(len(inputs))))

    def keras(self, *inputs: Shape) -> KerasCode:
        return KerasCode(f"layers.Add({{name}})([{listed(inputs)}])")

    def onnx(self, *inputs: Shape) -> OnnxNode:
        return OnnxNode("Sum")


def _way_out(first: Shape, other: Shape) -> str:
    if is_map(first) != is_map(other):
        return "A Flatten on the maps turns them into a vector."
    if not is_map(first):
        return f"A Linear layer to {first[0]} features matches them."
    if first[1:] == other[1:]:
        return f"A 1×1 convolution to {first[0]} channels matches them."
    large, small = (first, other) if first[1] * first[2] > other[1] * other[2] else (other, first)
    if all(-(-a // b) * (b - 1) < a <= -(-a // b) * b for a, b in zip(large[1:], small[1:], strict=True)):
        strides = -(-large[1] // small[1]), -(-large[2] // small[2])
        stride = str(strides[0]) if strides[0] == strides[1] else f"{strides[0]}×{strides[1]}"
        return f"A 1×1 convolution with stride {stride} to {small[0]} channels matches {shape_text(large)}."
    return "Padding 'same' keeps a map's size, and Crop cuts the larger one."
