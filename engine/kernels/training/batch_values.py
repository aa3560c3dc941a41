"""Work on every value of a batch, and on lines of them, pictures innermost."""

from typing import Any, Final

import numpy as np
from numba import types

from engine.kernels.fast.emit.vector_ir import ADDRESS, VECTOR_BYTES, WIDTH, Value, Vectors, emitted
from engine.kernels.fast.micro_kernels.smooth import tanh
from engine.kernels.jit import kernel
from engine.kernels.training.batch_task import batch_task, carray, float_pointer, word_pointer

BLOCK: Final = 1 << 13
"""Values of a task that works value by value, at most; whole vectors of them, as maps have."""


def blocks(size: int) -> int:
    """Tasks of so many values."""
    return -(-size // BLOCK)


@kernel
def block_of(address: int, size: int, task: int) -> Any:
    """The values of a task."""
    first = task * BLOCK
    return carray(float_pointer(address + 4 * first), (min(BLOCK, size - first),))


@batch_task("x y size low high", floats="low high")
def clamp_values(row: Any, number: int, thread: Any) -> int:
    """y = x held between the bounds; NaN stays."""
    task = row.first + number
    _clamp(block_of(row.x, row.size, task), block_of(row.y, row.size, task), row.low, row.high)
    return 0


@kernel
def _clamp(x: Any, y: Any, low: Any, high: Any) -> None:
    for i in range(len(x)):
        raised = low if x[i] < low else x[i]
        y[i] = high if raised > high else raised


@batch_task("y dy dx size low high", floats="low high")
def gate_values(row: Any, number: int, thread: Any) -> int:
    """dx = dy where y lies between the bounds, 0 elsewhere."""
    task = row.first + number
    y, dy, dx = (
        block_of(row.y, row.size, task), block_of(row.dy, row.size, task), block_of(row.dx, row.size, task),
    )  # fmt: skip
    _gate(y, dy, dx, row.low, row.high)
    return 0


@kernel
def _gate(y: Any, dy: Any, dx: Any, low: Any, high: Any) -> None:
    for i in range(len(y)):
        passed, inside = dy[i], (y[i] > low) & (y[i] < high)
        dx[i] = passed if inside else np.float32(0)


@batch_task("x dy dx size factor", floats="factor")
def leak_values(row: Any, number: int, thread: Any) -> int:
    """dx = dy where x is above 0, factor · dy elsewhere: of x itself, the leaky ReLU."""
    task = row.first + number
    x, dy, dx = (
        block_of(row.x, row.size, task), block_of(row.dy, row.size, task), block_of(row.dx, row.size, task),
    )  # fmt: skip
    _leak(x, dy, dx, row.factor)
    return 0


@kernel
def _leak(x: Any, dy: Any, dx: Any, factor: Any) -> None:
    for i in range(len(x)):
        dx[i] = dy[i] * (np.float32(1) if x[i] > 0 else factor)


@batch_task("x y size")
def tanh_values(row: Any, number: int, thread: Any) -> int:
    """y = tanh x."""
    first = (row.first + number) * BLOCK
    _tanh_run(row.x + 4 * first, row.y + 4 * first, min(BLOCK, row.size - first) // WIDTH)
    return 0


@emitted
def _tanh_run(typing_context: Any, x: Any, y: Any, vectors: Any) -> Any:
    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        v = Vectors(builder)
        x, y, vectors = arguments

        def one(i: Value, carried: list[Value]) -> list[Value]:
            here = v.times(i, VECTOR_BYTES)
            v.store(tanh(v, v.load(v.offset(x, here))), v.offset(y, here))
            return []

        v.loop(vectors, [], one)
        return context.get_dummy_value()

    return types.void(ADDRESS, ADDRESS, ADDRESS), code


@batch_task("y dy dx size")
def tanh_slopes(row: Any, number: int, thread: Any) -> int:
    """dx = dy · (1 − y²)."""
    task = row.first + number
    _tanh_back(
        block_of(row.y, row.size, task), block_of(row.dy, row.size, task), block_of(row.dx, row.size, task)
    )
    return 0


@kernel
def _tanh_back(y: Any, dy: Any, dx: Any) -> None:
    for i in range(len(y)):
        dx[i] = dy[i] * (np.float32(1) - y[i] * y[i])


@batch_task("a b sum size low high", floats="low high")
def add_values(row: Any, number: int, thread: Any) -> int:
    """sum = a + b held between the bounds; it may lie where a does."""
    task = row.first + number
    a, b, total = (
        block_of(row.a, row.size, task), block_of(row.b, row.size, task), block_of(row.sum, row.size, task),
    )  # fmt: skip
    _add(a, b, total, row.low, row.high)
    return 0


@kernel
def _add(a: Any, b: Any, total: Any, low: Any, high: Any) -> None:
    for i in range(len(a)):
        value = a[i] + b[i]
        raised = low if value < low else value
        total[i] = high if raised > high else raised


LINES: Final = 32
"""Of a task."""


@batch_task("x y lines sources lanes")
def move_lines(row: Any, number: int, thread: Any) -> int:
    """Each line of y, `lanes` values, is the line of x that `sources` tells (int64)."""
    first = (row.first + number) * LINES
    for line in range(first, min(first + LINES, row.lines)):
        source = carray(word_pointer(row.sources), (row.lines,))[line]
        _copy(
            carray(float_pointer(row.x + 4 * source * row.lanes), (row.lanes,)),
            carray(float_pointer(row.y + 4 * line * row.lanes), (row.lanes,)),
        )
    return 0


@kernel
def _copy(x: Any, y: Any) -> None:
    for i in range(len(x)):
        y[i] = x[i]


@batch_task("y lines lanes batch")
def empty_lanes(row: Any, number: int, thread: Any) -> int:
    """Zeros behind the batch's last picture, in each of the lines."""
    first = (row.first + number) * LINES
    for line in range(first, min(first + LINES, row.lines)):
        values = carray(float_pointer(row.y + 4 * line * row.lanes), (row.lanes,))
        for n in range(row.batch, row.lanes):
            values[n] = np.float32(0)
    return 0


@kernel
def turn(pictures: Any, laid: Any) -> None:
    """laid (values, lanes) of pictures (N, values), zeros behind the last one."""
    count, values = pictures.shape
    side = 16
    for v0 in range(0, values, side):
        for n0 in range(0, count, side):
            # Along a picture: pictures often lie a multiple of 4 KB apart, which share a line of the cache.
            for n in range(n0, min(n0 + side, count)):
                for v in range(v0, min(v0 + side, values)):
                    laid[v, n] = pictures[n, v]
    for v in range(values):
        for n in range(count, laid.shape[1]):
            laid[v, n] = np.float32(0)
