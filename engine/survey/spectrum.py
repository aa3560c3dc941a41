"""Where the information of a layer is: its variances along principal axes, and what follows."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

F64 = npt.NDArray[np.float64]

ALIKE: Final = 0.95
"""|correlation| from which two channels are listed."""
MOST_PAIRS: Final = 1000
ENOUGH: Final = 0.99
"""Of the variance: what is kept by a layer that is said to be narrow enough."""


@dataclass(frozen=True, eq=False)
class ChannelSpectrum:
    """Of a layer with C channels."""

    variances: F64
    """(C,), falling: the eigenvalues of the channels' covariance."""

    @property
    def effective_rank(self) -> float:
        """exp of the entropy of the shares of variance (Roy & Vetterli, EUSIPCO 2007): between 1 and C; 0
        where nothing varies."""
        total = float(self.variances.sum())
        if total <= 0:
            return 0.0
        shares = self.variances[self.variances > 0] / total
        return float(np.exp(-np.sum(shares * np.log(shares))))

    def needed(self, share: float = ENOUGH) -> int:
        """The fewest principal axes that keep so much of the variance; 0 where nothing varies."""
        total = float(self.variances.sum())
        if total <= 0:
            return 0
        kept = np.cumsum(self.variances) / total
        return int(np.argmax(kept >= min(share, float(kept[-1])))) + 1


def channel_spectrum(covariance: F64) -> ChannelSpectrum:
    """Of a covariance (C, C)."""
    if not len(covariance):
        return ChannelSpectrum(np.zeros(0))
    return ChannelSpectrum(np.maximum(np.linalg.eigvalsh(covariance)[::-1], 0))


def alike_channels(covariance: F64, least: float = ALIKE) -> tuple[npt.NDArray[np.int32], F64]:
    """Pairs (n, 2) of channels and their correlations (n,), the strongest first, at most `MOST_PAIRS`."""
    deviation = np.sqrt(np.diag(covariance)) if len(covariance) else np.zeros(0)
    scale = deviation[:, None] * deviation[None, :]
    correlation = np.where(scale > 0, covariance / np.where(scale > 0, scale, 1), 0)
    first, second = np.nonzero(np.triu(np.abs(correlation) >= least, 1))
    found = np.clip(correlation[first, second], -1, 1)
    order = np.argsort(-np.abs(found), kind="stable")[:MOST_PAIRS]
    return np.stack([first, second], axis=1)[order].astype(np.int32), found[order]
