"""The strongest response of each whole map."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from engine.formula import Rule, number
from engine.layers.arithmetic import Arithmetic, cells
from engine.layers.base.layer import KerasCode, Layer, OnnxNode, Operations, TorchCode, require_map
from engine.layers.base.lowering import GlobalPoolForm
from engine.layers.base.registry import layer
from engine.shapes import Shape, elements

if TYPE_CHECKING:
    from engine.layers.base.layer import Array


@layer
class GlobalMaxPool2d(Layer):
    """The largest value of each whole map: whether something is anywhere in the photograph.

    y[c] = max over h, w of x[c, h, w]

    Shapes: (C, H, W) → (C, 1, 1). A NaN in the map gives NaN. The gradient goes to the first of the largest
    values alone, so that one place answers for the map.
    """

    group = "Pooling"
    role_name = "pooling"
    title = "Global max"
    source = "Oquab et al., Is object localization for free?, CVPR 2015, section 3.2"
    rank = 4
    short = "global max pool"
    figure_word = "MaxPool"
    aliases = ("gmp", "globalmaxpooling2d", "global max pooling", "global maximum", "adaptive max pooling")

    @property
    def whole_input(self) -> bool:
        return True

    def output_shape(self, *inputs: Shape) -> Shape:
        require_map(self.kind, inputs[0])
        return inputs[0][0], 1, 1

    def operations(self, *inputs: Shape) -> Operations:
        return Operations(compare=elements(inputs[0]) - inputs[0][0])

    def size_rule(self, axis: int, *inputs: Shape) -> Rule:
        return Rule(number(1), "one number for each map", self.source)

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        import numpy as np

        return np.asarray(inputs[0].max(axis=(2, 3), keepdims=True), np.float32)

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        import numpy as np

        (x,) = inputs
        rows = x.reshape(*x.shape[:2], -1)
        dx = np.zeros_like(rows)
        np.put_along_axis(dx, rows.argmax(axis=2)[..., None], dy[..., 0], axis=2)
        return (dx.reshape(x.shape),)

    def taken_apart(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", at: tuple[int, ...]
    ) -> Arithmetic:
        (x,) = inputs
        rows, columns = range(x.shape[2]), range(x.shape[3])
        return Arithmetic(operation="max", **cells(x, range(at[0], at[0] + 1), rows, columns))

    def lowering(self, *inputs: Shape) -> GlobalPoolForm:
        return GlobalPoolForm(maximum=True)

    def torch(self, *inputs: Shape) -> TorchCode:
        return TorchCode(call="{self}({0})", module="nn.AdaptiveMaxPool2d(1)")

    def keras(self, *inputs: Shape) -> KerasCode:
        return KerasCode("layers.GlobalMaxPooling2D(keepdims=True, {name})({0})")

    def onnx(self, *inputs: Shape) -> OnnxNode:
        return OnnxNode("GlobalMaxPool")
