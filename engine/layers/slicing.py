"""Some of the maps."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from engine.errors import ShapeError
from engine.formula import Rule, minus, number
from engine.layers.base.layer import KerasCode, Layer, OnnxConstant, OnnxNode, TorchCode, field
from engine.layers.base.lowering import ViewForm
from engine.layers.base.registry import layer
from engine.shapes import Shape, is_map

if TYPE_CHECKING:
    from engine.layers.base.layer import Array


@layer
class Slice(Layer):
    """A range of the maps, or of a vector's features: two slices split a branch in two.

    y[c] = x[start + c] for start ≤ start + c < stop

    Shapes: (C, H, W) → (stop − start, H, W). Nothing is computed.
    """

    moves = True
    title = "Slice"
    source = "Ma et al., ShuffleNet V2, ECCV 2018, section 3.2 (channel split)"
    rank = 22
    short = "slice"
    aliases = ("split", "chunk", "narrow", "channel split", "index")

    start: int = field(default=0, minimum=0, maximum=65535, label="From", help="First map, counted from 0.")
    stop: int = field(default=32, minimum=1, maximum=65536, label="Up to", help="The map after the last one.")

    @property
    def label(self) -> str:
        return f"Slice {self.start}–{self.stop - 1}"

    def output_shape(self, *inputs: Shape) -> Shape:
        channels = inputs[0][0]
        what = "channels" if is_map(inputs[0]) else "features"
        if self.start >= channels:
            raise ShapeError(
                f"start={self.start} lies behind the {channels} {what} coming in."
                f" At most {channels - 1} fits.",
                setting="start",
            )
        if self.stop > channels:
            raise ShapeError(
                f"stop={self.stop} lies behind the {channels} {what} coming in. {channels} takes all.",
                setting="stop",
            )
        if self.start >= self.stop:
            raise ShapeError(
                f"start={self.start} leaves nothing before stop={self.stop}. {self.stop - 1} or less does.",
                setting="start",
            )
        return self.stop - self.start, *inputs[0][1:]

    def channel_rule(self, *inputs: Shape) -> Rule:
        return Rule(minus(number(self.stop), number(self.start)), "up to − from")

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        import numpy as np

        return np.ascontiguousarray(inputs[0][:, self.start : self.stop])

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        import numpy as np

        dx = np.zeros_like(inputs[0])
        dx[:, self.start : self.stop] = dy
        return (dx,)

    def lowering(self, *inputs: Shape) -> ViewForm:
        return ViewForm(origin=(self.start, 0, 0))

    def torch(self, *inputs: Shape) -> TorchCode:
        return TorchCode(call=f"{{0}}[:, {self.start}:{self.stop}]")

    def keras(self, *inputs: Shape) -> KerasCode:
        return KerasCode(f"{{0}}[..., {self.start}:{self.stop}]")

    def onnx(self, *inputs: Shape) -> OnnxNode:
        bounds = OnnxConstant((self.start,)), OnnxConstant((self.stop,)), OnnxConstant((1,))
        return OnnxNode("Slice", constants=bounds)
