"""One learned factor a channel."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from engine.layers.arithmetic import Arithmetic, ValueStep, one_cell
from engine.layers.base.keras_code import as_it_is
from engine.layers.base.layer import KerasCode, Layer, OnnxNode, Operations, TorchCode
from engine.layers.base.lowering import AffineForm
from engine.layers.base.registry import layer
from engine.layers.base.sums import channel_sums
from engine.shapes import Shape, elements

if TYPE_CHECKING:
    from engine.layers.base.layer import Array


@layer
class Scale(Layer):
    """Multiply each channel by a learned number, as ConvNeXt's layer scale does with a branch.

    y[c] = weight[c] · x[c]. Shapes: unchanged, maps or vectors. Trained: C factors, here starting from 1.
    """

    group = "Activation, norm"
    role_name = "normalization"
    title = "Scale"
    source = "Touvron et al., Going deeper with image transformers, ICCV 2021, section 2"
    rank = 34
    aliases = ("layer scale", "layerscale", "gamma", "factor", "gain")

    def param_shapes(self, *inputs: Shape) -> Mapping[str, Shape]:
        return {"weight": (inputs[0][0],)}

    def operations(self, *inputs: Shape) -> Operations:
        return Operations(multiply=elements(inputs[0]))

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        from engine.kernels.affine import affine

        return affine(inputs[0], params["weight"], params["weight"] * 0)

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        return (self.forward((dy,), params),)

    def parameter_gradients(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "Mapping[str, Array]":
        return {"weight": channel_sums(dy * inputs[0])}

    def lowering(self, *inputs: Shape) -> AffineForm:
        return AffineForm()

    def taken_apart(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", at: tuple[int, ...]
    ) -> Arithmetic:
        """One product."""
        import numpy as np

        factor = float(params["weight"][at[0]])
        value = float(inputs[0][(0, *at)])
        return Arithmetic(
            operation="sum",
            kernel=np.full((1, 1, 1), factor),
            steps=(ValueStep("x", None, value), ValueStep("× factor", factor, value * factor)),
            **one_cell(inputs[0], at),
        )

    def torch(self, *inputs: Shape) -> TorchCode:
        shape = (-1,) + (1,) * (len(inputs[0]) - 1)
        return TorchCode(
            call=f"{{0}} * {{self}}['weight'].view{shape}",
            module=f"nn.ParameterDict({{'weight': nn.Parameter(torch.ones({inputs[0][0]}))}})",
        )

    def keras(self, *inputs: Shape) -> KerasCode:
        axes = "abc"[: len(inputs[0])]
        shape = tuple(inputs[0][1:]) + inputs[0][:1]
        call = f'layers.EinsumDense("n{axes},{axes[-1]}->n{axes}", output_shape={shape}, {{name}})({{0}})'
        return KerasCode(call, {"kernel": as_it_is("weight")})

    def onnx(self, *inputs: Shape) -> OnnxNode:
        shape = (inputs[0][0],) + (1,) * (len(inputs[0]) - 1)
        return OnnxNode("Mul", parameters=("weight",), reshaped={"weight": shape})
