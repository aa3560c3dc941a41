"""Oriented filter responses: what the first layers of a trained network compute, without training.

Derivatives of a Gaussian of first order (edges) and second order (lines) at evenly spaced angles and
doubling scales, as in the visual cortex and in the first layer of trained networks, rectified and pooled
as the layers after it would. Freeman & Adelson, "The design and use of steerable filters", IEEE PAMI
13(9), 1991.
"""

from math import ceil, pi
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.shapes import Shape

F32 = npt.NDArray[np.float32]

_SIGMAS: Final = (1.0, 2.0, 4.0)
"""Scales of the filters in pixels of the fine image."""
_FINE_PIXELS: Final = 112
_MOST_POOLING: Final = 8


def pooling(shape: Shape) -> int:
    """How many times finer than the maps (C, H, W) the image is that the filters look at.

    Small maps come from deep inside a network, where each value has seen many pixels.
    """
    return max(1, min(_MOST_POOLING, _FINE_PIXELS // max(shape[1], shape[2])))


def responses(luminance: F32, shape: Shape) -> F32:
    """Responses (C, H, W) to an image of `pooling(shape)` times H × W, each of mean 0 and deviation 1.

    Filters are ordered by angle, then scale, then order, so that neighbours look alike. A response
    without contrast (a blank image) stays 0.
    """
    channels, rows, columns = shape
    pool = pooling(shape)
    kinds = 2 * len(_SIGMAS)
    angles = ceil(channels / kinds)
    basis = [_derivatives(luminance, sigma) for sigma in _SIGMAS]
    made = np.empty(shape, dtype=np.float32)
    for channel in range(channels):
        angle_index, kind = divmod(channel, kinds)
        scale, order = divmod(kind, 2)
        # A first derivative has a direction (full turn), a second one only an orientation (half a turn).
        angle = angle_index / angles * (2 * pi if order == 0 else pi)
        fine = np.maximum(_steer(basis[scale], order + 1, np.cos(angle), np.sin(angle)), 0)
        made[channel] = _normalised(fine.reshape(rows, pool, columns, pool).mean(axis=(1, 3)))
    return made


def _steer(basis: tuple[F32, F32, F32, F32, F32], order: int, c: float, s: float) -> F32:
    """The derivative of this order along (cos, sin), from the five basis images dx, dy, dxx, dxy, dyy."""
    dx, dy, dxx, dxy, dyy = basis
    if order == 1:
        return np.asarray(c * dx + s * dy, dtype=np.float32)
    # Negated, so that bright lines respond.
    return np.asarray(-c * c * dxx - 2 * c * s * dxy - s * s * dyy, dtype=np.float32)


def _derivatives(image: F32, sigma: float) -> tuple[F32, F32, F32, F32, F32]:
    reach = ceil(3 * sigma)
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
