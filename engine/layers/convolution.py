"""Convolution of maps with learned kernels; the 1×1 kernel is the project's hero."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from engine.layers.arithmetic import Arithmetic, sum_of_patch
from engine.layers.base.keras_code import convolution
from engine.layers.base.layer import (
    KerasCode,
    Layer,
    OnnxNode,
    Operations,
    PaletteEntry,
    TorchCode,
    field,
    require_division,
    require_map,
)
from engine.layers.base.lowering import MatrixForm
from engine.layers.base.registry import layer
from engine.layers.base.sums import channel_sums
from engine.shapes import SAME, Padding, Pair, Shape, Window, elements, is_map, pair_text

if TYPE_CHECKING:
    from engine.layers.base.layer import Array


@layer
class Conv2d(Layer):
    """Slide a bank of kernels over all input maps: each kernel makes one output map.

    y[k, h, w] = bias[k] + Σ weight[k, c, i, j] · x[c, h·s + i·d − pad, w·s + j·d − pad]

    summed over the channels c of the kernel's group, its rows i and columns j, with stride s and dilation d:
    a cross-correlation, as everywhere in this field. A 1×1 kernel sees no
    neighbours: it mixes the channels at every pixel.

    Shapes: (C, H, W) → (out_channels, H', W') with H' = floor((H + pad − e) / stride) + 1, where pad is that
    of both sides and e = dilation·(kernel − 1) + 1. Weights: (out_channels, C / groups, kernel_h, kernel_w).
    """

    group = "Convolution"
    role_name = "convolution"
    title = "Conv"
    rank = 0
    out_setting = "out_channels"
    short = "conv"
    figure_word = "Conv"
    aliases = ("convolution", "conv2d", "cnn", "dilated", "atrous", "grouped", "kernel", "filter")
    source = "LeCun et al., Gradient-based learning applied to document recognition, 1998, section II.A"

    out_channels: int = field(
        default=64,
        minimum=1,
        maximum=65536,
        label="Channels out",
        help="Number of kernels, and so of maps that come out.",
    )
    kernel_size: Pair = field(
        default=(3, 3), minimum=1, maximum=1024, label="Kernel", help="Height and width of the kernel."
    )
    stride: Pair = field(default=(1, 1), minimum=1, maximum=1024, help="Step between neighbouring outputs.")
    padding: Padding = field(default=SAME, help="Rows and columns of zeros around the input.")
    dilation: Pair = field(
        default=(1, 1), minimum=1, maximum=1024, advanced=True, help="Step between the kernel's taps."
    )
    groups: int = field(
        default=1,
        minimum=1,
        maximum=65536,
        advanced=True,
        help="Independent groups of channels; must divide both channel counts.",
    )
    bias: bool = field(default=True, advanced=True, help="Add one learned number to each map.")

    @classmethod
    def palette(cls) -> tuple[PaletteEntry, ...]:
        pointwise = ("pointwise", "1x1", "bottleneck", "projection", "network in network")
        return (
            PaletteEntry("Conv K×K", cls(), often=1),
            PaletteEntry("Conv 1×1", cls(kernel_size=(1, 1)), pointwise, often=3, follows=("merge",)),
        )

    @property
    def role(self) -> str:
        return "pointwise" if self.kernel_size == (1, 1) else "convolution"

    @property
    def weight_groups(self) -> int:
        return self.groups

    @property
    def label(self) -> str:
        return f"Conv {pair_text(self.kernel_size)} · {self.out_channels}"

    @property
    def detail(self) -> str:
        return self.window.text

    @property
    def window(self) -> Window:
        return Window(self.kernel_size, self.stride, self.padding, self.dilation)

    def as_convolution(self, shape: Shape) -> "Conv2d | None":
        return self if is_map(shape) else None

    def covers(self, shape: Shape) -> bool:
        if not is_map(shape) or self.kernel_size != shape[1:] or self.groups != 1:
            return False
        spread = self.dilation != (1, 1) and self.kernel_size != (1, 1)
        return not spread and self.window.pads((shape[1], shape[2])) == ((0, 0), (0, 0))

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        require_map(self.kind, shape)
        require_division(self.groups, shape[0], self.out_channels)
        height, width = self.window.output_size((shape[1], shape[2]))
        return self.out_channels, height, width

    def param_shapes(self, *inputs: Shape) -> Mapping[str, Shape]:
        weight = (self.out_channels, inputs[0][0] // self.groups, *self.kernel_size)
        return {"weight": weight} | ({"bias": (self.out_channels,)} if self.bias else {})

    def macs(self, *inputs: Shape) -> int:
        _, height, width = self.output_shape(*inputs)
        return height * width * elements(self.param_shapes(*inputs)["weight"])

    def operations(self, *inputs: Shape) -> Operations:
        return Operations(
            multiply_add=self.macs(*inputs), add=elements(self.output_shape(*inputs)) if self.bias else 0
        )

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        from engine.kernels.convolution import convolve

        (x,) = inputs
        return convolve(x, params["weight"], params.get("bias"), self.window, self.groups)

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        from engine.kernels.convolution import convolve_input_gradient

        (x,) = inputs
        return (convolve_input_gradient(dy, params["weight"], x.shape, self.window, self.groups),)

    def parameter_gradients(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "Mapping[str, Array]":
        from engine.kernels.training.weight_gradient import slide_weight_gradient

        (x,) = inputs
        (top, _), (left, _) = self.window.pads((x.shape[2], x.shape[3]))
        weight = slide_weight_gradient(x, dy, self.kernel_size, self.window, (top, left), self.groups)
        return {"weight": weight} | ({"bias": channel_sums(dy)} if self.bias else {})

    def taken_apart(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", at: tuple[int, ...]
    ) -> Arithmetic:
        return sum_of_patch(self.window, self.groups, inputs[0], params, at)

    def lowering(self, *inputs: Shape) -> MatrixForm:
        return MatrixForm(
            kernel_size=self.kernel_size,
            stride=self.stride,
            dilation=self.dilation,
            pads=self.window.pads((inputs[0][1], inputs[0][2])),
            groups=self.groups,
        )

    def torch(self, *inputs: Shape) -> TorchCode:
        from engine.layers.base.torch_code import windowed

        options: dict[str, Any] = {} if self.groups == 1 else {"groups": self.groups}
        if not self.bias:
            options["bias"] = False
        return windowed("nn.Conv2d", self, inputs[0], (inputs[0][0], self.out_channels), **options)

    def keras(self, *inputs: Shape) -> KerasCode:
        groups = "" if self.groups == 1 else f", groups={self.groups}"
        kernel = {"kernel": lambda params: params["weight"].transpose(2, 3, 1, 0)}
        return convolution("Conv2D", self, inputs[0], f"{self.out_channels}, ", groups, kernel)

    def onnx(self, *inputs: Shape) -> OnnxNode:
        (top, bottom), (left, right) = self.window.pads((inputs[0][1], inputs[0][2]))
        return OnnxNode(
            "Conv",
            {
                "kernel_shape": self.kernel_size,
                "strides": self.stride,
                "dilations": self.dilation,
                "pads": (top, left, bottom, right),
                "group": self.groups,
            },
            tuple(self.param_shapes(*inputs)),
        )
