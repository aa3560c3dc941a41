"""From maps to one vector."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from engine.formula import Rule, number, product
from engine.layers.base.layer import KerasCode, Layer, OnnxNode, TorchCode
from engine.layers.base.lowering import FlattenForm, ViewForm
from engine.layers.base.registry import layer
from engine.shapes import Shape, elements, is_map

if TYPE_CHECKING:
    from engine.layers.base.layer import Array


@layer
class Flatten(Layer):
    """All values of all maps in one row: channel by channel, row by row.

    y[(c·H + h)·W + w] = x[c, h, w]

    Shapes: (C, H, W) → (C·H·W,); a vector stays as it is. Nothing is computed; where a value stood in the
    photograph is from here on only implied by its place in the row.
    """

    moves = True
    title = "Flatten"
    source = "LeCun et al., Gradient-based learning applied to document recognition, 1998, section II.B"
    rank = 3
    short = "flatten"
    aliases = ("reshape", "vector", "view", "ravel", "unroll")
    flattens = True

    def output_shape(self, *inputs: Shape) -> Shape:
        return (elements(inputs[0]),)

    def channel_rule(self, *inputs: Shape) -> Rule:
        return Rule(product(*map(number, inputs[0])), "channels · height · width, all in one row")

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        return inputs[0].reshape(inputs[0].shape[0], -1)

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        return (dy.reshape(inputs[0].shape),)

    def lowering(self, *inputs: Shape) -> FlattenForm | ViewForm:
        one_pixel = not is_map(inputs[0]) or inputs[0][1:] == (1, 1)
        return ViewForm() if one_pixel else FlattenForm()

    def torch(self, *inputs: Shape) -> TorchCode:
        return TorchCode(call="torch.flatten({0}, 1)")

    def keras(self, *inputs: Shape) -> KerasCode:
        """Channel by channel, as everywhere here: the kernels of dense layers need not be reordered."""
        shape = inputs[0]
        if len(shape) == 3 and shape[0] > 1 and shape[1] * shape[2] > 1:
            return KerasCode("layers.Flatten({name})(layers.Permute((3, 1, 2))({0}))")
        return KerasCode("layers.Flatten({name})({0})")

    def onnx(self, *inputs: Shape) -> OnnxNode:
        return OnnxNode("Flatten", {"axis": 1})
