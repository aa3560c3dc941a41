"""How long layers take here: measured on this machine when a lesson asks, on one thread."""

import time
from typing import Final

from engine.execution.executor import Executor
from engine.image.image_source import open_image
from engine.model.network import Network
from presets.finding import Place, located
from presets.lesson import NotFound, Quote, State

REPEATS: Final = 15
"""Runs of which the fastest counts: whatever else the machine does can only make one slower."""

_last: list[tuple[Network, str, dict[str, float]]] = []


def microseconds(*places: Place) -> Quote:
    """Time that these layers take together: as the executor reports it, and by the clock around other runs.

    Runs kernels, on the compute thread: it needs maps, and none of the user's.
    """

    def engine(state: State) -> float:
        if not state.maps:
            raise NotFound("the maps")
        network = state.project.network
        node_ids = [located(place, network) for place in places]
        times = _times(network, state.project.image)
        if not set(node_ids) <= set(times):
            raise NotFound("a layer that can be run")
        return sum(times[node_id] for node_id in node_ids)

    def counted(state: State) -> float:
        network = state.project.network
        last = [located(place, network) for place in places][-1]
        above = network.ancestors(last) | {last}
        alone = Network([node for node in network.nodes.values() if node.id in above])
        executor, photograph = Executor(threads=1), open_image(state.project.image)
        fastest = float("inf")
        for _ in range(REPEATS):
            executor.forget()  # the Input's maps stay
            begun = time.perf_counter()
            for _result in executor.run(alone, photograph, wanted={last}):
                pass
            fastest = min(fastest, time.perf_counter() - begun)
        executor.close()
        return 1e6 * fastest

    # The clock's runs hold what it takes to begin and to end one, and two runs never take the same time.
    return Quote(engine=engine, counted=counted, unit="\u00a0µs", needs_maps=True, tolerance=0.7)


def _times(network: Network, image: str) -> dict[str, float]:
    """Microseconds of each node, the fastest run; measured once for a network."""
    if not _last or _last[0][0] is not network or _last[0][1] != image:
        executor, photograph = Executor(threads=1), open_image(image)
        times: dict[str, float] = {}
        for _ in range(REPEATS):
            executor.forget()
            for result in executor.run(network, photograph):
                if not result.cached:
                    took = 1e3 * result.elapsed_ms
                    times[result.node_id] = min(took, times.get(result.node_id, took))
        executor.close()
        _last[:] = [(network, image, times)]
    return _last[0][2]
