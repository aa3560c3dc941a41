"""Every second row, or every third column."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from engine.errors import ShapeError
from engine.formula import Rule, ceiling, minus, number, ratio
from engine.layers.base.layer import KerasCode, Layer, OnnxConstant, OnnxNode, TorchCode, field, require_map
from engine.layers.base.registry import layer
from engine.shapes import Pair, Reach, Shape, pair_text

if TYPE_CHECKING:
    from engine.layers.base.layer import Array


@layer
class Subsample(Layer):
    """Keep every `step`th row and column, from `start` on, as YOLOv5's Focus does four times.

    y[c, h, w] = x[c, start + h·step, start + w·step], rows and columns each with their own start and step.

    Shapes: (C, H, W) → (C, ⌈(H − start) / step⌉, ⌈(W − start) / step⌉). Nothing is computed.
    """

    moves = True
    title = "Subsample"
    source = (
        "He et al., Identity mappings in deep residual networks, 2016 (short cuts of type A: a step of 2)"
    )
    rank = 32
    aliases = ("strided slice", "focus", "decimate", "every second")

    step: Pair = field(default=(2, 2), minimum=1, maximum=1024, help="Distance of rows and of columns kept.")
    start: Pair = field(default=(0, 0), minimum=0, maximum=65535, help="First row and column that is kept.")

    @property
    def detail(self) -> str:
        return f"step {pair_text(self.step)}" + (f" from {pair_text(self.start)}" if any(self.start) else "")

    def reach(self, *inputs: Shape) -> tuple[Reach, Reach]:
        rows, cols = (Reach.of(first, first, step) for first, step in zip(self.start, self.step, strict=True))
        return rows, cols

    def output_shape(self, *inputs: Shape) -> Shape:
        require_map(self.kind, inputs[0])
        for first, size in zip(self.start, inputs[0][1:], strict=True):
            if first >= size:
                raise ShapeError(
                    f"start={pair_text(self.start)} lies outside {pair_text((inputs[0][1], inputs[0][2]))}."
                    " 0×0 keeps the first row and column.",
                    setting="start",
                )
        rows, cols = (
            len(range(first, size, step))
            for first, step, size in zip(self.start, self.step, inputs[0][1:], strict=True)
        )
        return inputs[0][0], rows, cols

    def size_rule(self, axis: int, *inputs: Shape) -> Rule:
        left = minus(number(inputs[0][1 + axis]), number(self.start[axis]))
        return Rule(ceiling(ratio(left, number(self.step[axis]))), "⌈(n − start) / step⌉")

    @property
    def _kept(self) -> tuple[slice, ...]:
        rows, cols = (slice(first, None, step) for first, step in zip(self.start, self.step, strict=True))
        return slice(None), slice(None), rows, cols

    def forward(self, inputs: "Sequence[Array]", params: "Mapping[str, Array]") -> "Array":
        import numpy as np

        return np.ascontiguousarray(inputs[0][self._kept])

    def backward(
        self, inputs: "Sequence[Array]", params: "Mapping[str, Array]", output: "Array", dy: "Array"
    ) -> "tuple[Array, ...]":
        import numpy as np

        dx = np.zeros_like(inputs[0])
        dx[self._kept] = dy
        return (dx,)

    def torch(self, *inputs: Shape) -> TorchCode:
        (top, left), (down, across) = self.start, self.step
        return TorchCode(call=f"{{0}}[:, :, {top}::{down}, {left}::{across}]")

    def keras(self, *inputs: Shape) -> KerasCode:
        rows, columns = zip(self.start, self.step, strict=True)
        return KerasCode(f"{{0}}[:, {rows[0]}::{rows[1]}, {columns[0]}::{columns[1]}, :]")

    def onnx(self, *inputs: Shape) -> OnnxNode:
        ends = OnnxConstant((inputs[0][1], inputs[0][2]))
        return OnnxNode(
            "Slice",
            constants=(OnnxConstant(self.start), ends, OnnxConstant((2, 3)), OnnxConstant(self.step)),
        )
