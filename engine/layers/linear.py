"""The fully connected layer."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from engine.errors import ShapeError
from engine.layers.arithmetic import Arithmetic, bias_of, cells
from engine.layers.base.keras_code import as_it_is
from engine.layers.base.layer import KerasCode, Layer, OnnxNode, Operations, TorchCode, field
from engine.layers.base.lowering import MatrixForm
from engine.layers.base.registry import layer
from engine.layers.base.sums import channel_sums
from engine.shapes import VALID, Shape, is_map, shape_text

if TYPE_CHECKING:
    from engine.layers.base.layer import Array
    from engine.layers.convolution import Conv2d


@layer
class Linear(Layer):
    """Every output is a weighted sum of all inputs, plus a bias.

    y[k] = bias[k] + Σ weight[k, f] · x[f]

    Shapes: (F,) → (out_features,). Weights: (out_features, F). It is a convolution in disguise: one whose
    kernel covers the whole map, and after that 1×1.
    """

    group = "Shape and join"
    role_name = "reshape"
    title = "Linear"
    source = "Rosenblatt, The perceptron, 1958"
    rank = 2
    out_setting = "out_features"
    short = "fc"
    figure_word = "FC"
    family_name = "dense"
    aliases = ("dense", "fc", "fully connected", "inner product", "gemm", "mlp", "perceptron", "classifier")

    out_features: int = field(
        default=10, minimum=1, maximum=65536, label="Features out", help="Number of values that come out."
    )
    bias: bool = field(default=True, advanced=True, help="Add one learned number to each output.")

    @property
    def label(self) -> str:
        return f"Linear · {self.out_features}"

    @property
    def whole_input(self) -> bool:
        return True

    def as_convolution(self, shape: Shape) -> "Conv2d | None":
        from engine.layers.convolution import Conv2d

        if not is_map(shape):
            return None
        size = (shape[1], shape[2])
        return Conv2d(out_channels=self.out_features, kernel_size=size, padding=VALID, bias=self.bias)

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        if is_map(shape):
            raise ShapeError(
                f"Linear needs a vector, but its input is {shape_text(shape)}. Insert Flatten before it."
            )
        return (self.out_features,)

    def param_shapes(self, *inputs: Shape) -> Mapping[str, Shape]:
        weight = (self.out_features, inputs[0][0])
        return {"weight": weight} | ({"bias": (self.out_features,)} if self.bias else {})

    def macs(self, *inputs: Shape) -> int:
        return self.out_features * inputs[0][0]

    def operations(self, *inputs: Shape) -> Operations:
        return Operations(multiply_add=self.macs(*inputs), add=self.out_features if self.bias else 0)

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        from engine.kernels.dense import dense

        return dense(inputs[0], params["weight"], params.get("bias"))

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        from engine.kernels.dense import dense_input_gradient

        return (dense_input_gradient(dy, params["weight"]),)

    def parameter_gradients(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "Mapping[str, Array]":
        from engine.kernels.dense import dense

        columns, slopes = inputs[0].T, dy.T
        return {"weight": dense(slopes, columns, None)} | ({"bias": channel_sums(dy)} if self.bias else {})

    def taken_apart(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", at: tuple[int, ...]
    ) -> Arithmetic:
        import numpy as np

        (x,) = inputs
        return Arithmetic(
            operation="sum",
            kernel=params["weight"][at[0]].astype(np.float64)[:, None, None],
            bias=bias_of(params, at[0]),
            **cells(x[:, :, None, None], range(x.shape[1]), (0,), (0,)),
        )

    def lowering(self, *inputs: Shape) -> MatrixForm:
        return MatrixForm()

    def torch(self, *inputs: Shape) -> TorchCode:
        bias = "" if self.bias else ", bias=False"
        return TorchCode(call="{self}({0})", module=f"nn.Linear({inputs[0][0]}, {self.out_features}{bias})")

    def keras(self, *inputs: Shape) -> KerasCode:
        bias = "" if self.bias else "use_bias=False, "
        weights = {"kernel": lambda params: params["weight"].T}
        if self.bias:
            weights["bias"] = as_it_is("bias")
        return KerasCode(f"layers.Dense({self.out_features}, {bias}{{name}})({{0}})", weights)

    def onnx(self, *inputs: Shape) -> OnnxNode:
        return OnnxNode("Gemm", {"transB": 1}, tuple(self.param_shapes(*inputs)))
