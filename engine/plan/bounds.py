"""No step may touch memory beyond its buffers: every address a row can form is worked out and compared.

Kernels work on raw addresses, so a planning mistake would be a crash or, worse, a wrong map. This module
knows the geometry only, and nothing of how the rows were made.
"""

from typing import Any

from engine.kernels.fast.host import host
from engine.kernels.fast.operation_rows import decode, layout, operation_of
from engine.kernels.fast.operations import (
    Affine,
    Copy,
    Depthwise,
    Elementwise,
    Function,
    Gemm,
    ImageRuns,
    LayerNorm,
    Operation,
    PixelRuns,
    ResponseNorm,
    RowRuns,
    StrassenRuns,
    Windowed,
    Winograd,
)
from engine.plan.plan import Plan

Extent = tuple[int, int]
"""First byte, and the byte behind the last."""


def check_bounds(plan: Plan) -> None:
    """`AssertionError` naming the row, the operand and the bytes if a row could reach beyond a buffer."""
    linked = {(row, word): buffer for row, word, buffer in plan.links.tolist()}
    for index, values in enumerate(plan.rows.tolist()):
        kind, row = operation_of(values), decode(values)
        words = layout(kind).words
        for operand, (low, high) in _extents(kind, row).items():
            buffer = linked.get((index, words.index(operand)))
            if buffer is None:
                continue
            size = plan.buffers[buffer].bytes
            if low < 0 or high > size:
                raise AssertionError(
                    f"row {index} ({kind.__name__}) would touch bytes {low}…{high} of a buffer of {size}"
                    f" ({plan.buffers[buffer].owner}, {operand})"
                )
        _check_tables(plan, index, kind, row)


def _extents(kind: type[Operation], row: Any) -> dict[str, Extent]:
    """What the row can touch, by operand."""
    whole = 4 * host().padded(row.input_channels)
    found = {"output": _map_extent(row, "output", _output_bytes(kind, row))}
    if issubclass(kind, Gemm):
        read_at_once = _value_extent(row) if kind is ImageRuns else 4 * row.depth * row.groups
        found["input"] = _map_extent(row, "input", read_at_once)
        each = row.group_channels
        steps = row.kernel_y * row.kernel_x * row.depth
        parts = 7 if kind is StrassenRuns else 4  # seven quarters, or all of them: 4 bytes a value
        found["weight"] = _run(row.weight, parts * row.groups * steps * host().padded(each))
        read = 4 * ((row.groups - 1) * each + host().padded(each))
        for operand in ("bias", "scales", "shifts"):
            found[operand] = _run(getattr(row, operand), read)
        if row.other_pixel:
            found["other"] = _other_extent(row, read)
        if row.prepared_bytes:
            found["prepared"] = _map_extent(row, "prepared", whole)
            for operand in ("prepared_scales", "prepared_shifts"):
                found[operand] = _run(getattr(row, operand), whole)
    elif issubclass(kind, Winograd):
        found["input"] = _map_extent(row, "input", whole)
        frequencies = row.input_tile**2
        out = 4 * host().padded(row.output_channels)
        found["weight"] = _run(row.weight, frequencies * row.input_channels * out)
        found["bias"] = _run(row.bias, out)
        if row.other_pixel:
            found["other"] = _other_extent(row, out)
        gap = host().vector_bytes
        found["transformed"] = _run(row.transformed, frequencies * (row.tile_count * whole + gap))
        found["products"] = _run(row.products, frequencies * (row.tile_count * out + gap))
    elif kind is Depthwise:
        found["input"] = _map_extent(row, "input", whole)
        found["weight"] = _run(row.weight, row.group_channels * row.kernel_y * row.kernel_x * whole)
        found["bias"] = _run(row.bias, whole)
    elif kind is Copy:
        found["input"] = _map_extent(row, "input", _value_extent(row))
    else:
        found["input"] = _map_extent(row, "input", whole)
        if kind is Elementwise:
            found["other"] = _other_extent(row, whole)
        elif kind in (Affine, LayerNorm):
            found["scales"], found["shifts"] = _run(row.scales, whole), _run(row.shifts, whole)
    return found


