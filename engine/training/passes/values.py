"""Layers that work on each value alone, or lay values out in another way."""

from collections.abc import Sequence

import numpy as np

from engine.layers.base.layer import Draw
from engine.layers.base.lowering import ClampForm, LeakyForm
from engine.training.passes.crew import Crew
from engine.training.passes.lanes import Array, room
from engine.training.passes.layer_pass import LayerPass, Place


class ClampPass(LayerPass):
    """Values held between two bounds; where a bound holds, no gradient passes."""

    def __init__(self, place: Place, form: ClampForm, crew: Crew) -> None:
        super().__init__(place, crew)
        self._low, self._high = np.float32(form.low), np.float32(form.high)
        self._y: Array = np.zeros(0, np.float32)

    def forward(self, inputs: Sequence[Array], batch: int, training: bool, draw: Draw) -> Array:
        from engine.kernels.training.batch_values import clamp_values

        (x,) = inputs
        y = self._y = self.buffers.take("y", x.shape)
        a, b = x.reshape(-1), y.reshape(-1)
        self.each(lambda first, last: clamp_values(a, b, self._low, self._high, first, last), a.size, a.size)
        return y

    def backward(self, dy: Array) -> Sequence[Array | None]:
        from engine.kernels.training.batch_values import gate_values

        dx = self.buffers.take("dx", dy.shape)
        y, slope, out = self._y.reshape(-1), dy.reshape(-1), dx.reshape(-1)
        low, high = self._low, self._high
        self.each(lambda first, last: gate_values(y, slope, out, low, high, first, last), y.size, y.size)
        return [dx]


class LeakyPass(LayerPass):
    """Negative values times a slope."""

    def __init__(self, place: Place, form: LeakyForm, crew: Crew) -> None:
        super().__init__(place, crew)
        self._slope = np.float32(form.slope)
        self._x: Array = np.zeros(0, np.float32)

    def forward(self, inputs: Sequence[Array], batch: int, training: bool, draw: Draw) -> Array:
        self._x = inputs[0]
        return self._through(inputs[0], "y")

    def backward(self, dy: Array) -> Sequence[Array | None]:
        return [self._through(dy, "dx")]

    def _through(self, values: Array, name: str) -> Array:
        from engine.kernels.training.batch_values import leak_values

        made = self.buffers.take(name, values.shape)
        x, a, b = self._x.reshape(-1), values.reshape(-1), made.reshape(-1)
        self.each(lambda first, last: leak_values(x, a, b, self._slope, first, last), x.size, x.size)
        return made


class TanhPass(LayerPass):
    """tanh, whose slope is 1 − y²."""

    def forward(self, inputs: Sequence[Array], batch: int, training: bool, draw: Draw) -> Array:
        self._y = self.buffers.take("y", inputs[0].shape)
        a, b = inputs[0].reshape(-1), self._y.reshape(-1)

        def task(first: int, last: int) -> None:
            np.tanh(a[first:last], out=b[first:last])

        self.each(task, a.size, 8.0 * a.size)
        return self._y

    def backward(self, dy: Array) -> Sequence[Array | None]:
        dx = self.buffers.take("dx", dy.shape)
        y, slope, out = self._y.reshape(-1), dy.reshape(-1), dx.reshape(-1)

        def task(first: int, last: int) -> None:
            part = out[first:last]
            np.multiply(y[first:last], y[first:last], out=part)
            np.subtract(np.float32(1), part, out=part)
            part *= slope[first:last]

        self.each(task, y.size, 4.0 * y.size)
        return [dx]


class ValuesPass(LayerPass):
    """Any layer that works on each value alone: its own methods, on values as they lie."""

    def forward(self, inputs: Sequence[Array], batch: int, training: bool, draw: Draw) -> Array:
        from engine.kernels.fast.machine import computing

        self._x, self._shape = inputs[0].reshape(1, -1), inputs[0].shape
        with computing:
            self._y = self.place.layer.forward([self._x], {})
        return self._y.reshape(self._shape)

    def backward(self, dy: Array) -> Sequence[Array | None]:
        from engine.kernels.fast.machine import computing

        with computing:
            (dx,) = self.place.layer.backward([self._x], {}, self._y, dy.reshape(1, -1))
        return [dx.reshape(self._shape)]


class ViewPass(LayerPass):
    """Passes everything on."""

    def forward(self, inputs: Sequence[Array], batch: int, training: bool, draw: Draw) -> Array:
        return inputs[0].reshape(room(self.place.shape, inputs[0].shape[-1]))

    def backward(self, dy: Array) -> Sequence[Array | None]:
        return [dy.reshape(room(self.place.shapes[0], dy.shape[-1]))]


class FlattenPass(LayerPass):
    """All values of all maps in one row, channel by channel."""

    def forward(self, inputs: Sequence[Array], batch: int, training: bool, draw: Draw) -> Array:
        return inputs[0].transpose(2, 0, 1, 3).reshape(-1, inputs[0].shape[-1])

    def backward(self, dy: Array) -> Sequence[Array | None]:
        channels, height, width = self.place.shapes[0]
        return [np.ascontiguousarray(dy.reshape(channels, height, width, -1).transpose(1, 2, 0, 3))]


class SumPass(LayerPass):
    """The sum of inputs of one shape."""

    def forward(self, inputs: Sequence[Array], batch: int, training: bool, draw: Draw) -> Array:
        y = self.buffers.take("y", inputs[0].shape)
        if len(inputs) == 1:
            y[...] = inputs[0]
            return y
        flat, out = [x.reshape(-1) for x in inputs], y.reshape(-1)

        def task(first: int, last: int) -> None:
            np.add(flat[0][first:last], flat[1][first:last], out=out[first:last])
            for values in flat[2:]:
                out[first:last] += values[first:last]

        self.each(task, out.size, len(flat) * out.size)
        return y

    def backward(self, dy: Array) -> Sequence[Array | None]:
        return [dy if wanted else None for wanted in self.place.wanted]


class ConcatPass(LayerPass):
    """The inputs' channels one after the other."""

    def forward(self, inputs: Sequence[Array], batch: int, training: bool, draw: Draw) -> Array:
        y = self.buffers.take("y", room(self.place.shape, inputs[0].shape[-1]))
        np.concatenate(inputs, axis=y.ndim - 2, out=y)
        return y

    def backward(self, dy: Array) -> Sequence[Array | None]:
        ends = np.cumsum([shape[0] for shape in self.place.shapes])[:-1]
        parts = np.split(dy, ends, axis=dy.ndim - 2)
        return [
            np.ascontiguousarray(part) if wanted else None
            for part, wanted in zip(parts, self.place.wanted, strict=True)
        ]
