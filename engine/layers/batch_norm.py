"""Batch normalisation as it is used after training."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from engine.errors import ShapeError
from engine.layers.arithmetic import Arithmetic, ValueStep, cells
from engine.layers.base.keras_code import as_it_is
from engine.layers.base.layer import (
    Draw,
    KerasCode,
    Layer,
    OnnxNode,
    Operations,
    TorchCode,
    field,
    require_map,
)
from engine.layers.base.lowering import AffineForm
from engine.layers.base.registry import layer
from engine.layers.base.sums import channel_sums
from engine.shapes import Shape, elements

if TYPE_CHECKING:
    from engine.layers.base.layer import Array

PARAMETERS = ("weight", "bias", "running_mean", "running_var")

ENOUGH: Final = 64
"""Values of a channel whose mean and variance are taken as they are. Fewer are filled up to as many with
what all channels have on average: the variance of a few values is far off, and that of one is 0."""
LEAST: Final = 0.01
"""A channel's variance is at least this part of the average one, lest what was nearly silent on one
photograph is deafening on another."""

MOMENTUM = 0.1
"""Share of the new in the running statistics: PyTorch's `momentum`, Keras' and ONNX's is 1 less this."""


@layer
class BatchNorm2d(Layer):
    """Shift and scale each map by the mean and variance that training saw, then by two learned numbers.

    y[c] = weight[c] · (x[c] − running_mean[c]) / √(running_var[c] + eps) + bias[c]

    Shapes: unchanged. Trained: weight and bias, 2·C. The running statistics, again 2·C, are measured, not
    trained: PyTorch's totals leave them out, Keras' include them. Once trained it is one multiplication and
    one addition a value, which engines fold into the convolution before it.
    """

    group = "Activation, norm"
    role_name = "normalization"
    title = "Batch norm"
    source = "Ioffe & Szegedy, Batch normalization, ICML 2015, algorithm 2"
    non_trainable = ("running_mean", "running_var")
    rank = 1
    short = "BN"
    often = 4
    follows = ("convolution", "pointwise", "depthwise")
    aliases = ("bn", "batchnorm", "batchnormalization", "batch normalisation", "batch normalization")

    eps: float = field(
        default=1e-5, minimum=0, maximum=1, advanced=True, help="Added to the variance before the root."
    )

    def output_shape(self, *inputs: Shape) -> Shape:
        require_map(self.kind, inputs[0])
        return inputs[0]

    def param_shapes(self, *inputs: Shape) -> Mapping[str, Shape]:
        return dict.fromkeys(PARAMETERS, (inputs[0][0],))

    def misfit_of(self, name: str, values: "Array") -> str:
        if name != "running_var":
            return ""
        channel = int(values.argmin())
        least = float(values[channel])
        if least < 0:
            return (
                f"running_var is {least:g} in channel {channel} of {self.label}, and a variance is never"
                " negative. Draw the weights anew, or give it a number of at least 0."
            )
        if least + self.eps == 0:
            return (
                f"running_var is 0 in channel {channel} of {self.label}, and eps is 0 too: that divides by 0."
                " An eps of 1e-05 helps, or a variance above 0."
            )
        return ""

    def operations(self, *inputs: Shape) -> Operations:
        return Operations(multiply=elements(inputs[0]), add=elements(inputs[0]))

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        from engine.kernels.affine import affine

        scale, shift = self.folded(params)
        return affine(inputs[0], scale, shift)

    def in_training(self, x: "Array") -> "tuple[Array, Mapping[str, Array]]":
        import numpy as np

        count = x.shape[0] * x.shape[2] * x.shape[3]
        mean = x.mean(axis=(0, 2, 3), dtype=np.float64)
        centred = x - mean.astype(np.float32)[:, None, None]
        variance = np.square(centred).mean(axis=(0, 2, 3), dtype=np.float64)
        own = min(count, ENOUGH) / ENOUGH
        usual = own * variance.mean() + (1 - own) * (variance.mean() + mean.var())
        mean = own * mean + (1 - own) * mean.mean()
        variance = np.maximum(own * variance + (1 - own) * usual, LEAST * usual)
        if not (np.isfinite(mean).all() and np.isfinite(variance).all() and usual > 0):
            return x, {}
        values = {"running_mean": mean.astype(np.float32), "running_var": variance.astype(np.float32)}
        start = {"weight": np.ones(len(mean), np.float32), "bias": np.zeros(len(mean), np.float32)}
        scale, shift = self.folded(start | values)
        return x * scale[:, None, None] + shift[:, None, None], values

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        from engine.kernels.affine import affine

        scale, shift = self.folded(params)
        return (affine(dy, scale, shift * 0),)

    def parameter_gradients(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "Mapping[str, Array]":
        import numpy as np

        (x,) = inputs
        deviation = np.sqrt(params["running_var"] + np.float64(self.eps))
        normal = (x - params["running_mean"][:, None, None]) / deviation[:, None, None]
        return {"weight": channel_sums(dy * normal), "bias": channel_sums(dy)}

    def forward_in_training(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", draw: Draw
    ) -> "tuple[Array, Mapping[str, Array]]":
        """With the batch's own mean and biased variance; the running ones move a tenth of the way to the
        batch's mean and unbiased variance, as in PyTorch. `ShapeError` for one value a channel."""
        import numpy as np

        (x,) = inputs
        values = x.shape[0] * x.shape[2] * x.shape[3]
        if values < 2:
            raise ShapeError(
                f"{self.label} cannot be trained on one value a channel: its variance is 0."
                " A batch of at least 2 pictures helps, or larger maps."
            )
        mean = x.mean(axis=(0, 2, 3), dtype=np.float64)
        variance = np.square(x - mean[:, None, None]).mean(axis=(0, 2, 3))
        kept = {"mean": mean, "variance": variance}
        measured = {"running_mean": mean, "running_var": variance * (values / (values - 1))}
        for name, found in measured.items():
            kept[name] = (params[name] + MOMENTUM * (found - params[name])).astype(np.float32)
        normal = (x - mean[:, None, None]) / np.sqrt(variance + self.eps)[:, None, None]
        y = normal * params["weight"][:, None, None] + params["bias"][:, None, None]
        return y.astype(np.float32), kept

    def backward_in_training(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array",
        kept: "Mapping[str, Array]", dy: "Array",
    ) -> "tuple[tuple[Array, ...], Mapping[str, Array]]":  # fmt: skip
        """Through the batch's mean and variance as well: Ioffe & Szegedy 2015, section 3."""
        import numpy as np

        scale = (1 / np.sqrt(kept["variance"] + self.eps))[:, None, None]
        normal = (inputs[0] - kept["mean"][:, None, None]) * scale
        mean = dy.mean(axis=(0, 2, 3), dtype=np.float64)[:, None, None]
        along = (dy * normal).mean(axis=(0, 2, 3))[:, None, None]
        dx = params["weight"][:, None, None] * scale * (dy - mean - normal * along)
        slopes = {"weight": channel_sums(dy * normal), "bias": channel_sums(dy)}
        return (dx.astype(np.float32),), slopes

    def folded(self, params: "Mapping[str, Array]") -> "tuple[Array, Array]":
        """The one scale and one shift a channel that it amounts to, each (C,)."""
        import numpy as np

        scale = params["weight"].astype(np.float64) / np.sqrt(params["running_var"] + np.float64(self.eps))
        shift = params["bias"] - params["running_mean"] * scale
        return scale.astype(np.float32), shift.astype(np.float32)

    def taken_apart(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", at: tuple[int, ...]
    ) -> Arithmetic:
        """With running statistics it is a product and a sum: the folded form, and the steps to it."""
        import numpy as np

        (x,), c = inputs, at[0]
        scale, shift = self.folded(params)
        value = float(x[(0, *at)])
        weight, bias, mean, variance = (float(params[name][c]) for name in PARAMETERS)
        deviation = float(np.sqrt(variance + self.eps))
        normal = (value - mean) / deviation
        return Arithmetic(
            operation="sum",
            kernel=np.full((1, 1, 1), scale[c], dtype=np.float64),
            bias=float(shift[c]),
            steps=(
                ValueStep("x", None, value),
                ValueStep("− mean", mean, value - mean),
                ValueStep("÷ √(variance + ε)", deviation, normal),
                ValueStep("× scale γ", weight, normal * weight),
                ValueStep("+ shift β", bias, normal * weight + bias),
            ),
            **cells(x, range(c, c + 1), (at[1],), (at[2],)),
        )

    def lowering(self, *inputs: Shape) -> AffineForm:
        return AffineForm(epsilon=self.eps)

    def torch(self, *inputs: Shape) -> TorchCode:
        eps = "" if self.eps == 1e-5 else f", eps={self.eps!r}"
        return TorchCode(call="{self}({0})", module=f"nn.BatchNorm2d({inputs[0][0]}{eps})")

    def keras(self, *inputs: Shape) -> KerasCode:
        names = dict(zip(("gamma", "beta", "moving_mean", "moving_variance"), PARAMETERS, strict=True))
        call = f"layers.BatchNormalization(epsilon={self.eps!r}, {{name}})({{0}})"
        return KerasCode(call, {keras: as_it_is(name) for keras, name in names.items()})

    def onnx(self, *inputs: Shape) -> OnnxNode:
        return OnnxNode("BatchNormalization", {"epsilon": self.eps}, PARAMETERS)
