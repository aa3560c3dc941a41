"""Oriented filter responses: what the first layers of a trained network compute, without training.

Derivatives of a Gaussian of first order (edges) and second order (lines) at evenly spaced angles and
doubling scales, as in the visual cortex and in the first layer of trained networks.
Freeman & Adelson, "The design and use of steerable filters", IEEE PAMI 13(9), 1991.
"""

from math import ceil, pi

import numpy as np
import numpy.typing as npt

F32 = npt.NDArray[np.float32]

_SCALES = 4
_FIRST_SIGMA = 0.7


def responses(luminance: F32, channels: int) -> F32:
    """`channels` responses (C, H, W) of an (H, W) image, each with mean 0 and standard deviation 1.

    Filters are ordered by angle, then scale, then order, so that neighbours look alike. A response
    without contrast (a blank image) stays 0.
    """
    kinds = 2 * _SCALES
    angles = max(1, ceil(channels / kinds))
    made = np.empty((channels, *luminance.shape), dtype=np.float32)
    basis = [_derivatives(luminance, _FIRST_SIGMA * 2**scale) for scale in range(_SCALES)]
    for channel in range(channels):
        angle_index, kind = divmod(channel, kinds)
        scale, order = divmod(kind, 2)
        # A first derivative has a direction (full turn), a second one only an orientation (half a turn).
        angle = angle_index / angles * (2 * pi if order == 0 else pi)
        made[channel] = _normalised(_steer(basis[scale], order + 1, np.cos(angle), np.sin(angle)))
    return made


def _steer(basis: tuple[F32, F32, F32, F32, F32], order: int, c: float, s: float) -> F32:
    """The derivative of this order along (cos, sin), from the five basis images dx, dy, dxx, dxy, dyy."""
    dx, dy, dxx, dxy, dyy = basis
    if order == 1:
        return np.asarray(c * dx + s * dy, dtype=np.float32)
    return np.asarray(c * c * dxx + 2 * c * s * dxy + s * s * dyy, dtype=np.float32)


def _derivatives(image: F32, sigma: float) -> tuple[F32, F32, F32, F32, F32]:
    reach = max(1, ceil(3 * sigma))
    t = np.arange(-reach, reach + 1, dtype=np.float64)
    g = np.exp(-(t**2) / (2 * sigma**2))
    g /= g.sum()
    g1 = -t / sigma**2 * g
    g2 = (t**2 / sigma**4 - 1 / sigma**2) * g
    g2 -= g2.mean()
    along = {0: g, 1: g1, 2: g2}
    orders = ((0, 1), (1, 0), (0, 2), (1, 1), (2, 0))
    made = [_filtered(_filtered(image, along[rows], 0), along[columns], 1) for rows, columns in orders]
    return made[0], made[1], made[2], made[3], made[4]


def _filtered(image: F32, taps: npt.NDArray[np.float64], axis: int) -> F32:
    """Convolution along one axis with edge pixels repeated."""
    reach = len(taps) // 2
    pads = [(0, 0), (0, 0)]
    pads[axis] = (reach, reach)
    padded = np.pad(image, pads, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, len(taps), axis=axis)
    return np.asarray(windows @ taps[::-1], dtype=np.float32)


def _normalised(values: F32) -> F32:
    centred = values - values.mean(dtype=np.float64)
    spread = float(centred.std(dtype=np.float64))
    return np.asarray(centred / spread if spread > 1e-6 else centred * 0, dtype=np.float32)
