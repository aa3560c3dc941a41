"""Principal components: the directions along which samples vary most, in order.

Pearson, "On lines and planes of closest fit to systems of points in space", 1901. No other linear map to so
many numbers keeps more of the variance (Eckart & Young, 1936).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

F64 = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Components:
    """Orthonormal directions by falling variance; each row's largest number is positive."""

    mean: F64
    """(d,)."""
    vectors: F64
    """(d, d): one direction a row."""
    variances: F64
    """(d,), not negative, falling."""


def components(mean: F64, covariance: F64) -> Components:
    """The principal components of samples with these moments."""
    variances, vectors = np.linalg.eigh((covariance + covariance.T) / 2)
    rows = vectors.T[::-1].copy()
    largest = np.take_along_axis(rows, np.abs(rows).argmax(axis=1)[:, None], axis=1)
    rows *= np.where(largest < 0, -1.0, 1.0)
    return Components(mean=mean, vectors=rows, variances=np.maximum(variances[::-1], 0))


def whitening(found: Components, regularisation: float) -> F64:
    """ZCA: (d, d) symmetric matrix after which all directions vary alike, nearest to the identity.

    regularisation: added to the variances, as a share of the largest, so that noise is not blown up. Bell &
    Sejnowski, "The independent components of natural scenes are edge filters", 1997.
    """
    floor = regularisation * max(float(found.variances[0]), 1e-30)
    scales = 1 / np.sqrt(found.variances + floor)
    return np.asarray((found.vectors.T * scales) @ found.vectors)
