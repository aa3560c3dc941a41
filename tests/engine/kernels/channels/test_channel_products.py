"""Products of channels against numpy's, for counts that no tile divides."""

import numpy as np
import pytest

from engine.kernels.channels.channel_products import add_products
from engine.kernels.channels.channel_statistics import Pixels


@pytest.mark.parametrize("channels", [1, 2, 11, 12, 13, 31, 32, 33, 65, 100])
@pytest.mark.parametrize("size", [(1, 1), (1, 2), (8, 8), (5, 13), (11, 13)])
def test_products_of_all_pairs_are_numpys(channels: int, size: tuple[int, int]) -> None:
    random = np.random.default_rng(channels)
    values = random.normal(3, 1, (1, channels, *size)).astype(np.float32)
    pixels = values[0].reshape(channels, -1).astype(np.float64)
    products = np.ones(channels * (channels + 1) // 2)
    add_products(Pixels(values), pixels.mean(axis=1), products)
    wanted = (pixels @ pixels.T)[np.tril_indices(channels)] + 1
    assert products == pytest.approx(wanted, rel=2e-6)


def test_what_hardly_varies_keeps_its_variance() -> None:
    values = (1000 + np.random.default_rng(0).normal(0, 0.01, (1, 20, 9, 9))).astype(np.float32)
    pixels = values[0].reshape(20, -1).astype(np.float64)
    mean = pixels.mean(axis=1).astype(np.float32).astype(np.float64)
    products = np.zeros(20 * 21 // 2)
    add_products(Pixels(values), mean, products)
    about_it = (pixels - mean[:, None]) @ (pixels - mean[:, None]).T
    found = products - 81 * (mean[:, None] * mean)[np.tril_indices(20)]
    assert found == pytest.approx(about_it[np.tril_indices(20)], abs=1e-5)
