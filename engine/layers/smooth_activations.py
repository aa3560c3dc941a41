"""Activations made of exponentials."""

from engine.layers.activation import Activation
from engine.layers.base.layer import KerasCode, OnnxNode, Operations, TorchCode, field
from engine.layers.base.registry import layer
from engine.shapes import Shape, elements


@layer
class Sigmoid(Activation):
    """Squashes every value between 0 and 1; the gate of squeeze-and-excitation.

    y = 1 / (1 + exp(−x)). Shapes: unchanged.
    """

    title = "Sigmoid"
    source = "Rumelhart, Hinton & Williams, Learning representations by back-propagating errors, 1986"
    rank = 20
    bends = True
    aliases = ("logistic", "gate", "squash")
    one_value = Operations(exp=1, add=1, divide=1)

    def torch(self, *inputs: Shape) -> TorchCode:
        return TorchCode(call="{self}({0})", module="nn.Sigmoid()")

    def keras(self, *inputs: Shape) -> KerasCode:
        return KerasCode('layers.Activation("sigmoid", {name})({0})')

    def onnx(self, *inputs: Shape) -> OnnxNode:
        return OnnxNode("Sigmoid")


@layer
class Tanh(Activation):
    """Squashes every value between −1 and 1; the activation of LeNet.

    y = tanh(x) = (1 − e) / (1 + e) with e = exp(−2x). Shapes: unchanged.
    """

    title = "Tanh"
    source = "LeCun et al., Efficient BackProp, 1998, section 4.4"
    rank = 21
    bends = True
    aliases = ("hyperbolic tangent", "squash")
    one_value = Operations(multiply=1, exp=1, add=2, divide=1)

    def torch(self, *inputs: Shape) -> TorchCode:
        return TorchCode(call="{self}({0})", module="nn.Tanh()")

    def keras(self, *inputs: Shape) -> KerasCode:
        return KerasCode('layers.Activation("tanh", {name})({0})')

    def onnx(self, *inputs: Shape) -> OnnxNode:
        return OnnxNode("Tanh")


@layer
class SiLU(Activation):
    """The input times its own sigmoid: a smooth ReLU that dips below zero. Also called swish.

    y = x / (1 + exp(−x)). Shapes: unchanged.
    """

    title = "SiLU"
    source = "Elfwing, Uchibe & Doya, Sigmoid-weighted linear units, 2018; Ramachandran et al., 2017"
    rank = 22
    bends = True
    aliases = ("swish", "sigmoid linear unit")
    one_value = Operations(exp=1, add=1, divide=1)

    def torch(self, *inputs: Shape) -> TorchCode:
        return TorchCode(call="{self}({0})", module="nn.SiLU()")

    def keras(self, *inputs: Shape) -> KerasCode:
        return KerasCode('layers.Activation("silu", {name})({0})')

    def onnx(self, *inputs: Shape) -> OnnxNode:
        return OnnxNode("Sigmoid", then=OnnxNode("Mul", again=(0,)))


@layer
class ELU(Activation):
    """ReLU whose negative side bends smoothly towards −alpha.

    y = x where x > 0, else alpha · (exp(x) − 1). Shapes: unchanged. Operations are counted as if every value
    took the curved side.
    """

    title = "ELU"
    source = "Clevert, Unterthiner & Hochreiter, Fast and accurate deep network learning by ELUs, ICLR 2016"
    rank = 13
    bends = True
    aliases = ("exponential linear unit",)
    one_value = Operations(compare=1, exp=1, add=1, multiply=1)

    alpha: float = field(default=1.0, minimum=0, maximum=100, help="How far below zero the curve goes.")

    @property
    def slope(self) -> float:
        return self.alpha

    def torch(self, *inputs: Shape) -> TorchCode:
        return TorchCode(call="{self}({0})", module=f"nn.ELU({self.alpha!r})")

    def keras(self, *inputs: Shape) -> KerasCode:
        return KerasCode(f"layers.ELU({self.alpha!r}, {{name}})({{0}})")

    def onnx(self, *inputs: Shape) -> OnnxNode:
        return OnnxNode("Elu", {"alpha": self.alpha})


@layer
class GELU(Activation):
    """The input times the chance that a normal variable lies below it.

    y = x · ½ · (1 + erf(x / √2)), or, as `tanh` approximates it,
    y = x · ½ · (1 + tanh(√(2/π) · (x + 0.044715·x³))). Shapes: unchanged.
    """

    title = "GELU"
    source = "Hendrycks & Gimpel, Gaussian error linear units, 2016, section 2"
    rank = 23
    bends = True
    aliases = ("gaussian error linear unit", "erf")

    approximate: str = field(
        default="none", choices=("none", "tanh"), label="Form", help="The exact form, or the one with tanh."
    )

    @property
    def function(self) -> str:
        return "gelu" if self.approximate == "none" else "gelu_tanh"

    @property
    def detail(self) -> str:
        return "" if self.approximate == "none" else "tanh form"

    def operations(self, *inputs: Shape) -> Operations:
        """erf counts as one exponential; tanh as in the layer of that name, its factor 2 in the constant."""
        one = Operations(multiply=3, add=1, exp=1)
        if self.approximate == "tanh":
            one = Operations(multiply=6, add=4, exp=1, divide=1)
        return one.times(elements(inputs[0]))

    def torch(self, *inputs: Shape) -> TorchCode:
        form = "" if self.approximate == "none" else "approximate='tanh'"
        return TorchCode(call="{self}({0})", module=f"nn.GELU({form})")

    def keras(self, *inputs: Shape) -> KerasCode:
        if self.approximate == "none":
            return KerasCode('layers.Activation("gelu", {name})({0})')
        return KerasCode("activations.gelu({0}, approximate=True)")

    def onnx(self, *inputs: Shape) -> OnnxNode:
        return OnnxNode("Gelu", {"approximate": self.approximate})
