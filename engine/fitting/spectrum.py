"""How much of some maps survives when a 1×1 convolution leaves only so many channels.

Everything follows from the second moments of the pixels' columns: C×C numbers, whatever the maps' size.
Explained is a share of the columns' energy about their mean (or about 0, for layers without a bias): what the
best linear way back gives again. The best 1×1 is PCA (Eckart & Young, 1936): the largest eigenvalues' share.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.errors import FitError
from engine.fitting.patches import moments
from engine.fitting.pca import components
from engine.weights import Checkpoint, go_on

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]

_NOTHING: Final = 1e-12
"""Variances below this share of the largest are rounding."""


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Of maps with C channels: what k = 0 … C of them can hold."""

    variances: F64
    """(C,), falling; they add up to the whole energy."""
    best: F64
    """(C + 1,): share that the best 1×1 to k channels keeps, 0 to 1."""
    drawn: F64
    """(C + 1,): share that a 1×1 with random weights keeps, read back in the best linear way."""
    centred: bool
    """Whether the energy is counted about the mean column, as behind a 1×1 with bias."""

    @property
    def channels(self) -> int:
        """How many come in."""
        return len(self.variances)

    @property
    def dimensions(self) -> int:
        """How many channels hold everything: the rank of the columns."""
        return int(np.sum(self.variances > _NOTHING * max(float(self.variances[0]), 1e-300)))

    def error(self, kept: int) -> float:
        """Relative error of the maps given back from `kept` channels: √(1 − explained), 0 to 1."""
        return float(np.sqrt(max(0.0, 1 - float(self.best[min(kept, self.channels)]))))

    def needed(self, share: float) -> int:
        """The fewest channels that keep so much."""
        return int(np.argmax(self.best >= min(share, float(self.best[-1])) - 1e-12))


def spectrum(
    x: F32,
    *,
    centred: bool = True,
    projection: F32 | None = None,
    seed: int = 0,
    checkpoint: Checkpoint = go_on,
) -> Spectrum:
    """Of maps (C, H, W). `projection` (k, C) is the random 1×1 to compare with, normal rows by default."""
    if not np.isfinite(x).all():
        raise FitError("the maps hold numbers that are not finite")
    channels = x.shape[0]
    mean, covariance = moments(columns(x), centred=centred, checkpoint=checkpoint)
    checkpoint()
    found = components(mean, covariance)
    total = float(found.variances.sum())
    if projection is None:
        random = np.random.Generator(np.random.PCG64(seed))
        projection = random.standard_normal((channels, channels)).astype(np.float32)
    best = np.concatenate([[0.0], np.cumsum(found.variances)])
    drawn = _explained_by(projection, found.vectors, found.variances)
    scale = 1 / total if total > 0 else 0.0
    return Spectrum(
        variances=found.variances,
        best=np.minimum(best * scale, 1) if total > 0 else np.ones(channels + 1),
        drawn=np.clip(drawn * scale, 0, 1) if total > 0 else np.ones(channels + 1),
        centred=centred,
    )


def explained(x: F32, y: F32, *, centred: bool = True) -> float:
    """Share of the maps x (C, H, W) that the best linear 1×1 gives back from the maps y (K, H, W), 0 to 1.

    y may be anything of the same height and width: what a ReLU has left, say.
    """
    if x.shape[1:] != y.shape[1:]:
        raise FitError(f"maps of {x.shape[1:]} cannot be given back from maps of {y.shape[1:]}")
    both = np.concatenate([columns(x), columns(y)], axis=1)
    covariance = moments(both, centred=centred)[1]
    c = len(x)
    total = float(np.trace(covariance[:c, :c]))
    if total <= 0:
        return 1.0
    way_back = _way_back(covariance[c:, c:], covariance[c:, :c])
    return float(np.clip(np.sum(way_back * covariance[c:, :c]) / total, 0, 1))


def way_back(x: F32, y: F32, *, centred: bool = True) -> tuple[F64, F64]:
    """(weight (C, K), bias (C,)) of the 1×1 that gives x back from y with the least squared error."""
    if x.shape[1:] != y.shape[1:]:
        raise FitError(f"maps of {x.shape[1:]} cannot be given back from maps of {y.shape[1:]}")
    both = np.concatenate([columns(x), columns(y)], axis=1)
    mean, covariance = moments(both, centred=centred)
    c = len(x)
    weight = _way_back(covariance[c:, c:], covariance[c:, :c]).T
    return weight, mean[:c] - weight @ mean[c:]


def columns(x: F32) -> F32:
    """(H·W, C): the depth column of every pixel."""
    return np.ascontiguousarray(x.reshape(len(x), -1).T, dtype=np.float32)


def _way_back(of_y: F64, across: F64) -> F64:
    """(K, C): least squares from second moments; directions of y that never vary are left alone."""
    values, vectors = np.linalg.eigh(of_y)
    kept = values > _NOTHING * max(float(values[-1]), 1e-300)
    inverse = np.where(kept, 1 / np.where(kept, values, 1), 0)
    return np.asarray((vectors * inverse) @ (vectors.T @ across))


def _explained_by(projection: F32, vectors: F64, variances: F64) -> F64:
    """(C + 1,): energy given back in the best way from the first k rows of a projection.

    With S the root of the covariance and Q an orthonormal basis of the columns of S·Aᵀ it is Σ ‖S·q‖², so
    one QR serves all k.
    """
    channels = len(variances)
    root = np.sqrt(variances)
    seen = root[:, None] * (vectors @ projection.T.astype(np.float64))
    basis, triangle = np.linalg.qr(seen)
    alive = np.abs(np.diag(triangle)) > 1e-9 * max(float(np.abs(np.diag(triangle)).max(initial=0)), 1e-300)
    gains = np.square(root[:, None] * basis).sum(axis=0) * alive
    made = np.concatenate([[0.0], np.cumsum(gains)])[: channels + 1]
    return np.concatenate([made, np.full(channels + 1 - len(made), made[-1])])
