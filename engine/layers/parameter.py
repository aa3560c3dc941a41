"""A map that is learned, and depends on nothing."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from engine.formula import Rule, number, product
from engine.layers.arithmetic import Arithmetic, ValueStep, step_by_step
from engine.layers.base.layer import KerasCode, Layer, OnnxNode, TorchCode, field
from engine.layers.base.registry import layer
from engine.shapes import Shape, shape_text

if TYPE_CHECKING:
    from engine.layers.base.layer import Array


@layer
class Parameter(Layer):
    """Learned numbers that stand in the network as a map of their own, to be added or multiplied in.

    y = weight

    Shapes: nothing → `shape`, of maps or of a vector. Trained: as many numbers. C×1×1 is one number a
    channel, 1×H×W one a pixel, C×H×W one for each value, as a learned encoding of places has.
    """

    title = "Parameter"
    source = "Dosovitskiy et al., An image is worth 16×16 words, ICLR 2021, section 3.1 (position embedding)"
    min_inputs = 0
    max_inputs = 0
    rank = 45
    aliases = ("constant", "learned map", "position embedding", "bias map")

    shape: Shape = field(
        default=(64, 1, 1), minimum=1, maximum=1 << 28, help="Channels, height and width; or features."
    )

    @property
    def label(self) -> str:
        return f"Parameter {shape_text(self.shape)}"

    def output_shape(self, *inputs: Shape) -> Shape:
        return self.shape

    def param_shapes(self, *inputs: Shape) -> Mapping[str, Shape]:
        return {"weight": self.shape}

    def parameter_rule(self, name: str, *inputs: Shape) -> Rule:
        return Rule(product(*map(number, self.shape)), "each value of the map is learned")

    def fan_in(self, *inputs: Shape) -> float:
        return 1.0

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        import numpy as np

        return np.array(params["weight"][None], dtype=np.float32)

    def taken_apart(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", at: tuple[int, ...]
    ) -> Arithmetic:
        """A learned number."""
        weight = params["weight"][None]
        return step_by_step(weight, at, [ValueStep("learned", None, float(weight[(0, *at)]))])

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        return ()

    def parameter_gradients(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "Mapping[str, Array]":
        import numpy as np

        return {"weight": dy.sum(axis=0, dtype=np.float64).astype(np.float32)}

    def torch(self, *inputs: Shape) -> TorchCode:
        held = f"nn.ParameterDict({{'weight': nn.Parameter(torch.ones({', '.join(map(str, self.shape))}))}})"
        return TorchCode(call="{self}['weight'][None]", module=held)

    def keras(self, *inputs: Shape) -> KerasCode:
        last = (*self.shape[1:], self.shape[0])
        order = (*range(1, len(self.shape)), 0)
        kernel = {"kernel": lambda params: params["weight"].transpose(order)}
        return KerasCode(f"Learned({last}, {{name}})({{any}})", kernel, helpers=("Learned",))

    def onnx(self, *inputs: Shape) -> OnnxNode:
        return OnnxNode("Identity", parameters=("weight",), reshaped={"weight": (1, *self.shape)})
