"""Packed weights by content: packing VGG-16 takes a hundred times as long as an edit's new maps."""

from collections import OrderedDict
from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from engine.kernels.fast.arrays import Floats, Pool
from engine.kernels.fast.packing import Packing, pack
from engine.plan.plan import PackedWeights

Parameters = Mapping[str, npt.NDArray[np.float32]]
Key = tuple[str, str, Packing]
"""(key of the node's parameters, key of the folded normalisation's, packing)."""


class PackedStore:
    """Packed arrays, least recently used first out."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._packed: OrderedDict[Key, Floats] = OrderedDict()
        self.held_bytes = 0

    def __contains__(self, key: object) -> bool:
        return key in self._packed

    def get(
        self, key: Key, weights: PackedWeights, parameters: Callable[[str], Parameters], epsilon: float
    ) -> Floats:
        """The packed array; `parameters(node id)` is asked only if it has to be made."""
        found = self._packed.get(key)
        if found is None:
            found = self._pool.take(weights.packing.bytes)
            norm = None if weights.norm is None else parameters(weights.norm)
            own = {} if weights.norm == weights.node else parameters(weights.node)
            pack(weights.packing, own, norm, epsilon, found[: weights.packing.bytes // 4])
            self._packed[key] = found
            self.held_bytes += found.nbytes
        self._packed.move_to_end(key)
        return found

    def shrink(self, limit_bytes: int) -> None:
        """Let the oldest arrays go until the limit is met. (Plans hold on to what they use.)"""
        while self._packed and self.held_bytes > max(0, limit_bytes):
            _, dropped = self._packed.popitem(last=False)
            self.held_bytes -= dropped.nbytes
