"""Competition between neighbouring maps."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from engine.errors import ShapeError
from engine.layers.arithmetic import Arithmetic, ValueStep, one_cell
from engine.layers.base.layer import KerasCode, Layer, OnnxNode, Operations, TorchCode, field, require_map
from engine.layers.base.lowering import ResponseNormForm
from engine.layers.base.registry import layer
from engine.shapes import Shape, count_text, elements

if TYPE_CHECKING:
    from engine.layers.base.layer import Array


@layer
class LocalResponseNorm(Layer):
    """Divide each value by what its neighbours among the maps respond at the same pixel.

    y[c] = x[c] / (k + (alpha / size) · Σ x[j]²)^beta over the maps j with |j − c| ≤ (size − 1)/2

    Shapes: unchanged. AlexNet's paper does not divide alpha by the size; Caffe,
    PyTorch and ONNX do, as here.
    """

    group = "Activation, norm"
    bends = True
    role_name = "normalization"
    title = "Local response"
    source = "Krizhevsky, Sutskever & Hinton, ImageNet classification, NIPS 2012, section 3.3"
    rank = 33
    short = "LRN"
    figure_word = "LocalRespNorm"
    aliases = ("lrn", "local response normalisation", "local response normalization", "lateral inhibition")

    size: int = field(default=5, minimum=1, maximum=1023, help="Number of maps that compete: an odd number.")
    alpha: float = field(default=1e-4, minimum=0, maximum=1000, help="How much the neighbours count.")
    beta: float = field(default=0.75, minimum=0, maximum=10, help="Power of the divisor.")
    k: float = field(default=1.0, minimum=0.001, maximum=1000, help="What the divisor starts from.")

    @property
    def detail(self) -> str:
        return f"over {count_text(self.size, 'map')}"

    def output_shape(self, *inputs: Shape) -> Shape:
        require_map(self.kind, inputs[0])
        if self.size % 2 == 0:
            raise ShapeError(
                f"size={self.size} has no middle: an odd number such as {self.size + 1} has.", setting="size"
            )
        return inputs[0]

    def operations(self, *inputs: Shape) -> Operations:
        channels, height, width = inputs[0]
        half = self.size // 2
        seen = sum(min(c + half, channels - 1) - max(c - half, 0) + 1 for c in range(channels))
        values = elements(inputs[0])
        # Per value: its square, the sum of the squares, · alpha / size, + k, the power, the division.
        return Operations(multiply=2 * values, add=seen * height * width, exp=values, divide=values)

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        from engine.kernels.local_response import local_response

        return local_response(inputs[0], self.size, self.alpha, self.beta, self.k)

    def taken_apart(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", at: tuple[int, ...]
    ) -> Arithmetic:
        """By the energy of its neighbours among the maps."""
        import numpy as np

        x, half = inputs[0], self.size // 2
        value = float(x[(0, *at)])
        near = x[0, max(0, at[0] - half) : at[0] + half + 1, at[1], at[2]].astype(np.float64)
        energy = float(np.square(near).sum())
        base = self.k + self.alpha / self.size * energy
        divisor = base**self.beta
        return Arithmetic(
            operation="sum",
            kernel=np.full((1, 1, 1), 1 / divisor),
            steps=(
                ValueStep(f"Σ x² over {count_text(len(near), 'map')}", None, energy),
                ValueStep("× α / size", self.alpha / self.size, energy * self.alpha / self.size),
                ValueStep("+ k", self.k, base),
                ValueStep("to the power β", self.beta, divisor),
                ValueStep("x ÷ that", value, value / divisor),
            ),
            **one_cell(x, at),
        )

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        from engine.kernels.local_response import local_response_gradient

        return (local_response_gradient(inputs[0], dy, self.size, self.alpha, self.beta, self.k),)

    def lowering(self, *inputs: Shape) -> ResponseNormForm:
        return ResponseNormForm(size=self.size, alpha=self.alpha, beta=self.beta, k=self.k)

    def torch(self, *inputs: Shape) -> TorchCode:
        settings = f"{self.size}, alpha={self.alpha!r}, beta={self.beta!r}, k={self.k!r}"
        return TorchCode(call="{self}({0})", module=f"nn.LocalResponseNorm({settings})")

    def keras(self, *inputs: Shape) -> KerasCode:
        settings = f"{self.size}, alpha={self.alpha!r}, beta={self.beta!r}, k={self.k!r}"
        return KerasCode(f"response_norm({{0}}, {settings})", helpers=("response_norm",))

    def onnx(self, *inputs: Shape) -> OnnxNode:
        return OnnxNode("LRN", {"size": self.size, "alpha": self.alpha, "beta": self.beta, "bias": self.k})
