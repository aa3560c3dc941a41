"""A run that found nothing but its inputs: the next one like it need not look for anything."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import compress
from sys import getrefcount
from typing import NamedTuple

from engine.execution.binding import LISTED, Binding, addresses_read
from engine.execution.executable_plan import Chunk, ExecutablePlan
from engine.execution.maps import Batch, Map, MapKey, MapStore, StoredMap
from engine.execution.request import Request
from engine.execution.results import NodeResult, StepTimes, computed, there
from engine.image.input_arrays import InputArrays
from engine.image.photograph import Scene
from engine.kernels.fast.arrays import Floats
from engine.model.network import Network


class Asked(NamedTuple):
    """What `Executor.run` is asked for."""

    network: Network
    photograph: Scene | InputArrays
    seed: int
    wanted: Collection[str] | None
    only_wanted: bool

    @property
    def never_changes(self) -> bool:
        """Whether the same objects will always ask for the same. (Photographs are taken not to change.)"""
        return self.wanted is None or isinstance(self.wanted, frozenset | tuple)


class Replay(NamedTuple):
    """A run in one go, of which nothing has to be looked for: all that is left to Python."""

    chunk: Chunk
    keys: list[MapKey]
    """Under what its maps are remembered."""
    wanted: tuple[bool, ...]
    """Which of them are asked for; empty for all."""

    @classmethod
    def of(cls, request: Request, given: dict[str, StoredMap], executable: ExecutablePlan) -> "Replay | None":
        """None for a run that shows maps before it ends, or in which layers do some work themselves."""
        if not executable.is_quick or len(executable.quick_chunks) != 1 or executable.unfilled:
            return None
        (chunk,) = executable.quick_chunks
        wanted = tuple(node_id in request.wanted for node_id in chunk.nodes)
        is_whole = sum(wanted) + len(request.wanted.intersection(given)) == len(request.wanted)
        if chunk.forwards or chunk.first == chunk.end or not is_whole:
            return None
        return cls(chunk, request.keys_of(chunk.nodes), () if all(wanted) else wanted)


class _LateTimes:
    """Milliseconds of each map of a run, worked out when somebody asks."""

    def __init__(self, times: StepTimes, chunk: Chunk) -> None:
        self._times, self._chunk = times, chunk
        self._found: list[float] | None = None

    def __getitem__(self, number: int) -> float:
        if self._found is None:
            self._found = self._times.of(self._chunk)
        return self._found[number]

    def again(self) -> None:
        """Of the next run."""
        self._found = None


@dataclass(eq=False, slots=True)
class Standing:
    """What a replay computes, and where: the next one goes there, too, once nobody looks at it any more."""

    binding: Binding
    maps: list[Map]
    users: list[tuple[Floats, int]]
    """The pool's arrays that they are views of, and how many of them are."""
    results: list[NodeResult]
    """Of those that are asked for."""
    times: _LateTimes
    batch: Batch | None = None
    """How they were remembered the last time."""

    @classmethod
    def of(cls, replay: Replay, binding: Binding) -> "Standing":
        """Views of a binding's memory."""
        chunk = replay.chunk
        maps, times = binding.maps(chunk), _LateTimes(binding.times, chunk)
        made = computed(chunk.nodes, maps, times)
        results = list(compress(made, replay.wanted) if replay.wanted else made)
        return cls(binding, maps, binding.users(chunk), results, times)

    def is_free(self) -> bool:
        """Whether nobody else holds one of the maps, or a part of one.

        Such a part is a view of the memory in which the map lies, as the map itself is.
        """
        maps, results = self.maps, self.results
        return (
            sum(map(getrefcount, maps)) == LISTED * len(maps) + len(results)
            and sum(map(getrefcount, results)) == LISTED * len(results)
            and self.binding.is_held_by(len(maps) + len(self.users))
        )


class KnownRun(NamedTuple):
    """What a run was asked for, what it was given, and how it was done.

    Between two runs the processor's caches have forgotten Python, whose every line takes microseconds then: a
    replay looks at as few objects, and calls as few functions, as will do.
    """

    asked: Asked
    request: Request
    given: dict[str, StoredMap]
    executable: ExecutablePlan
    read: tuple[int, ...]
    """Where the maps lie that were read."""
    room: tuple[int, int]
    """What decides whether a plan fits that has fitted before, in bytes: the budget, and packed weights."""
    found: tuple[NodeResult, ...]
    """Of the maps that were given, those that are asked for."""
    replay: Replay | None

    @classmethod
    def of(
        cls, asked: Asked, request: Request, given: dict[str, StoredMap], executable: ExecutablePlan,
        room: tuple[int, int],
    ) -> "KnownRun | None":  # fmt: skip
        """None for a run that found more than its inputs, or that may be asked for otherwise next time."""
        if not asked.never_changes or given.keys() != set(request.signature.inputs):
            return None
        replay, found = Replay.of(request, given, executable), tuple(given_results(request, given))
        return cls(asked, request, given, executable, addresses_read(executable, given), room, found, replay)

    def serves(
        self, network: Network, photograph: Scene | InputArrays, seed: int, wanted: Collection[str] | None,
        only_wanted: bool, maps: MapStore, room: tuple[int, int],
    ) -> bool:  # fmt: skip
        """Whether the same is asked for, and all that is remembered of it are its inputs.

        Of equal values that are not the same objects, it says no.
        """
        asked = self.asked
        return (
            asked.network is network and asked.photograph is photograph and asked.wanted is wanted
            and asked.only_wanted == only_wanted and asked.seed == seed and self.room == room
            and maps.holds_only(self.request.keys, self.given)
        )  # fmt: skip


def given_results(request: Request, given: dict[str, StoredMap]) -> Iterator[NodeResult]:
    """Of the maps that exist already, those that are asked for."""
    for node_id in filter(request.wanted.__contains__, given):
        yield there(node_id, given[node_id].map)
