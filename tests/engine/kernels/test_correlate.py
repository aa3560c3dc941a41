"""The kernel under all convolutions: tiles, slabs and edges."""

import numpy as np
import pytest

from engine.kernels.convolution import convolve, convolve_input_gradient
from engine.kernels.correlate import SLAB, TILE, correlate
from engine.shapes import SAME, Padding, Window
from tests.engine.check_layer import near


@pytest.mark.parametrize("pixels", [1, TILE - 1, TILE, TILE + 1, 2 * TILE + 3])
@pytest.mark.parametrize("depth", [1, 3, 4, SLAB - 1, SLAB, SLAB + 5])
@pytest.mark.parametrize("kernels", [1, 4, 6])
def test_a_product_of_matrices_of_any_size(kernels: int, depth: int, pixels: int) -> None:
    random = np.random.default_rng(0)
    x = random.standard_normal((1, depth, 1, pixels)).astype(np.float32)
    w = random.standard_normal((1, kernels, depth)).astype(np.float32)
    y = np.zeros((1, 1, kernels, pixels), np.float32)
    here = np.zeros(1, np.int64)
    correlate(x, w, here, here, 1, 1, y, pixels)
    near(y[0, 0], w[0].astype(np.float64) @ x[0, :, 0])


@pytest.mark.parametrize("offset", [-50, -3, 0, 3, 50])
@pytest.mark.parametrize("step", [1, 2, 5])
def test_taps_outside_the_map_count_as_zero(offset: int, step: int) -> None:
    x = np.arange(1, 11, dtype=np.float32).reshape(1, 1, 1, 10)
    y = np.zeros((1, 1, 1, 7), np.float32)
    correlate(x, np.ones((1, 1, 1), np.float32), np.zeros(1, np.int64), np.array([offset]), 1, step, y, 7)
    places = np.arange(7) * step + offset
    assert y.ravel().tolist() == [place + 1 if 0 <= place < 10 else 0 for place in places]


def test_a_nan_or_an_infinity_outside_a_window_does_not_leak_in() -> None:
    x = np.zeros((1, 2, 9, 9), np.float32)
    x[0, 0, 4, 4], x[0, 1, 4, 4] = np.nan, np.inf
    y = convolve(x, np.ones((1, 2, 3, 3), np.float32), None, Window((3, 3), padding=SAME), 1)
    assert np.isnan(y[0, 0]).sum() == 9
    assert np.isnan(y[0, 0, 3:6, 3:6]).all()


def test_the_gradient_is_the_transpose() -> None:
    """⟨conv(x), dy⟩ = ⟨x, convᵀ(dy)⟩ on maps of many tiles."""
    random = np.random.default_rng(1)
    window = Window((5, 3), (3, 2), Padding.of((1, 2, 0, 3)), (2, 1))
    x = random.standard_normal((2, 12, 70, 61)).astype(np.float32)
    weight = random.standard_normal((8, 3, 5, 3)).astype(np.float32)
    y = convolve(x, weight, None, window, 4)
    dy = random.standard_normal(y.shape).astype(np.float32)
    dx = convolve_input_gradient(dy, weight, x.shape, window, 4)
    forward = np.vdot(y.astype(np.float64), dy)
    assert abs(forward - np.vdot(x.astype(np.float64), dx)) < 1e-5 * np.abs(y * dy).sum()