def _value_extent(row: Any) -> int:
    """Bytes from the first to the last value of an input pixel, wherever its channels lie."""
    return int((row.input_channels - 1) * row.input_channel + 4)


def _output_bytes(kind: type[Operation], row: Any) -> int:
    """Bytes that are written at a pixel."""
    if kind is Copy:
        return int((row.input_channels - 1) * row.output_channel + 4)
    if issubclass(kind, Gemm):
        each = row.group_channels
        if row.lanes < host().width:  # the last vector is written as far as it is used
            return int(4 * each * row.groups)
        return int(4 * ((row.groups - 1) * each + host().padded(each)))
    return 4 * host().padded(row.output_channels)


def _run(start: int, size: int) -> Extent:
    return start, start + size


def _map_extent(row: Any, name: str, pixel_bytes: int) -> Extent:
    start, pixel, line, height, width = (
        getattr(row, name + part) for part in ("", "_pixel", "_row", "_height", "_width")
    )
    return start, start + (height - 1) * line + (width - 1) * pixel + pixel_bytes


def _other_extent(row: Any, pixel_bytes: int) -> Extent:
    end = (row.output_height - 1) * row.other_row + (row.output_width - 1) * row.other_pixel
    return row.other, row.other + end + pixel_bytes


def _check_tables(plan: Plan, index: int, kind: type[Operation], row: Any) -> None:
    """The thread's address tables, and the row of zeros that stands in for what lies outside of the map."""
    needed = zeros = 0
    if issubclass(kind, Gemm):
        taps = row.kernel_y * row.kernel_x
        needed = 8 * row.tile * (row.tiles_a_task * (taps + 2) + 1) if kind is Gemm else 0
        zeros = 4 * row.groups * row.depth
        pixels = row.output_width * (1 if issubclass(kind, RowRuns) else row.output_height)
        if row.prepared_bytes:
            zeros = 4 * host().padded(row.depth)
            _check_prepared(plan, index, kind, row)
        if kind is ImageRuns:
            _check_copied(plan, index, row)
        if kind is StrassenRuns:
            needed = 8 * 7 * 9  # what is done with each of seven products
            _check_quarters(plan, index, row)
        if row.tile > pixels:
            raise AssertionError(f"row {index}: a tile of {row.tile} pixels on a map of {pixels}")
    elif issubclass(kind, Winograd):
        needed = 16 * row.input_tile**2
        zeros = 4 * host().padded(max(row.input_channels, row.output_channels)) + 2 * host().vector_bytes
    elif issubclass(kind, Windowed):
        needed = 16 * row.kernel_y * row.kernel_x
        if kind is Depthwise:
            span = (max(1, row.at_once) - 1) * row.stride_x + row.kernel_x
            needed = max(needed, 8 * (row.kernel_y + 1) * span)
            zeros = 4 * host().padded(row.input_channels)
            if row.at_once > row.output_width:
                raise AssertionError(f"row {index}: {row.at_once} pixels at once of {row.output_width}")
    elif kind is ResponseNorm:
        needed = 4 * (host().padded(row.input_channels) + 2 * row.size)
    if needed > plan.table_bytes:
        raise AssertionError(f"row {index} needs {needed} bytes of address tables, not {plan.table_bytes}")
    if getattr(row, "function", Function.CLAMP) != Function.CLAMP and kind is not Elementwise:
        _check_unfinished(plan, index, kind, row)
    if zeros > plan.widest_bytes:
        raise AssertionError(f"row {index} needs {zeros} bytes of zeros, not {plan.widest_bytes}")


