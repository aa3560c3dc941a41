"""Pooling with a window, and over whole maps."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from engine.layers.base.layer import Draw
from engine.layers.base.lowering import PoolForm
from engine.training.passes.crew import Crew
from engine.training.passes.lanes import Array, room
from engine.training.passes.layer_pass import LayerPass, Place

MOST_TAPS: Final = 127
"""Of a window whose chosen tap is kept as one byte."""

Table = npt.NDArray[np.int64]


class PoolPass(LayerPass):
    """Of a `PoolForm`: the largest value, the first of equal ones, or the mean."""

    def __init__(self, place: Place, form: PoolForm, crew: Crew) -> None:
        super().__init__(place, crew)
        self._maximum = form.maximum
        window, size = form.window, (place.shapes[0][1], place.shapes[0][2])
        pads = window.pads(size)
        tables, self._counts = [], []
        for axis in (0, 1):
            outputs = np.arange(place.shape[1 + axis])[:, None] * window.stride[axis]
            taps = np.arange(window.kernel_size[axis])[None] * window.dilation[axis]
            read = outputs + taps - pads[axis][0]
            read[(read < 0) | (read >= size[axis])] = -1
            tables.append(read.astype(np.int64))
            self._counts.append((read >= 0).sum(axis=1))
        self._rows, self._columns = tables
        self._back = _readers(tables[0], size[0]), _readers(tables[1], size[1])
        self._share: Array = np.zeros((0, 0), np.float32)
        self._chosen: Any = None
        self._lanes = 0

    def forward(self, inputs: Sequence[Array], batch: int, training: bool, draw: Draw) -> Array:
        from engine.kernels.training.batch_pooling import max_pool_rows, mean_pool_rows

        (x,) = inputs
        self._lanes = x.shape[-1]
        y = self.buffers.take("y", room(self.place.shape, self._lanes))
        flat, out = _flat(x), _flat(y)
        if self._maximum:
            chosen = self.buffers.take("chosen", out.shape, np.int8)
            self._chosen = chosen
            self.each(
                lambda first, last: max_pool_rows(
                    flat, out, chosen, self._rows, self._columns, first, last
                ),
                len(out), out.size * self._rows.shape[1] * self._columns.shape[1],
            )  # fmt: skip
            return y
        if not self._share.size:
            self._share = self._shares()
        self.each(
            lambda first, last: mean_pool_rows(
                flat, out, self._share, self._rows, self._columns, first, last
            ),
            len(out), flat.size,
        )  # fmt: skip
        return y

    def backward(self, dy: Array) -> Sequence[Array | None]:
        from engine.kernels.training.batch_pooling import max_pool_back_rows, mean_pool_back_rows

        if not self.place.wanted[0]:
            return [None]
        dx = self.buffers.take("dx", room(self.place.shapes[0], self._lanes))
        slope, out = _flat(dy), _flat(dx)
        (rows, row_starts), (columns, column_starts) = self._back
        if self._maximum:
            taps = self._columns.shape[1]
            self.each(
                lambda first, last: max_pool_back_rows(
                    slope, self._chosen, out, rows, row_starts, columns, column_starts, taps, first, last
                ),
                len(out), out.size * 2,
            )  # fmt: skip
        else:
            self.each(
                lambda first, last: mean_pool_back_rows(
                    slope, self._share, out, rows, row_starts, columns, column_starts, first, last
                ),
                len(out), out.size * 2,
            )  # fmt: skip
        return [dx]

    def _shares(self) -> Array:
        """What each window's sum is multiplied by: what the layer makes of ones says how it counts."""
        from engine.kernels.fast.machine import computing

        ones = np.ones((1, 1, *self.place.shapes[0][1:]), np.float32)
        with computing:
            means = self.place.layer.forward([ones], {})[0, 0]
        return np.asarray(means / np.outer(*self._counts).clip(1), np.float32)


class MeanPass(LayerPass):
    """The mean of each whole map."""

    def forward(self, inputs: Sequence[Array], batch: int, training: bool, draw: Draw) -> Array:
        (x,) = inputs
        self._shape = x.shape
        means = x.reshape(-1, *x.shape[2:]).mean(axis=0, dtype=np.float32)
        return np.asarray(means, np.float32).reshape(room(self.place.shape, x.shape[-1]))

    def backward(self, dy: Array) -> Sequence[Array | None]:
        if not self.place.wanted[0]:
            return [None]
        dx = self.buffers.take("dx", self._shape)
        height, width, channels, lanes = self._shape
        dx[...] = dy.reshape(1, 1, channels, lanes) * np.float32(1 / (height * width))
        return [dx]


def _flat(maps: Array) -> Array:
    """(H, W, C·L)."""
    return maps.reshape(*maps.shape[:2], -1)


def _readers(table: Table, size: int) -> tuple[Table, Table]:
    """For each input: the (output, tap) pairs that read it, and where they begin."""
    pairs: list[tuple[int, int]] = []
    starts = [0]
    for place in range(size):
        found = np.argwhere(table == place)
        pairs += [(int(output), int(tap)) for output, tap in found]
        starts.append(len(pairs))
    return np.array(pairs, np.int64).reshape(-1, 2), np.array(starts, np.int64)
