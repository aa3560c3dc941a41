"""Rows that more than one pass lays."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from engine.layers.base.lowering import ClampForm
from engine.training.passes.lanes import Array
from engine.training.passes.layer_pass import LOADED

if TYPE_CHECKING:
    from engine.kernels.training.program import Program, Words


def lay_empty_lanes(program: "Program", y: Array, batch: int) -> None:
    """Zeros behind the batch's last picture: what stands there must be a number."""
    from engine.kernels.training.batch_values import LINES, empty_lanes

    lanes = y.shape[-1]
    if batch == lanes:
        return
    lines = y.size // lanes
    words: Words = {"y": y, "lines": lines, "lanes": lanes, "batch": batch}
    program.row(empty_lanes, -(-lines // LINES), LOADED * lines * (lanes - batch), words)


def lay_sum(program: "Program", terms: Sequence[Array], total: Array, clamp: ClampForm | None = None) -> None:
    """The total of two terms or more; it may be the first one's own memory. clamp: what is made of it."""
    from engine.kernels.training.batch_values import add_values, blocks

    first, *others = terms
    for number, other in enumerate(others, start=1):
        bounds = clamp if clamp is not None and number == len(others) else ClampForm()
        words: Words = {
            "a": first, "b": other, "sum": total, "size": total.size, "low": bounds.low, "high": bounds.high,
        }  # fmt: skip
        program.row(add_values, blocks(total.size), LOADED * 2 * total.size, words)
        first = total


def lay_gate(program: "Program", y: Array, dy: Array, dx: Array, clamp: ClampForm) -> None:
    """dx is dy where y lies between the bounds, and 0 where one of them holds it."""
    from engine.kernels.training.batch_values import blocks, gate_values

    words: Words = {
        "y": y, "dy": dy, "dx": dx, "size": dx.size, "low": clamp.low, "high": clamp.high,
    }  # fmt: skip
    program.row(gate_values, blocks(dx.size), LOADED * dx.size, words)


def gated(y: Array, dy: Array, clamp: ClampForm | None) -> Array:
    """As `lay_gate`, at once; without a clamp dy itself."""
    if clamp is None:
        return dy
    return np.where((y > np.float32(clamp.low)) & (y < np.float32(clamp.high)), dy, np.float32(0))


def lay_lines(program: "Program", x: Array, y: Array, sources: Sequence[int]) -> None:
    """Each line of y (…, L) is the line of x with this number."""
    from engine.kernels.training.batch_values import LINES, move_lines

    lanes = y.shape[-1]
    lines = y.size // lanes
    table = np.ascontiguousarray(sources, np.int64)
    assert table.size == lines
    assert table.max(initial=0) < x.size // lanes
    words: Words = {"x": x, "y": y, "lines": lines, "sources": table, "lanes": lanes}
    program.row(move_lines, -(-lines // LINES), LOADED * y.size, words)


def lay_channel_sums(program: "Program", dy: Array, db: Array) -> None:
    """Adds to each channel's db its sum over places and pictures; zeros must stand behind the batch."""
    from engine.kernels.training.batch_channels import sum_channel

    channels, lanes = dy.shape[-2:]
    words: Words = {
        "dy": dy,
        "db": db,
        "pixels": dy.size // (channels * lanes),
        "channels": channels,
        "lanes": lanes,
    }
    program.row(sum_channel, channels, LOADED * dy.size, words)
