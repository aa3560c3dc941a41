"""How many maps of a layer prefer one of four photographs: a measure of how particular a layer is.

A map prefers a photograph if its strongest value there is half as large again as on each of the others.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.execution.executor import Executor
from engine.image.image_source import open_image
from engine.image.photograph import fill_input
from engine.plan.output_shapes import output_shapes
from engine.training.data.fitting_input import preprocessing_of
from engine.training.tasks.task import only_input
from presets import load
from presets.learning.measured import forward
from presets.lesson import NotFound, Quote, State

PHOTOGRAPHS: Final = ("astronaut", "chelsea", "coffee", "rocket")
FACTOR: Final = 1.5

Peaks = Mapping[str, npt.NDArray[np.float32]]
"""By node id the strongest value of each map on each photograph, (photographs, maps)."""


def preferring(preset: str, node_id: str) -> Quote:
    """Percent of the layer's maps that prefer a photograph; of a preset, whatever network is at hand.

    Runs parallel kernels the first time, on the compute thread: it needs maps, and none of the user's.
    """

    def engine(state: State) -> float:
        if not state.maps:
            raise NotFound("the maps")
        first, second = np.sort(_peaks(preset)[node_id], axis=0)[:-3:-1]
        return 100 * float(np.mean(first >= FACTOR * second))

    def counted(state: State) -> float:
        found = 0
        maps = _peaks_layer_by_layer(preset)[node_id].T.tolist()
        for values in maps:
            best = max(values)
            others = sorted(values)[:-1]
            found += all(best >= FACTOR * value for value in others)
        return 100 * found / len(maps)

    # A map on the edge of preferring may fall to either side by the last bit of a sum.
    return Quote(engine=engine, counted=counted, unit="\u00a0%", needs_maps=True, tolerance=0.02)


@lru_cache(maxsize=8)
def _peaks(preset: str) -> Peaks:
    project = load(preset).project
    executor = Executor()
    found: dict[str, list[npt.NDArray[np.float32]]] = {}
    for name in PHOTOGRAPHS:
        for result in executor.run(project.network, open_image(name), seed=project.seed):
            if result.map.ndim == 4:
                found.setdefault(result.node_id, []).append(np.maximum(result.map[0].max(axis=(1, 2)), 0))
    executor.close()
    return {node_id: np.stack(peaks) for node_id, peaks in found.items()}


@lru_cache(maxsize=8)
def _peaks_layer_by_layer(preset: str) -> Peaks:
    network = load(preset).project.network
    node_id, layer = only_input(network)
    shape = output_shapes(network)[node_id]
    filled = [fill_input(open_image(name), shape, preprocessing_of(layer)) for name in PHOTOGRAPHS]
    maps = forward(network, np.concatenate(filled))
    return {node_id: np.maximum(x.max(axis=(2, 3)), 0) for node_id, x in maps.items() if x.ndim == 4}
