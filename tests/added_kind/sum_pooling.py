"""The sum of a sliding window: a kind as somebody adds it, for `test_how_to_add`."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from engine.layers.arithmetic import Arithmetic, cells, under_window
from engine.layers.average_pooling import AvgPool2d
from engine.layers.base.layer import (
    KerasCode,
    Layer,
    OnnxConstant,
    OnnxNode,
    Operations,
    TorchCode,
    field,
    require_map,
)
from engine.layers.base.registry import layer
from engine.shapes import Pair, Shape, Window, elements, pair_text

if TYPE_CHECKING:
    from engine.layers.base.layer import Array


@layer
class SumPool2d(Layer):
    """The values of each window added up.

    Shapes: (C, H, W) → (C, H', W') with H' = floor((H − kernel) / stride) + 1.
    """

    group = "Pooling"
    role_name = "pooling"
    title = "Sum pool"
    source = "LeCun et al., Gradient-based learning applied to document recognition, 1998, section II.B"
    short = "sum pool"
    figure_word = "SumPool"
    aliases = ("sum pooling", "subsampling")

    kernel_size: Pair = field(
        default=(2, 2), minimum=1, maximum=1024, label="Window", help="Height and width of the window."
    )
    stride: Pair = field(default=(2, 2), minimum=1, maximum=1024, help="Step between neighbouring outputs.")

    @property
    def label(self) -> str:
        return f"Sum pool {pair_text(self.kernel_size)}"

    @property
    def window(self) -> Window:
        return Window(self.kernel_size, self.stride)

    @property
    def _mean(self) -> AvgPool2d:
        return AvgPool2d(kernel_size=self.kernel_size, stride=self.stride)

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        require_map(self.kind, shape)
        return shape[0], *self.window.output_size((shape[1], shape[2]))

    def operations(self, *inputs: Shape) -> Operations:
        return Operations(add=elements(self.kernel_size) - 1).times(elements(self.output_shape(*inputs)))

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        return self._mean.forward(inputs, params) * elements(self.kernel_size)

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        return self._mean.backward(inputs, params, output, dy * elements(self.kernel_size))

    def taken_apart(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", at: tuple[int, ...]
    ) -> Arithmetic:
        (x,) = inputs
        spans = under_window(self.window, x, at)
        return Arithmetic(operation="sum", **cells(x, range(at[0], at[0] + 1), *spans))

    def torch(self, *inputs: Shape) -> TorchCode:
        code = self._mean.torch(*inputs)
        return TorchCode(call=f"{elements(self.kernel_size)} * {code.call}", module=code.module)

    def keras(self, *inputs: Shape) -> KerasCode:
        code = self._mean.keras(*inputs)
        return KerasCode(f"{elements(self.kernel_size)} * {code.call}", helpers=code.helpers)

    def onnx(self, *inputs: Shape) -> OnnxNode:
        area = OnnxNode("Mul", constants=(OnnxConstant((float(elements(self.kernel_size)),), ()),))
        return OnnxNode("AveragePool", {"kernel_shape": self.kernel_size, "strides": self.stride}, then=area)
