"""Piecewise linear stand-ins for sigmoid and SiLU, cheap on a telephone."""

from engine.layers.activation import Activation
from engine.layers.layer import OnnxNode, Operations, TorchCode, layer
from engine.shapes import Shape


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

    def onnx(self, *inputs: Shape) -> OnnxNode:
        return OnnxNode("HardSwish")


@layer
class Hardsigmoid(Activation):
    """Sigmoid drawn with straight lines: 0 below −3, 1 above 3.

    y = min(max(x + 3, 0), 6) / 6. Shapes: unchanged.
    """

    title = "Hardsigmoid"
    source = "Howard et al., Searching for MobileNetV3, ICCV 2019, section 5.2"
    rank = 25
    bends = True
    aliases = ("hard sigmoid", "h-sigmoid")
    one_value = Operations(add=1, compare=2, divide=1)

    def torch(self, *inputs: Shape) -> TorchCode:
        return TorchCode(call="{self}({0})", module="nn.Hardsigmoid()")

    def onnx(self, *inputs: Shape) -> OnnxNode:
        return OnnxNode("HardSigmoid", {"alpha": 1 / 6, "beta": 0.5})
