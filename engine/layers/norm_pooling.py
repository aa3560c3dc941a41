"""The power mean's relative: sums of powers in a window, and their root."""

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
from engine.layers.base.pooling_window import fitting_pads
from engine.layers.base.registry import layer
from engine.shapes import Pair, Shape, Window, elements, pair_text

if TYPE_CHECKING:
    from engine.layers.base.layer import Array


@layer
class LPPool2d(Layer):
    """The p-norm of a sliding window, each channel on its own: between the sum (p = 1) and the maximum.

    y[c, h, w] = (Σ x[c, h·stride + i, w·stride + j]^p)^(1/p) over the rows i and columns j

    Shapes: (C, H, W) → (C, H', W') with H' = floor((H − kernel) / stride) + 1, rounded up with `ceil_mode`.
    As in PyTorch the powers keep their sign: an odd or broken p gives no number (NaN) where the sum is
    negative; and a window that `ceil_mode` cuts off counts as if its values filled it.
    """

    group = "Pooling"
    role_name = "pooling"
    title = "Lp pool"
    source = "Sermanet, Chintala & LeCun, House numbers digit classification, ICPR 2012, section 2.2"
    rank = 10
    short = "Lp pool"
    figure_word = "LpPool"
    aliases = ("lp pooling", "lppool", "norm pooling", "l2 pooling", "root mean square", "power average")

    norm_type: float = field(
        default=2.0, minimum=1, maximum=64, label="Exponent", help="p: 1 adds up, 2 is the Euclidean norm."
    )
    kernel_size: Pair = field(
        default=(2, 2), minimum=1, maximum=1024, label="Window", help="Height and width of the window."
    )
    stride: Pair = field(default=(2, 2), minimum=1, maximum=1024, help="Step between neighbouring outputs.")
    ceil_mode: bool = field(
        default=False, advanced=True, help="Round the output size up: the last window may be cut off."
    )

    @property
    def label(self) -> str:
        return f"L{self.norm_type:g} pool {pair_text(self.kernel_size)}"

    @property
    def detail(self) -> str:
        return self.window.text

    @property
    def window(self) -> Window:
        return Window(self.kernel_size, self.stride, ceil_mode=self.ceil_mode)

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        require_map(self.kind, shape)
        return shape[0], *self.window.output_size((shape[1], shape[2]))

    def operations(self, *inputs: Shape) -> Operations:
        """A power for each value of a full window, their sum, the root."""
        values = elements(self.kernel_size)
        return Operations(exp=values + 1, add=values - 1).times(elements(self.output_shape(*inputs)))

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        import numpy as np

        from engine.kernels.pooling import average, window_spans

        (x,) = inputs
        with np.errstate(invalid="ignore"):
            powers = x ** np.float32(self.norm_type)
            means = average(powers, window_spans(self.window, (x.shape[2], x.shape[3]), True))
            made = (means * np.float32(elements(self.kernel_size))) ** np.float32(1 / self.norm_type)
        return np.asarray(made, np.float32)

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        """dx = dy · (x / y)^(p − 1); 0 where the norm is 0, as in PyTorch."""
        import numpy as np

        from engine.kernels.pooling import average_gradient, window_spans

        (x,), p = inputs, np.float32(self.norm_type)
        size = (x.shape[2], x.shape[3])
        with np.errstate(invalid="ignore", divide="ignore"):
            scaled = dy * output ** (1 - p) * np.float32(elements(self.kernel_size))
            scaled = np.where(output == 0, np.float32(0), scaled)
            spread = average_gradient(scaled, window_spans(self.window, size, True), size)
            return (np.asarray(spread * x ** (p - 1), np.float32),)

    def taken_apart(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", at: tuple[int, ...]
    ) -> Arithmetic:
        (x,) = inputs
        spans = under_window(self.window, x, at)
        inside = [sum(index < x.shape[2 + axis] for index in spans[axis]) for axis in (0, 1)]
        return Arithmetic(
            operation="norm",
            power=self.norm_type,
            divisor=inside[0] * inside[1] / elements(self.kernel_size),
            **cells(x, range(at[0], at[0] + 1), *spans),
        )

    def torch(self, *inputs: Shape) -> TorchCode:
        from engine.layers.base.torch_code import pair_code

        arguments = f"{self.norm_type!r}, {pair_code(self.kernel_size)}, stride={pair_code(self.stride)}"
        if self.ceil_mode:
            arguments += ", ceil_mode=True"
        return TorchCode(call="{self}({0})", module=f"nn.LPPool2d({arguments})")

    def keras(self, *inputs: Shape) -> KerasCode:
        """The root of the mean of powers, times the number of values."""
        mean = AvgPool2d(kernel_size=self.kernel_size, stride=self.stride, ceil_mode=self.ceil_mode).keras(
            *inputs
        )
        powers = mean.call.replace("{0}", f"ops.power({{0}}, {self.norm_type!r})")
        values = float(elements(self.kernel_size))
        return KerasCode(f"ops.power({values!r} * {powers}, {1 / self.norm_type!r})", helpers=mean.helpers)

    def onnx(self, *inputs: Shape) -> OnnxNode:
        """LpPool where it means the same; else written out, for it takes the powers of absolute values."""
        fitted = fitting_pads(self.window, (inputs[0][1], inputs[0][2]))
        below, beside = max(fitted[0][1], 0), max(fitted[1][1], 0)
        pool: dict[str, int | tuple[int, ...]] = {"kernel_shape": self.kernel_size, "strides": self.stride}
        if self.norm_type % 2 == 0 and not below and not beside:
            return OnnxNode("LpPool", pool | {"p": int(self.norm_type)})
        root = OnnxNode("Pow", constants=(OnnxConstant((1 / self.norm_type,), ()),))
        whole = OnnxNode(
            "Mul", constants=(OnnxConstant((float(elements(self.kernel_size)),), ()),), then=root
        )
        mean = OnnxNode("AveragePool", pool | {"pads": (0, 0, below, beside)}, then=whole)
        return OnnxNode("Pow", constants=(OnnxConstant((float(self.norm_type),), ()),), then=mean)
