"""Rows under construction: an operation each, and what it reads and writes."""

from dataclasses import dataclass, field

from engine.kernels.fast.host import host
from engine.kernels.fast.operations import (
    Copy,
    Depthwise,
    Function,
    Gemm,
    ImageRuns,
    Operation,
    PixelRuns,
    RowRuns,
    Winograd,
)
from engine.kernels.fast.places import Place
from engine.kernels.fast.variants import DEALT_PARTS
from engine.plan.cores import planned_cores
from engine.shapes import Pair, Shape


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of the table. `reads` and `writes` name maps and scratch: they decide where threads meet."""

    operation: Operation
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    work: float = 0.0
    """Estimated cost in multiply–adds (or moved floats), for cutting a run into chunks."""


@dataclass(kw_only=True)
class Work:
    """What one step is made of: phases of rows; phase k of all steps of a level may run side by side."""

    algorithm: str
    why: str
    phases: list[list[Row]] = field(default_factory=list)
    table_bytes: int = 0
    """Address tables that a thread needs."""
    scratch_bytes: int = 0
    """Scratch that a thread needs."""
    alone: bool = False
    """It uses scratch that others of its level use too: its phases are not mixed with theirs."""

    def add(self, *rows: Row) -> "Work":
        """With one more phase."""
        self.phases.append(list(rows))
        return self


def unfinished_bytes(operation: Gemm | Depthwise | Winograd) -> int:
    """Scratch of a thread for results on their way through the operation's function into the map."""
    if operation.function == Function.CLAMP:
        return 0
    whole = 4 * host().padded(operation.output.shape[0])
    match operation:
        case Depthwise():
            return max(1, operation.at_once) * whole
        case Winograd(output_tile=size):
            return size * size * whole
        case PixelRuns(tile=tile, tiles_a_task=tiles):
            return tile * tiles * 2 * host().vector_bytes
        case RowRuns():
            return operation.output.shape[2] * 2 * host().vector_bytes
    return operation.tile * 2 * host().vector_bytes


def copied_bytes(operation: ImageRuns) -> int:
    """Scratch of a thread for the input rows that a task copies."""
    (kernel, _), (stride, _), (dilation, _) = operation.kernel, operation.stride, operation.dilation
    rows = (operation.tiles_a_task - 1) * stride + (kernel - 1) * dilation + 1
    return rows * operation.padded_width * 4 * operation.input.shape[0]


def rows_a_task(rows: int, row_work: float, enough: float = 20_000.0) -> int:
    """How many output rows make a task: some tasks for each core, none too small to be worth taking."""
    for_balance = max(1, rows // (4 * max(4, planned_cores())))
    worth_taking = max(1, round(enough / max(row_work, 1.0)))
    return min(rows, max(1, min(for_balance, 64) if worth_taking <= for_balance else worth_taking))


def copy_row(
    name: str,
    input: Place,
    output: Place,
    reads: tuple[str, ...],
    *,
    pad: Pair = (0, 0),
    groups: int = 1,
) -> Row:
    """The same values in another layout, `pad` rows and columns of zeros before them.

    groups: of channels that are dealt out in turn; more than one only where `can_deal` says so.
    """
    channels, height, width = output.shape
    parts = dealt_parts(input, output.shape, output.pixel, pad, groups) if output.contiguous_channels else 0
    row_work = copy_work(channels * width, parts)
    each = rows_a_task(height, row_work)
    operation = Copy(
        tasks=-(-height // each), input=input, output=output, pad=pad, rows_a_task=each, parts=parts
    )
    return Row(operation=operation, reads=reads, writes=(name,), work=height * row_work)


def copy_work(values: int, parts: int) -> float:
    """`Row.work` of copying so many values, by vectors or one by one."""
    return values * (1.0 if parts else 4.0)


def can_deal(input: Place, output: Place, groups: int) -> bool:
    """Whether the channels of so many groups can be dealt out in turn by one copy."""
    dealt = dealt_parts(input, output.shape, output.pixel, (0, 0), groups)
    return groups in DEALT_PARTS and output.contiguous_channels and dealt == groups


def dealt_parts(input: Place, shape: Shape, pixel: int, pad: Pair, groups: int = 1) -> int:
    """`Copy.parts` of a copy into such a map, its channels side by side, `pixel` bytes from one to the next.

    0 where values do not lie side by side for whole vectors.
    """
    channels, _, width = shape
    beside = min(width, input.shape[2] + pad[1]) - max(0, pad[1])
    planes = input.pixel == 4 and pixel == 4 * channels and groups == 1
    if planes and input.channel > 4 and channels in DEALT_PARTS and beside >= host().width:
        return channels
    bordered = pad != (0, 0) or shape[1:] != input.shape[1:]
    if bordered and pixel != 4 * channels:  # zeros are written from pixel to pixel
        return 0
    whole = input.contiguous_channels and input.pixel > 4 and channels // groups >= host().width
    return groups if whole else 0
