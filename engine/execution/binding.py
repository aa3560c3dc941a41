"""A plan bound to memory: maps and scratch in few allocations, packed weights, rows with real addresses."""

from collections.abc import Callable, Mapping
from itertools import repeat
from sys import getrefcount
from time import perf_counter
from typing import TYPE_CHECKING, Final, cast

import numpy as np
import numpy.typing as npt

from engine.execution.executable_plan import Chunk, ExecutablePlan
from engine.execution.maps import Map, StoredMap, buffer_of
from engine.execution.results import StepTimes
from engine.kernels.fast.arrays import FLOAT32, Floats, Pool, address_of, start_of
from engine.shapes import Shape

if TYPE_CHECKING:
    from engine.kernels.fast.running.team import Team

_view: Final = cast("Callable[[Shape, np.dtype[np.float32], memoryview, int, Shape], Map]", np.ndarray)
"""A map in memory that exists: read-only, as that is."""
LISTED: Final = 2
"""References to what stands in a list alone, when it is handed on to be counted."""


class Binding:
    """One run's memory for a plan."""

    def __init__(
        self,
        executable: ExecutablePlan,
        given: Mapping[str, StoredMap],
        pool: Pool,
        read: tuple[int, ...] | None = None,
    ) -> None:
        """given: the maps that exist already; read: where those lie that the plan reads, if it is known."""
        layout = executable.layout
        self._executable = executable
        self._given = given
        self._arenas = [pool.take(size) for size in layout.arena_bytes]
        read = addresses_read(executable, given) if read is None else read
        self.rows = executable.bound_rows((*map(start_of, self._arenas), *read))
        self.times = StepTimes(executable.plan)
        self.rows_ms = 0.0
        """Of all rows that have run."""
        self.nonfinite_tiles = 0
        """Winograd tiles with a NaN or an infinity, in all rows that have run."""

    def again(self) -> None:
        """Begin anew, in the same memory."""
        self.times.again()
        self.rows_ms = 0.0
        self.nonfinite_tiles = 0

    def is_held_by(self, others: int) -> bool:
        """Whether this memory is referred to by so many others, as by each array that lies in it."""
        arenas = self._arenas
        return sum(map(getrefcount, arenas)) == LISTED * len(arenas) + others

    def run(self, chunk: Chunk, team: "Team") -> list[Map] | None:
        """Run the rows of a chunk; its maps in the order of its nodes, or None if the run was cancelled."""
        if chunk.end == chunk.first:
            return self.maps(chunk)
        made: list[Map] = []
        return made if self.run_rows(chunk, team, lambda: made.extend(self.maps(chunk))) else None

    def run_rows(self, chunk: Chunk, team: "Team", meanwhile: Callable[[], None] | None = None) -> bool:
        """Run the rows of a chunk that has some; False if the run was cancelled.

        meanwhile: what is done while threads begin.
        """
        executable = self._executable
        plan = executable.plan
        began = perf_counter()
        if executable.prepared_by is not team:
            team.prepare(plan.widest_bytes, plan.table_bytes, plan.scratch_bytes)
            executable.prepared_by = team
        finished = team.run(
            self.rows, plan.tasks_before, chunk.first, chunk.end, alone=chunk.alone, meanwhile=meanwhile
        )
        if not finished:
            return False
        elapsed_ms = (perf_counter() - began) * 1e3
        self.rows_ms += elapsed_ms
        self.nonfinite_tiles += team.nonfinite_tiles
        self.times.spend(team.ticks, chunk, elapsed_ms)
        return True

    def maps(self, chunk: Chunk) -> list[Map]:
        """The maps of a chunk, in the order of its nodes: views of what its rows write."""
        indices, offsets, shapes, strides, _ = chunk.views
        memories = {index: self._memory(index) for index, _ in chunk.users}
        found = map(memories.__getitem__, indices)
        return list(map(_view, shapes, repeat(FLOAT32), found, offsets, strides))

    def users(self, chunk: Chunk) -> list[tuple[Floats, int]]:
        """The pool's arrays that the maps of a chunk are views of, and how many of them are."""
        return [(self._buffer(index), count) for index, count in chunk.users]

    def map_of(self, node_id: str) -> Map:
        """A map that was given, or that is there by now."""
        if node_id in self._given:
            return self._given[node_id].map
        view = self._executable.layout.views[node_id]
        return _view(view.shape, FLOAT32, self._memory(view.memory), view.offset, view.strides)

    def fill(self, node_id: str, values: npt.NDArray[np.float32]) -> None:
        """A map that its layer computed itself: copied to where later rows look for it."""
        view = self._executable.layout.views[node_id]
        arena = self._arenas[view.memory]
        np.ndarray(view.shape, FLOAT32, arena, view.offset, view.strides)[...] = values

    def _buffer(self, index: int) -> Floats:
        """The pool's array in which a memory of the layout lies."""
        arenas = self._arenas
        return arenas[index] if index < len(arenas) else buffer_of(self._given_map(index).map)

    def _memory(self, index: int) -> memoryview:
        """A memory of the layout, which nobody writes to through it."""
        arenas = self._arenas
        memory = arenas[index] if index < len(arenas) else self._given_map(index).memory
        return memory.data.toreadonly()

    def _given_map(self, index: int) -> StoredMap:
        return self._given[self._executable.layout.owners[index - len(self._arenas)]]


def addresses_read(executable: ExecutablePlan, given: Mapping[str, StoredMap]) -> tuple[int, ...]:
    """Where the maps lie that a plan reads of those that exist already."""
    return tuple(address_of(given[owner].map) for owner in executable.layout.owners)
