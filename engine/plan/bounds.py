"""No step may touch memory beyond its buffers: every address a row can form is worked out and compared.

Kernels work on raw addresses, so a planning mistake would be a crash or, worse, a wrong map. This module
knows the geometry only, and nothing of how the rows were made.
"""

from engine.kernels.fast import columns as col
from engine.kernels.fast.host import host
from engine.plan.plan import Plan


def check_bounds(plan: Plan) -> None:
    """`AssertionError` naming the row, the operand and the bytes if a row could reach beyond a buffer."""
    linked = {(row, column): buffer for row, column, buffer in plan.links.tolist()}
    for index, values in enumerate(plan.rows.tolist()):
        for column, (low, high) in _extents(values).items():
            buffer = linked.get((index, column))
            if buffer is None:
                continue
            size = plan.buffers[buffer].bytes
            name = col.KIND_NAMES[values[col.KIND]]
            if low < 0 or high > size:
                raise AssertionError(
                    f"row {index} ({name}) would touch bytes {low}…{high} of a buffer of {size}"
                    f" ({plan.buffers[buffer].owner}, column {column})"
                )
        _check_tables(plan, index, values)


def _extents(v: list[int]) -> dict[int, tuple[int, int]]:
    """First byte and byte behind the last that the row can touch, by operand."""
    kind = v[col.KIND]
    whole = 4 * host().padded(v[col.INPUT_CHANNELS])
    found = {col.OUTPUT: _map_extent(v, col.OUTPUT, _output_bytes(v))}
    if kind == col.GEMM:
        found[col.INPUT] = _map_extent(v, col.INPUT, 4 * v[col.INPUT_CHANNELS] * v[col.GROUPS])
        each = v[col.OUTPUT_CHANNELS]
        steps = v[col.KERNEL_HEIGHT] * v[col.KERNEL_WIDTH] * v[col.INPUT_CHANNELS]
        end = 4 * v[col.GROUPS] * steps * host().padded(each)
        found[col.WEIGHT] = (v[col.WEIGHT], v[col.WEIGHT] + end)
        read = (v[col.GROUPS] - 1) * each + host().padded(each)
        found[col.BIAS] = (v[col.BIAS], v[col.BIAS] + 4 * read)
        if v[col.OTHER_PIXEL]:
            found[col.OTHER] = _other_extent(v, 4 * read)
    elif kind in col.WINOGRAD_KINDS:
        found[col.INPUT] = _map_extent(v, col.INPUT, whole)
        frequencies = (v[col.MODE] + 2) ** 2
        out = 4 * host().padded(v[col.OUTPUT_CHANNELS])
        found[col.WEIGHT] = (v[col.WEIGHT], v[col.WEIGHT] + frequencies * v[col.INPUT_CHANNELS] * out)
        found[col.BIAS] = (v[col.BIAS], v[col.BIAS] + out)
        if v[col.OTHER_PIXEL]:
            found[col.OTHER] = _other_extent(v, out)
        gap = host().vector_bytes
        tiles = v[col.TILE_COUNT]
        found[col.TRANSFORMED] = (
            v[col.TRANSFORMED],
            v[col.TRANSFORMED] + frequencies * (tiles * whole + gap),
        )
        found[col.PRODUCTS] = (v[col.PRODUCTS], v[col.PRODUCTS] + frequencies * (tiles * out + gap))
    elif kind == col.DEPTHWISE:
        found[col.INPUT] = _map_extent(v, col.INPUT, whole)
        taps = v[col.KERNEL_HEIGHT] * v[col.KERNEL_WIDTH]
        found[col.WEIGHT] = (v[col.WEIGHT], v[col.WEIGHT] + taps * whole)
        found[col.BIAS] = (v[col.BIAS], v[col.BIAS] + whole)
    elif kind == col.COPY:
        found[col.INPUT] = _map_extent(v, col.INPUT, (v[col.INPUT_CHANNELS] - 1) * v[col.INPUT_CHANNEL] + 4)
    else:
        found[col.INPUT] = _map_extent(v, col.INPUT, whole)
        if v[col.OTHER_PIXEL] or v[col.OTHER_ROW] or kind == col.PIXELS:
            found[col.OTHER] = _other_extent(v, whole)
    return found


