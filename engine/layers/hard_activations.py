"""Piecewise linear stand-ins for sigmoid and SiLU, cheap on a telephone."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from engine.layers.activation import Activation
from engine.layers.base.layer import KerasCode, OnnxNode, Operations, TorchCode, field
from engine.layers.base.lowering import Form
from engine.layers.base.registry import layer
from engine.shapes import Shape

if TYPE_CHECKING:
    from engine.layers.base.layer import Array


@layer
class Hardswish(Activation):
    """SiLU drawn with straight lines: the input times its hard sigmoid.

    y = x · min(max(x + 3, 0), 6) / 6. Shapes: unchanged.
    """

    title = "Hardswish"
    source = "Howard et al., Searching for MobileNetV3, ICCV 2019, section 5.2"
    rank = 24
    bends = True
    aliases = ("hard swish", "hswish", "h-swish")
    one_value = Operations(add=1, compare=2, multiply=1, divide=1)

    def torch(self, *inputs: Shape) -> TorchCode:
        return TorchCode(call="{self}({0})", module="nn.Hardswish()")

    def keras(self, *inputs: Shape) -> KerasCode:
        return KerasCode('layers.Activation("hard_silu", {name})({0})')

    def onnx(self, *inputs: Shape) -> OnnxNode:
        return OnnxNode("HardSwish")


@layer
class Hardsigmoid(Activation):
    """Sigmoid drawn with straight lines: 0 below −3, 1 above 3.

    y = min(max(alpha · x + beta, 0), 1), with alpha = 1/6 and beta = ½ where nothing else is said.

    Shapes: unchanged. Keras and Paddle take 0.2 for the slope.
    """

    title = "Hardsigmoid"
    source = "Howard et al., Searching for MobileNetV3, ICCV 2019, section 5.2"
    rank = 25
    bends = True
    aliases = ("hard sigmoid", "h-sigmoid")
    one_value = Operations(add=1, compare=2, divide=1)

    alpha: float = field(default=1 / 6, minimum=-100, maximum=100, advanced=True, help="Slope of the line.")
    beta: float = field(default=0.5, minimum=-100, maximum=100, advanced=True, help="Its value at 0.")

    @property
    def usual(self) -> bool:
        """Whether slope and middle are those of MobileNetV3, for which there are kernels."""
        return abs(self.alpha - 1 / 6) < 1e-7 and self.beta == 0.5

    @property
    def detail(self) -> str:
        return "" if self.usual else f"slope {self.alpha:g}, {self.beta:g} at 0"

    def lowering(self, *inputs: Shape) -> Form | None:
        return super().lowering(*inputs) if self.usual else None

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        import numpy as np

        if self.usual:
            return super().forward(inputs, params)
        line = np.float32(self.alpha) * inputs[0] + np.float32(self.beta)
        return np.asarray(np.clip(line, 0.0, 1.0), np.float32)

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        import numpy as np

        if self.usual:
            return super().backward(inputs, params, output, dy)
        line = self.alpha * inputs[0] + self.beta
        return (np.where((line > 0) & (line < 1), dy * np.float32(self.alpha), np.float32(0)),)

    def torch(self, *inputs: Shape) -> TorchCode:
        if self.usual:
            return TorchCode(call="{self}({0})", module="nn.Hardsigmoid()")
        return TorchCode(call=f"torch.clamp({self.alpha!r} * {{0}} + {self.beta!r}, 0.0, 1.0)")

    def keras(self, *inputs: Shape) -> KerasCode:
        if self.usual:
            return KerasCode('layers.Activation("hard_sigmoid", {name})({0})')
        return KerasCode(f"ops.clip({self.alpha!r} * {{0}} + {self.beta!r}, 0.0, 1.0)")

    def onnx(self, *inputs: Shape) -> OnnxNode:
        return OnnxNode("HardSigmoid", {"alpha": self.alpha, "beta": self.beta})
