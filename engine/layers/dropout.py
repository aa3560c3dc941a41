"""Layers that pass everything on."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from engine.layers.base.layer import Draw, KerasCode, Layer, OnnxNode, TorchCode, field
from engine.layers.base.lowering import ViewForm
from engine.layers.base.registry import layer
from engine.shapes import Shape

if TYPE_CHECKING:
    from engine.layers.base.layer import Array


@layer
class Dropout(Layer):
    """Drops values by chance while a network is trained; afterwards, as here, it passes everything on.

    y = x

    Shapes: unchanged. In training each value is set to zero with the probability `p` and the others are
    multiplied by 1 / (1 − p).
    """

    group = "Activation, norm"
    commutes_with_flatten = True
    role_name = "activation"
    moves = True
    title = "Dropout"
    source = "Srivastava et al., Dropout, JMLR 2014, section 4"
    rank = 40
    aliases = ("regularisation", "regularization", "spatial dropout", "drop")
    passes_on = True

    p: float = field(
        default=0.5, minimum=0, maximum=1, label="Probability", help="Share of values dropped in training."
    )

    @property
    def detail(self) -> str:
        return f"p {self.p:g}, in training only"

    def forward_in_training(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", draw: Draw
    ) -> "tuple[Array, Mapping[str, Array]]":
        import numpy as np

        (x,) = inputs
        share = 1 / (1 - self.p) if self.p < 1 else 0.0
        factor = np.where(draw(x.shape) >= self.p, np.float32(share), np.float32(0))
        return x * factor, {"factor": factor}

    def backward_in_training(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array",
        kept: "Mapping[str, Array]", dy: "Array",
    ) -> "tuple[tuple[Array, ...], Mapping[str, Array]]":  # fmt: skip
        return (dy * kept["factor"],), {}

    def lowering(self, *inputs: Shape) -> ViewForm:
        return ViewForm()

    def torch(self, *inputs: Shape) -> TorchCode:
        return TorchCode(call="{self}({0})", module=f"nn.Dropout({self.p!r})")

    def keras(self, *inputs: Shape) -> KerasCode:
        return KerasCode(f"layers.Dropout({self.p!r}, {{name}})({{0}})")

    def onnx(self, *inputs: Shape) -> OnnxNode:
        return OnnxNode("Identity")


@layer
class Identity(Layer):
    """Passes its input on unchanged: a place holder, and the short cut of a residual block.

    y = x. Shapes: unchanged.
    """

    moves = True
    title = "Identity"
    source = "He et al., Identity mappings in deep residual networks, ECCV 2016, section 2"
    rank = 60
    commutes_with_flatten = True
    aliases = ("skip", "noop", "no-op", "pass", "linear activation", "placeholder", "shortcut")
    passes_on = True

    def lowering(self, *inputs: Shape) -> ViewForm:
        return ViewForm()

    def torch(self, *inputs: Shape) -> TorchCode:
        return TorchCode(call="{0}")

    def keras(self, *inputs: Shape) -> KerasCode:
        return KerasCode("{0}")

    def onnx(self, *inputs: Shape) -> OnnxNode:
        return OnnxNode("Identity")