def _output_bytes(v: list[int]) -> int:
    """Bytes that are written at a pixel."""
    if v[col.KIND] == col.COPY:
        return (v[col.INPUT_CHANNELS] - 1) * v[col.OUTPUT_CHANNEL] + 4
    channels = v[col.OUTPUT_CHANNELS]
    if v[col.KIND] == col.GEMM:
        each = channels
        if v[col.LANES] < host().width:  # the last vector is written as far as it is used
            return 4 * each * v[col.GROUPS]
        return 4 * ((v[col.GROUPS] - 1) * each + host().padded(each))
    return 4 * host().padded(channels)


def _map_extent(v: list[int], first: int, pixel_bytes: int) -> tuple[int, int]:
    """INPUT and OUTPUT columns stand in the same order: address, pixel, row, height, width."""
    start, pixel, row, height, width = v[first : first + 5]
    return start, start + (height - 1) * row + (width - 1) * pixel + pixel_bytes


def _other_extent(v: list[int], pixel_bytes: int) -> tuple[int, int]:
    start = v[col.OTHER]
    affine = v[col.KIND] == col.PIXELS and v[col.MODE] == 1
    if affine or v[col.KIND] == col.LAYER_NORM:  # scales, and the shifts behind them
        return start, start + v[col.OTHER_PIXEL] + pixel_bytes
    end = (v[col.OUTPUT_HEIGHT] - 1) * v[col.OTHER_ROW] + (v[col.OUTPUT_WIDTH] - 1) * v[col.OTHER_PIXEL]
    return start, start + end + pixel_bytes


def _check_tables(plan: Plan, index: int, v: list[int]) -> None:
    """The thread's address tables, and the row of zeros that stands in for what lies outside of the map."""
    taps = v[col.KERNEL_HEIGHT] * v[col.KERNEL_WIDTH]
    needed = 16 * taps
    zeros = 4 * host().padded(max(v[col.INPUT_CHANNELS], v[col.OUTPUT_CHANNELS])) + 2 * host().vector_bytes
    if v[col.KIND] == col.GEMM:
        needed = 0 if v[col.PLAIN] else 8 * v[col.TILES_A_TASK] * v[col.TILE] * (taps + 2)
        zeros = 4 * v[col.GROUPS] * v[col.INPUT_CHANNELS]
        pixels = v[col.OUTPUT_WIDTH] * (1 if v[col.PLAIN] == col.ROWS_RUN else v[col.OUTPUT_HEIGHT])
        if v[col.TILE] > pixels:
            raise AssertionError(f"row {index}: a tile of {v[col.TILE]} pixels on a map of {pixels}")
    elif v[col.KIND] == col.RESPONSE_NORM:
        needed = 4 * (host().padded(v[col.INPUT_CHANNELS]) + 2 * v[col.KERNEL_WIDTH])
        zeros = 0
    elif v[col.KIND] in col.WINOGRAD_KINDS:
        needed = 16 * (v[col.MODE] + 2) ** 2
    elif v[col.KIND] == col.DEPTHWISE:
        span = (col.DEPTHWISE_PIXELS - 1) * v[col.STRIDE_X] + v[col.KERNEL_WIDTH]
        zeros = (span - 1) * v[col.INPUT_PIXEL] + 4 * host().padded(v[col.INPUT_CHANNELS])
    else:
        zeros = 0
    if needed > plan.table_bytes:
        raise AssertionError(f"row {index} needs {needed} bytes of address tables, not {plan.table_bytes}")
    if zeros > plan.widest_bytes:
        raise AssertionError(f"row {index} needs {zeros} bytes of zeros, not {plan.widest_bytes}")
