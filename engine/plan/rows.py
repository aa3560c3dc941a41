"""Rows under construction: an operation each, and what it reads and writes."""

from dataclasses import dataclass, field

from engine.kernels.fast.host import host
from engine.kernels.fast.operations import (
    Copy,
    Depthwise,
    Function,
    Gemm,
    Operation,
    PixelRuns,
    RowRuns,
    Winograd,
)
from engine.kernels.fast.places import Place
from engine.kernels.fast.variants import DEALT_PARTS
from engine.plan.cores import planned_cores
from engine.shapes import Pair


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
    parts = _parts(input, output, pad, groups)
    value_work = 1.0 if parts else 4.0
    each = rows_a_task(height, channels * width * value_work)
    operation = Copy(
        tasks=-(-height // each), input=input, output=output, pad=pad, rows_a_task=each, parts=parts
    )
    return Row(operation=operation, reads=reads, writes=(name,), work=channels * height * width * value_work)


def can_deal(input: Place, output: Place, groups: int) -> bool:
    """Whether the channels of so many groups can be dealt out in turn by one copy."""
    return groups in DEALT_PARTS and _parts(input, output, (0, 0), groups) == groups


def _parts(input: Place, output: Place, pad: Pair, groups: int) -> int:
    """`Copy.parts` of a copy: 0 where values do not lie side by side for whole vectors."""
    channels, _, width = output.shape
    beside = min(width, input.shape[2] + pad[1]) - max(0, pad[1])
    planes = input.pixel == 4 and output.pixel == 4 * channels and groups == 1
    if not output.contiguous_channels:
        return 0
    if planes and input.channel > 4 and channels in DEALT_PARTS and beside >= host().width:
        return channels
    bordered = pad != (0, 0) or output.shape[1:] != input.shape[1:]
    if bordered and output.pixel != 4 * channels:  # zeros are written from pixel to pixel
        return 0
    whole = input.contiguous_channels and input.pixel > 4 and channels // groups >= host().width
    return groups if whole else 0
