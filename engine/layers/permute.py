"""The axes of a map in another order."""

from collections.abc import Mapping, Sequence
from itertools import permutations
from typing import TYPE_CHECKING, Final

from engine.formula import Rule, number
from engine.layers.base.layer import KerasCode, Layer, OnnxNode, TorchCode, field, require_map
from engine.layers.base.registry import layer
from engine.shapes import Shape

if TYPE_CHECKING:
    from engine.layers.base.layer import Array

ORDERS: Final = tuple("".join(order) for order in permutations("CHW"))


@layer
class Permute(Layer):
    """Exchange channels, rows and columns: what was a column of pixels becomes a channel, or the like.

    With the order HWC: y[h, w, c] = x[c, h, w]

    Shapes: (C, H, W) → the same sizes in the order that is written. Nothing is computed. Files of programs
    that keep channels last have it where they go from one order to the other.
    """

    moves = True
    title = "Permute"
    source = "Harris et al., Array programming with NumPy, Nature 2020 (transpose)"
    rank = 40
    aliases = ("transpose", "swap axes", "channels last", "nhwc")

    order: str = field(
        default="HWC", choices=ORDERS, help="Axes of the input that become channels, rows and columns."
    )

    @property
    def detail(self) -> str:
        return f"C×H×W → {'×'.join(self.order)}"

    @property
    def whole_input(self) -> bool:
        """Whether rows or columns become something else: then a place says nothing of a place before."""
        return self.order != "CHW"

    def reads(self, output: int, axis: int, *inputs: Shape, of: int = 0) -> tuple[int, ...]:
        """The row itself where rows stay rows, else all of them."""
        return (output,) if self.axes[axis + 1] == axis + 1 else tuple(range(inputs[of][axis + 1]))

    @property
    def axes(self) -> tuple[int, ...]:
        """The order as numbers of axes, 0 for the channels."""
        return tuple("CHW".index(letter) for letter in self.order)

    def output_shape(self, *inputs: Shape) -> Shape:
        require_map(self.kind, inputs[0])
        return tuple(inputs[0][axis] for axis in self.axes)

    def channel_rule(self, *inputs: Shape) -> Rule:
        return self._rule(0, *inputs)

    def size_rule(self, axis: int, *inputs: Shape) -> Rule:
        return self._rule(axis + 1, *inputs)

    def _rule(self, place: int, *inputs: Shape) -> Rule:
        axis = self.axes[place]
        return Rule(number(inputs[0][axis]), f"the {('channels', 'height', 'width')[axis]} of what comes in")

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        import numpy as np

        return np.ascontiguousarray(inputs[0].transpose(0, *(axis + 1 for axis in self.axes)))

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        import numpy as np

        back = (self.axes.index(axis) + 1 for axis in range(3))
        return (np.ascontiguousarray(dy.transpose(0, *back)),)

    def torch(self, *inputs: Shape) -> TorchCode:
        return TorchCode(call=f"{{0}}.permute(0, {', '.join(str(axis + 1) for axis in self.axes)})")

    def keras(self, *inputs: Shape) -> KerasCode:
        places = tuple("HWC".index("CHW"[self.axes[axis]]) + 1 for axis in (1, 2, 0))
        return KerasCode(f"layers.Permute({places}, {{name}})({{0}})")

    def onnx(self, *inputs: Shape) -> OnnxNode:
        return OnnxNode("Transpose", {"perm": (0, *(axis + 1 for axis in self.axes))})
