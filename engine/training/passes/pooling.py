"""Pooling with a window, and over whole maps."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from engine.layers.base.lowering import PoolForm
from engine.training.passes.lanes import Array, room
from engine.training.passes.layer_pass import LOADED, LayerPass, Place

if TYPE_CHECKING:
    from engine.kernels.training.program import Program, Word, Words

MOST_TAPS: Final = 127
"""Of a window whose chosen tap is kept as one byte."""

Table = npt.NDArray[np.int64]


class PoolPass(LayerPass):
    """Of a `PoolForm`: the largest value, the first of equal ones, or the mean."""

    def __init__(self, place: Place, form: PoolForm) -> None:
        super().__init__(place)
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

    def forward(self, program: "Program", inputs: Sequence[Array], batch: int, training: bool) -> Array:
        from engine.kernels.training import batch_pooling as kernels

        (x,) = inputs
        y = self.buffers.take("y", room(self.place.shape, x.shape[-1]))
        words: dict[str, Word] = {
            "x": x, "y": y, "rows": self._rows, "columns": self._columns,
            "taps_y": self._rows.shape[1], "taps_x": self._columns.shape[1], **self._sizes(x.shape[-1]),
        }  # fmt: skip
        if self._maximum:
            self._chosen = self.buffers.take("chosen", y.shape, np.int8)
            taps = self._rows.shape[1] * self._columns.shape[1]
            program.row(
                kernels.max_pool_row, len(y), LOADED * y.size * taps, words | {"chosen": self._chosen}
            )
            return y
        if not self._share.size:
            self._share = self._shares()
        program.row(kernels.mean_pool_row, len(y), LOADED * x.size, words | {"share": self._share})
        return y

    def backward(self, program: "Program", dy: Array) -> Sequence[Array | None]:
        from engine.kernels.training import batch_pooling as kernels

        if not self.place.wanted[0]:
            return [None]
        dx = self.buffers.take("dx", room(self.place.shapes[0], dy.shape[-1]))
        (rows, row_starts), (columns, column_starts) = self._back
        words: dict[str, Word] = {
            "dy": dy, "dx": dx, "rows": rows, "row_starts": row_starts, "row_count": len(rows),
            "columns": columns, "column_starts": column_starts, "column_count": len(columns),
            **self._sizes(dy.shape[-1]),
        }  # fmt: skip
        if self._maximum:
            taps = self._columns.shape[1]
            program.row(
                kernels.max_pool_back_row, len(dx), 2 * LOADED * dx.size,
                words | {"chosen": self._chosen, "taps": taps},
            )  # fmt: skip
        else:
            program.row(
                kernels.mean_pool_back_row, len(dx), 2 * LOADED * dx.size, words | {"share": self._share}
            )
        return [dx]

    def _sizes(self, lanes: int) -> dict[str, int]:
        (channels, height, width), (_, out_height, out_width) = self.place.shapes[0], self.place.shape
        sizes = {"height": height, "width": width, "out_height": out_height, "out_width": out_width}
        return sizes | {"values": channels * lanes}

    def _shares(self) -> Array:
        """What each window's sum is multiplied by: what the layer makes of ones says how it counts."""
        from engine.kernels.fast.machine import computing

        ones = np.ones((1, 1, *self.place.shapes[0][1:]), np.float32)
        with computing:
            means = self.place.layer.forward([ones], {})[0, 0]
        return np.asarray(means / np.outer(*self._counts).clip(1), np.float32)


class MeanPass(LayerPass):
    """The mean of each whole map."""

    def forward(self, program: "Program", inputs: Sequence[Array], batch: int, training: bool) -> Array:
        from engine.kernels.training.batch_pooling import COLUMNS, mean_of_pixels

        (x,) = inputs
        y = self.buffers.take("y", room(self.place.shape, x.shape[-1]))
        words: Words = {"x": x, "y": y, "pixels": x.size // y.size, "values": y.size}
        program.row(mean_of_pixels, -(-y.size // COLUMNS), LOADED * x.size, words)
        return y

    def backward(self, program: "Program", dy: Array) -> Sequence[Array | None]:
        from engine.kernels.training.batch_pooling import mean_of_pixels_back

        if not self.place.wanted[0]:
            return [None]
        dx = self.buffers.take("dx", room(self.place.shapes[0], dy.shape[-1]))
        pixels = dx.size // dy.size
        words: Words = {"dy": dy, "dx": dx, "pixels": pixels, "values": dy.size}
        program.row(mean_of_pixels_back, pixels, LOADED * dx.size, words)
        return [dx]


def _readers(table: Table, size: int) -> tuple[Table, Table]:
    """For each input: the (output, tap) pairs that read it, and where they begin."""
    pairs: list[tuple[int, int]] = []
    starts = [0]
    for place in range(size):
        found = np.argwhere(table == place)
        pairs += [(int(output), int(tap)) for output, tap in found]
        starts.append(len(pairs))
    return np.array(pairs, np.int64).reshape(-1, 2), np.array(starts, np.int64)
