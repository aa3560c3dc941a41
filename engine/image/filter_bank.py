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
_LEAST_CONTRAST: Final = 1e-6


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
    made = np.empty((angles, kinds, rows * columns), dtype=np.float32)
    for kind in range(kinds):
        scale, order = divmod(kind, 2)
        if not order:
            basis = _derivatives(luminance, _SIGMAS[scale])
        # A first derivative has a direction (full turn), a second one only an orientation (half a turn).
        turns = np.arange(angles) / angles * (pi if order else 2 * pi)
        images = basis[2:] if order else basis[:2]
        made[:, kind] = _pooled(_steering(order, turns), _by_part(images, rows, columns, pool))
    return _normalised(made.reshape(-1, rows * columns)[:channels]).reshape(shape)


def _steering(order: int, turns: npt.NDArray[np.float64]) -> F32:
    """What makes the derivative along (cos, sin) of the basis images: (angles, 2) of dx, dy, or (angles, 3).

    Second derivatives, of dxx, dxy, dyy, are negated, so that bright lines respond.
    """
    c, s = np.cos(turns), np.sin(turns)
    weights = [-c * c, -2 * c * s, -s * s] if order else [c, s]
    return np.stack(weights, axis=1).astype(np.float32)


def _by_part(images: tuple[F32, ...], rows: int, columns: int, pool: int) -> F32:
    """The images in parts of pool × pool pixels: (images, pixel of the part, part)."""
    stacked = np.stack(images).reshape(len(images), rows, pool, columns, pool)
    return np.ascontiguousarray(stacked.transpose(0, 2, 4, 1, 3)).reshape(len(images), pool * pool, -1)


def _pooled(steering: F32, parts: F32) -> F32:
    """The mean of each part of the steered, rectified images: (angles, parts).

    A pixel of all parts at a time: the steered images at full size would leave the cache.
    """
    total = np.zeros((len(steering), parts.shape[2]), dtype=np.float32)
    steered = np.empty_like(total)
    for pixel in range(parts.shape[1]):
        np.matmul(steering, parts[:, pixel], out=steered)
        total += np.maximum(steered, 0, out=steered)
    total /= np.float32(parts.shape[1])
    return total


def _derivatives(image: F32, sigma: float) -> tuple[F32, F32, F32, F32, F32]:
    reach = ceil(3 * sigma)
    t = np.arange(-reach, reach + 1, dtype=np.float64)
    g = np.exp(-(t**2) / (2 * sigma**2))
    g /= g.sum()
    g1 = -t / sigma**2 * g
    g2 = (t**2 / sigma**4 - 1 / sigma**2) * g
    g2 -= g2.mean()
    smooth, steep, curved = (_filtered(image, taps, 0) for taps in (g, g1, g2))
    return (
        _filtered(smooth, g1, 1),
        _filtered(steep, g, 1),
        _filtered(smooth, g2, 1),
        _filtered(steep, g1, 1),
        _filtered(curved, g, 1),
    )


def _filtered(image: F32, taps: npt.NDArray[np.float64], axis: int) -> F32:
    """Convolution along one axis with edge pixels repeated."""
    reach = len(taps) // 2
    pads = [(0, 0), (0, 0)]
    pads[axis] = (reach, reach)
    padded = np.pad(image, pads, mode="edge")
    made, width = np.zeros_like(image), image.shape[1]
    for offset, tap in enumerate(taps[::-1].astype(np.float32)):
        shifted = padded[offset : offset + len(image)] if axis == 0 else padded[:, offset : offset + width]
        made += tap * shifted
    return made


def _normalised(values: F32) -> F32:
    """Each row shifted and scaled to mean 0 and deviation 1; rows without contrast become 0."""
    centred = values - values.mean(axis=1, keepdims=True, dtype=np.float64).astype(np.float32)
    spread = np.sqrt(np.mean(np.square(centred), axis=1, keepdims=True, dtype=np.float64))
    scale = np.divide(1, spread, out=np.zeros_like(spread), where=spread > _LEAST_CONTRAST)
    return np.asarray(centred * scale.astype(np.float32), dtype=np.float32)
