"""The maps that were computed, by content: least recently used first out."""

from collections.abc import Callable, Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from itertools import compress
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


class Batch(NamedTuple):
    """Maps that were made together."""

    keys: Collection[MapKey]
    maps: Collection[Map]
    layouts: Iterable[MapLayout]
    buffers: Collection[tuple[Floats, int]]
    """The pool's arrays in which they lie, and how many of them in each."""
    bytes: int
    """Of those of them in which nothing lay before."""


class MapStore:
    """Maps by key, oldest use first.

    The last ones are entered when somebody looks: often they are forgotten before, and a run makes hundreds.
    """

    def __init__(self) -> None:
        self._maps: dict[MapKey, tuple[Map, MapLayout]] = {}
        """Pairs, not `StoredMap`s: `zip` makes them in no time."""
        self._last: Batch | None = None
        """What is not yet among them."""
        self._apart: tuple[object, object] = (None, None)
        """Keys that were to be kept, and those of a batch, that were found to have none in common."""
        self._only: object = None
        self._only_keys: object = None
        """Maps that were found to be all there is, and keys beside which there is none; nothing has changed
        since."""
        self._users: dict[int, int] = {}
        """How many maps lie in each buffer, by its id."""
        self.held_bytes = 0
        """Of all buffers, each counted once."""

    def find(self, keys: Mapping[str, MapKey]) -> dict[str, StoredMap]:
        """Those of these nodes' maps that are there; they become the most recently used, in this order."""
        self._enter()
        maps = self._maps
        found = {}
        for node_id in compress(keys, map(maps.__contains__, keys.values())):
            key = keys[node_id]
            maps[key] = one = maps.pop(key)
            found[node_id] = StoredMap(*one)
        return found

    def holds_only(self, keys: Mapping[str, MapKey], maps: Mapping[str, StoredMap]) -> bool:
        """Whether there are these nodes' maps, and no others."""
        if self._last is not None or len(self._maps) != len(maps):
            return False
        if self._only is not maps:
            known = [self._maps.get(keys[node_id]) for node_id in maps]
            pairs = zip(known, maps.values(), strict=True)
            if not all(one is not None and one[0] is its.map for one, its in pairs):
                return False
            self._only = maps
        return True

    def keep(
        self,
        keys: Collection[MapKey],
        maps: Collection[Map],
        layouts: Iterable[MapLayout],
        buffers: Collection[tuple[Floats, int]] | None = None,
    ) -> Batch:
        """Remember maps, each under its key, and how they lie.

        buffers: the pool's arrays that the maps are views of, and how many of them are, where that is known.
        """
        self._enter()
        buffers = buffers or [(buffer_of(one), 1) for one in maps]
        fresh = {id(buffer): buffer.nbytes for buffer, _ in buffers if id(buffer) not in self._users}
        batch = Batch(keys, maps, layouts, buffers, sum(fresh.values()))
        self.keep_again(batch)
        return batch

    def keep_again(self, batch: Batch) -> None:
        """Remember maps that were kept and forgotten, where nothing else has changed since."""
        self._last = batch
        self.held_bytes += batch.bytes

    def bytes_of(self, keys: AbstractSet[MapKey]) -> int:
        """Of the buffers in which these maps lie."""
        self._enter()
        return held_by(self._maps[key][0] for key in keys if key in self._maps)

    def shrink(self, limit_bytes: int, in_use: AbstractSet[MapKey]) -> None:
        """Let the oldest maps go until the limit is met; those in use stay."""
        self._enter()
        for key in list(self._maps):
            if self.held_bytes <= limit_bytes:
                return
            if key not in in_use:
                self._drop(key)

    def keep_only(self, keys: AbstractSet[MapKey]) -> None:
        """Let all other maps go."""
        last = self._last
        if last is not None:
            known_to_be = self._apart[0] is keys and self._apart[1] is last.keys
            if known_to_be or keys.isdisjoint(last.keys):
                self._apart, self._last = (keys, last.keys), None
                self.held_bytes -= last.bytes
        self._enter()
        if self._only_keys is keys:
            return
        kept = {key: self._maps[key] for key in compress(self._maps, map(keys.__contains__, self._maps))}
        if len(kept) < len(self._maps):
            self._maps = kept
            self._recount()
        self._only_keys = keys

    def clear(self) -> None:
        """Forget all maps."""
        self._maps.clear()
        self._last = None
        self._recount()

    def _enter(self) -> None:
        """Enter the last maps."""
        last, self._last = self._last, None
        if last is None:
            return
        self._only = self._only_keys = None
        self.held_bytes -= last.bytes
        count = len(self._maps) + len(last.keys)
        self._maps.update(zip(last.keys, zip(last.maps, last.layouts, strict=True), strict=True))
        for buffer, users in last.buffers:
            self._count(buffer, users)
        if len(self._maps) < count:  # some replaced others, and are as new as the rest
            for key in last.keys:
                self._maps[key] = self._maps.pop(key)
            self._recount()

    def _recount(self) -> None:
        self._only = self._only_keys = None
        self._users.clear()
        self.held_bytes = 0
        for one, _ in self._maps.values():
            self._count(buffer_of(one), 1)

    def _count(self, buffer: Floats, users: int) -> None:
        """So many more maps lie in this buffer, or fewer."""
        before = self._users.pop(id(buffer), 0)
        if before + users:
            self._users[id(buffer)] = before + users
        if not before or not before + users:
            self.held_bytes += buffer.nbytes if not before else -buffer.nbytes

    def _drop(self, key: MapKey) -> None:
        self._enter()
        self._only = self._only_keys = None
        self._count(buffer_of(self._maps.pop(key)[0]), -1)
