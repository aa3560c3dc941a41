"""Convolution run backwards: a learned way to enlarge maps."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from engine.errors import ShapeError
from engine.formula import Rule, minus, number, plus, product
from engine.layers.arithmetic import Arithmetic, bias_of, cells
from engine.layers.base import rules
from engine.layers.base.keras_code import as_it_is, padded
from engine.layers.base.layer import (
    KerasCode,
    Layer,
    OnnxConstant,
    OnnxNode,
    Operations,
    TorchCode,
    field,
    require_division,
    require_map,
)
from engine.layers.base.lowering import MatrixForm
from engine.layers.base.registry import layer
from engine.layers.base.sums import channel_sums
from engine.layers.base.torch_code import pair_code
from engine.shapes import VALID, Padding, Pair, Reach, Shape, Window, elements, pair_text, shape_text

if TYPE_CHECKING:
    from engine.layers.base.layer import Array


@layer
class ConvTranspose2d(Layer):
    """Every input value stamps its kernels onto a larger map; where stamps overlap they add up.

    y[k, o] = bias[k] + Σ weight[c, k, t] · x[c, i] over all i, t with i·stride + t·dilation − pad = o

    along each axis: the input gradient of a convolution with the same settings, used forwards. Padding cuts
    rows and columns off the result; `same` cuts so that the size is multiplied by the stride.

    Shapes: (C, H, W) → (out_channels, H', W') with H' = (H − 1)·stride − pad + e + output_padding, where pad
    is that of both sides and e = dilation·(kernel − 1) + 1. Weights: (C, out_channels / groups, kernel_h,
    kernel_w). MACs: each input value meets each tap once, so they count the *input* size.
    """

    group = "Convolution"
    role_name = "convolution"
    title = "Transposed"
    source = "Zeiler et al., Deconvolutional networks, CVPR 2010; Dumoulin & Visin, 2016, chapter 4"
    rank = 2
    out_setting = "out_channels"
    short = "up-conv"
    figure_word = "UpConv"
    family_name = "up"
    aliases = (
        "deconv",
        "deconvolution",
        "conv2dtranspose",
        "transposed convolution",
        "transpose",
        "upconv",
        "fractionally strided",
    )
    transposed = True

    out_channels: int = field(
        default=64, minimum=1, maximum=65536, label="Channels out", help="Number of maps that come out."
    )
    kernel_size: Pair = field(
        default=(2, 2), minimum=1, maximum=1024, label="Kernel", help="Height and width of the kernel."
    )
    stride: Pair = field(
        default=(2, 2), minimum=1, maximum=1024, help="Step between stamps, and so the enlargement."
    )
    padding: Padding = field(default=VALID, help="Rows and columns cut off the result.")
    output_padding: Pair = field(
        default=(0, 0),
        minimum=0,
        maximum=1023,
        advanced=True,
        help="Rows and columns more at the bottom and right; less than the stride or the dilation.",
    )
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

    @property
    def weight_groups(self) -> int:
        return self.groups

    @property
    def label(self) -> str:
        return f"Transposed {pair_text(self.kernel_size)} · {self.out_channels}"

    @property
    def detail(self) -> str:
        return self.stamp.text

    @property
    def stamp(self) -> Window:
        """The window of the convolution that this one is the transpose of."""
        return Window(self.kernel_size, self.stride, self.padding, self.dilation)

    @property
    def kernel(self) -> Window:
        return self.stamp

    def cuts(self, axis: int) -> tuple[int, int, int]:
        """(cut before, cut after, added after) along an axis."""
        extent, stride = self.stamp.extent[axis], self.stride[axis]
        if self.padding.mode == "same":
            total = max(extent - stride, 0)
            return total // 2, total - total // 2, max(stride - extent, 0) + self.output_padding[axis]
        before, after = self.padding.amounts(0, extent, stride, axis)
        return before, after, self.output_padding[axis]

    def slides_over(self, shape: Shape) -> tuple[Layer, Shape, Pair]:
        """The plain convolution that this one equals, over the input with stride − 1 zeros between its
        values; itself where more is cut off than such a one can leave out.

        Dumoulin & Visin, "A guide to convolution arithmetic for deep learning", 2016, section 4.
        """
        from engine.layers.convolution import Conv2d

        laid = tuple((size - 1) * step + 1 for size, step in zip(shape[1:], self.stride, strict=True))
        out = self.output_shape(shape)
        pads: list[int] = []
        for axis, extent in enumerate(self.stamp.extent):
            before = extent - 1 - self.cuts(axis)[0]
            pads += [before, out[1 + axis] + extent - 1 - laid[axis] - before]
        if min(pads) < 0:
            return self, shape, (1, 1)
        top, bottom, left, right = pads
        plain = Conv2d(
            out_channels=self.out_channels,
            kernel_size=self.kernel_size,
            padding=Padding("explicit", top=top, bottom=bottom, left=left, right=right),
            dilation=self.dilation,
            groups=self.groups,
            bias=self.bias,
        )
        return plain, (shape[0], *laid), self.stride

    def reach(self, *inputs: Shape) -> tuple[Reach, Reach]:
        """Output o reads the inputs i whose stamp i·s − p … i·s − p + e − 1 covers it."""
        axes = []
        for axis, stride in enumerate(self.stride):
            before = self.cuts(axis)[0]
            first = Fraction(before - self.stamp.extent[axis] + 1, stride)
            gap = Fraction(self.dilation[axis], stride)
            axes.append(Reach.of(first, Fraction(before, stride), Fraction(1, stride), gap))
        return axes[0], axes[1]

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        require_map(self.kind, shape)
        require_division(self.groups, shape[0], self.out_channels)
        sizes = []
        for axis, n in enumerate(shape[1:]):
            before, after, added = self.cuts(axis)
            limit = max(self.stride[axis], self.dilation[axis])
            if added >= limit:
                raise ShapeError(
                    f"output_padding={pair_text(self.output_padding)} does not fit stride"
                    f" {pair_text(self.stride)} and dilation {pair_text(self.dilation)}:"
                    f" {('at the bottom', 'at the right')[axis]} at most"
                    f" {self.output_padding[axis] + limit - 1 - added} fits.",
                    setting="output_padding",
                )
            sizes.append((n - 1) * self.stride[axis] - before - after + self.stamp.extent[axis] + added)
        if min(sizes) < 1:
            padding = self.padding.text.removeprefix("pad ")
            raise ShapeError(
                f"padding={padding} cuts everything off {shape_text(inputs[0])}:"
                f" {pair_text((sizes[0], sizes[1]))} would be left. Padding 'valid' cuts nothing.",
                setting="padding",
            )
        return self.out_channels, *sizes

    def size_rule(self, axis: int, *inputs: Shape) -> Rule:
        before, after, added = self.cuts(axis)
        steps = product(minus(number(inputs[0][1 + axis]), number(1)), number(self.stride[axis]))
        made = minus(steps, number(before), number(after)) if before or after else steps
        made = plus(made, number(self.stamp.extent[axis]), *([number(added)] if added else []))
        return Rule(made, "(n − 1)·stride − p − q + k + output padding", rules.SOURCE)

    def param_shapes(self, *inputs: Shape) -> Mapping[str, Shape]:
        weight = (inputs[0][0], self.out_channels // self.groups, *self.kernel_size)
        return {"weight": weight} | ({"bias": (self.out_channels,)} if self.bias else {})

    def fan_in(self, *inputs: Shape) -> float:
        """On average: a stamp's taps are shared out among stride × stride outputs."""
        return inputs[0][0] / self.groups * elements(self.kernel_size) / elements(self.stride)

    def macs(self, *inputs: Shape) -> int:
        return inputs[0][1] * inputs[0][2] * elements(self.param_shapes(*inputs)["weight"])

    def operations(self, *inputs: Shape) -> Operations:
        return Operations(
            multiply_add=self.macs(*inputs), add=elements(self.output_shape(*inputs)) if self.bias else 0
        )

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        from engine.kernels.convolution import spread

        (x,) = inputs
        _, height, width = self.output_shape(x.shape[1:])
        start = (self.cuts(0)[0], self.cuts(1)[0])
        return spread(
            x, params["weight"], params.get("bias"), self.stamp, start, (height, width), self.groups
        )

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        from engine.kernels.convolution import slide

        (x,) = inputs
        start = (self.cuts(0)[0], self.cuts(1)[0])
        size = (x.shape[2], x.shape[3])
        return (slide(dy, params["weight"], None, self.stamp, start, size, self.groups),)

    def parameter_gradients(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "Mapping[str, Array]":
        from engine.kernels.training.weight_gradient import slide_weight_gradient

        start = (self.cuts(0)[0], self.cuts(1)[0])
        weight = slide_weight_gradient(dy, inputs[0], self.kernel_size, self.stamp, start, self.groups)
        return {"weight": weight} | ({"bias": channel_sums(dy)} if self.bias else {})

    def taken_apart(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", at: tuple[int, ...]
    ) -> Arithmetic:
        """The taps of the stamps that reach this output, and the input values they are multiplied by."""
        import numpy as np

        (x,), weight = inputs, params["weight"]
        per_group = weight.shape[1]
        group, inner = divmod(at[0], per_group)
        read = weight.shape[0] // self.groups
        indices, taps = [], []
        for axis in (0, 1):
            places = [
                (at[axis + 1] + self.cuts(axis)[0] - tap * self.dilation[axis], tap)
                for tap in range(weight.shape[2 + axis])
            ]
            stride = self.stride[axis]
            meeting = [(place // stride, tap) for place, tap in reversed(places) if place % stride == 0]
            indices.append([index for index, _ in meeting])
            taps.append([tap for _, tap in meeting])
        channels = range(group * read, (group + 1) * read)
        kernel = weight[channels.start : channels.stop, inner][:, taps[0]][:, :, taps[1]]
        return Arithmetic(
            operation="sum",
            kernel=kernel.astype(np.float64),
            bias=bias_of(params, at[0]),
            **cells(x, channels, indices[0], indices[1]),
        )

    def lowering(self, *inputs: Shape) -> MatrixForm:
        return MatrixForm(
            kernel_size=self.kernel_size,
            stride=self.stride,
            dilation=self.dilation,
            groups=self.groups,
            cuts=(self.cuts(0)[0], self.cuts(1)[0]),
        )

    def torch(self, *inputs: Shape) -> TorchCode:
        (top, bottom, _), (left, right, _) = self.cuts(0), self.cuts(1)
        arguments = [str(inputs[0][0]), str(self.out_channels), pair_code(self.kernel_size)]
        arguments.append(f"stride={pair_code(self.stride)}")
        call = "{self}({0})"
        if (top, left) != (bottom, right):  # PyTorch cuts alike on both sides: here the call cuts
            _, height, width = self.output_shape(*inputs)
            call += f"[:, :, {top}:{top + height}, {left}:{left + width}]"
        elif top or left:
            arguments.append(f"padding={pair_code((top, left))}")
        added = (self.cuts(0)[2], self.cuts(1)[2])
        if added != (0, 0):
            arguments.append(f"output_padding={pair_code(added)}")
        if self.groups != 1:
            arguments.append(f"groups={self.groups}")
        if not self.bias:
            arguments.append("bias=False")
        if self.dilation != (1, 1):
            arguments.append(f"dilation={pair_code(self.dilation)}")
        return TorchCode(call=call, module=f"nn.ConvTranspose2d({', '.join(arguments)})")

    def keras(self, *inputs: Shape) -> KerasCode:
        """As Keras' own where that can do it; else as a convolution over the values spread apart by zeros."""
        bias = "" if self.bias else ", use_bias=False"
        weights = {"bias": as_it_is("bias")} if self.bias else {}
        size = self.output_shape(*inputs)[1:]
        axes = list(zip(inputs[0][1:], self.stride, self.stamp.extent, (0, 1), strict=True))
        before = [self.cuts(axis)[0] for axis in (0, 1)]
        after = [n * s + max(e - s, 0) - before[axis] - size[axis] for n, s, e, axis in axes]
        dilation = "" if self.dilation == (1, 1) else f", dilation_rate={self.dilation}"
        strided_and_dilated = max(self.stride) > 1 and max(self.dilation) > 1
        kernel_size = pair_code(self.kernel_size)
        if self.groups == 1 and min(after) >= 0 and not strided_and_dilated:
            arguments = (
                f"{self.out_channels}, {kernel_size}, strides={pair_code(self.stride)}{dilation}{bias}"
            )
            call = f"layers.Conv2DTranspose({arguments}, {{name}})({{0}})"
            if any(before + after):
                sides = tuple(zip(before, after, strict=True))
                call = f"layers.Cropping2D({sides})({call})"
            kernel = lambda params: params["weight"].transpose(2, 3, 1, 0)  # noqa: E731
            return KerasCode(call, {"kernel": kernel, **weights})
        pads = []
        for n, s, e, axis in axes:
            first = e - 1 - before[axis]
            pads.append((first, size[axis] + e - 1 - first - ((n - 1) * s + 1)))
        arguments = f"{self.out_channels}, {kernel_size}{dilation}, groups={self.groups}{bias}"
        spread = padded(f"spread({{0}}, {self.stride})", (pads[0], pads[1]))
        return KerasCode(
            f"layers.Conv2D({arguments}, {{name}})({spread})",
            {"kernel": self._turned, **weights},
            helpers=("spread",),
        )

    def _turned(self, params: "Mapping[str, Array]") -> "Array":
        """The kernel of the convolution that does the same: (h, w, in / groups, out), turned by 180°."""
        weight = params["weight"]
        grouped = weight.reshape(self.groups, -1, *weight.shape[1:]).transpose(3, 4, 1, 0, 2)
        return grouped.reshape(*grouped.shape[:3], -1)[::-1, ::-1]

    def onnx(self, *inputs: Shape) -> OnnxNode:
        """Output padding as a smaller cut, or as zeros after the input, which every runtime allows."""
        ends, zeros = [], []
        for axis, stride in enumerate(self.stride):
            _, after, added = self.cuts(axis)
            more = -(-max(added - after, 0) // stride)
            zeros.append(more)
            ends.append(after - added + more * stride)
        node = OnnxNode(
            "ConvTranspose",
            {
                "kernel_shape": self.kernel_size,
                "strides": self.stride,
                "dilations": self.dilation,
                "pads": (self.cuts(0)[0], self.cuts(1)[0], ends[0], ends[1]),
                "group": self.groups,
            },
            tuple(self.param_shapes(*inputs)),
        )
        if not any(zeros):
            return node
        return OnnxNode("Pad", constants=(OnnxConstant((0, 0, 0, 0, 0, 0, *zeros)),), then=node)
