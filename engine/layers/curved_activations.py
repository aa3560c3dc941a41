"""Activations that few networks have, computed by numpy."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from engine.layers.base.layer import KerasCode, Layer, OnnxNode, Operations, TorchCode, field
from engine.layers.base.registry import layer
from engine.shapes import Shape, elements

if TYPE_CHECKING:
    from engine.layers.base.layer import Array

SELU_ALPHA: Final = 1.6732632423543772
SELU_GAMMA: Final = 1.0507009873554805
"""Klambauer et al., equation 14."""


class _Curved(Layer):
    """A function of one value, and its slope."""

    group = "Activation, norm"
    role_name = "activation"
    commutes_with_flatten = True
    bends = True
    one_value = Operations()

    def operations(self, *inputs: Shape) -> Operations:
        return self.one_value.times(elements(inputs[0]))

    def curve(self, x: "Array") -> Any:
        """y, in the precision of x."""
        raise NotImplementedError

    def slope(self, x: "Array") -> Any:
        """dy/dx."""
        raise NotImplementedError

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        import numpy as np

        return np.asarray(self.curve(inputs[0]), np.float32)

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        import numpy as np

        return (np.asarray(dy * self.slope(inputs[0]), np.float32),)


def _sigmoid(x: "Array") -> Any:
    import numpy as np

    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + small), small / (1 + small))


def _softplus(x: "Array") -> Any:
    import numpy as np

    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


@layer
class Softplus(_Curved):
    """A ReLU with a rounded corner.

    y = ln(1 + exp(x)). Shapes: unchanged.
    """

    title = "Softplus"
    source = "Dugas et al., Incorporating second-order functional knowledge, NIPS 2000, section 3"
    rank = 26
    aliases = ("smooth relu",)
    one_value = Operations(exp=2, add=1)

    def curve(self, x: "Array") -> Any:
        return _softplus(x)

    def slope(self, x: "Array") -> Any:
        return _sigmoid(x)

    def torch(self, *inputs: Shape) -> TorchCode:
        return TorchCode(call="{self}({0})", module="nn.Softplus()")

    def keras(self, *inputs: Shape) -> KerasCode:
        return KerasCode('layers.Activation("softplus", {name})({0})')

    def onnx(self, *inputs: Shape) -> OnnxNode:
        return OnnxNode("Softplus")


@layer
class Mish(_Curved):
    """SiLU's relative in YOLO v4: the input times the tanh of its softplus.

    y = x · tanh(ln(1 + exp(x))). Shapes: unchanged.
    """

    title = "Mish"
    source = "Misra, Mish: a self regularized non-monotonic activation function, BMVC 2020"
    rank = 27
    aliases = ("yolo activation",)
    one_value = Operations(exp=3, add=3, multiply=2, divide=1)

    def curve(self, x: "Array") -> Any:
        import numpy as np

        return x * np.tanh(_softplus(x))

    def slope(self, x: "Array") -> Any:
        import numpy as np

        gate = np.tanh(_softplus(x))
        return gate + x * (1 - gate * gate) * _sigmoid(x)

    def torch(self, *inputs: Shape) -> TorchCode:
        return TorchCode(call="{self}({0})", module="nn.Mish()")

    def keras(self, *inputs: Shape) -> KerasCode:
        return KerasCode('layers.Activation("mish", {name})({0})')

    def onnx(self, *inputs: Shape) -> OnnxNode:
        return OnnxNode("Mish")


@layer
class SELU(_Curved):
    """An ELU scaled so that deep stacks keep mean 0 and variance 1 by themselves.

    y = gamma · x where x > 0, else gamma · alpha · (exp(x) − 1). Shapes: unchanged. alpha = 1.6733 and
    gamma = 1.0507 are those of the paper.
    """

    title = "SELU"
    source = "Klambauer et al., Self-normalizing neural networks, NIPS 2017, equation 2"
    rank = 14
    aliases = ("scaled elu", "self-normalising")
    one_value = Operations(compare=1, exp=1, add=1, multiply=2)

    alpha: float = field(
        default=SELU_ALPHA, minimum=0, maximum=100, advanced=True, help="How far below zero, before gamma."
    )
    gamma: float = field(default=SELU_GAMMA, minimum=0, maximum=100, advanced=True, help="Scale of all.")

    def curve(self, x: "Array") -> Any:
        import numpy as np

        return np.float32(self.gamma) * np.where(
            x > 0, x, np.float32(self.alpha) * np.expm1(np.minimum(x, 0))
        )

    def slope(self, x: "Array") -> Any:
        import numpy as np

        return np.float32(self.gamma) * np.where(x > 0, 1, np.float32(self.alpha) * np.exp(np.minimum(x, 0)))

    def torch(self, *inputs: Shape) -> TorchCode:
        if (self.alpha, self.gamma) == (SELU_ALPHA, SELU_GAMMA):
            return TorchCode(call="{self}({0})", module="nn.SELU()")
        return TorchCode(call=f"{self.gamma!r} * F.elu({{0}}, {self.alpha!r})")

    def keras(self, *inputs: Shape) -> KerasCode:
        if (self.alpha, self.gamma) == (SELU_ALPHA, SELU_GAMMA):
            return KerasCode('layers.Activation("selu", {name})({0})')
        return KerasCode(f"{self.gamma!r} * ops.elu({{0}}, alpha={self.alpha!r})")

    def onnx(self, *inputs: Shape) -> OnnxNode:
        return OnnxNode("Selu", {"alpha": self.alpha, "gamma": self.gamma})


@layer
class CELU(_Curved):
    """An ELU whose slope has no corner, whatever alpha is.

    y = x where x > 0, else alpha · (exp(x / alpha) − 1). Shapes: unchanged.
    """

    title = "CELU"
    source = "Barron, Continuously differentiable exponential linear units, 2017, equation 3"
    rank = 15
    aliases = ("continuously differentiable elu",)
    one_value = Operations(compare=1, exp=1, add=1, multiply=1, divide=1)

    alpha: float = field(default=1.0, minimum=1e-6, maximum=100, help="How far below zero the curve goes.")

    def curve(self, x: "Array") -> Any:
        import numpy as np

        alpha = np.float32(self.alpha)
        return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0) / alpha))

    def slope(self, x: "Array") -> Any:
        import numpy as np

        return np.where(x > 0, 1, np.exp(np.minimum(x, 0) / np.float32(self.alpha)))

    def torch(self, *inputs: Shape) -> TorchCode:
        return TorchCode(call="{self}({0})", module=f"nn.CELU({self.alpha!r})")

    def keras(self, *inputs: Shape) -> KerasCode:
        return KerasCode(f"ops.celu({{0}}, alpha={self.alpha!r})")

    def onnx(self, *inputs: Shape) -> OnnxNode:
        return OnnxNode("Celu", {"alpha": self.alpha})


@layer
class ThresholdedReLU(_Curved):
    """What lies above a threshold passes unchanged, the rest becomes 0.

    y = x where x > alpha, else 0. Shapes: unchanged.
    """

    title = "Thresholded ReLU"
    source = "Konda, Memisevic & Krueger, Zero-bias autoencoders, ICLR 2015, section 3.2"
    rank = 16
    aliases = ("threshold", "truncated rectifier")
    bends = False
    one_value = Operations(compare=1)

    alpha: float = field(default=1.0, minimum=0, maximum=1e6, help="The threshold.")

    def curve(self, x: "Array") -> Any:
        import numpy as np

        return np.where(x > np.float32(self.alpha), x, np.float32(0))

    def slope(self, x: "Array") -> Any:
        import numpy as np

        return np.where(x > np.float32(self.alpha), np.float32(1), np.float32(0))

    def torch(self, *inputs: Shape) -> TorchCode:
        return TorchCode(call="{self}({0})", module=f"nn.Threshold({self.alpha!r}, 0.0)")

    def keras(self, *inputs: Shape) -> KerasCode:
        return KerasCode(f"ops.where({{0}} > {self.alpha!r}, {{0}}, 0.0)")

    def onnx(self, *inputs: Shape) -> OnnxNode:
        return OnnxNode("ThresholdedRelu", {"alpha": self.alpha})


@layer
class Softsign(_Curved):
    """A tanh that approaches its bounds slowly.

    y = x / (1 + |x|). Shapes: unchanged.
    """

    title = "Softsign"
    source = "Glorot & Bengio, Understanding the difficulty of training deep networks, AISTATS 2010"
    rank = 28
    aliases = ("soft sign",)
    one_value = Operations(compare=1, add=1, divide=1)

    def curve(self, x: "Array") -> Any:
        import numpy as np

        return x / (1 + np.abs(x))

    def slope(self, x: "Array") -> Any:
        import numpy as np

        return 1 / (1 + np.abs(x)) ** 2

    def torch(self, *inputs: Shape) -> TorchCode:
        return TorchCode(call="{self}({0})", module="nn.Softsign()")

    def keras(self, *inputs: Shape) -> KerasCode:
        return KerasCode('layers.Activation("softsign", {name})({0})')

    def onnx(self, *inputs: Shape) -> OnnxNode:
        return OnnxNode("Softsign")
