"""From scores to shares."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from engine.layers.arithmetic import Arithmetic, ValueStep, column_at, step_by_step
from engine.layers.base.layer import KerasCode, Layer, OnnxNode, Operations, TorchCode
from engine.layers.base.lowering import SoftmaxForm
from engine.layers.base.registry import layer
from engine.shapes import Shape, elements

if TYPE_CHECKING:
    from engine.layers.base.layer import Array


@layer
class Softmax(Layer):
    """Turns scores into shares that add up to 1: over the features of a vector, or over the channels at
    every pixel of maps.

    y[c] = exp(x[c] − m) / Σ exp(x[k] − m), with m the largest score, which keeps the exponential finite.

    Shapes: unchanged.
    """

    group = "Activation, norm"
    bends = True
    role_name = "activation"
    title = "Softmax"
    source = "Bridle, Probabilistic interpretation of feedforward classification network outputs, 1990"
    rank = 2
    short = "softmax"
    figure_word = "SoftmaxActivation"
    family_name = "softmax"
    aliases = ("probability", "probabilities", "classifier", "normalised exponential")
    gives_shares = True

    def operations(self, *inputs: Shape) -> Operations:
        values = elements(inputs[0])
        groups = values // inputs[0][0]
        return Operations(compare=values - groups, add=values + values - groups, exp=values, divide=values)

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        from engine.kernels.softmax import softmax

        return softmax(inputs[0])

    def taken_apart(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", at: tuple[int, ...]
    ) -> Arithmetic:
        """Its exponential among those of all channels at its place."""
        import numpy as np

        x = inputs[0]
        value, column = float(x[(0, *at)]), column_at(x, at)
        largest = float(column.max())
        own, total = float(np.exp(value - largest)), float(np.exp(column - largest).sum())
        steps = (
            ValueStep("x", None, value),
            ValueStep("− the largest of all", largest, value - largest),
            ValueStep("exp", None, own),
            ValueStep(f"÷ Σ exp of all {len(column)}", total, own / total),
        )
        return step_by_step(x, at, steps)

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        shared = (dy * output).sum(axis=1, keepdims=True)
        return (output * (dy - shared),)

    def lowering(self, *inputs: Shape) -> SoftmaxForm:
        return SoftmaxForm()

    def torch(self, *inputs: Shape) -> TorchCode:
        return TorchCode(call="{self}({0})", module="nn.Softmax(1)")

    def keras(self, *inputs: Shape) -> KerasCode:
        return KerasCode("layers.Softmax({name})({0})")

    def onnx(self, *inputs: Shape) -> OnnxNode:
        return OnnxNode("Softmax", {"axis": 1})


@layer
class LogSoftmax(Layer):
    """The logarithm of softmax: scores that add up to 1 once they are exponentiated.

    y[c] = x[c] − m − ln Σ exp(x[k] − m), with m the largest score, over the features of a vector or the
    channels at every pixel of maps.

    Shapes: unchanged.
    """

    group = "Activation, norm"
    role_name = "activation"
    title = "Log softmax"
    source = "Bridle, Probabilistic interpretation of feedforward classification network outputs, 1990"
    rank = 3
    family_name = "softmax"
    bends = True
    aliases = ("log-softmax", "log probability", "negative log likelihood")

    def operations(self, *inputs: Shape) -> Operations:
        values = elements(inputs[0])
        groups = values // inputs[0][0]
        return Operations(compare=values - groups, add=3 * values - groups, exp=values + groups)

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        import numpy as np

        shifted = inputs[0] - inputs[0].max(axis=1, keepdims=True)
        return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)), np.float32)

    def taken_apart(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", at: tuple[int, ...]
    ) -> Arithmetic:
        """Its distance from the logarithm of the sum of all exponentials at its place."""
        import numpy as np

        x = inputs[0]
        value, column = float(x[(0, *at)]), column_at(x, at)
        largest = float(column.max())
        total = float(np.log(np.exp(column - largest).sum()))
        steps = (
            ValueStep("x", None, value),
            ValueStep("− the largest of all", largest, value - largest),
            ValueStep(f"− ln Σ exp of all {len(column)}", total, value - largest - total),
        )
        return step_by_step(x, at, steps)

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        import numpy as np

        return (dy - np.exp(output) * dy.sum(axis=1, keepdims=True),)

    def torch(self, *inputs: Shape) -> TorchCode:
        return TorchCode(call="{self}({0})", module="nn.LogSoftmax(1)")

    def keras(self, *inputs: Shape) -> KerasCode:
        return KerasCode("ops.log_softmax({0}, axis=-1)")

    def onnx(self, *inputs: Shape) -> OnnxNode:
        return OnnxNode("LogSoftmax", {"axis": 1})
