"""Rows under construction: columns by number, addresses by buffer, and what each row reads and writes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.kernels.fast import columns as col
from engine.plan.places import Address, Place

Value = int | Address

INFINITY = float("inf")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of the table. `reads` and `writes` name maps and scratch: they decide where threads meet."""

    values: Mapping[int, Value]
    low: float = -INFINITY
    high: float = INFINITY
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    work: float = 0.0
    """Estimated cost in multiply–adds (or moved floats), for cutting a run into pieces."""


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


def source(place: Place) -> dict[int, Value]:
    """The columns of a row's input."""
    channels, height, width = place.shape
    return {
        col.INPUT: place.address,
        col.INPUT_PIXEL: place.pixel,
        col.INPUT_ROW: place.row,
        col.INPUT_HEIGHT: height,
        col.INPUT_WIDTH: width,
        col.INPUT_CHANNELS: channels,
        col.INPUT_CHANNEL: place.channel,
    }


def target(place: Place) -> dict[int, Value]:
    """The columns of a row's output."""
    channels, height, width = place.shape
    return {
        col.OUTPUT: place.address,
        col.OUTPUT_PIXEL: place.pixel,
        col.OUTPUT_ROW: place.row,
        col.OUTPUT_HEIGHT: height,
        col.OUTPUT_WIDTH: width,
        col.OUTPUT_CHANNELS: channels,
        col.OUTPUT_CHANNEL: place.channel,
    }


def second(place: Place | None) -> dict[int, Value]:
    """The columns of a second operand; none if there is none."""
    if place is None:
        return {}
    return {col.OTHER: place.address, col.OTHER_PIXEL: place.pixel, col.OTHER_ROW: place.row}


def rows_a_task(rows: int, row_work: float, threads: int = 4, enough: float = 20_000.0) -> int:
    """How many output rows make a task: some tasks for each thread, none too small to be worth taking."""
    for_balance = max(1, rows // (4 * threads))
    worth_taking = max(1, round(enough / max(row_work, 1.0)))
    return min(rows, max(1, min(for_balance, 64) if worth_taking <= for_balance else worth_taking))
