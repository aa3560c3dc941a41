"""Layers that work on each value alone, or lay values out in another way."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from engine.layers.base.lowering import ClampForm, LeakyForm
from engine.training.passes.lanes import Array, room
from engine.training.passes.layer_pass import LOADED, LayerPass, Place
from engine.training.passes.rows import gated, lay_gate, lay_lines, lay_sum

if TYPE_CHECKING:
    from engine.kernels.training.program import Program, Words


class ClampPass(LayerPass):
    """Values held between two bounds; where a bound holds, no gradient passes."""

    def __init__(self, place: Place, form: ClampForm) -> None:
        super().__init__(place)
        self._form = form
        self._y: Array = np.zeros(0, np.float32)

    def forward(self, program: "Program", inputs: Sequence[Array], batch: int, training: bool) -> Array:
        from engine.kernels.training.batch_values import blocks, clamp_values

        (x,) = inputs
        y = self._y = self.buffers.take("y", x.shape)
        words: Words = {"x": x, "y": y, "size": x.size, "low": self._form.low, "high": self._form.high}
        program.row(clamp_values, blocks(x.size), LOADED * x.size, words)
        return y

    def backward(self, program: "Program", dy: Array) -> Sequence[Array | None]:
        dx = self.buffers.take("dx", dy.shape)
        lay_gate(program, self._y, dy, dx, self._form)
        return [dx]


class LeakyPass(LayerPass):
    """Negative values times a slope."""

    def __init__(self, place: Place, form: LeakyForm) -> None:
        super().__init__(place)
        self._slope = form.slope
        self._x: Array = np.zeros(0, np.float32)

    def forward(self, program: "Program", inputs: Sequence[Array], batch: int, training: bool) -> Array:
        self._x = inputs[0]
        return self._through(program, inputs[0], "y")

    def backward(self, program: "Program", dy: Array) -> Sequence[Array | None]:
        return [self._through(program, dy, "dx")]

    def _through(self, program: "Program", values: Array, name: str) -> Array:
        from engine.kernels.training.batch_values import blocks, leak_values

        made = self.buffers.take(name, values.shape)
        words: Words = {"x": self._x, "dy": values, "dx": made, "size": made.size, "factor": self._slope}
        program.row(leak_values, blocks(made.size), LOADED * made.size, words)
        return made


class TanhPass(LayerPass):
    """tanh, whose slope is 1 − y²."""

    def forward(self, program: "Program", inputs: Sequence[Array], batch: int, training: bool) -> Array:
        from engine.kernels.training.batch_values import blocks, tanh_values

        (x,) = inputs
        y = self._y = self.buffers.take("y", x.shape)
        program.row(tanh_values, blocks(x.size), 2 * LOADED * x.size, {"x": x, "y": y, "size": x.size})
        return y

    def backward(self, program: "Program", dy: Array) -> Sequence[Array | None]:
        from engine.kernels.training.batch_values import blocks, tanh_slopes

        dx = self.buffers.take("dx", dy.shape)
        words: Words = {"y": self._y, "dy": dy, "dx": dx, "size": dx.size}
        program.row(tanh_slopes, blocks(dx.size), LOADED * dx.size, words)
        return [dx]


class ValuesPass(LayerPass):
    """Any layer that works on each value alone: its own methods, on values as they lie."""

    def forward(self, program: "Program", inputs: Sequence[Array], batch: int, training: bool) -> Array:
        from engine.kernels.fast.machine import computing

        (x,) = inputs
        y = self.buffers.take("y", x.shape)
        self._x, self._y = x.reshape(1, -1), y.reshape(1, -1)

        def make() -> None:
            with computing:
                self._y[...] = self.place.layer.forward([self._x], {})

        program.call(make)
        return y

    def backward(self, program: "Program", dy: Array) -> Sequence[Array | None]:
        from engine.kernels.fast.machine import computing

        dx = self.buffers.take("dx", dy.shape)

        def make() -> None:
            with computing:
                (found,) = self.place.layer.backward([self._x], {}, self._y, dy.reshape(1, -1))
            dx.reshape(1, -1)[...] = found

        program.call(make)
        return [dx]


class ViewPass(LayerPass):
    """Passes everything on."""

    def forward(self, program: "Program", inputs: Sequence[Array], batch: int, training: bool) -> Array:
        return inputs[0].reshape(room(self.place.shape, inputs[0].shape[-1]))

    def backward(self, program: "Program", dy: Array) -> Sequence[Array | None]:
        return [dy.reshape(room(self.place.shapes[0], dy.shape[-1]))]


class FlattenPass(LayerPass):
    """All values of all maps in one row, channel by channel."""

    def forward(self, program: "Program", inputs: Sequence[Array], batch: int, training: bool) -> Array:
        channels, height, width = self.place.shapes[0]
        y = self.buffers.take("y", (channels * height * width, inputs[0].shape[-1]))
        numbers = np.arange(len(y)).reshape(height, width, channels)
        lay_lines(program, inputs[0], y, numbers.transpose(2, 0, 1).reshape(-1).tolist())
        return y

    def backward(self, program: "Program", dy: Array) -> Sequence[Array | None]:
        channels, height, width = self.place.shapes[0]
        dx = self.buffers.take("dx", room(self.place.shapes[0], dy.shape[-1]))
        numbers = np.arange(len(dy)).reshape(channels, height, width)
        lay_lines(program, dy, dx, numbers.transpose(1, 2, 0).reshape(-1).tolist())
        return [dx]


class SumPass(LayerPass):
    """The sum of inputs of one shape; the ReLU that alone reads it is taken on the way."""

    def __init__(self, place: Place, clamp: ClampForm | None = None) -> None:
        super().__init__(place)
        self._clamp = clamp if len(place.shapes) > 1 else None
        self.takes_clamp = self._clamp is not None
        self._inputs: Sequence[Array] = ()
        self._y: Array = np.zeros(0, np.float32)

    def forward(self, program: "Program", inputs: Sequence[Array], batch: int, training: bool) -> Array:
        if len(inputs) == 1:
            return inputs[0]
        y = self._y = self.buffers.take("y", inputs[0].shape)
        self._inputs = inputs
        lay_sum(program, inputs, y, self._clamp)
        return y

    def backward(self, program: "Program", dy: Array) -> Sequence[Array | None]:
        if self._clamp is not None:
            dx = self.buffers.take("dx", dy.shape)
            lay_gate(program, self._y, dy, dx, self._clamp)
            dy = dx
        return [dy if wanted else None for wanted in self.place.wanted]

    def own_map(self, y: Array) -> Array:
        return y if self._clamp is None else np.sum(self._inputs, axis=0)

    def own_slope(self, y: Array, dy: Array) -> Array:
        return gated(y, dy, self._clamp)


class ConcatPass(LayerPass):
    """The inputs' channels one after the other."""

    def forward(self, program: "Program", inputs: Sequence[Array], batch: int, training: bool) -> Array:
        y = self.buffers.take("y", room(self.place.shape, inputs[0].shape[-1]))

        def make() -> None:
            np.concatenate(inputs, axis=y.ndim - 2, out=y)

        program.call(make)
        return y

    def backward(self, program: "Program", dy: Array) -> Sequence[Array | None]:
        channels = dy.shape[-2]
        numbers = np.arange(dy.size // dy.shape[-1]).reshape(-1, channels)
        found: list[Array | None] = []
        first = 0
        for index, (shape, wanted) in enumerate(zip(self.place.shapes, self.place.wanted, strict=True)):
            part = slice(first, first + shape[0])
            first += shape[0]
            if not wanted:
                found.append(None)
                continue
            dx = self.buffers.take(f"dx {index}", room(shape, dy.shape[-1]))
            lay_lines(program, dy, dx, numbers[:, part].reshape(-1).tolist())
            found.append(dx)
        return found
