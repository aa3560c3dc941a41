"""A plan bound to memory: maps and scratch in few allocations, packed weights, rows with real addresses."""

from collections.abc import Callable, Mapping
from itertools import repeat
from typing import TYPE_CHECKING, Final, cast

import numpy as np
import numpy.typing as npt

from engine.execution.executable_plan import Chunk, ExecutablePlan, Forward
from engine.execution.maps import Map, StoredMap
from engine.kernels.fast.arrays import Pool, address_of, start_of
from engine.shapes import Shape

if TYPE_CHECKING:
    from engine.kernels.fast.team import Team

FLOAT32: Final = np.dtype(np.float32)
_view: Final = cast("Callable[[Shape, np.dtype[np.float32], memoryview, int, Shape], Map]", np.ndarray)
"""A map in memory that exists: read-only, as that is."""


class Binding:
    """One run's memory for a plan."""

    def __init__(self, executable: ExecutablePlan, given: Mapping[str, StoredMap], pool: Pool) -> None:
        """given: the maps that exist already."""
        layout = executable.layout
        self._executable = executable
        self._given = given
        self._arenas = [pool.take(size) for size in layout.arena_bytes]
        viewed = [given[owner].memory for owner in layout.owners[: layout.viewed]]
        self._memories = [memory.data.toreadonly() for memory in (*self._arenas, *viewed)]
        read = [address_of(given[owner].map) for owner in layout.owners]
        self.rows = executable.bound_rows((*map(start_of, self._arenas), *read))
        self._spent_ms = np.zeros(len(executable.plan.steps))
        """By step, over all chunks that have run."""

    def finish(self, chunk: Chunk) -> list[Map]:
        """The maps of a chunk whose rows are done, in the order of its nodes."""
        indices, offsets, shapes, strides, _ = chunk.views
        memories = map(self._memories.__getitem__, indices)
        return list(map(_view, shapes, repeat(FLOAT32), memories, offsets, strides))

    def map_of(self, node_id: str) -> Map:
        """A map that was given, or that is there by now."""
        if node_id in self._given:
            return self._given[node_id].map
        view = self._executable.layout.views[node_id]
        return _view(view.shape, FLOAT32, self._memories[view.memory], view.offset, view.strides)

    def fill(self, node_id: str, values: npt.NDArray[np.float32]) -> None:
        """A map that its layer computed itself: copied to where later rows look for it."""
        view = self._executable.layout.views[node_id]
        arena = self._arenas[view.memory]
        np.ndarray(view.shape, FLOAT32, arena, view.offset, view.strides)[...] = values

    def spend(self, chunk: Chunk, elapsed_ms: float, team: "Team") -> None:
        """Share the time of a chunk's rows among the steps that they belong to."""
        plan = self._executable.plan
        team.share_time(plan.step_of_row, plan.work, chunk.first, chunk.end, elapsed_ms, self._spent_ms)

    def spend_forward(self, forward: Forward, elapsed_ms: float) -> None:
        """Note the time of a step that its layer did itself."""
        self._spent_ms[forward.step] += elapsed_ms

    def times(self, chunk: Chunk) -> list[float]:
        """Milliseconds that each map of a finished chunk took, in the order of its nodes."""
        spent: list[float] = self._spent_ms.take(chunk.steps).tolist()
        return spent
