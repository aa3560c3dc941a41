"""Vectors as bars."""

import numpy as np

from gui.widgets.maps.map_statistics import MapStatistics
from gui.widgets.maps.vector_view import bar_values


def test_every_value_has_a_bar_where_there_is_room() -> None:
    values = np.array([1, -2, 3], np.float32)
    assert bar_values(values, 100).tolist() == [1, -2, 3]


def test_of_several_values_the_one_furthest_from_zero_is_seen() -> None:
    values = np.array([1, -5, 0, 2, 3, 3], np.float32)
    assert bar_values(values, 6).tolist() == [-5, 2, 3]


def test_what_is_not_finite_has_no_bar() -> None:
    assert bar_values(np.array([np.nan, np.inf, 1], np.float32), 100).tolist() == [0, 0, 1]


def test_statistics_count_what_is_not_finite_apart() -> None:
    found = MapStatistics.of(np.array([0, 0, 4, np.nan, np.inf], np.float32))
    assert (found.minimum, found.maximum, found.nan, found.infinite) == (0, 4, 1, 1)
    assert found.mean == np.float64(4 / 3)
    assert found.zeros == 2 / 5
