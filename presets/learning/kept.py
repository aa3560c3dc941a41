"""How much of some maps fewer channels keep: the best ones, random ones, and those that a network has.

Kept is the share of the maps' variance, or of their energy about 0, that the best linear way back recovers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from engine.fitting.spectrum import Spectrum, explained, spectrum
from presets.finding import Place, located
from presets.lesson import NotFound, Number, Quote, State

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]


def random_filters(x: F32) -> F32:
    """As many random 1×1 kernels as there are maps (C, H, W), the same ones every time: (C, C)."""
    return np.random.Generator(np.random.PCG64(0)).standard_normal((len(x), len(x))).astype(np.float32)


@dataclass(frozen=True)
class Kept:
    """Quotes about the maps of one layer; how many channels are kept is a number, or the width of a layer."""

    source: Place
    centred: bool = True
    """Whether the maps' mean is known without a channel for it, as it is to a way back with a bias."""
    filters: Callable[[F32], F32] = random_filters
    """The random 1×1 that the best one is compared with."""

    def best(self, kept: int | Place, places: int = 1) -> Quote:
        """Percent that the best 1×1 keeps: by PCA, and from the singular values of all pixels' columns."""

        def counted(state: State) -> float:
            energies = np.square(self._singular_values(state))
            return 100 * float(energies[: _width(state, kept)].sum() / energies.sum())

        return _percent(
            lambda state: 100 * float(self._spectrum(state).best[_width(state, kept)]), counted, places
        )

    def drawn(self, kept: int | Place, places: int = 1) -> Quote:
        """Percent that a random 1×1 keeps: from second moments, and by solving for the best way back."""

        def counted(state: State) -> float:
            columns = self._columns(maps_at(state, self.source))
            filters = self.filters(maps_at(state, self.source))[: _width(state, kept)]
            return 100 * given_back(columns, columns @ filters.T.astype(np.float64))

        return _percent(
            lambda state: 100 * float(self._spectrum(state).drawn[_width(state, kept)]), counted, places
        )

    def by(self, place: Place) -> Quote:
        """Percent that the maps of a layer keep: from second moments, and by solving for the way back."""

        def engine(state: State) -> float:
            return 100 * explained(maps_at(state, self.source), maps_at(state, place), centred=self.centred)

        def counted(state: State) -> float:
            return 100 * given_back(*(self._columns(maps_at(state, one)) for one in (self.source, place)))

        return _percent(engine, counted)

    def needed(self, share: float) -> Quote:
        """The fewest channels that keep such a share (0 to 1)."""

        def counted(state: State) -> int:
            energies = np.square(self._singular_values(state))
            return 1 + int(np.argmax(np.cumsum(energies) >= share * energies.sum()))

        return Quote(
            engine=lambda state: self._spectrum(state).needed(share), counted=counted, needs_maps=True
        )

    def _spectrum(self, state: State) -> Spectrum:
        x = maps_at(state, self.source)
        return _spectrum(x.tobytes(), x.shape, self.centred, self.filters(x).tobytes())

    def _singular_values(self, state: State) -> F64:
        x = maps_at(state, self.source)
        return _singular_values(x.tobytes(), x.shape, self.centred)

    def _columns(self, x: F32) -> F64:
        return _columns(x, centred=self.centred)


def maps_at(state: State, place: Place) -> F32:
    """(C, H, W) of a layer. `NotFound`."""
    node_id = located(place, state.project.network)
    if node_id not in state.maps or state.maps[node_id].ndim != 4:
        raise NotFound("the maps")
    found: F32 = state.maps[node_id][0]
    return found


def given_back(x: F64, y: F64) -> float:
    """1 − |x − ŷ|² / |x|² for the least-squares ŷ made of y; rows are pixels."""
    solution = np.linalg.lstsq(y, x, rcond=None)[0]
    return float(1 - np.square(x - y @ solution).sum() / np.square(x).sum())


def _width(state: State, kept: int | Place) -> int:
    return kept if isinstance(kept, int) else len(maps_at(state, kept))


def _percent(engine: Callable[[State], Number], counted: Callable[[State], Number], places: int = 1) -> Quote:
    return Quote(
        engine=engine, counted=counted, places=places, unit="\u00a0%", needs_maps=True, tolerance=2e-3
    )


def _columns(x: F32, *, centred: bool) -> F64:
    """(pixels, C)."""
    rows = x.reshape(len(x), -1).T.astype(np.float64)
    return np.asarray(rows - rows.mean(axis=0) if centred else rows)


@lru_cache(maxsize=8)
def _spectrum(data: bytes, shape: tuple[int, ...], centred: bool, filters: bytes) -> Spectrum:
    x = np.frombuffer(data, dtype=np.float32).reshape(shape)
    projection = np.frombuffer(filters, dtype=np.float32).reshape(-1, shape[0])
    return spectrum(x, centred=centred, projection=projection)


@lru_cache(maxsize=8)
def _singular_values(data: bytes, shape: tuple[int, ...], centred: bool) -> F64:
    x = np.frombuffer(data, dtype=np.float32).reshape(shape)
    return np.asarray(np.linalg.svd(_columns(x, centred=centred), compute_uv=False), dtype=np.float64)
