"""Numbers that lessons read off computed maps: values, extremes, differences, what few channels hold, times.

All raise `NotFound` where no map is known. Called on the compute thread, as all that needs maps.
"""

from collections.abc import Callable
from dataclasses import replace
from math import fsum

import numpy as np
import numpy.typing as npt

from engine.attribution.values.arithmetic import take_apart
from engine.errors import EngineError
from presets import counting
from presets.finding import Place, located
from presets.learning.timing import microseconds
from presets.lesson import NotFound, Quote, State

F32 = npt.NDArray[np.float32]
NEAR: float = 1e-4
"""How far the engine's float32 and a recount in float64 may be apart."""


def value(place: Place, channel: int, row: int, column: int) -> Quote:
    """One value of a map, counted from 0; the second way adds its products up, or takes the maximum."""
    at = (channel, row, column)

    def engine(state: State) -> float:
        found = map_of(state, place)
        if any(not 0 <= one < size for one, size in zip(at, found.shape, strict=True)):
            raise NotFound(f"a value at {at}")
        return float(found[at])

    return _of_map(engine, lambda state: _taken_apart(state, place, at))


def minimum(place: Place) -> Quote:
    """The smallest value of a layer's maps."""
    return _extreme(place, smallest=True)


def maximum(place: Place) -> Quote:
    """The largest value of a layer's maps."""
    return _extreme(place, smallest=False)


def _extreme(place: Place, *, smallest: bool) -> Quote:
    def at(found: F32) -> tuple[int, ...]:
        index = found.argmin() if smallest else found.argmax()
        return tuple(int(one) for one in np.unravel_index(index, found.shape))

    def engine(state: State) -> float:
        found = map_of(state, place)
        return float(found[at(found)])

    return _of_map(engine, lambda state: _taken_apart(state, place, at(map_of(state, place))))


def mean(place: Place) -> Quote:
    """The mean of a layer's maps."""

    def counted(state: State) -> float:
        found = map_of(state, place)
        return fsum(found.ravel().tolist()) / found.size

    return _of_map(lambda state: float(map_of(state, place).mean(dtype=np.float64)), counted)


def max_difference(one: Place, other: Place) -> Quote:
    """How far two layers' maps of the same shape are apart, where they are farthest: max |Δ|."""

    def both(state: State) -> tuple[F32, F32]:
        maps = map_of(state, one), map_of(state, other)
        if maps[0].size != maps[1].size:
            raise NotFound("two maps of one size")
        return maps

    def engine(state: State) -> float:
        first, second = both(state)
        return float(np.abs(first.ravel() - second.ravel()).max())

    def counted(state: State) -> float:
        first, second = (found.ravel().tolist() for found in both(state))
        return max(abs(x - y) for x, y in zip(first, second, strict=True))

    return _of_map(engine, counted)


def explained(place: Place, channels: int) -> Quote:
    """The share of a layer's variance that the best linear 1×1 to so many channels keeps, 0 to 1."""

    def engine(state: State) -> float:
        from engine.fitting.spectrum import spectrum

        found = spectrum(map_of(state, place))
        return float(found.best[min(channels, found.channels)])

    def counted(state: State) -> float:
        found = map_of(state, place)
        columns = found.reshape(len(found), -1).astype(np.float64)
        columns -= columns.mean(axis=1, keepdims=True)
        energies = np.square(np.linalg.svd(columns, compute_uv=False))
        return float(energies[:channels].sum() / energies.sum()) if energies.sum() > 0 else 1.0

    return Quote(engine=engine, counted=counted, needs_maps=True, tolerance=1e-3)


def milliseconds(place: Place) -> Quote:
    """What the layer takes to compute on this machine, on one thread; measured again to compare."""
    found = microseconds(place)
    return replace(
        found,
        engine=lambda state: float(found.engine(state)) / 1000,
        counted=lambda state: float(found.counted(state)) / 1000,
        places=1,
        unit="",
    )


def map_of(state: State, place: Place) -> F32:
    """A layer's map, (C, H, W); a dense layer's values one to a map. `NotFound`."""
    node_id = located(place, state.project.network)
    if node_id not in state.maps:
        raise NotFound("the maps")
    found: F32 = state.maps[node_id][0]
    return found if found.ndim == 3 else found.reshape(-1, 1, 1)


def _of_map(engine: Callable[[State], float], counted: Callable[[State], float]) -> Quote:
    return Quote(engine=engine, counted=counted, places=2, needs_maps=True, tolerance=NEAR)


def _taken_apart(state: State, place: Place, at: tuple[int, ...]) -> float:
    node_id = located(place, state.project.network)
    node = state.project.network[node_id]
    map_of(state, node_id)
    if not node.inputs:
        raise NotFound(f"arithmetic in {node_id}")
    inputs = [state.maps[source] for source in node.inputs]
    at = at if state.maps[node_id].ndim == 4 else at[:1]
    try:
        found = take_apart(node.layer, inputs, counting.arrays(state, node_id), at)
    except EngineError as error:
        raise NotFound(str(error)) from None
    return found.value
