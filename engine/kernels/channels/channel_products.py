"""The products of all pairs of a map's channels, added up over its pixels: what covariances are made of.

Register tiles of rows × vectors of sums over a panel of pixels, as in Goto & van de Geijn, "Anatomy of
High-Performance Matrix Multiplication", 2008. Both factors are the panel itself, so nothing is packed.
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt
from numba import types

from engine.kernels.channels.channel_statistics import Pixels
from engine.kernels.fast.arrays import address_of
from engine.kernels.fast.emit.vector_ir import VECTOR_BYTES, WIDTH, Value, Vectors, emitted
from engine.kernels.fast.host import host
from engine.kernels.jit import kernel

F64 = npt.NDArray[np.float64]

PANEL: Final = 64
"""Pixels whose products are added up in float32, before they are added to the sums in float64."""
VECTORS: Final = 2
ROWS: Final = 12 if host().registers >= 32 else 6
"""Of a tile: its sums, the vectors that are read and one splatted number must fit the registers."""
COLUMNS: Final = VECTORS * WIDTH
_SPARE: Final = 16
"""Floats more than a power of two between pixels, which would all fall into the same lines of the cache."""


def add_products(pixels: Pixels, mean: F64, products: F64) -> None:
    """Add Σ x·xᵀ over the pixels to `products` (C·(C + 1)/2,), a lower triangle row by row.

    mean: of this map's channels. What lies about it is added up in float32, `PANEL` pixels at a time, and the
    mean's own part in float64: nothing is lost where channels hardly vary.
    """
    channels = pixels.channels
    pitch = (channels + COLUMNS - 1) // COLUMNS * COLUMNS + _SPARE
    panel, tile = np.zeros((PANEL, pitch), np.float32), np.zeros((ROWS, COLUMNS), np.float32)
    _products(
        pixels.flat,
        pixels.row,
        pixels.pixel,
        pixels.height,
        pixels.width,
        mean.astype(np.float32),
        panel,
        address_of(panel),
        tile,
        address_of(tile),
        products,
    )


@emitted
def _product_tile(typing_context: Any, panel: Any, i: Any, j: Any, pitch: Any, count: Any, tile: Any) -> Any:
    """tile[r, :] = Σ_k panel[k, i + r] · panel[k, j : j + COLUMNS], k < count. Addresses and bytes."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        v = Vectors(builder)
        panel, i, j, pitch, count, tile = arguments
        zeros = [v.constant(0.0)] * (ROWS * VECTORS)

        def pixel(_: Value, carried: list[Value]) -> list[Value]:
            left, right, *sums = carried
            read = [v.load(v.offset(right, n * VECTOR_BYTES)) for n in range(VECTORS)]
            for r in range(ROWS):
                x = v.splat(v.load_scalar(v.offset(left, 4 * r)))
                for n in range(VECTORS):
                    sums[r * VECTORS + n] = v.multiply_add(x, read[n], sums[r * VECTORS + n])
            return [v.offset(left, pitch), v.offset(right, pitch), *sums]

        sums = v.loop(count, [v.offset(panel, i), v.offset(panel, j), *zeros], pixel)[2:]
        for index, total in enumerate(sums):
            v.store(total, v.offset(tile, index * VECTOR_BYTES))
        return count

    return types.int64(*[types.int64] * 6), code


@kernel
def _products(flat: Any, row: int, pixel: int, height: int, width: int, mean: Any, panel: Any,
              panel_address: int, tile: Any, tile_address: int, products: Any) -> None:  # fmt: skip
    channels, pixels, pitch = len(mean), height * width, 4 * panel.shape[1]
    for begin in range(0, pixels if pixels > 1 else 0, PANEL):  # a single pixel is its own mean
        count = min(PANEL, pixels - begin)
        for k in range(count):
            at = ((begin + k) // width) * row + ((begin + k) % width) * pixel
            own, values = panel[k], flat[at : at + channels]
            for c in range(channels):
                own[c] = values[c] - mean[c]
        for i in range(0, channels, ROWS):
            for j in range(0, min(i + ROWS, channels), COLUMNS):
                _product_tile(panel_address, 4 * i, 4 * j, pitch, count, tile_address)
                for r in range(min(ROWS, channels - i)):
                    end = min(COLUMNS, i + r + 1 - j)
                    start = (i + r) * (i + r + 1) // 2 + j
                    sums, total = tile[r], products[start : start + max(end, 0)]
                    for c in range(end):
                        total[c] += np.float64(sums[c])
    for i in range(channels):
        total = products[i * (i + 1) // 2 :]
        own_part = np.float64(pixels) * np.float64(mean[i])
        for c in range(i + 1):
            total[c] += own_part * np.float64(mean[c])
