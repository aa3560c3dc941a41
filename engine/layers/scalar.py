"""One number added, multiplied and the like, or one function, at every value."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from engine.layers.base.layer import KerasCode, Layer, OnnxConstant, OnnxNode, Operations, TorchCode, field
from engine.layers.base.lowering import ClampForm
from engine.layers.base.registry import layer
from engine.shapes import Shape, elements

if TYPE_CHECKING:
    from engine.layers.base.layer import Array

SIGNS: Final = {
    "add": "x + {}", "subtract from": "{} − x", "multiply": "x · {}", "divide by": "x / {}",
    "divide": "{} / x", "power": "x ^ {}",
}  # fmt: skip
_COUNTS: Final = {
    "add": Operations(add=1), "subtract from": Operations(add=1), "multiply": Operations(multiply=1),
    "divide by": Operations(divide=1), "divide": Operations(divide=1), "power": Operations(exp=1),
}  # fmt: skip


class _ValueByValue(Layer):
    """A function of every value that numpy computes."""

    group = "Activation, norm"
    role_name = "activation"
    commutes_with_flatten = True


@layer
class Scalar(_ValueByValue):
    """One number with every value: added, multiplied, as a divisor, as a power.

    y = x + v, v − x, x · v, x / v, v / x or x^v, with v = `value`. Shapes: unchanged. Nothing is trained:
    the factor 0.17 of Inception-ResNet's branches, the gains of a network without normalisation.
    """

    title = "Scalar"
    source = (
        "Szegedy et al., Inception-v4 and Inception-ResNet, AAAI 2017, section 3.3 (scaling of residuals)"
    )
    rank = 35
    aliases = ("add a number", "multiply by a number", "divide by a number", "power", "square", "scalar")

    operation: str = field(default="multiply", choices=tuple(SIGNS), help="What is done with the number.")
    value: float = field(default=1.0, minimum=-1e9, maximum=1e9, help="The number.")

    @property
    def label(self) -> str:
        return SIGNS[self.operation].format(f"{self.value:.4g}")

    @property
    def bends(self) -> bool:  # type: ignore[override]  # a setting of this kind
        """Whether the number divides by the input, or is its power."""
        return self.operation == "divide" or (self.operation == "power" and self.value not in (0.0, 1.0))

    def operations(self, *inputs: Shape) -> Operations:
        return _COUNTS[self.operation].times(elements(inputs[0]))

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        import numpy as np

        (x,), v = inputs, np.float32(self.value)
        with np.errstate(all="ignore"):
            match self.operation:
                case "add":
                    return x + v
                case "subtract from":
                    return v - x
                case "multiply":
                    return x * v
                case "divide by":
                    return x / v
                case "divide":
                    return v / x
                case _:
                    return np.power(x, v)

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        import numpy as np

        (x,), v = inputs, np.float32(self.value)
        with np.errstate(all="ignore"):
            match self.operation:
                case "add":
                    return (dy,)
                case "subtract from":
                    return (-dy,)
                case "multiply":
                    return (dy * v,)
                case "divide by":
                    return (dy / v,)
                case "divide":
                    return (-dy * output / x,)
                case _:
                    return (dy * v * np.power(x, v - np.float32(1)),)

    def torch(self, *inputs: Shape) -> TorchCode:
        sign = SIGNS[self.operation].format(repr(self.value))
        sign = sign.replace("x", "{0}").replace("−", "-").replace("·", "*").replace("^", "**")
        return TorchCode(call=sign)

    def keras(self, *inputs: Shape) -> KerasCode:
        return KerasCode(self.torch(*inputs).call)

    def onnx(self, *inputs: Shape) -> OnnxNode:
        number = OnnxConstant((self.value,), ())
        if self.operation == "subtract from":
            return OnnxNode("Neg", then=OnnxNode("Add", constants=(number,)))
        if self.operation == "divide":
            return OnnxNode("Reciprocal", then=OnnxNode("Mul", constants=(number,)))
        names = {"add": "Add", "multiply": "Mul", "divide by": "Div", "power": "Pow"}
        return OnnxNode(names[self.operation], constants=(number,))


@layer
class Clamp(_ValueByValue):
    """Every value held between two bounds, or on one side of one.

    y = min(max(x, low), high). Shapes: unchanged. ReLU is the clamp at 0, ReLU6 that between 0 and 6.
    """

    title = "Clamp"
    source = "Collobert, Large scale machine learning, 2004 (hard tanh: between −1 and 1)"
    rank = 10
    aliases = ("clip", "hard tanh", "hardtanh", "bounds", "relu1")

    low: float = field(default=-1.0, minimum=-1e9, maximum=1e9, help="No value is smaller.")
    high: float = field(default=1.0, minimum=-1e9, maximum=1e9, help="No value is larger.")
    sides: str = field(
        default="both", choices=("both", "low", "high"), advanced=True, help="Which of the bounds count."
    )

    @property
    def detail(self) -> str:
        low, high = f"at least {self.low:g}", f"at most {self.high:g}"
        return {"low": low, "high": high}.get(self.sides, f"{low}, {high}")

    @property
    def bounds(self) -> tuple[float, float]:
        """The bounds, one that does not count as infinity."""
        low = float("-inf") if self.sides == "high" else self.low
        return low, float("inf") if self.sides == "low" else self.high

    @property
    def bends(self) -> bool:  # type: ignore[override]  # a setting of this kind
        """Whether there is anything between the bounds."""
        return self.bounds[0] < self.bounds[1]

    def lowering(self, *inputs: Shape) -> ClampForm | None:
        low, high = self.bounds
        return ClampForm(low=low, high=high) if low <= high else None

    def operations(self, *inputs: Shape) -> Operations:
        return Operations(compare=2 if self.sides == "both" else 1).times(elements(inputs[0]))

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        import numpy as np

        low, high = self.bounds
        return np.minimum(np.maximum(inputs[0], np.float32(low)), np.float32(high))

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        import numpy as np

        low, high = self.bounds
        return (np.where((inputs[0] > low) & (inputs[0] < high), dy, np.float32(0)),)

    def torch(self, *inputs: Shape) -> TorchCode:
        low = "None" if self.sides == "high" else repr(self.low)
        high = "None" if self.sides == "low" else repr(self.high)
        return TorchCode(call=f"torch.clamp({{0}}, {low}, {high})")

    def keras(self, *inputs: Shape) -> KerasCode:
        low, high = self.bounds
        call = "{0}" if self.sides == "high" else f"ops.maximum({{0}}, {low!r})"
        return KerasCode(call if self.sides == "low" else f"ops.minimum({call}, {high!r})")

    def onnx(self, *inputs: Shape) -> OnnxNode:
        low = None if self.sides == "high" else OnnxConstant((self.low,), ())
        high = None if self.sides == "low" else OnnxConstant((self.high,), ())
        return OnnxNode("Clip", constants=(low, high))


FUNCTIONS: Final = {
    "abs": "Abs", "ceil": "Ceil", "cos": "Cos", "erf": "Erf", "exp": "Exp", "floor": "Floor", "log": "Log",
    "neg": "Neg", "reciprocal": "Reciprocal", "round": "Round", "sign": "Sign", "sin": "Sin", "sqrt": "Sqrt",
}  # fmt: skip
"""Functions as PyTorch and ONNX call them."""
_PLAIN: Final = {
    "abs": Operations(compare=1), "ceil": Operations(add=1), "floor": Operations(add=1),
    "neg": Operations(add=1), "reciprocal": Operations(divide=1), "round": Operations(add=1),
    "sign": Operations(compare=2),
}  # fmt: skip


@layer
class Function(_ValueByValue):
    """A function of calculus at every value: a root, a logarithm, the error function.

    y = f(x). Shapes: unchanged.
    """

    title = "Function"
    source = "Abramowitz & Stegun, Handbook of mathematical functions, 1964, chapters 4 and 7"
    rank = 36
    aliases = (*FUNCTIONS, "absolute", "square root", "logarithm", "exponential", "sine", "negate")

    function: str = field(default="sqrt", choices=tuple(FUNCTIONS), help="The function, as PyTorch calls it.")

    @property
    def label(self) -> str:
        return {"abs": "|x|", "neg": "−x", "sqrt": "√x", "reciprocal": "1 / x"}.get(
            self.function, f"{self.function} x"
        )

    @property
    def bends(self) -> bool:  # type: ignore[override]  # a setting of this kind
        """All but the absolute value, which is two straight lines, and the negative."""
        return self.function not in ("abs", "neg")

    def operations(self, *inputs: Shape) -> Operations:
        return _PLAIN.get(self.function, Operations(exp=1)).times(elements(inputs[0]))

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        import numpy as np

        (x,) = inputs
        with np.errstate(all="ignore"):
            if self.function == "erf":
                return _erf(x)
            if self.function == "reciprocal":
                return np.float32(1) / x
            name = {"neg": "negative"}.get(self.function, self.function)
            return np.asarray(getattr(np, name)(x), np.float32)

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        import numpy as np

        (x,) = inputs
        with np.errstate(all="ignore"):
            match self.function:
                case "abs":
                    slope = np.sign(x)
                case "cos":
                    slope = -np.sin(x)
                case "erf":
                    slope = np.float32(2 / np.sqrt(np.pi)) * np.exp(-x * x)
                case "exp":
                    slope = output
                case "log":
                    slope = np.float32(1) / x
                case "neg":
                    slope = np.full_like(x, -1)
                case "reciprocal":
                    slope = -output * output
                case "sin":
                    slope = np.cos(x)
                case "sqrt":
                    slope = np.float32(0.5) / output
                case _:
                    slope = np.zeros_like(x)
            return (dy * slope,)

    def torch(self, *inputs: Shape) -> TorchCode:
        return TorchCode(call=f"torch.{self.function}({{0}})")

    def keras(self, *inputs: Shape) -> KerasCode:
        name = {"neg": "negative"}.get(self.function, self.function)
        return KerasCode(f"ops.{name}({{0}})")

    def onnx(self, *inputs: Shape) -> OnnxNode:
        return OnnxNode(FUNCTIONS[self.function])


def _erf(x: "Array") -> "Array":
    """The error function, by that of the C library."""
    from math import erf

    import numpy as np

    made = np.fromiter((erf(value) for value in x.ravel().tolist()), np.float32, x.size)
    return made.reshape(x.shape)
