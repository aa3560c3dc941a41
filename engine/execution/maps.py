"""The maps that were computed, by content: least recently used first out."""

from collections.abc import Callable, Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from itertools import groupby
from operator import attrgetter
from typing import Final, NamedTuple, cast

import numpy as np
import numpy.typing as npt

from engine.kernels.fast.arrays import Floats, address_of
from engine.plan import MapLayout

Map = npt.NDArray[np.float32]
MapKey = str
"""The photograph's digest and the digest of everything above the node."""

buffer_of: Final = cast(Callable[[Map], Floats], attrgetter("base"))
"""The pool's array that a map is a view of; the maps of one run share theirs."""


def held_by(maps: Iterable[Map]) -> int:
    """Bytes of the buffers in which these maps lie, each counted once."""
    return sum({id(buffer): buffer.nbytes for buffer in map(buffer_of, maps)}.values())


class StoredMap(NamedTuple):
    """A map, and how it lies in its memory."""

    map: Map
    layout: MapLayout

    @property
    def memory(self) -> Floats:
        """From its first value to the end of the memory that it is a view of."""
        whole = buffer_of(self.map)
        return whole[(address_of(self.map) - address_of(whole)) // whole.itemsize :]


class MapStore:
    """Maps by key, oldest use first."""

    def __init__(self) -> None:
        self._maps: dict[MapKey, tuple[Map, MapLayout]] = {}
        """Pairs, not `StoredMap`s: a run makes hundreds, and `zip` makes them in no time."""
        self._users: dict[int, int] = {}
        """How many maps lie in each buffer, by its id."""
        self.held_bytes = 0
        """Of all buffers, each counted once."""

    def find(self, keys: Mapping[str, MapKey]) -> dict[str, StoredMap]:
        """Those of these nodes' maps that are there; they become the most recently used, in this order."""
        maps = self._maps
        known = zip(keys, map(maps.get, keys.values()), strict=True)
        found = {node_id: one for node_id, one in known if one is not None}
        for node_id in found:
            maps[keys[node_id]] = maps.pop(keys[node_id])
        return {node_id: StoredMap(*one) for node_id, one in found.items()}

    def keep(self, keys: Collection[MapKey], maps: Collection[Map], layouts: Iterable[MapLayout]) -> None:
        """Remember maps, each under its key, and how they lie."""
        count = len(self._maps) + len(keys)
        self._maps.update(zip(keys, zip(maps, layouts, strict=True), strict=True))
        if len(self._maps) < count:  # some replaced others, and are as new as the rest
            for key in keys:
                self._maps[key] = self._maps.pop(key)
            self._users.clear()
            self.held_bytes = 0
            maps = [one for one, _ in self._maps.values()]
        for index, group in groupby(map(buffer_of, maps), id):
            buffers = list(group)
            if index not in self._users:
                self.held_bytes += buffers[0].nbytes
            self._users[index] = self._users.get(index, 0) + len(buffers)

    def bytes_of(self, keys: AbstractSet[MapKey]) -> int:
        """Of the buffers in which these maps lie."""
        return held_by(self._maps[key][0] for key in keys if key in self._maps)

    def shrink(self, limit_bytes: int, in_use: AbstractSet[MapKey]) -> None:
        """Let the oldest maps go until the limit is met; those in use stay."""
        for key in list(self._maps):
            if self.held_bytes <= limit_bytes:
                return
            if key not in in_use:
                self._drop(key)

    def keep_only(self, keys: AbstractSet[MapKey]) -> None:
        """Let all other maps go."""
        kept = {key: one for key, one in self._maps.items() if key in keys}
        self.clear()
        self.keep(kept.keys(), [one for one, _ in kept.values()], [layout for _, layout in kept.values()])

    def clear(self) -> None:
        """Forget all maps."""
        self._maps.clear()
        self._users.clear()
        self.held_bytes = 0

    def _drop(self, key: MapKey) -> None:
        buffer = buffer_of(self._maps.pop(key)[0])
        users = self._users[id(buffer)] - 1
        if users:
            self._users[id(buffer)] = users
        else:
            del self._users[id(buffer)]
            self.held_bytes -= buffer.nbytes
