"""The strongest response in a window."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from engine.layers.arithmetic import Arithmetic, cells, under_window
from engine.layers.base.keras_code import is_same
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
from engine.layers.base.lowering import PoolForm
from engine.layers.base.pooling_window import fitting_pads, require_overlap
from engine.layers.base.registry import layer
from engine.layers.base.torch_code import pair_code
from engine.shapes import VALID, Padding, Pair, Shape, Window, elements, pair_text

if TYPE_CHECKING:
    from engine.layers.base.layer import Array


@layer
class MaxPool2d(Layer):
    """The largest value in a sliding window, each channel on its own.

    y[c, h, w] = max over i, j of x[c, h·stride + i·dilation − pad, w·stride + j·dilation − pad]

    Shapes: (C, H, W) → (C, H', W') with H' = floor((H + pad − e) / stride) + 1, rounded up with `ceil_mode`.
    Padding never wins: it counts as −∞. A NaN in the window gives NaN. Pooling multiplies the step between
    neighbouring outputs (the jump); the receptive field itself grows by the window alone.
    """

    group = "Pooling"
    role_name = "pooling"
    title = "Max pool"
    source = "Riesenhuber & Poggio, Hierarchical models of object recognition in cortex, 1999"
    rank = 0
    short = "max pool"
    figure_word = "MaxPool"
    often = 5
    aliases = ("maxpooling", "max pooling", "maxpooling2d", "subsampling", "downsample")

    kernel_size: Pair = field(
        default=(2, 2), minimum=1, maximum=1024, label="Window", help="Height and width of the window."
    )
    stride: Pair = field(default=(2, 2), minimum=1, maximum=1024, help="Step between neighbouring outputs.")
    padding: Padding = field(default=VALID, help="Rows and columns around the input; they never win.")
    dilation: Pair = field(
        default=(1, 1), minimum=1, maximum=1024, advanced=True, help="Step between the values of a window."
    )
    ceil_mode: bool = field(
        default=False, advanced=True, help="Round the output size up: the last window may be cut off."
    )

    @property
    def label(self) -> str:
        return f"Max pool {pair_text(self.kernel_size)}"

    @property
    def detail(self) -> str:
        return self.window.text

    @property
    def window(self) -> Window:
        return Window(self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode)

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        require_map(self.kind, shape)
        require_overlap(self.window, shape)
        return shape[0], *self.window.output_size((shape[1], shape[2]))

    def operations(self, *inputs: Shape) -> Operations:
        return Operations(compare=(elements(self.kernel_size) - 1) * elements(self.output_shape(*inputs)))

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        from engine.kernels.pooling import max_pool

        return max_pool(inputs[0], self.window)

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        from engine.kernels.pooling import max_pool_gradient

        return (max_pool_gradient(inputs[0], output, dy, self.window),)

    def taken_apart(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", at: tuple[int, ...]
    ) -> Arithmetic:
        (x,) = inputs
        rows, columns = under_window(self.window, x, at)
        return Arithmetic(operation="max", **cells(x, range(at[0], at[0] + 1), rows, columns, float("-inf")))

    def lowering(self, *inputs: Shape) -> PoolForm:
        return PoolForm(maximum=True, window=self.window)

    def torch(self, *inputs: Shape) -> TorchCode:
        from engine.layers.base.torch_code import pads_code, windowed

        size = (inputs[0][1], inputs[0][2])
        (top, bottom), (left, right) = self.window.pads(size)
        if top == bottom <= self.kernel_size[0] // 2 and left == right <= self.kernel_size[1] // 2:
            options = {"ceil_mode": True} if self.ceil_mode else {}
            return windowed("nn.MaxPool2d", self, inputs[0], (), **options)
        # PyTorch pads alike on both sides and by at most half a window; the rest is written out.
        valid = self.replace(padding=VALID, ceil_mode=False)
        padded = f"F.pad({{0}}, {pads_code(fitting_pads(self.window, size))}, value=float('-inf'))"
        module = windowed("nn.MaxPool2d", valid, inputs[0], ()).module
        return TorchCode(call=f"{{self}}({padded})", module=module)

    def keras(self, *inputs: Shape) -> KerasCode:
        size = (inputs[0][1], inputs[0][2])
        fitted = fitting_pads(self.window, size)
        arguments = f"{pair_code(self.kernel_size)}, strides={pair_code(self.stride)}"
        if self.dilation != (1, 1):
            call = f"dilated_max_pool({{0}}, {self.kernel_size}, {self.stride}, {self.dilation}, {fitted})"
            return KerasCode(call, helpers=("bordered", "dilated_max_pool"))
        if fitted == self.window.pads(size) and is_same(self.window, size):
            return KerasCode(f'layers.MaxPooling2D({arguments}, padding="same", {{name}})({{0}})')
        if max(*fitted[0], *fitted[1]) <= 0:
            return KerasCode(f"layers.MaxPooling2D({arguments}, {{name}})({{0}})")
        bordered = f"bordered({{0}}, {fitted}, -np.inf)"
        return KerasCode(f"layers.MaxPooling2D({arguments}, {{name}})({bordered})", helpers=("bordered",))

    def onnx(self, *inputs: Shape) -> OnnxNode:
        """Without ceil_mode, which readers of ONNX take differently: padding that fits says the same."""
        (top, bottom), (left, right) = fitting_pads(self.window, (inputs[0][1], inputs[0][2]))
        pads = (top, left, max(bottom, 0), max(right, 0))
        pool = {"kernel_shape": self.kernel_size, "strides": self.stride, "dilations": self.dilation}
        if all(pad < kernel for pad, kernel in zip(pads, 2 * self.kernel_size, strict=True)):
            return OnnxNode("MaxPool", pool | {"pads": pads})
        # A wide dilation may ask for more than runtimes allow: the map is padded first.
        around = OnnxConstant((0, 0, *pads[:2], 0, 0, *pads[2:])), OnnxConstant((float("-inf"),), ())
        return OnnxNode("Pad", constants=around, then=OnnxNode("MaxPool", pool))
