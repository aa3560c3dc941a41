"""Rectifiers: positive values pass, negative ones are cut off or damped."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from engine.layers.activation import Activation
from engine.layers.arithmetic import Arithmetic, ValueStep, step_by_step
from engine.layers.base.layer import KerasCode, Layer, OnnxConstant, OnnxNode, Operations, TorchCode, field
from engine.layers.base.lowering import ClampForm, LeakyForm
from engine.layers.base.registry import layer
from engine.layers.base.sums import channel_sums
from engine.shapes import Shape, elements

if TYPE_CHECKING:
    from engine.layers.base.layer import Array


@layer
class ReLU(Activation):
    """Rectified linear unit: negative values become zero.

    y = max(x, 0). Shapes: unchanged. A NaN stays a NaN. Without such a bend between them, two
    convolutions are one convolution.
    """

    title = "ReLU"
    source = "Nair & Hinton, Rectified linear units improve restricted Boltzmann machines, ICML 2010"
    rank = 0
    often = 2
    follows = ("convolution", "pointwise", "depthwise", "normalization", "merge")
    rectifies = True
    aliases = ("rectifier", "rectified linear", "nonlinearity", "max(0, x)")
    one_value = Operations(compare=1)

    def lowering(self, *inputs: Shape) -> ClampForm:
        return ClampForm(low=0.0)

    def torch(self, *inputs: Shape) -> TorchCode:
        return TorchCode(call="{self}({0})", module="nn.ReLU()")

    def keras(self, *inputs: Shape) -> KerasCode:
        return KerasCode("layers.ReLU({name})({0})")

    def onnx(self, *inputs: Shape) -> OnnxNode:
        return OnnxNode("Relu")


@layer
class ReLU6(Activation):
    """ReLU with a ceiling at 6, which keeps values in range for arithmetic with few bits.

    y = min(max(x, 0), 6). Shapes: unchanged.
    """

    title = "ReLU6"
    source = "Krizhevsky, Convolutional deep belief networks on CIFAR-10, 2010"
    rank = 10
    bends = True
    rectifies = True
    aliases = ("clip", "clamp", "capped rectifier")
    one_value = Operations(compare=2)

    def lowering(self, *inputs: Shape) -> ClampForm:
        return ClampForm(low=0.0, high=6.0)

    def torch(self, *inputs: Shape) -> TorchCode:
        return TorchCode(call="{self}({0})", module="nn.ReLU6()")

    def keras(self, *inputs: Shape) -> KerasCode:
        return KerasCode("layers.ReLU(max_value=6, {name})({0})")

    def onnx(self, *inputs: Shape) -> OnnxNode:
        return OnnxNode("Clip", constants=(OnnxConstant((0.0,), ()), OnnxConstant((6.0,), ())))


class _Leaky(Layer):
    """Negative values are multiplied by a slope of their channel."""

    group = "Activation, norm"
    role_name = "activation"

    def operations(self, *inputs: Shape) -> Operations:
        return Operations(compare=elements(inputs[0]), multiply=elements(inputs[0]))

    def slopes(self, channels: int, params: "Mapping[str, Array]") -> "Array":
        """The slope of each channel, (C,)."""
        raise NotImplementedError

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        from engine.kernels.pointwise import leaky

        return leaky(inputs[0], self.slopes(inputs[0].shape[1], params))

    def taken_apart(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", at: tuple[int, ...]
    ) -> Arithmetic:
        """A product with the slope where it is negative."""
        value = float(inputs[0][(0, *at)])
        steps = [ValueStep("x", None, value)]
        if value > 0 or value != value:
            steps.append(ValueStep("passes", None, value))
        else:
            slope = float(self.slopes(inputs[0].shape[1], params)[at[0]])
            steps.append(ValueStep("× slope", slope, value * slope))
        return step_by_step(inputs[0], at, steps)

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        from engine.kernels.pointwise import leaky_gradient

        return (leaky_gradient(inputs[0], dy, self.slopes(inputs[0].shape[1], params)),)


@layer
class LeakyReLU(_Leaky):
    """ReLU that lets a little of the negative values through, so that no unit falls silent for good.

    y = x where x > 0, else negative_slope · x. Shapes: unchanged.
    """

    title = "Leaky ReLU"
    source = "Maas, Hannun & Ng, Rectifier nonlinearities improve neural network acoustic models, 2013"
    rank = 11
    commutes_with_flatten = True
    aliases = ("lrelu", "leaky", "leaky rectifier")

    negative_slope: float = field(
        default=0.01, minimum=-10, maximum=10, help="What negative values are multiplied by."
    )

    @property
    def detail(self) -> str:
        return f"slope {self.negative_slope:g}"

    def slopes(self, channels: int, params: "Mapping[str, Array]") -> "Array":
        import numpy as np

        return np.full(channels, self.negative_slope, np.float32)

    def lowering(self, *inputs: Shape) -> LeakyForm:
        return LeakyForm(slope=self.negative_slope)

    def torch(self, *inputs: Shape) -> TorchCode:
        return TorchCode(call="{self}({0})", module=f"nn.LeakyReLU({self.negative_slope!r})")

    def keras(self, *inputs: Shape) -> KerasCode:
        return KerasCode(f"layers.LeakyReLU({self.negative_slope!r}, {{name}})({{0}})")

    def onnx(self, *inputs: Shape) -> OnnxNode:
        return OnnxNode("LeakyRelu", {"alpha": self.negative_slope})


@layer
class PReLU(_Leaky):
    """Leaky ReLU whose slope is learned, one for each channel.

    y[c] = x[c] where x[c] > 0, else weight[c] · x[c]. Shapes: unchanged. Trained: C slopes (or a single
    one where they are shared), which start from 0.25.
    """

    title = "PReLU"
    source = "He et al., Delving deep into rectifiers, ICCV 2015, section 2.1"
    rank = 12
    aliases = ("parametric relu", "learned slope", "leaky")

    shared: bool = field(default=False, label="One for all", help="All channels share one slope.")

    @property
    def commutes_with_flatten(self) -> bool:  # type: ignore[override]  # a setting of this kind
        return self.shared

    def param_shapes(self, *inputs: Shape) -> Mapping[str, Shape]:
        return {"weight": (1 if self.shared else inputs[0][0],)}

    def initial_value(self, name: str) -> float:
        return 0.25

    def slopes(self, channels: int, params: "Mapping[str, Array]") -> "Array":
        import numpy as np

        return np.broadcast_to(params["weight"], (channels,))

    def parameter_gradients(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "Mapping[str, Array]":
        import numpy as np

        sums = channel_sums(dy * np.minimum(inputs[0], 0))
        return {"weight": sums.sum(keepdims=True) if self.shared else sums}

    def torch(self, *inputs: Shape) -> TorchCode:
        return TorchCode(call="{self}({0})", module=f"nn.PReLU({1 if self.shared else inputs[0][0]})")

    def keras(self, *inputs: Shape) -> KerasCode:
        axes = list(range(1, len(inputs[0]))) + ([len(inputs[0])] if self.shared else [])
        call = f"layers.PReLU(shared_axes={axes}, {{name}})({{0}})"
        shape = (1,) * (len(inputs[0]) - 1) + (-1,)
        return KerasCode(call, {"alpha": lambda params: params["weight"].reshape(shape)})

    def onnx(self, *inputs: Shape) -> OnnxNode:
        size = self.param_shapes(*inputs)["weight"][0]
        reshaped = {"weight": (size,) + (1,) * (len(inputs[0]) - 1)}
        return OnnxNode("PRelu", parameters=("weight",), reshaped=reshaped)
