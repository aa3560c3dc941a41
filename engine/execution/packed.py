"""Packed weights by content: packing VGG-16 takes a hundred times as long as an edit's new maps.

Room for them is reserved when a plan is executable; they are drawn and packed just before the chunk of the
run that needs them, so that the first maps need not wait for the last layer's weights.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.kernels.fast.arrays import Floats, Pool
from engine.kernels.fast.packing import Packing, pack
from engine.plan.plan import PackedWeights

Parameters = Mapping[str, npt.NDArray[np.float32]]
Key = tuple[str, str, Packing]
"""(key of the node's parameters, key of the folded normalisation's, packing)."""


@dataclass(eq=False)
class PackedArray:
    """Room for packed weights, and whether they are in it."""

    array: Floats
    is_filled: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class Filling:
    """What a plan needs to have packed before one of its rows."""

    row: int
    packed: PackedArray
    weights: PackedWeights
    epsilon: float

    def fill(self, parameters: Callable[[str], Parameters], checkpoint: Callable[[], None]) -> None:
        """Pack, if nobody has yet; an exception out of `checkpoint` leaves it to the next run."""
        if self.packed.is_filled:
            return
        weights = self.weights
        norm = None if weights.norm is None else parameters(weights.norm)
        own = {} if weights.norm == weights.node else parameters(weights.node)
        out = self.packed.array[: weights.packing.bytes // 4]
        pack(weights.packing, own, norm, self.epsilon, out, checkpoint)
        self.packed.is_filled = True


class PackedStore:
    """Packed arrays, least recently used first out."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._packed: OrderedDict[Key, PackedArray] = OrderedDict()
        self.held_bytes = 0

    def __contains__(self, key: object) -> bool:
        return key in self._packed

    def reserve(self, key: Key, size: int) -> PackedArray:
        """Room of so many bytes for the weights of this key, with them in it if they were packed before."""
        found = self._packed.get(key)
        if found is None:
            found = self._packed[key] = PackedArray(self._pool.take(size))
            self.held_bytes += found.array.nbytes
        self._packed.move_to_end(key)
        return found

    def shrink(self, limit_bytes: int) -> None:
        """Let the oldest arrays go until the limit is met. (Plans hold on to what they use.)"""
        while self._packed and self.held_bytes > max(0, limit_bytes):
            _, dropped = self._packed.popitem(last=False)
            self.held_bytes -= dropped.array.nbytes
