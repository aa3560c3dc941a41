"""Means over parts of a map whose number, not size, is given; with one part: the global mean."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from engine.formula import Rule, number
from engine.layers.arithmetic import Arithmetic, cells
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
from engine.layers.base.lowering import GlobalPoolForm
from engine.layers.base.registry import layer
from engine.layers.base.torch_code import pair_code
from engine.shapes import Pair, Reach, Shape, pair_text

if TYPE_CHECKING:
    from engine.layers.base.layer import Array


class _PoolsToSize(Layer):
    """Mean over H' × W' parts of each map."""

    group = "Pooling"
    averages = True
    role_name = "pooling"

    @property
    def parts(self) -> Pair:
        """H', W'."""
        raise NotImplementedError

    @property
    def whole_input(self) -> bool:
        return self.parts == (1, 1)

    def reach(self, *inputs: Shape) -> tuple[Reach, Reach]:
        height, width = (_reach(n, out) for n, out in zip(inputs[0][1:], self.parts, strict=True))
        return height, width

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        require_map(self.kind, shape)
        return shape[0], *self.parts

    def operations(self, *inputs: Shape) -> Operations:
        channels = inputs[0][0]
        rows, cols = (_read(n, out) for n, out in zip(inputs[0][1:], self.parts, strict=True))
        made = channels * self.parts[0] * self.parts[1]
        return Operations(add=channels * rows * cols - made, divide=made)

    def size_rule(self, axis: int, *inputs: Shape) -> Rule:
        words = "one number for each map" if self.whole_input else f"a setting of {self.label}"
        return Rule(number(self.parts[axis]), words, self.source)

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        from engine.kernels.pooling import adaptive_spans, average

        (x,) = inputs
        return average(x, adaptive_spans((x.shape[2], x.shape[3]), self.parts))

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        from engine.kernels.pooling import adaptive_spans, average_gradient

        size = (inputs[0].shape[2], inputs[0].shape[3])
        return (average_gradient(dy, adaptive_spans(size, self.parts), size),)

    def taken_apart(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", at: tuple[int, ...]
    ) -> Arithmetic:
        (x,) = inputs
        shape = (x.shape[1], x.shape[2], x.shape[3])
        rows, columns = (self._part(at[1 + axis], axis, shape) for axis in (0, 1))
        counted = len(rows) * len(columns)
        return Arithmetic(
            operation="mean", divisor=counted, **cells(x, range(at[0], at[0] + 1), rows, columns)
        )

    def _part(self, output: int, axis: int, shape: Shape) -> range:
        """The rows (or columns) whose mean an output is."""
        size, parts = shape[1 + axis], self.parts[axis]
        return range(output * size // parts, -(-(output + 1) * size // parts))

    def lowering(self, *inputs: Shape) -> GlobalPoolForm | None:
        return GlobalPoolForm(maximum=False) if self.parts == (1, 1) else None

    def torch(self, *inputs: Shape) -> TorchCode:
        return TorchCode(call="{self}({0})", module=f"nn.AdaptiveAvgPool2d({pair_code(self.parts)})")


@layer
class GlobalAvgPool2d(_PoolsToSize):
    """The mean of each whole map: one number a channel, whatever the size of the photograph.

    y[c] = (1 / (H·W)) Σ x[c, h, w]

    Shapes: (C, H, W) → (C, 1, 1). In place of the large fully connected layers of earlier networks it has
    no parameters, and each map before it becomes the evidence for one thing.
    """

    title = "Global average"
    source = "Lin, Chen & Yan, Network in network, ICLR 2014, section 3.2"
    rank = 2
    short = "global avg pool"
    figure_word = "AveragePool"
    aliases = ("gap", "globalaveragepooling2d", "global average pooling", "mean", "squeeze")

    @property
    def parts(self) -> Pair:
        return 1, 1

    def keras(self, *inputs: Shape) -> KerasCode:
        return KerasCode("layers.GlobalAveragePooling2D(keepdims=True, {name})({0})")

    def onnx(self, *inputs: Shape) -> OnnxNode:
        return OnnxNode("GlobalAveragePool")


@layer
class AdaptiveAvgPool2d(_PoolsToSize):
    """Means over a given number of parts of each map, so that any photograph gives the same output size.

    Output row o is the mean of the rows floor(o·H / H') … ceil((o + 1)·H / H') − 1; columns alike. Where H'
    does not divide H the parts overlap by a row.

    Shapes: (C, H, W) → (C, H', W').
    """

    title = "Adaptive average"
    source = "He et al., Spatial pyramid pooling in deep convolutional networks, 2014, section 2.2"
    rank = 3
    short = "avg pool"
    aliases = ("adaptive average pooling", "adaptiveavgpool", "spatial pyramid", "resize")

    output_size: Pair = field(
        default=(7, 7), minimum=1, maximum=4096, label="Output size", help="Height and width that come out."
    )

    @property
    def parts(self) -> Pair:
        return self.output_size

    @property
    def label(self) -> str:
        return f"Average to {pair_text(self.output_size)}"

    def keras(self, *inputs: Shape) -> KerasCode:
        return KerasCode(f"layers.AdaptiveAveragePooling2D({self.output_size}, {{name}})({{0}})")

    def onnx(self, *inputs: Shape) -> OnnxNode:
        """As two matrices of means, one for the rows and one for the columns: ONNX has no operator for it."""
        if self.output_size == (1, 1):
            return OnnxNode("GlobalAveragePool")
        means = [_means(n, out) for n, out in zip(inputs[0][1:], self.output_size, strict=True)]
        return OnnxNode("Einsum", {"equation": "nchw,hi,wj->ncij"}, constants=(means[0], means[1]))


def _means(n: int, out: int) -> OnnxConstant:
    """(n, out): how much each of n values counts in each of the means."""
    spans = [(o * n // out, -(-(o + 1) * n // out)) for o in range(out)]
    values = tuple((first <= i < end) / (end - first) for i in range(n) for first, end in spans)
    return OnnxConstant(values, (n, out))


def _reach(n: int, out: int) -> Reach:
    """Floor and ceiling of multiples of n / out, as exact bounds in steps of its denominator."""
    step = Fraction(n, out)
    part = Fraction(1, step.denominator)
    return Reach.of(part - 1, step - part, step)


def _read(n: int, out: int) -> int:
    """How many rows (or columns) all parts read together, those read twice counted twice."""
    return sum(-(-(o + 1) * n // out) - o * n // out for o in range(out))
