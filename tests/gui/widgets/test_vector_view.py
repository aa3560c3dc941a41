"""Vectors as bars."""

import numpy as np
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.look.appearance import Appearance
from gui.widgets.maps.map_statistics import MapStatistics
from gui.widgets.maps.vector_view import VectorView, bar_values


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


def test_values_stand_at_their_bars_where_each_has_room(qapp: QApplication, qtbot: QtBot) -> None:
    view = VectorView(Appearance(qapp))
    qtbot.addWidget(view)
    view.resize(460, 120)
    view.show_vector(np.array([0.294, -1.5, 0.0003, -0.0001, 2, 3, 4, 5, 6, 7], np.float32))
    assert view.labels() == [
        "0.29",
        "\u22121.50",
        "0.00",
        "0.00",
        "2.00",
        "3.00",
        "4.00",
        "5.00",
        "6.00",
        "7.00",
    ]
    view.show_vector(np.linspace(-1, 1, 40, dtype=np.float32))
    assert view.labels() == []
    view.show_vector(np.zeros(0, np.float32))
    assert view.labels() == []
