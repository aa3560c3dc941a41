"""Runs a network on a photograph, node by node, and remembers every map.

The cache is keyed by content: a map's key is the digest of its layer, its weights and the keys of its
inputs. "Recompute only what an edit changes" and "undo recomputes nothing" follow without an algorithm.
"""

import os
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.analysis import Analysis, analyze
from engine.errors import MemoryLimit
from engine.layers.input import Input
from engine.network import Network, Node
from engine.photograph import Photograph, fill_input

Map = npt.NDArray[np.float32]

_compute: Final = Lock()
"""numba's workqueue layer ends the process when two threads are inside a parallel kernel at once."""


@dataclass(frozen=True)
class NodeResult:
    """One node's map: float32, batch first, read-only. `cached` says that nothing was computed."""

    node_id: str
    map: Map
    elapsed_ms: float
    cached: bool


def default_budget_bytes() -> int:
    """Half of the machine's memory."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    except (AttributeError, ValueError, OSError):
        return 2 << 30


class Executor:
    """Keeps maps up to `budget_bytes`, least recently used first out."""

    def __init__(self, budget_bytes: int | None = None, threads: int | None = None) -> None:
        self.budget_bytes = default_budget_bytes() if budget_bytes is None else budget_bytes
        self.threads = threads
        self._maps: OrderedDict[str, Map] = OrderedDict()
        self._held_bytes = 0
        self._photograph: tuple[Photograph, str] | None = None

    def warm_up(self, progress: Callable[[int, int], None], stop: Callable[[], bool] = lambda: False) -> None:
        """Import numba and make the kernels ready; `progress(done, total)` after each, `stop()` ends early."""
        import engine.kernels.jit  # noqa: F401  # settles the cache folder before anything is compiled

        progress(1, 1)

    def close(self) -> None:
        """Let go of all maps."""
        self._maps.clear()
        self._held_bytes = 0

    def run(self, network: Network, photograph: Photograph, *, seed: int = 0) -> Iterator[NodeResult]:
        """Yield every node's map in topological order; stop iterating to cancel.

        Nodes with a problem, and those below them, are left out. `MemoryLimit` before anything is
        allocated where maps and weights together exceed the budget.
        """
        analysis = analyze(network)
        self._check_budget(analysis)
        keys: dict[str, str] = {}
        for node_id in network.order:
            if analysis.layers[node_id].output_shape is None:
                continue
            node = network.nodes[node_id]
            keys[node_id] = key = self._key(node, keys, photograph, seed)
            began = time.perf_counter()
            found = self._maps.get(key)
            if found is None:
                inputs = [self._maps[keys[source]] for source in node.inputs]
                self._keep(key, self._compute(node, inputs, photograph, seed))
            self._maps.move_to_end(key)
            elapsed_ms = (time.perf_counter() - began) * 1e3
            yield NodeResult(node_id, self._maps[key], elapsed_ms, found is not None)
        self._evict(set(keys.values()))

    def _check_budget(self, analysis: Analysis) -> None:
        needed = analysis.totals.activation_bytes + analysis.totals.parameter_bytes
        if needed > self.budget_bytes:
            raise MemoryLimit(
                f"the network needs {needed / 1e6:,.0f} MB for maps and weights, the budget is"
                f" {self.budget_bytes / 1e6:,.0f} MB. A smaller input or a larger budget helps."
            )

    def _key(self, node: Node, keys: dict[str, str], photograph: Photograph, seed: int) -> str:
        parts = [repr(node.layer), *(keys[source] for source in node.inputs)]
        if isinstance(node.layer, Input):
            parts.append(self._photograph_key(photograph))
        else:
            parts += [node.weights.key, node.id, str(seed)]
        return sha256("\0".join(parts).encode()).hexdigest()

    def _photograph_key(self, photograph: Photograph) -> str:
        if self._photograph is None or self._photograph[0] is not photograph:
            digest = sha256(repr(photograph.shape).encode() + photograph.tobytes()).hexdigest()
            self._photograph = (photograph, digest)
        return self._photograph[1]

    def _compute(self, node: Node, inputs: list[Map], photograph: Photograph, seed: int) -> Map:
        if isinstance(node.layer, Input):
            return fill_input(photograph, node.layer.shape)
        shapes = tuple(one.shape[1:] for one in inputs)
        parameters = node.weights.parameters(node.id, node.layer, shapes, seed)
        with _compute:
            if self.threads is not None:
                import numba

                numba.set_num_threads(self.threads)
            made = node.layer.forward(inputs, parameters)
        made = made.view()
        made.flags.writeable = False
        return made

    def _keep(self, key: str, made: Map) -> None:
        self._maps[key] = made
        self._held_bytes += made.nbytes

    def _evict(self, in_use: set[str]) -> None:
        for key in [key for key in self._maps if key not in in_use]:
            if self._held_bytes <= self.budget_bytes:
                break
            self._held_bytes -= self._maps.pop(key).nbytes
