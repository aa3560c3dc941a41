"""What a run gives: one node's map after the other, and what each took."""

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from itertools import count, repeat
from typing import Any, Final, NamedTuple, Protocol, cast

import numpy as np
import numpy.typing as npt

from engine.execution.executable_plan import Chunk, Forward
from engine.execution.maps import Map
from engine.plan import Plan


class Times(Protocol):
    """Milliseconds of each map of a run."""

    def __getitem__(self, number: int, /) -> float: ...


class NodeResult(NamedTuple):
    """One node's map: float32, batch first, read-only. `cached` says that nothing was computed."""

    node_id: str
    map: Map
    cached: bool
    times: Times
    number: int
    """Which of them is this one's."""

    @property
    def elapsed_ms(self) -> float:
        """What it took, in milliseconds."""
        return self.times[self.number]


_result: Final = cast("Callable[[Any], NodeResult]", partial(tuple.__new__, NodeResult))
"""A result of its fields, without Python code for each."""


def computed(nodes: Iterable[str], maps: Iterable[Map], times: Times) -> Iterator[NodeResult]:
    """What was just made."""
    return map(_result, zip(nodes, maps, repeat(False), repeat(times), count()))


def there(node_id: str, values: Map) -> NodeResult:
    """A map that was there already."""
    return NodeResult(node_id, values, True, (0.0,), 0)


def still_missing(
    nodes: Collection[str], maps: Iterable[Map], times: Times, missing: set[str]
) -> Iterator[NodeResult]:
    """What was asked for of the maps just made; it is missing no more."""
    made = computed(nodes, maps, times)
    if not missing.issuperset(nodes):
        asked = missing.intersection(nodes)
        made = (one for one in made if one.node_id in asked)
    missing.difference_update(nodes)
    return made


class StepTimes:
    """Of one run. It holds none of the run's memory: whoever looks at times alone keeps no map."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._spent_ms = np.zeros(len(plan.steps))
        """By step, over all chunks that have run."""
        self._ran: list[tuple[npt.NDArray[np.int64], Chunk, float]] = []
        """Chunks whose time nobody has asked for yet: when each row was left behind, and milliseconds."""

    def again(self) -> None:
        """Begin anew."""
        self._ran.clear()
        self._spent_ms.fill(0)

    def spend(self, ticks: npt.NDArray[np.int64], chunk: Chunk, elapsed_ms: float) -> None:
        """Note how long the rows of a chunk took; ticks: `Team.ticks`, read when somebody asks."""
        self._ran.append((ticks, chunk, elapsed_ms))

    def spend_forward(self, forward: Forward, elapsed_ms: float) -> None:
        """Note the time of a step that its layer did itself."""
        self._spent_ms[forward.step] += elapsed_ms

    def of(self, chunk: Chunk) -> list[float]:
        """Milliseconds that each map of a finished chunk took, in the order of its nodes."""
        for ticks, ran, elapsed_ms in self._ran:
            self._share(ticks, ran, elapsed_ms)
        self._ran.clear()
        return list(map(self._spent_ms.tolist().__getitem__, chunk.steps))

    def _share(self, ticks: npt.NDArray[np.int64], chunk: Chunk, elapsed_ms: float) -> None:
        """Share the time of a chunk among its steps. Where the processor has no ticks, work is estimated."""
        plan, rows = self._plan, slice(chunk.first, chunk.end)
        parts = np.diff(ticks[chunk.first : chunk.end + 1]).clip(0).astype(float)
        parts = parts if parts.any() else plan.work[rows]
        spent = np.bincount(plan.step_of_row[rows], parts, len(self._spent_ms))
        self._spent_ms += spent * (elapsed_ms / max(float(parts.sum()), 1.0))
