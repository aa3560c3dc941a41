"""Differences, quotients and extremes of branches, value by value."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from engine.layers.base.broadcast import broadcast_shape, summed
from engine.layers.base.keras_code import listed
from engine.layers.base.layer import KerasCode, Layer, OnnxNode, Operations, TorchCode
from engine.layers.base.registry import layer
from engine.shapes import Shape, elements

if TYPE_CHECKING:
    from engine.layers.base.layer import Array


class _Join(Layer):
    """Branches that meet value by value, those of size 1 along an axis repeated over it."""

    role_name = "merge"
    commutes_with_flatten = True
    min_inputs = 2
    max_inputs: ClassVar[int | None] = 2
    one_value: ClassVar[Operations] = Operations()
    """Operations for one value of each pair."""

    def output_shape(self, *inputs: Shape) -> Shape:
        return broadcast_shape(self.kind, *inputs)

    def operations(self, *inputs: Shape) -> Operations:
        return self.one_value.times((len(inputs) - 1) * elements(self.output_shape(*inputs)))


@layer
class Subtract(_Join):
    """The difference of two branches, value by value.

    y = x₀ − x₁. Shapes: alike; or one of them C×1×1, 1×H×W and the like, which is repeated over the other.
    """

    title = "Subtract"
    source = "Zhang et al., Beyond a Gaussian denoiser (DnCNN), TIP 2017, section III.A (residual learning)"
    rank = 5
    short = "−"
    aliases = ("difference", "sub", "minus")
    one_value = Operations(add=1)

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        return inputs[0] - inputs[1]

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        return summed(dy, inputs[0].shape), summed(-dy, inputs[1].shape)

    def torch(self, *inputs: Shape) -> TorchCode:
        return TorchCode(call="{0} - {1}")

    def keras(self, *inputs: Shape) -> KerasCode:
        return KerasCode("{0} - {1}")

    def onnx(self, *inputs: Shape) -> OnnxNode:
        return OnnxNode("Sub")


@layer
class Divide(_Join):
    """The quotient of two branches, value by value.

    y = x₀ / x₁. Shapes: alike; or one of them C×1×1, 1×H×W and the like, which is repeated over the other.
    Nothing keeps the divisor from zero.
    """

    title = "Divide"
    source = "Woo et al., ConvNeXt V2, CVPR 2023, equation 2 (divisive normalisation)"
    rank = 6
    short = "÷"
    aliases = ("quotient", "div", "ratio")
    bends = True
    one_value = Operations(divide=1)

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        import numpy as np

        with np.errstate(divide="ignore", invalid="ignore"):
            return inputs[0] / inputs[1]

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        import numpy as np

        first, second = inputs
        with np.errstate(divide="ignore", invalid="ignore"):
            share = dy / second
        return summed(share, first.shape), summed(-share * output, second.shape)

    def torch(self, *inputs: Shape) -> TorchCode:
        return TorchCode(call="{0} / {1}")

    def keras(self, *inputs: Shape) -> KerasCode:
        return KerasCode("{0} / {1}")

    def onnx(self, *inputs: Shape) -> OnnxNode:
        return OnnxNode("Div")


class _Extreme(_Join):
    """The largest or the smallest of the branches' values."""

    max_inputs = None
    one_value = Operations(compare=1)
    function: ClassVar[str] = ""
    """Of numpy and, the same, of PyTorch."""

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        import numpy as np

        y = inputs[0]
        for x in inputs[1:]:
            y = getattr(np, self.function)(y, x)
        return y

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        """To the first of those that won."""
        import numpy as np

        left = np.ones(output.shape, bool)
        made = []
        for x in inputs:
            won = left & (np.broadcast_to(x, output.shape) == output)
            left &= ~won
            made.append(summed(np.where(won, dy, np.float32(0)), x.shape))
        return tuple(made)

    def torch(self, *inputs: Shape) -> TorchCode:
        call = "{0}"
        for number in range(1, len(inputs)):
            call = f"torch.{self.function}({call}, {{{number}}})"
        return TorchCode(call=call)


@layer
class Maximum(_Extreme):
    """The larger of two or more branches, value by value: maxout.

    y = max(x₀, x₁, …). Shapes: alike; or some of them C×1×1, 1×H×W and the like, which are repeated.
    """

    title = "Maximum"
    source = "Goodfellow et al., Maxout networks, ICML 2013, section 3"
    rank = 7
    short = "max"
    aliases = ("max", "maxout", "larger")
    function = "maximum"

    def keras(self, *inputs: Shape) -> KerasCode:
        return KerasCode(f"layers.Maximum({{name}})([{listed(inputs)}])")

    def onnx(self, *inputs: Shape) -> OnnxNode:
        return OnnxNode("Max")


@layer
class Minimum(_Extreme):
    """The smaller of two or more branches, value by value.

    y = min(x₀, x₁, …). Shapes: alike; or some of them C×1×1, 1×H×W and the like, which are repeated.
    """

    title = "Minimum"
    source = "Goodfellow et al., Maxout networks, ICML 2013, section 3 (its mirror image)"
    rank = 8
    short = "min"
    aliases = ("min", "smaller")
    function = "minimum"

    def keras(self, *inputs: Shape) -> KerasCode:
        return KerasCode(f"layers.Minimum({{name}})([{listed(inputs)}])")

    def onnx(self, *inputs: Shape) -> OnnxNode:
        return OnnxNode("Min")


@layer
class Mean(_Join):
    """The mean of two or more branches, value by value: an ensemble in one network.

    y = (x₀ + x₁ + …) / number of branches. Shapes: alike; or some of them C×1×1, 1×H×W and the like, which
    are repeated.
    """

    title = "Mean"
    source = "Larsson, Maire & Shakhnarovich, FractalNet, ICLR 2017, section 3 (join by mean)"
    rank = 9
    max_inputs = None
    short = "mean"
    aliases = ("average", "ensemble", "join")

    def operations(self, *inputs: Shape) -> Operations:
        values = elements(self.output_shape(*inputs))
        return Operations(add=(len(inputs) - 1) * values, divide=values)

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        import numpy as np

        y = inputs[0]
        for x in inputs[1:]:
            y = y + x
        return y / np.float32(len(inputs))

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        import numpy as np

        share = dy / np.float32(len(inputs))
        return tuple(summed(share, x.shape) for x in inputs)

    def torch(self, *inputs: Shape) -> TorchCode:
        return TorchCode(call=f"({' + '.join(f'{{{n}}}' for n in range(len(inputs)))}) / {len(inputs)}")

    def keras(self, *inputs: Shape) -> KerasCode:
        call = f"({' + '.join(f'{{{n}}}' for n in range(len(inputs)))}) / {len(inputs)}"
        return KerasCode(call)

    def onnx(self, *inputs: Shape) -> OnnxNode:
        return OnnxNode("Mean")
