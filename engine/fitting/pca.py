"""Principal components: the directions along which samples vary most, in order.

Pearson, "On lines and planes of closest fit to systems of points in space", 1901. No other linear map to so
many numbers keeps more of the variance (Eckart & Young, 1936).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.fitting.patches import moments
from engine.weights import Checkpoint, go_on

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]

EXACT: Final = 1024
"""Samples of so many numbers are decomposed as they are; a third of a second."""

OVERSAMPLING: Final = 16


@dataclass(frozen=True, eq=False)
class Components:
    """Orthonormal directions by falling variance; each row's largest number is positive."""

    mean: F64
    """(d,)."""
    vectors: F64
    """(r, d): one direction a row; all d of them, or the r leading ones."""
    variances: F64
    """(r,), not negative, falling."""


def components(mean: F64, covariance: F64) -> Components:
    """The principal components of samples with these moments."""
    variances, vectors = np.linalg.eigh((covariance + covariance.T) / 2)
    rows = _pointing_up(vectors.T[::-1])
    return Components(mean=mean, vectors=rows, variances=np.maximum(variances[::-1], 0))


def principal_components(
    samples: F32, most: int, *, centred: bool = True, checkpoint: Checkpoint = go_on
) -> Components:
    """Of the rows of `samples`: all components of up to `EXACT` numbers each, else the leading ones.

    Of longer rows at least `most` and `EXACT` / 4 are given, where there are so many, found by random
    projection and two rounds of subspace iteration: Halko, Martinsson & Tropp, "Finding structure with
    randomness", SIAM Review 53(2), 2011, algorithm 4.4.
    """
    if samples.shape[1] <= EXACT:
        return components(*moments(samples, centred=centred, checkpoint=checkpoint))
    mean = samples.mean(axis=0, dtype=np.float64) if centred else np.zeros(samples.shape[1])
    rows = samples - mean.astype(np.float32)
    checkpoint()
    count = min(max(most, EXACT // 4) + OVERSAMPLING, *rows.shape)
    random = np.random.Generator(np.random.PCG64(0))
    basis = random.standard_normal((rows.shape[1], count)).astype(np.float32)
    for _ in range(3):
        checkpoint()
        seen = np.linalg.qr(rows @ basis)[0]
        checkpoint()
        basis = np.linalg.qr(rows.T @ seen)[0]
    checkpoint()
    within = components(*moments(rows @ basis, centred=False, checkpoint=checkpoint))
    vectors = within.vectors @ basis.T.astype(np.float64)
    return Components(mean=mean, vectors=_pointing_up(vectors), variances=within.variances)


def whitening(found: Components, regularisation: float) -> F64:
    """(r, d): what the directions are multiplied by so that all of them vary alike.

    regularisation: added to the variances, as a share of the largest, so that noise is not blown up. Nor is
    rounding (of float32: 10⁻¹⁴ of the square) where all samples are alike.
    """
    rounding = 1e-10 * float(np.square(found.mean).mean())
    floor = regularisation * max(float(found.variances[0]), rounding, 1e-30)
    return np.asarray(found.vectors / np.sqrt(found.variances + floor)[:, None])


def _pointing_up(rows: F64) -> F64:
    """The rows with the sign with which their largest number is positive."""
    largest = np.take_along_axis(rows, np.abs(rows).argmax(axis=1)[:, None], axis=1)
    return np.asarray(rows * np.where(largest < 0, -1.0, 1.0))
