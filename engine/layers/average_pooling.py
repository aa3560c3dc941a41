"""The mean over a window."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from engine.layers.arithmetic import Arithmetic, cells, under_window
from engine.layers.base.keras_code import padded
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
class AvgPool2d(Layer):
    """The mean over a sliding window, each channel on its own.

    y[c, h, w] = (1 / n) Σ x[c, h·stride + i − pad, w·stride + j − pad] over the rows i and columns j

    Shapes: (C, H, W) → (C, H', W') with H' = floor((H + pad − kernel) / stride) + 1, rounded up with
    `ceil_mode`. n is the number of values in the window: padding counts as zeros unless `count_include_pad`
    is off; what `ceil_mode` adds beyond the padding never counts (PyTorch, ONNX).
    """

    group = "Pooling"
    averages = True
    role_name = "pooling"
    title = "Average pool"
    source = "LeCun et al., Gradient-based learning applied to document recognition, 1998, section II.B"
    rank = 1
    short = "avg pool"
    figure_word = "AveragePool"
    aliases = (
        "avg",
        "averagepooling",
        "average pooling",
        "averagepooling2d",
        "mean pooling",
        "subsampling",
        "downsample",
    )

    kernel_size: Pair = field(
        default=(2, 2), minimum=1, maximum=1024, label="Window", help="Height and width of the window."
    )
    stride: Pair = field(default=(2, 2), minimum=1, maximum=1024, help="Step between neighbouring outputs.")
    padding: Padding = field(default=VALID, help="Rows and columns of zeros around the input.")
    ceil_mode: bool = field(
        default=False, advanced=True, help="Round the output size up: the last window may be cut off."
    )
    count_include_pad: bool = field(
        default=True, advanced=True, label="Count padding", help="Padding counts as zeros in the mean."
    )

    @property
    def label(self) -> str:
        return f"Average pool {pair_text(self.kernel_size)}"

    @property
    def detail(self) -> str:
        return self.window.text

    @property
    def window(self) -> Window:
        return Window(self.kernel_size, self.stride, self.padding, ceil_mode=self.ceil_mode)

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        require_map(self.kind, shape)
        require_overlap(self.window, shape)
        return shape[0], *self.window.output_size((shape[1], shape[2]))

    def operations(self, *inputs: Shape) -> Operations:
        made = elements(self.output_shape(*inputs))
        return Operations(add=(elements(self.kernel_size) - 1) * made, divide=made)

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        from engine.kernels.pooling import average, window_spans

        (x,) = inputs
        return average(x, window_spans(self.window, (x.shape[2], x.shape[3]), self.count_include_pad))

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        from engine.kernels.pooling import average_gradient, window_spans

        size = (inputs[0].shape[2], inputs[0].shape[3])
        return (average_gradient(dy, window_spans(self.window, size, self.count_include_pad), size),)

    def taken_apart(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", at: tuple[int, ...]
    ) -> Arithmetic:
        (x,) = inputs
        spans = under_window(self.window, x, at)
        pads = self.window.pads((x.shape[2], x.shape[3]))
        counted = 1
        for axis in (0, 1):
            before, after = pads[axis] if self.count_include_pad else (0, 0)
            inside = range(-before, x.shape[2 + axis] + after)
            counted *= sum(index in inside for index in spans[axis])
        return Arithmetic(operation="mean", divisor=counted, **cells(x, range(at[0], at[0] + 1), *spans))

    def lowering(self, *inputs: Shape) -> PoolForm:
        return PoolForm(maximum=False, window=self.window, counts_padding=self.count_include_pad)

    def torch(self, *inputs: Shape) -> TorchCode:
        from engine.layers.base.torch_code import pads_code, windowed

        size = (inputs[0][1], inputs[0][2])
        pads = (top, bottom), (left, right) = self.window.pads(size)
        padded = any((top, bottom, left, right))
        if top == bottom <= self.kernel_size[0] // 2 and left == right <= self.kernel_size[1] // 2:
            options = {"ceil_mode": True} if self.ceil_mode else {}
            if padded and not self.count_include_pad:
                options["count_include_pad"] = False
            return windowed("nn.AvgPool2d", self, inputs[0], (), **options)
        # PyTorch pads alike on both sides and by at most half a window; the rest is written out: the mean
        # over a map with zeros around it, divided by the share of the window that counts.
        valid = self.replace(padding=VALID, ceil_mode=False)
        module = windowed("nn.AvgPool2d", valid, inputs[0], ()).module
        fitted = fitting_pads(self.window, size)
        call = f"{{self}}(F.pad({{0}}, {pads_code(fitted)}))"
        if fitted != pads or not self.count_include_pad:
            counted, rest = "torch.ones_like({0})", fitted
            if self.count_include_pad:
                counted = f"F.pad({counted}, {pads_code(pads)}, value=1.0)"
                rest = (0, fitted[0][1] - bottom), (0, fitted[1][1] - right)
            call += f" / {{self}}(F.pad({counted}, {pads_code(rest)}))"
        return TorchCode(call=call, module=module)

    def keras(self, *inputs: Shape) -> KerasCode:
        """Without Keras' "same", whose backends disagree about what counts: padding is written out."""
        size = (inputs[0][1], inputs[0][2])
        pads, fitted = self.window.pads(size), fitting_pads(self.window, size)
        arguments = f"{pair_code(self.kernel_size)}, strides={pair_code(self.stride)}"
        if max(*fitted[0], *fitted[1]) <= 0:
            return KerasCode(f"layers.AveragePooling2D({arguments}, {{name}})({{0}})")
        if self.count_include_pad and fitted[0][1] <= pads[0][1] and fitted[1][1] <= pads[1][1]:
            return KerasCode(f"layers.AveragePooling2D({arguments}, {{name}})({padded('{0}', fitted)})")
        counted = pads if self.count_include_pad else ((0, 0), (0, 0))
        call = f"average_pool({{0}}, {self.kernel_size}, {self.stride}, {fitted}, {counted})"
        return KerasCode(call, helpers=("bordered", "average_pool"))

    def onnx(self, *inputs: Shape) -> OnnxNode:
        """Without ceil_mode, which readers of ONNX take differently: padding that fits says the same."""
        (top, bottom), (left, right) = self.window.pads((inputs[0][1], inputs[0][2]))
        fitted = fitting_pads(self.window, (inputs[0][1], inputs[0][2]))
        below, beside = max(fitted[0][1], 0), max(fitted[1][1], 0)
        pool: dict[str, int | tuple[int, ...]] = {"kernel_shape": self.kernel_size, "strides": self.stride}
        if self.count_include_pad and (below > bottom or beside > right):
            # Some of the padding counts and some does not: what counts becomes a part of the map.
            zeros = OnnxConstant((0, 0, top, left, 0, 0, bottom, right))
            pool["pads"] = (0, 0, max(below - bottom, 0), max(beside - right, 0))
            return OnnxNode("Pad", constants=(zeros,), then=OnnxNode("AveragePool", pool))
        pool |= {"pads": (top, left, below, beside), "count_include_pad": int(self.count_include_pad)}
        return OnnxNode("AveragePool", pool)
