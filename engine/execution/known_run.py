"""A run that found nothing but its inputs: the next one like it need not look for anything."""

from collections.abc import Collection
from typing import NamedTuple

from engine.execution.binding import addresses_read
from engine.execution.executable_plan import ExecutablePlan
from engine.execution.maps import MapStore, StoredMap
from engine.execution.request import Request
from engine.image.input_arrays import InputArrays
from engine.image.photograph import Scene
from engine.model.network import Network


class Asked(NamedTuple):
    """What `Executor.run` is asked for."""

    network: Network
    photograph: Scene | InputArrays
    seed: int
    wanted: Collection[str] | None
    only_wanted: bool

    def is_same(self, other: "Asked") -> bool:
        """Whether the same is asked for; of equal values that are not the same objects, it says no."""
        same = self.network is other.network and self.photograph is other.photograph
        same = same and self.wanted is other.wanted and self.only_wanted == other.only_wanted
        return same and self.seed == other.seed

    @property
    def never_changes(self) -> bool:
        """Whether the same objects will always ask for the same. (Photographs are taken not to change.)"""
        return self.wanted is None or isinstance(self.wanted, frozenset | tuple)


class KnownRun(NamedTuple):
    """What a run was asked for, what it was given, and how it was done."""

    asked: Asked
    request: Request
    given: dict[str, StoredMap]
    executable: ExecutablePlan
    read: tuple[int, ...]
    """Where the maps lie that were read."""
    room: tuple[int, int]
    """What decides whether a plan fits that has fitted before, in bytes: the budget, and packed weights."""

    @classmethod
    def of(
        cls, asked: Asked, request: Request, given: dict[str, StoredMap], executable: ExecutablePlan,
        room: tuple[int, int],
    ) -> "KnownRun | None":  # fmt: skip
        """None for a run that found more than its inputs, or that may be asked for otherwise next time."""
        if not asked.never_changes or given.keys() != set(request.signature.inputs):
            return None
        return cls(asked, request, given, executable, addresses_read(executable, given), room)

    def serves(self, asked: Asked, maps: MapStore, room: tuple[int, int]) -> bool:
        """Whether the same is asked for, and all that is remembered of it are its inputs."""
        same = self.asked.is_same(asked) and self.room == room
        return same and maps.holds_only(self.request.keys, self.given)
