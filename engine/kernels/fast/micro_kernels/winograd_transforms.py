"""Winograd's transforms of input and output tiles, a vector of channels at a time.

Source and matrices: `points`. The products between the two transforms are plain GEMMs over the channels,
one for each of the n² frequencies, done by `plain_gemm.gemm_run`.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from engine.kernels.fast.emit.limits import limits
from engine.kernels.fast.emit.micro_kernel import Float, Word, micro_kernel
from engine.kernels.fast.emit.vector_ir import VECTOR_BYTES, Value, Vectors, address_constant
from engine.kernels.fast.points import Matrix, transforms
from engine.kernels.fast.variants import WINOGRAD_TILES


@micro_kernel((n,) for n in sorted({n for _, n in WINOGRAD_TILES}))
def transform_input(v: Vectors, n: int, *, inputs: Word, out: Word, spacing: Word, blocks: Word) -> None:
    """V = Bᵀ d B of one tile. inputs: table [n·n] of addresses; frequency ξ goes to out + ξ·spacing."""
    matrix = transforms(n - 2).input
    pixels = [v.load_address(v.offset(inputs, 8 * i)) for i in range(n * n)]

    def block(index: Value, carried: list[Value]) -> list[Value]:
        here = v.times(index, VECTOR_BYTES)
        d = [[v.load(v.offset(pixels[i * n + j], here)) for j in range(n)] for i in range(n)]
        columns = [_times_rows(v, matrix, [d[i][j] for i in range(n)]) for j in range(n)]
        for i in range(n):
            for j, value in enumerate(_times_rows(v, matrix, [columns[k][i] for k in range(n)])):
                v.store(value, v.offset(out, here, v.times(spacing, i * n + j)))
        return []

    v.loop(blocks, [], block)


@micro_kernel(WINOGRAD_TILES)
def transform_output(
    v: Vectors, m: int, n: int, *, products: Word, spacing: Word, blocks: Word, bias: Word, outputs: Word,
    residuals: Word, streams: Word, low: Float, high: Float,
) -> Value:  # fmt: skip
    """Y = clamp(Aᵀ M A + bias (+ residual)) of one tile; gives 1 if the tile holds a NaN or an infinity.

    outputs, residuals: tables [m·m] of pixel addresses (residuals = 0: none). The transforms mix all values
    of a tile, so one NaN would spread over it: the caller computes the layer again by direct convolution.
    Each product reaches one of the four corner outputs, so looking at those is enough.
    """
    matrix = transforms(m, n - m + 1).output
    limited, zero = limits(v, low, high), v.constant(0.0)
    has_residual = v.nonzero(residuals)

    def block(index: Value, carried: list[Value]) -> list[Value]:
        here = v.times(index, VECTOR_BYTES)
        source = v.offset(products, here)
        shift = v.load(v.offset(bias, here))
        columns = []
        for j in range(n):
            column = [v.load(v.offset(source, v.times(spacing, i * n + j))) for i in range(n)]
            columns.append(_times_columns(v, matrix, column))
        y: list[Value] = []
        for i in range(m):
            y += _times_columns(v, matrix, [columns[k][i] for k in range(n)])
        seen = carried[0]
        for corner in (0, m - 1, m * (m - 1), m * m - 1):
            seen = v.multiply_add(y[corner], zero, seen)  # 0 · ±∞ and 0 · NaN are NaN, and NaN stays
        y = [v.add(value, shift) for value in y]

        def with_residual() -> list[Value]:
            rows = [v.load_address(v.offset(residuals, 8 * i)) for i in range(m * m)]
            return [v.add(value, v.load(v.offset(row, here))) for value, row in zip(y, rows, strict=True)]

        y = v.when_changing(has_residual, y, with_residual)
        y = limited(y)
        with v.either(v.nonzero(streams), v.stream, v.store) as ways:
            for put in ways:
                for i, value in enumerate(y):
                    put(value, v.offset(v.load_address(v.offset(outputs, 8 * i)), here))
        return [seen]

    (seen,) = v.loop(blocks, [zero], block)
    return v.choose(v.any_nan(seen), address_constant(1), address_constant(0))


def _combination(v: Vectors, coefficients: Iterable[float], x: Sequence[Value]) -> Value:
    """Σ coefficient · x, skipping zeros, beginning with a term that needs no product."""
    terms = [(float(c), value) for c, value in zip(coefficients, x, strict=True) if c != 0]
    terms.sort(key=lambda term: term[0] != 1)
    total: Value = None
    for c, value in terms:
        if total is None:
            total = value if c == 1 else v.multiply(value, v.constant(c))
        elif c == 1:
            total = v.add(total, value)
        elif c == -1:
            total = v.subtract(total, value)
        else:
            total = v.multiply_add(value, v.constant(c), total)
    return total


def _times_rows(v: Vectors, matrix: Matrix, x: Sequence[Value]) -> list[Value]:
    """matrix @ x; rows of a ± pair of points share their even and odd parts: e + o and e − o."""
    results: list[Value] = []
    while len(results) < len(matrix):
        row = matrix[len(results)]
        if len(results) + 1 < len(matrix):
            twin = matrix[len(results) + 1]
            same, opposite = row == twin, row == -twin
            if np.all(same | opposite) and not np.all(same) and not np.all(opposite):
                even = _combination(v, np.where(same, row, 0.0), x)
                odd = _combination(v, np.where(same, 0.0, row), x)
                results += [v.add(even, odd), v.subtract(even, odd)]
                continue
        results.append(_combination(v, row, x))
    return results


def _times_columns(v: Vectors, matrix: Matrix, x: Sequence[Value]) -> list[Value]:
    """matrix @ x for columns (0), (p, −p), …, (∞): even rows take sums of pairs, odd ones differences."""
    pairs = [(j, j + 1) for j in range(1, matrix.shape[1] - 1, 2)]
    sums = [v.add(x[a], x[b]) for a, b in pairs]
    differences = [v.subtract(x[a], x[b]) for a, b in pairs]
    results = []
    for i, row in enumerate(matrix):
        parts = sums if i % 2 == 0 else differences
        coefficients = [row[0], *(row[a] for a, _ in pairs), row[-1]]
        results.append(_combination(v, coefficients, [x[0], *parts, x[-1]]))
    return results
