"""Normalisation over the channels of every pixel."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from engine.layers.arithmetic import Arithmetic, column_at, normalized
from engine.layers.base.keras_code import as_it_is
from engine.layers.base.layer import KerasCode, Layer, OnnxNode, Operations, TorchCode, field
from engine.layers.base.lowering import LayerNormForm
from engine.layers.base.registry import layer
from engine.layers.base.sums import channel_sums
from engine.layers.group_norm import normalizing
from engine.shapes import Shape, elements, is_map

if TYPE_CHECKING:
    from engine.layers.base.layer import Array


@layer
class LayerNorm(Layer):
    """Shift and scale the channels at every pixel, or the features of a vector, to mean 0 and variance 1.

    y[c] = weight[c] · (x[c] − mean) / √(variance + eps) + bias[c], with mean and variance over the channels
    of the same pixel, as in ConvNeXt: no pixel depends on another. Shapes: unchanged. Trained: weight and
    bias, 2·C.
    """

    group = "Activation, norm"
    bends = True
    role_name = "normalization"
    title = "Layer norm"
    source = "Ba, Kiros & Hinton, Layer normalization, 2016; Liu et al., A ConvNet for the 2020s, 2022"
    rank = 30
    short = "LN"
    aliases = ("ln", "layernormalization", "layer normalisation", "layer normalization")

    eps: float = field(
        default=1e-5, minimum=0, maximum=1, advanced=True, help="Added to the variance before the root."
    )

    def param_shapes(self, *inputs: Shape) -> Mapping[str, Shape]:
        return dict.fromkeys(("weight", "bias"), (inputs[0][0],))

    def operations(self, *inputs: Shape) -> Operations:
        values = elements(inputs[0])
        return normalizing(values, values // inputs[0][0], affine=True)

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        from engine.kernels.affine import affine
        from engine.kernels.normalization import normalize_channels

        return affine(normalize_channels(inputs[0], self.eps), params["weight"], params["bias"])

    def taken_apart(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", at: tuple[int, ...]
    ) -> Arithmetic:
        """By mean and variance over the channels of its pixel."""
        return normalized(inputs[0], at, column_at(inputs[0], at), self.eps, params)

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        from engine.kernels.normalization import normalize_gradient

        (x,) = inputs
        flat = (*x.shape[:2], -1)
        scaled = dy.reshape(flat) * params["weight"][:, None]
        return (normalize_gradient(x.reshape(flat), scaled, 1, self.eps).reshape(x.shape),)

    def parameter_gradients(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "Mapping[str, Array]":
        from engine.kernels.normalization import normalize_channels

        normal = normalize_channels(inputs[0], self.eps)
        return {"weight": channel_sums(dy * normal), "bias": channel_sums(dy)}

    def lowering(self, *inputs: Shape) -> LayerNormForm:
        return LayerNormForm(epsilon=self.eps)

    def torch(self, *inputs: Shape) -> TorchCode:
        eps = "" if self.eps == 1e-5 else f", eps={self.eps!r}"
        call = "{self}({0}.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)"
        return TorchCode(
            call=call if is_map(inputs[0]) else "{self}({0})", module=f"nn.LayerNorm({inputs[0][0]}{eps})"
        )

    def keras(self, *inputs: Shape) -> KerasCode:
        call = f"layers.LayerNormalization(epsilon={self.eps!r}, {{name}})({{0}})"
        return KerasCode(call, {"gamma": as_it_is("weight"), "beta": as_it_is("bias")})

    def onnx(self, *inputs: Shape) -> OnnxNode:
        settings = {"axis": -1, "epsilon": self.eps}
        if not is_map(inputs[0]):
            return OnnxNode("LayerNormalization", settings, ("weight", "bias"))
        back = OnnxNode("Transpose", {"perm": (0, 3, 1, 2)})
        return OnnxNode(
            "Transpose",
            {"perm": (0, 2, 3, 1)},
            then=OnnxNode("LayerNormalization", settings, ("weight", "bias"), then=back),
        )
