"""The range of a map's colours: nearly all of its values, its border apart."""

import numpy as np
import pytest

from gui.look.map_range import inner, robust_range
from gui.look.thumbnails import strongest_map
from gui.widgets.maps.atlas import by_strength, extremes
from gui.widgets.maps.map_picture import MapPicture, MapPlace


def with_extremes() -> np.ndarray:
    """Three maps of 64×64: even noise with one spike; noise in a bright frame; a constant."""
    random = np.random.default_rng(0)
    maps = random.uniform(-1, 1, (3, 64, 64)).astype(np.float32)
    maps[0, 30, 31], maps[0, 40, 10] = 50, -70
    maps[1, 0], maps[1, :, 63] = 90, -80
    maps[2] = 3
    return maps


def test_the_border_is_left_away_where_there_is_one() -> None:
    assert inner(np.zeros((2, 64, 48), np.float32)).shape == (2, 56, 42)
    assert inner(np.zeros((2, 7, 7), np.float32)).shape == (2, 5, 5)
    assert inner(np.zeros((2, 5, 9), np.float32)).shape == (2, 5, 9)


def test_a_spike_or_a_bright_frame_does_not_take_the_scale() -> None:
    maps = with_extremes()
    lows, highs = robust_range(maps, extremes(maps))
    for channel in (0, 1):
        assert -1 <= lows[channel] < -0.9
        assert 0.9 < highs[channel] <= 1
    assert (lows[2], highs[2]) == (3, 3)


def test_where_hardly_anything_responds_what_does_is_shown_in_full() -> None:
    maps = np.zeros((1, 40, 40), np.float32)
    maps[0, 20, 20] = 5
    assert [float(ends[0]) for ends in robust_range(maps, extremes(maps))] == [0, 5]


def test_not_finite_values_do_not_count() -> None:
    maps = with_extremes()
    maps[0, 20:24] = np.nan
    maps[0, 25] = np.inf
    lows, highs = robust_range(maps, extremes(maps))
    assert -1 <= lows[0] < -0.9
    assert 0.9 < highs[0] <= 1
    maps[1] = np.nan
    assert robust_range(maps, extremes(maps))[1][1] == 0


@pytest.mark.parametrize("robust", [False, True])
def test_the_picture_covers_the_extremes_only_where_that_is_asked(robust: bool) -> None:
    picture = MapPicture(with_extremes(), robust=robust)
    low, high = (float(ends[0]) for ends in picture.ranges)
    assert (high < 1.1) == robust
    assert low == -high
    smallest, largest = picture.extremes_beyond(0)
    assert smallest == (MapPlace(0, 40, 10) if robust else None)
    assert largest == (MapPlace(0, 30, 31) if robust else None)
    assert picture.extremes_beyond(2) == (None, None)


def test_a_bright_frame_does_not_make_a_map_the_strongest() -> None:
    maps = np.zeros((2, 32, 32), np.float32)
    maps[0, 0] = 100
    maps[1, 10:20, 10:20] = 1
    assert np.array_equal(strongest_map(maps[None]), maps[1])
    assert by_strength(maps).tolist() == [1, 0]


def test_three_maps_are_one_picture_as_they_are_between_0_and_1() -> None:
    maps = np.random.default_rng(1).uniform(0, 1, (3, 5, 6)).astype(np.float32)
    picture = MapPicture(maps, "rgb")
    assert picture.is_rgb
    assert np.abs(picture.rgb.transpose(2, 0, 1) / 255 - maps).max() < 0.003
    assert not MapPicture(maps[:2], "rgb").is_rgb
    beyond = MapPicture(maps * 4 - 2, "rgb").rgb
    assert beyond.min() == 0
    assert beyond.max() == 255
