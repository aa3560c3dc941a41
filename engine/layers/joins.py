"""Differences, quotients and extremes of branches, value by value."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from engine.layers.arithmetic import Arithmetic, ValueStep, step_by_step, subscript, values_at
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
    sign: ClassVar[str] = ""
    """What stands between two values where they are taken apart."""

    def output_shape(self, *inputs: Shape) -> Shape:
        return broadcast_shape(self.kind, *inputs)

    def operations(self, *inputs: Shape) -> Operations:
        return self.one_value.times((len(inputs) - 1) * elements(self.output_shape(*inputs)))

    def taken_apart(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", at: tuple[int, ...]
    ) -> Arithmetic:
        """One branch after the other."""
        import numpy as np

        values = [x[values_at(x, at)] for x in inputs]
        steps = [ValueStep("x₀", None, float(values[0]))]
        for number, value in enumerate(values[1:], start=1):
            so_far = [np.full((1, 1), steps[-1].running), np.full((1, 1), value, np.float64)]
            running = float(self.so_far(so_far).item())
            name = f"x{subscript(number)}"
            steps.append(ValueStep(f"{self.sign} {name}".strip(), float(value), running))
        return step_by_step(inputs[0], at, [*steps, *self.last_steps(steps[-1].running, len(values))])

    def so_far(self, values: "Sequence[Any]") -> Any:
        """What two values make, before `last_steps`."""
        return self.forward(values, {})

    def last_steps(self, running: float, count: int) -> tuple[ValueStep, ...]:
        """What is done once all branches are in."""
        return ()


@layer
class Subtract(_Join):
    """The difference of two branches, value by value.

    y = x₀ − x₁. Shapes: alike; or one of them C×1×1, 1×H×W and the like, which is repeated over the other.
    """

    title = "Subtract"
    source = "Zhang et al., Beyond a Gaussian denoiser (DnCNN), TIP 2017, section III.A (residual learning)"
    rank = 5
    short = "−"
    sign = "−"
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
    sign = "÷"
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
    sign = "max with"
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
    sign = "min with"
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
    sign = "+"
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

    def so_far(self, values: "Sequence[Any]") -> Any:
        return values[0] + values[1]

    def last_steps(self, running: float, count: int) -> tuple[ValueStep, ...]:
        return (ValueStep("÷ number of branches", float(count), running / count),)

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
