"""Convolution of each map on its own."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from engine.formula import Rule, number, product
from engine.layers.arithmetic import Arithmetic, sum_of_patch
from engine.layers.base.keras_code import convolution
from engine.layers.base.layer import KerasCode, Layer, OnnxNode, Operations, TorchCode, field, require_map
from engine.layers.base.lowering import MatrixForm
from engine.layers.base.registry import layer
from engine.layers.convolution import Conv2d
from engine.shapes import SAME, Padding, Pair, Shape, Window, is_map, pair_text

if TYPE_CHECKING:
    from engine.layers.base.layer import Array


@layer
class DepthwiseConv2d(Layer):
    """A convolution with as many groups as input maps: every map has its own kernels and meets no other.

    y[c·m + k, h, w] = bias + Σ weight[c·m + k, 0, i, j] · x[c, h·s + i·d − pad, w·s + j·d − pad]

    for the m = `multiplier` kernels k of each map c, with stride s and dilation d. A 1×1 convolution after
    it mixes the maps: together they do at a fraction of the cost what one full convolution does.

    Shapes: (C, H, W) → (multiplier·C, H', W'). Weights: (multiplier·C, 1, kernel_h, kernel_w).
    """

    group = "Convolution"
    role_name = "depthwise"
    title = "Depthwise"
    source = "Sifre, Rigid-motion scattering for image classification, 2014; Howard et al., MobileNets, 2017"
    rank = 1
    short = "depthwise"
    figure_word = "DepthConv"
    aliases = ("dw", "dwconv", "depthwise convolution", "separable", "channelwise", "mobilenet")

    kernel_size: Pair = field(
        default=(3, 3), minimum=1, maximum=1024, label="Kernel", help="Height and width of the kernel."
    )
    stride: Pair = field(default=(1, 1), minimum=1, maximum=1024, help="Step between neighbouring outputs.")
    padding: Padding = field(default=SAME, help="Rows and columns of zeros around the input.")
    multiplier: int = field(
        default=1, minimum=1, maximum=1024, advanced=True, help="Kernels, and so outputs, for each map."
    )
    dilation: Pair = field(
        default=(1, 1), minimum=1, maximum=1024, advanced=True, help="Step between the kernel's taps."
    )
    bias: bool = field(default=True, advanced=True, help="Add one learned number to each map.")

    @property
    def label(self) -> str:
        times = f" ×{self.multiplier}" if self.multiplier > 1 else ""
        return f"Depthwise {pair_text(self.kernel_size)}{times}"

    @property
    def detail(self) -> str:
        return self.window.text

    @property
    def window(self) -> Window:
        return Window(self.kernel_size, self.stride, self.padding, self.dilation)

    def as_convolution(self, shape: Shape) -> Conv2d | None:
        return self._grouped(shape[0]) if is_map(shape) else None

    def _grouped(self, channels: int) -> Conv2d:
        """The convolution that it is for so many input maps."""
        return Conv2d(
            out_channels=self.multiplier * channels,
            kernel_size=self.kernel_size,
            stride=self.stride,
            padding=self.padding,
            dilation=self.dilation,
            groups=channels,
            bias=self.bias,
        )

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        require_map(self.kind, shape)
        return self.multiplier * shape[0], *self.window.output_size((shape[1], shape[2]))

    def channel_rule(self, *inputs: Shape) -> Rule:
        words = "kernels for each map · maps coming in"
        return Rule(product(number(self.multiplier), number(inputs[0][0])), words, self.source)

    def param_shapes(self, *inputs: Shape) -> Mapping[str, Shape]:
        maps = self.multiplier * inputs[0][0]
        return {"weight": (maps, 1, *self.kernel_size)} | ({"bias": (maps,)} if self.bias else {})

    def macs(self, *inputs: Shape) -> int:
        maps, height, width = self.output_shape(*inputs)
        return maps * height * width * self.kernel_size[0] * self.kernel_size[1]

    def operations(self, *inputs: Shape) -> Operations:
        maps, height, width = self.output_shape(*inputs)
        return Operations(multiply_add=self.macs(*inputs), add=maps * height * width if self.bias else 0)

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        from engine.kernels.convolution import convolve

        (x,) = inputs
        return convolve(x, params["weight"], params.get("bias"), self.window, groups=x.shape[1])

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        from engine.kernels.convolution import convolve_input_gradient

        shape = inputs[0].shape
        return (convolve_input_gradient(dy, params["weight"], shape, self.window, groups=shape[1]),)

    def parameter_gradients(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "Mapping[str, Array]":
        return self._grouped(inputs[0].shape[1]).parameter_gradients(inputs, params, output, dy)

    def taken_apart(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", at: tuple[int, ...]
    ) -> Arithmetic:
        return sum_of_patch(self.window, inputs[0].shape[1], inputs[0], params, at)

    def lowering(self, *inputs: Shape) -> MatrixForm:
        return self._grouped(inputs[0][0]).lowering(*inputs)

    def torch(self, *inputs: Shape) -> TorchCode:
        return self._grouped(inputs[0][0]).torch(*inputs)

    def keras(self, *inputs: Shape) -> KerasCode:
        channels = inputs[0][0]
        if self.stride[0] != self.stride[1]:  # which only Conv2D has everywhere
            return self._grouped(channels).keras(*inputs)
        shape = (channels, self.multiplier, *self.kernel_size)
        kernel = {"kernel": lambda params: params["weight"].reshape(shape).transpose(2, 3, 0, 1)}
        multiplier = "" if self.multiplier == 1 else f", depth_multiplier={self.multiplier}"
        return convolution("DepthwiseConv2D", self, inputs[0], "", multiplier, kernel)

    def onnx(self, *inputs: Shape) -> OnnxNode:
        return self._grouped(inputs[0][0]).onnx(*inputs)
