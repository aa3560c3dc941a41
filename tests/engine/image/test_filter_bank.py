"""Filter responses that stand in for the layers before a network."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.image.filter_bank import pooling, responses
from engine.shapes import Shape

F32 = np.float32


def image_for(shape: Shape, seed: int = 0) -> np.ndarray:
    finer = pooling(shape)
    return np.random.default_rng(seed).random((shape[1] * finer, shape[2] * finer), dtype=F32)


@given(st.sampled_from([2, 4, 5, 7, 16, 33, 50, 192, 480]), st.integers(2, 30), st.integers(2, 30))
def test_every_response_has_mean_0_and_deviation_1(channels: int, rows: int, columns: int) -> None:
    shape = (channels, rows, columns)
    made = responses(image_for(shape), shape)
    assert made.shape == shape
    assert made.dtype == F32
    np.testing.assert_allclose(made.mean(axis=(1, 2)), 0, atol=1e-4)
    deviations = made.std(axis=(1, 2))
    assert (np.isclose(deviations, 1, atol=1e-3) | (deviations == 0)).all()


@pytest.mark.parametrize("channels", [2, 192, 1000, 2048])
def test_no_two_channels_are_alike(channels: int) -> None:
    shape = (channels, 14, 14)
    made = responses(image_for(shape), shape).reshape(channels, -1)
    assert len(np.unique(made, axis=0)) == channels


@pytest.mark.parametrize("level", [0.0, 0.3, 1.0])
def test_a_blank_image_has_no_response(level: float) -> None:
    shape = (48, 20, 20)
    finer = pooling(shape)
    assert not responses(np.full((20 * finer, 20 * finer), level, F32), shape).any()


def test_the_same_image_gives_the_same_bytes() -> None:
    shape = (192, 28, 28)
    assert responses(image_for(shape), shape).tobytes() == responses(image_for(shape), shape).tobytes()


def test_small_maps_look_at_a_finer_image() -> None:
    assert pooling((192, 28, 28)) == 4
    assert pooling((1000, 14, 14)) == 8
    assert pooling((50, 200, 200)) == 1
    assert pooling((4, 3, 3)) == 8


def test_an_edge_excites_the_filter_of_its_own_direction() -> None:
    shape = (48, 40, 40)
    finer = pooling(shape)
    image = np.zeros((40 * finer, 40 * finer), F32)
    image[:, 20 * finer :] = 1  # dark on the left, bright on the right
    made = responses(image, shape)
    along, against = made[0], made[24]  # of 8 angles: the first, and the one turned by half a turn
    assert np.unravel_index(along.argmax(), along.shape)[1] in (19, 20)
    assert not against.any()


def test_a_module_of_192_maps_is_filled_within_a_frame() -> None:
    shape = (192, 28, 28)
    image = image_for(shape)
    times = []
    for _ in range(5):
        began = time.thread_time()
        responses(image, shape)
        times.append(time.thread_time() - began)
    assert min(times) < 0.05
