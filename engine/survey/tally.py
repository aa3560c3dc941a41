"""What a survey knows of one layer, for some photographs: statistics of its channels, and who moved them
most."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Map = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
Arrays = Mapping[str, npt.NDArray[Any]]

NOBODY: Final = -1
"""The file of a place among the strongest that nobody has taken."""


@dataclass(kw_only=True)
class Tally:
    """Of C channels. Numbers of photographs are added to it; two of them are merged in the files' order."""

    values: npt.NDArray[np.int64]
    """(C,): how many finite ones were seen."""
    strange: npt.NDArray[np.int64]
    """(C,): how many that are not finite, and take no part."""
    sums: F64
    squares: F64
    low: Map
    high: Map
    exponents: npt.NDArray[np.int32]
    """(C,): the histograms reach from −2^e to 2^e."""
    counts: npt.NDArray[np.int64]
    """(C, BINS)."""
    top_value: Map
    """(C, K), falling: the largest value of a photograph, for the K photographs with the largest."""
    top_file: npt.NDArray[np.int64]
    """(C, K): which file it is in the listing."""
    top_place: npt.NDArray[np.int32]
    """(C, K): row · width + column; the first of equals."""
    products: F64
    """(C·(C + 1)/2,), a lower triangle row by row: Σ x·xᵀ over all pixels; (0,) where they are not kept."""
    pixels: npt.NDArray[np.int64]
    """(1,): how many of them."""

    def __post_init__(self) -> None:
        self.last_sums = self.sums
        """Those of the photograph that was added last."""

    @classmethod
    def empty(cls, channels: int, kept: int, *, with_products: bool) -> "Tally":
        """Of nothing yet."""
        from engine.kernels.channels.channel_statistics import BINS, LEAST_EXPONENT

        return cls(
            values=np.zeros(channels, np.int64),
            strange=np.zeros(channels, np.int64),
            sums=np.zeros(channels),
            squares=np.zeros(channels),
            low=np.full(channels, np.inf, np.float32),
            high=np.full(channels, -np.inf, np.float32),
            exponents=np.full(channels, LEAST_EXPONENT, np.int32),
            counts=np.zeros((channels, BINS), np.int64),
            top_value=np.full((channels, kept), -np.inf, np.float32),
            top_file=np.full((channels, kept), NOBODY, np.int64),
            top_place=np.zeros((channels, kept), np.int32),
            products=np.zeros(channels * (channels + 1) // 2 if with_products else 0),
            pixels=np.zeros(1, np.int64),
        )

    def add(self, pixels: int, sums: F64, strange: npt.NDArray[np.int64], low: Map, high: Map) -> None:
        """What one photograph adds, beside squares and histograms."""
        self.values += pixels - strange
        self.strange += strange
        self.sums += sums
        self.low, self.high = np.minimum(self.low, low), np.maximum(self.high, high)

    def take_from(self, parts: "Sequence[Tally]") -> None:
        """Become what these are side by side; pixels and products stay."""
        for each in fields(self):
            if each.name not in ("products", "pixels"):
                setattr(self, each.name, np.concatenate([getattr(part, each.name) for part in parts]))

    def merge(self, later: "Tally") -> None:
        """Add what was found in files that come later."""
        from engine.kernels.channels.channel_statistics import coarser

        for name in ("values", "strange", "sums", "squares", "products", "pixels"):
            getattr(self, name)[...] += getattr(later, name)
        self.low, self.high = np.minimum(self.low, later.low), np.maximum(self.high, later.high)
        exponents = np.maximum(self.exponents, later.exponents)
        for tally in (self, later):
            steps = exponents - tally.exponents
            for step in np.unique(steps[steps > 0]):
                tally.counts[steps == step] = coarser(tally.counts[steps == step], int(step))
        self.counts += later.counts
        self.exponents = exponents
        self.keep_strongest(later.top_value, later.top_file, later.top_place)

    def keep_strongest(
        self, values: Map, files: npt.NDArray[np.int64], places: npt.NDArray[np.int32]
    ) -> None:
        """Candidates (C, n) of files that come later: of equal values the earlier one stays before."""
        kept = self.top_value.shape[1]
        if (values.max(axis=1) <= self.top_value[:, -1]).all() and (self.top_file[:, -1] != NOBODY).all():
            return
        all_values = np.concatenate([self.top_value, values], axis=1)
        order = np.argsort(-all_values, axis=1, kind="stable")[:, :kept]
        self.top_value = np.take_along_axis(all_values, order, 1)
        self.top_file = np.take_along_axis(np.concatenate([self.top_file, files], axis=1), order, 1)
        self.top_place = np.take_along_axis(np.concatenate([self.top_place, places], axis=1), order, 1)

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """All of it by name."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @classmethod
    def of(cls, arrays: Arrays) -> "Tally":
        """The way back from `arrays`."""
        return cls(**{each.name: np.array(arrays[each.name]) for each in fields(cls)})

    @property
    def mean(self) -> F64:
        """(C,)."""
        return self.sums / np.maximum(self.values, 1)

    @property
    def variance(self) -> F64:
        """(C,): of the values seen (divided by their number); exactly 0 where all are the same."""
        spread = self.squares / np.maximum(self.values, 1) - self.mean**2
        return np.where(self.low < self.high, np.maximum(spread, 0), 0)

    @property
    def covariance(self) -> F64:
        """(C, C): of the pixels' columns about their mean; (0, 0) where it was not kept."""
        side = len(self.values) if len(self.products) else 0
        whole = np.zeros((side, side))
        whole[np.tril_indices(side)] = self.products
        whole += np.tril(whole, -1).T
        mean = self.mean[:side]
        made = whole / max(1, int(self.pixels[0])) - mean[:, None] * mean[None, :]
        alive = self.variance[:side] > 0
        made = np.where(alive[:, None] & alive[None, :], made, 0)
        made[np.diag_indices(side)] = self.variance[:side]
        return np.asarray(made, np.float64)
