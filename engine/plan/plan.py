"""A plan: what will be done, step by step, the table that the interpreter runs, and both to be read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.kernels.fast.operation_rows import BARRIER, TASKS
from engine.kernels.fast.packing import Packing
from engine.kernels.fast.places import Place
from engine.shapes import shape_text

Table = npt.NDArray[np.int64]


TRANSIENT: Final = "transient"
"""The role of a map that others overwrite when it was last read."""
ROLES: Final = ("map", TRANSIENT, "scratch", "weights", "given")


@dataclass(frozen=True, kw_only=True)
class Buffer:
    """Memory: a `map` that is kept or `transient`, `scratch` of one run, packed `weights`, or `given`."""

    role: str
    bytes: int
    owner: str
    """The node, or what the scratch is for."""
    offset: int = 0
    """Of a transient map, in the memory that they share."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that is done: by rows of the table, or by the layer's own `forward`."""

    nodes: tuple[str, ...]
    """The nodes it covers; the map of the last one is stored."""
    algorithm: str
    why: str
    level: int
    """Steps of a level do not depend on one another."""
    rows: tuple[int, ...] = ()
    """Its rows in the table."""
    forward: bool = False
    """Whether the layer's `forward` is called, between two chunks of the table."""
    reads: tuple[str, ...] = ()
    """The nodes whose maps that is given."""
    bytes: int = 0
    """Of the stored map; 0 where it lies in another's buffer."""
    weight_bytes: int = 0
    macs: int = 0
    shape: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PackedWeights:
    """What a weight buffer holds: the parameters of `node`, with `norm` folded in."""

    node: str
    norm: str | None
    epsilon: float
    """Added to the variance of `norm`."""
    packing: Packing


@dataclass(frozen=True, kw_only=True, eq=False)
class Plan:
    """Steps, and the table of rows with buffer-relative addresses.

    `links` lists (row, word, buffer): binding adds each buffer's address to those cells.
    """

    steps: tuple[Step, ...]
    rows: Table
    links: Table
    buffers: tuple[Buffer, ...]
    weights: Mapping[int, PackedWeights]
    places: Mapping[str, Place]
    """Where the map of each node is, as far as it is stored."""
    work: npt.NDArray[np.float64]
    """Estimated cost of each row, in multiply–adds."""
    table_bytes: int
    scratch_bytes: int
    """Per thread."""
    widest_bytes: int
    """Of a pixel: how long the row of zeros and the sink must be."""
    transient_bytes: int = 0
    """Of the memory that all transient maps share."""

    def bound_rows(self, addresses: npt.NDArray[np.int64]) -> Table:
        """The table with real addresses; `addresses` holds one for each buffer."""
        rows = self.rows.copy()
        cells, buffers = self._linked
        rows.reshape(-1)[cells] += addresses[buffers]
        return rows

    @cached_property
    def tasks_before(self) -> npt.NDArray[np.int64]:
        """[i] tasks of all rows before i."""
        return np.concatenate([[0], np.cumsum(self.rows[:, TASKS])])

    @cached_property
    def stops(self) -> Mapping[int, Sequence[int]]:
        """Row before which steps without rows of their own must be done → those steps, level by level."""
        first_of_level: dict[int, int] = {}
        for step in self.steps:
            if step.rows:
                first_of_level[step.level] = min(first_of_level.get(step.level, len(self.rows)), *step.rows)
        found: dict[int, list[int]] = {}
        for index, step in enumerate(self.steps):
            if step.forward:
                later = [row for level, row in first_of_level.items() if level >= step.level]
                found.setdefault(min(later, default=len(self.rows)), []).append(index)
        return found

    def keeps(self, node_id: str) -> bool:
        """Whether the map of this node, which the plan makes, is there after the run."""
        return self.buffers[self.places[node_id].address.buffer].role != TRANSIENT

    @cached_property
    def step_of_row(self) -> npt.NDArray[np.int64]:
        """The index of the step that each row belongs to: of several, the last one."""
        found = np.zeros(len(self.rows), np.int64)
        for index, step in enumerate(self.steps):
            found[list(step.rows)] = index
        return found

    @cached_property
    def done_within(self) -> Mapping[int, Sequence[int]]:
        """A step → the steps before it that its rows do on the way."""
        found: dict[int, list[int]] = {}
        for index, step in enumerate(self.steps):
            doing = int(self.step_of_row[step.rows[-1]]) if step.rows else index
            if doing != index:
                found.setdefault(doing, []).append(index)
        return found

    def bytes_of(self, *roles: str) -> int:
        """Bytes of all buffers of these roles."""
        return sum(map(self._bytes_by_role.__getitem__, roles))

    @cached_property
    def _linked(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Cells of the flat table, and the buffers whose addresses are added to them."""
        row, word, buffer = self.links.T
        return row * self.rows.shape[1] + word, buffer.copy()

    @cached_property
    def _bytes_by_role(self) -> Mapping[str, int]:
        found = dict.fromkeys(ROLES, 0)
        for buffer in self.buffers:
            found[buffer.role] += buffer.bytes
        return found


def plan_text(plan: Plan) -> str:
    """A table of the steps in the order in which they run, and what memory the plan takes."""
    head = ("Step", "Level", "Output", "Algorithm", "MACs", "Map", "Weights", "Why")
    rows = [head, *(_cells(step) for step in plan.steps)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines = []
    for row in rows:
        cells = [
            text.rjust(width) if column in (1, 4, 5, 6) else text.ljust(width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    parts = (("maps", "map"), ("weights", "weights"), ("scratch", "scratch"), ("inputs", "given"))
    memory = ", ".join(f"{plan.bytes_of(role) / 1e6:.1f} MB {name}" for name, role in parts)
    if plan.transient_bytes:
        memory += f", {plan.transient_bytes / 1e6:.1f} MB maps that others overwrite"
    lines.append("")
    meetings = int(plan.rows[:, BARRIER].sum())
    lines.append(f"{len(plan.steps)} steps, {len(plan.rows)} rows, {meetings} meetings: {memory}")
    return "\n".join(lines) + "\n"


def _cells(step: Step) -> tuple[str, ...]:
    return (
        " + ".join(step.nodes),
        str(step.level),
        shape_text(step.shape),
        step.algorithm,
        f"{step.macs:,}" if step.macs else "",
        f"{step.bytes:,}" if step.bytes else "",
        f"{step.weight_bytes:,}" if step.weight_bytes else "",
        step.why,
    )