def _check_prepared(plan: Plan, index: int, kind: type[Operation], row: Any) -> None:
    """The thread's scratch for inputs that a task makes ready, once and with nothing else in it."""
    needed = row.tiles_a_task * row.tile * row.prepared_bytes
    if needed > plan.scratch_bytes or row.prepared_bytes < 4 * host().padded(row.depth):
        raise AssertionError(f"row {index} needs {needed} bytes of scratch, not {plan.scratch_bytes}")
    whole = row.panels_a_task * 2 * host().width >= row.group_channels
    if kind is not PixelRuns or row.function != Function.CLAMP or not whole:
        raise AssertionError(f"row {index} ({kind.__name__}) cannot make its inputs ready")


def _check_copied(plan: Plan, index: int, row: Any) -> None:
    """The thread's scratch for results on their way and the input rows that a task copies behind them."""
    pixel = 4 * row.input_channels
    rows = (row.tiles_a_task - 1) * row.stride_y + (row.kernel_y - 1) * row.dilation_y + 1
    needed = rows * row.padded_width * pixel
    if row.function != Function.CLAMP:
        needed += row.output_width * 2 * host().vector_bytes
    if needed > plan.scratch_bytes:
        raise AssertionError(f"row {index} needs {needed} bytes of scratch, not {plan.scratch_bytes}")
    seen = (row.output_width - 1) * row.stride_x * pixel + 4 * row.depth
    if row.groups != 1 or row.kernel_x != 1 or seen > row.padded_width * pixel:
        raise AssertionError(f"row {index} sees {seen} bytes of copied rows of {row.padded_width} pixels")
    if row.parts:
        planes = row.input_channel > row.input_pixel
        beside = min(row.padded_width, row.input_width + row.pad_x) - max(0, row.pad_x)
        run = beside if planes else row.input_channels // row.parts
        if run < host().width or row.parts * (1 if planes else run) != row.input_channels:
            raise AssertionError(f"row {index}: {row.parts} runs of {run} values cannot be dealt by vectors")


def _check_quarters(plan: Plan, index: int, row: Any) -> None:
    """The thread's scratch for five sums of inputs and ten tiles of outputs; halves that cover a block."""
    half = row.tiles_a_task * row.tile
    needed = half * 5 * row.sum_bytes + 10 * row.tile * 2 * host().vector_bytes
    if needed > plan.scratch_bytes or row.sum_bytes < 4 * (row.depth // 2):
        raise AssertionError(f"row {index} needs {needed} bytes of scratch, not {plan.scratch_bytes}")
    pairs = -(-(host().padded(row.group_channels) // host().width) // 4)
    blocks, pixels = row.tasks // -(-pairs // row.panels_a_task), row.output_height * row.output_width
    if not half <= pixels // blocks <= -(-pixels // blocks) <= 2 * half:
        raise AssertionError(f"row {index}: {pixels} pixels are not {blocks} blocks of two times {half}")
    if row.depth // 2 < host().width or row.depth % 2:
        raise AssertionError(f"row {index}: {row.depth} input channels are not two halves of whole vectors")


def _check_unfinished(plan: Plan, index: int, kind: type[Operation], row: Any) -> None:
    """The thread's scratch for results on their way through a function into the map."""
    whole, panel = 4 * host().padded(row.output_channels), 2 * host().vector_bytes
    needed = 0
    if kind is Depthwise:
        needed = max(1, row.at_once) * whole
    elif issubclass(kind, Winograd):
        needed = row.output_tile**2 * whole
    elif issubclass(kind, Gemm):
        tiles = row.tiles_a_task if kind is PixelRuns else 1  # StrassenRuns: see `_check_quarters`
        needed = panel * (row.output_width if issubclass(kind, RowRuns) else row.tile * tiles)
        if row.output_height > 1 and row.output_row != row.output_width * row.output_pixel:
            raise AssertionError(f"row {index}: a function of tiles whose pixels are not at equal distances")
    if needed > plan.scratch_bytes:
        raise AssertionError(f"row {index} needs {needed} bytes of scratch, not {plan.scratch_bytes}")
