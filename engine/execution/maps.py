"""The maps that were computed, by content: least recently used first out."""

from collections import OrderedDict
from collections.abc import Set as AbstractSet
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from engine.kernels.fast.arrays import Floats
from engine.plan import Given

Map = npt.NDArray[np.float32]
MapKey = str
"""The photograph's digest and the digest of everything above the node."""


class StoredMap(NamedTuple):
    """A map and the memory it is a view of; the maps of one run share their memory."""

    map: Map
    buffer: Floats
    given: Given

    @property
    def address(self) -> int:
        """Of the first value."""
        return int(self.map.ctypes.data)


class MapStore:
    """Maps by key, oldest use first."""

    def __init__(self) -> None:
        self._maps: OrderedDict[MapKey, StoredMap] = OrderedDict()
        self._users: dict[int, int] = {}
        """How many maps lie in each buffer, by its id."""
        self.held_bytes = 0
        """Of all buffers, each counted once."""

    def __len__(self) -> int:
        return len(self._maps)

    def __contains__(self, key: object) -> bool:
        return key in self._maps

    def find(self, key: MapKey) -> StoredMap | None:
        """The map, which becomes the most recently used; None if there is none."""
        found = self._maps.get(key)
        if found is not None:
            self._maps.move_to_end(key)
        return found

    def keep(self, key: MapKey, one: StoredMap) -> None:
        """Remember a map."""
        if key in self._maps:
            self._drop(key)
        self._maps[key] = one
        users = self._users.get(id(one.buffer), 0)
        if not users:
            self.held_bytes += one.buffer.nbytes
        self._users[id(one.buffer)] = users + 1

    def bytes_of(self, keys: AbstractSet[MapKey]) -> int:
        """Of the buffers in which these maps lie."""
        held = [self._maps[key].buffer for key in keys if key in self._maps]
        return sum({id(buffer): buffer.nbytes for buffer in held}.values())

    def shrink(self, limit_bytes: int, in_use: AbstractSet[MapKey]) -> None:
        """Let the oldest maps go until the limit is met; those in use stay."""
        for key in list(self._maps):
            if self.held_bytes <= limit_bytes:
                return
            if key not in in_use:
                self._drop(key)

    def keep_only(self, keys: AbstractSet[MapKey]) -> None:
        """Let all other maps go."""
        for key in [key for key in self._maps if key not in keys]:
            self._drop(key)

    def clear(self) -> None:
        """Forget all maps."""
        self._maps.clear()
        self._users.clear()
        self.held_bytes = 0

    def _drop(self, key: MapKey) -> None:
        one = self._maps.pop(key)
        users = self._users[id(one.buffer)] - 1
        if users:
            self._users[id(one.buffer)] = users
        else:
            del self._users[id(one.buffer)]
            self.held_bytes -= one.buffer.nbytes
