"""One map of all channels: their mean or extreme at every pixel."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from engine.formula import Rule, number
from engine.layers.arithmetic import Arithmetic, ValueStep, cells, step_by_step
from engine.layers.base.layer import (
    KerasCode,
    Layer,
    OnnxConstant,
    OnnxNode,
    Operations,
    TorchCode,
    field,
    require_map,
)
from engine.layers.base.registry import layer
from engine.shapes import Shape, elements

if TYPE_CHECKING:
    from engine.layers.base.layer import Array


@layer
class ChannelPool(Layer):
    """The mean, the largest or the smallest of all channels at every pixel, as spatial attention takes them.

    y[0, h, w] = mean over c of x[c, h, w], or max, or min.

    Shapes: (C, H, W) → (1, H, W).
    """

    group = "Pooling"
    role_name = "pooling"
    title = "Channel pool"
    source = "Woo et al., CBAM, ECCV 2018, section 3 (spatial attention)"
    rank = 20
    aliases = ("channel mean", "channel max", "spatial attention", "mean over channels", "reduce")

    mode: str = field(default="mean", choices=("mean", "max", "min"), label="Of all", help="What is kept.")

    @property
    def label(self) -> str:
        return f"Channel {self.mode}"

    def output_shape(self, *inputs: Shape) -> Shape:
        require_map(self.kind, inputs[0])
        return 1, *inputs[0][1:]

    def operations(self, *inputs: Shape) -> Operations:
        made = elements(self.output_shape(*inputs))
        rest = elements(inputs[0]) - made
        return Operations(add=rest, divide=made) if self.mode == "mean" else Operations(compare=rest)

    def channel_rule(self, *inputs: Shape) -> Rule:
        return Rule(number(1), "all channels become one")

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        import numpy as np

        return np.asarray(getattr(inputs[0], self.mode)(axis=1, keepdims=True), np.float32)

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        """Of an extreme, to the first channel that has it."""
        import numpy as np

        (x,) = inputs
        if self.mode == "mean":
            return (np.ascontiguousarray(np.broadcast_to(dy / np.float32(x.shape[1]), x.shape)),)
        dx = np.zeros_like(x)
        first = getattr(x, f"arg{self.mode}")(axis=1)[:, None]
        np.put_along_axis(dx, first, dy, axis=1)
        return (dx,)

    def taken_apart(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", at: tuple[int, ...]
    ) -> Arithmetic:
        """The mean of all channels, or the one of them that wins."""
        (x,) = inputs
        channels = range(x.shape[1])
        if self.mode != "mean":
            column = x[0, :, at[1], at[2]]
            won = int(column.argmax() if self.mode == "max" else column.argmin())
            what = f"the {'largest' if self.mode == 'max' else 'smallest'} of {len(column)}: channel {won}"
            return step_by_step(x, (won, *at[1:]), [ValueStep(what, None, float(column[won]))])
        return Arithmetic(operation="mean", divisor=len(channels), **cells(x, channels, at[1:2], at[2:3]))

    def torch(self, *inputs: Shape) -> TorchCode:
        return TorchCode(
            call=f"{{0}}.{ {'mean': 'mean', 'max': 'amax', 'min': 'amin'}[self.mode] }(1, keepdim=True)"
        )

    def keras(self, *inputs: Shape) -> KerasCode:
        return KerasCode(f"ops.{self.mode}({{0}}, axis=-1, keepdims=True)")

    def onnx(self, *inputs: Shape) -> OnnxNode:
        name = {"mean": "ReduceMean", "max": "ReduceMax", "min": "ReduceMin"}[self.mode]
        return OnnxNode(name, {"keepdims": 1}, constants=(OnnxConstant((1,)),))
