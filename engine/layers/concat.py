"""Branches side by side."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from engine.errors import ShapeError
from engine.formula import Rule, number, plus
from engine.layers.base.keras_code import listed
from engine.layers.base.layer import KerasCode, Layer, OnnxNode, TorchCode
from engine.layers.base.lowering import ConcatForm
from engine.layers.base.registry import layer
from engine.shapes import Shape, is_map, shape_text

if TYPE_CHECKING:
    from engine.layers.base.layer import Array


@layer
class Concat(Layer):
    """The maps of two or more branches, one branch after the other, as at the end of an Inception module.

    Shapes: (C₀, H, W), (C₁, H, W), … → (C₀ + C₁ + …, H, W); of vectors (F₀,), (F₁,), … → (F₀ + F₁ + …,).
    Nothing is computed.
    """

    commutes_with_flatten = True
    role_name = "merge"
    moves = True
    title = "Concat"
    source = "Szegedy et al., Going deeper with convolutions, CVPR 2015, section 4"
    min_inputs = 2
    max_inputs = None
    rank = 0
    short = "concat"
    figure_word = "DepthConcat"
    family_name = "concat"
    often = 7
    aliases = (
        "concatenate",
        "concatenation",
        "cat",
        "join",
        "merge",
        "stack",
        "depthconcat",
        "route",
    )

    def output_shape(self, *inputs: Shape) -> Shape:
        first = inputs[0]
        for other in inputs[1:]:
            if is_map(first) != is_map(other):
                raise ShapeError(
                    f"Concat needs maps or vectors, not both: {shape_text(first)} and {shape_text(other)}."
                    " A Flatten on the maps turns them into a vector."
                )
            if first[1:] != other[1:]:
                raise ShapeError(
                    f"Concat needs equal heights and widths: {shape_text(first)} and {shape_text(other)}."
                    " Equal strides and padding 'same' in all branches keep them equal; Crop cuts the larger."
                )
        return sum(shape[0] for shape in inputs), *first[1:]

    def channel_rule(self, *inputs: Shape) -> Rule:
        return Rule(plus(*(number(shape[0]) for shape in inputs)), "the sum over all inputs")

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        import numpy as np

        return np.concatenate(list(inputs), axis=1)

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        parts = []
        first = 0
        for x in inputs:
            parts.append(dy[:, first : first + x.shape[1]])
            first += x.shape[1]
        return tuple(parts)

    def lowering(self, *inputs: Shape) -> ConcatForm | None:
        return ConcatForm() if is_map(inputs[0]) else None

    def torch(self, *inputs: Shape) -> TorchCode:
        return TorchCode(call=f"torch.cat([{', '.join(f'{{{n}}}' for n in range(len(inputs)))}], 1)")

    def keras(self, *inputs: Shape) -> KerasCode:
        return KerasCode(f"layers.Concatenate({{name}})([{listed(inputs)}])")

    def onnx(self, *inputs: Shape) -> OnnxNode:
        return OnnxNode("Concat", {"axis": 1})
