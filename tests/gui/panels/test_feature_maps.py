"""The feature maps panel: what it shows, reads out and points at."""

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from engine.layers.softmax import Softmax
from gui.appearance import Appearance
from gui.colormaps import lookup_table
from gui.document import Document
from gui.panels.feature_maps import FeatureMapsPanel
from gui.selection import Pixel, Selection
from gui.widgets.map_picture import MapPlace


@pytest.fixture
def panel(
    qtbot: QtBot, document: Document, selection: Selection, compute: Any, appearance: Appearance
) -> FeatureMapsPanel:
    made = FeatureMapsPanel(document, selection, compute, appearance)
    qtbot.addWidget(made)
    made.resize(640, 270)
    made.show()
    return made


@pytest.fixture
def maps() -> np.ndarray:
    """16 maps of 8×8: map c holds c everywhere, but for 100 + c at (2, 5)."""
    values = np.repeat(np.arange(16, dtype=np.float32), 64).reshape(16, 8, 8)
    values[:, 2, 5] += 100
    return values


def point_at(qtbot: QtBot, panel: FeatureMapsPanel, channel: int, y: int, x: int) -> QPoint:
    rect = panel.atlas.tile_rect(channel)
    place = QPoint(
        round(rect.left() + (x + 0.5) / 8 * rect.width()), round(rect.top() + (y + 0.5) / 8 * rect.height())
    )
    qtbot.mouseMove(panel.atlas.viewport(), place)
    return place


def test_without_a_layer_it_says_what_to_do(panel: FeatureMapsPanel) -> None:
    assert panel.stack.currentWidget() is panel.waiting
    assert "Select a layer" in panel.waiting.text


def test_maps_appear_when_they_arrive(
    panel: FeatureMapsPanel, selection: Selection, compute: Any, maps: np.ndarray
) -> None:
    selection.select(["a"])
    assert panel.stack.currentWidget() is panel.waiting
    compute.arrive("a", maps)
    assert panel.stack.currentWidget() is panel.atlas
    assert panel.title.text == "Conv 3×3 · 16 16 maps of 8×8"


def test_hovering_reads_the_value_and_points_at_the_pixel(
    qtbot: QtBot, panel: FeatureMapsPanel, selection: Selection, compute: Any, maps: np.ndarray
) -> None:
    selection.select(["a"])
    compute.arrive("a", maps)
    point_at(qtbot, panel, 7, 2, 5)
    assert panel.reading.text() == "map 7 at (2, 5) = 107.00"
    assert panel.statistics.text().startswith("min 7.00 · mean 8.56 · max 107.00")
    assert selection.pixel == Pixel("a", 7, 2, 5)
    qtbot.mouseMove(
        panel.atlas.viewport(),
        QPoint(panel.atlas.viewport().width() - 1, panel.atlas.viewport().height() - 1),
    )
    assert selection.pixel is None


def test_what_is_painted_is_the_colour_of_the_value(
    qtbot: QtBot, panel: FeatureMapsPanel, selection: Selection, compute: Any, maps: np.ndarray
) -> None:
    selection.select(["a"])
    compute.arrive("a", maps)
    panel.colours.menu().actions()[1].trigger()
    assert panel.colours.current == "viridis"
    picture = panel.atlas.viewport().grab().toImage()
    rect = panel.atlas.tile_rect(3)
    middle = QPoint(round(rect.left() + rect.width() * 5.5 / 8), round(rect.top() + rect.height() * 2.5 / 8))
    corner = QPoint(round(rect.left()) + 2, round(rect.top()) + 2)
    assert picture.pixelColor(middle) == QColor(*lookup_table("viridis")[255].tolist())
    assert picture.pixelColor(corner) == QColor(*lookup_table("viridis")[0].tolist())


def test_signed_maps_diverge_by_default(
    panel: FeatureMapsPanel, selection: Selection, compute: Any, maps: np.ndarray
) -> None:
    selection.select(["a"])
    compute.arrive("a", maps)
    assert panel._picture is not None
    assert panel._picture.colour_map == "cividis"
    compute.arrive("a", maps - 50)
    assert panel._picture.colour_map == "diverging"
    lows, highs = panel._picture.ranges
    assert (lows == -highs).all()


def test_maps_are_sorted_by_strength_and_keep_their_numbers(
    qtbot: QtBot, panel: FeatureMapsPanel, selection: Selection, compute: Any, maps: np.ndarray
) -> None:
    maps[11, ::2] += 500
    selection.select(["a"])
    compute.arrive("a", maps)
    panel.order.menu().actions()[1].trigger()
    point_at(qtbot, panel, 0, 1, 1)
    assert panel.reading.text() == "map 11 at (1, 1) = 11.00"


def test_a_clicked_pixel_of_a_large_map_stays_pointed_at(
    qtbot: QtBot, panel: FeatureMapsPanel, selection: Selection, compute: Any, maps: np.ndarray
) -> None:
    selection.select(["a"])
    compute.arrive("a", maps)
    panel.enlarge(6)
    assert panel.back.isVisible()
    place = panel.large.place_rect(MapPlace(6, 2, 5)).center().toPoint()
    qtbot.mouseMove(panel.large, place)
    qtbot.mouseClick(panel.large, Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseMove(panel.large, QPoint(panel.large.width() - 2, 2))
    assert selection.pixel == Pixel("a", 6, 2, 5)
    assert panel.reading.text() == "map 6 at (2, 5) = 106.00"
    qtbot.keyClick(panel.large, Qt.Key.Key_Right)
    assert selection.pixel == Pixel("a", 7, 2, 5)
    compute.arrive("a", maps + 1)
    assert panel.reading.text() == "map 7 at (2, 5) = 108.00"
    qtbot.mouseClick(panel.large, Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseMove(panel.large, QPoint(panel.large.width() - 2, 2))
    assert selection.pixel is None
    qtbot.mouseClick(panel.large, Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseClick(panel.back, Qt.MouseButton.LeftButton)
    assert panel.stack.currentWidget() is panel.atlas
    assert not panel.back.isVisible()
    assert selection.pixel is None


def test_a_click_beside_a_large_map_returns(
    qtbot: QtBot, panel: FeatureMapsPanel, selection: Selection, compute: Any, maps: np.ndarray
) -> None:
    selection.select(["a"])
    compute.arrive("a", maps)
    panel.enlarge(6)
    corner = QPoint(panel.large.width() - 2, panel.large.height() - 2)
    qtbot.mouseClick(panel.large, Qt.MouseButton.LeftButton, pos=corner)
    assert panel.stack.currentWidget() is panel.atlas


def test_zero_is_dark_on_dark_ground(
    panel: FeatureMapsPanel, selection: Selection, compute: Any, appearance: Appearance
) -> None:
    signed = np.zeros((1, 8, 8), np.float32)
    signed[0, 0, :2] = -1, 1
    selection.select(["a"])
    compute.arrive("a", signed)
    middle = panel.atlas.tile_rect(0).center().toPoint()
    for name, darkest, lightest in (("light", 220, 255), ("dark", 20, 70)):
        appearance.use(name)
        zero = panel.atlas.viewport().grab().toImage().pixelColor(middle)
        assert darkest <= zero.lightness() <= lightest
        panel.enlarge(0)
        large = panel.large.grab().toImage().pixelColor(panel.large.map_rect().center().toPoint())
        assert darkest <= large.lightness() <= lightest
        panel.show_all()


def test_a_click_enlarges_arrows_walk_and_escape_returns(
    qtbot: QtBot, panel: FeatureMapsPanel, selection: Selection, compute: Any, maps: np.ndarray
) -> None:
    selection.select(["a"])
    compute.arrive("a", maps)
    place = point_at(qtbot, panel, 4, 1, 1)
    qtbot.mouseClick(panel.atlas.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert panel.large.isVisible()
    qtbot.keyClick(panel.large, Qt.Key.Key_Right)
    assert "map 5 of 16" in panel.title.text
    rect = panel.large.map_rect()
    qtbot.mouseMove(panel.large, QPoint(round(rect.width() * 5.5 / 8), round(rect.height() * 2.5 / 8)))
    assert selection.pixel == Pixel("a", 5, 2, 5)
    qtbot.keyClick(panel.large, Qt.Key.Key_Escape)
    assert panel.stack.currentWidget() is panel.atlas


def test_an_enlarged_map_stays_while_its_values_change(
    panel: FeatureMapsPanel, selection: Selection, compute: Any, maps: np.ndarray
) -> None:
    selection.select(["a"])
    compute.arrive("a", maps)
    panel.enlarge(6)
    compute.arrive("a", maps * 2)
    assert panel.large.isVisible()
    assert "max 212.00" in panel.statistics.text()


def test_keys_walk_the_tiles(
    qtbot: QtBot, panel: FeatureMapsPanel, selection: Selection, compute: Any, maps: np.ndarray
) -> None:
    selection.select(["a"])
    compute.arrive("a", maps)
    panel.atlas.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Return):
        qtbot.keyClick(panel.atlas, key)
    assert "map 1 of 16" in panel.title.text


def test_many_maps_scroll_and_are_still_found(
    qtbot: QtBot, panel: FeatureMapsPanel, selection: Selection, compute: Any
) -> None:
    values = np.zeros((512, 8, 8), np.float32)
    values[511] = 3
    selection.select(["a"])
    compute.arrive("a", values)
    bar = panel.atlas.verticalScrollBar()
    assert bar.maximum() > 0
    bar.setValue(bar.maximum())
    point_at(qtbot, panel, 511, 7, 7)
    assert panel.reading.text() == "map 511 at (7, 7) = 3.00"


def test_what_is_not_a_number_is_counted(
    panel: FeatureMapsPanel, selection: Selection, compute: Any, maps: np.ndarray
) -> None:
    maps[0, 0, :3] = np.nan
    maps[1, 0, 0] = np.inf
    selection.select(["a"])
    compute.arrive("a", maps)
    assert "3 NaN · 1 infinite" in panel.statistics.text()
    assert not panel.atlas.viewport().grab().isNull()


def test_a_softmax_shows_its_five_largest(
    qtbot: QtBot, panel: FeatureMapsPanel, document: Document, selection: Selection, compute: Any
) -> None:
    document.edit("x", lambda p: p.add(Softmax(), (0, 0), after="b"))
    selection.select(["softmax_1"])
    compute.arrive("softmax_1", np.array([0.05, 0.4, 0.1, 0.2, 0.03, 0.2, 0.02], np.float32))
    assert panel.stack.currentWidget() is panel.vector
    assert [index for index, _ in panel.vector.largest()] == [1, 3, 5, 2, 0]
    qtbot.mouseMove(panel.vector, QPoint(2, 5))
    assert panel.reading.text() == "value 0 = 0.0500"
    assert selection.pixel == Pixel("softmax_1", 0, 0, 0)


def test_a_problem_says_why_there_are_no_maps(
    panel: FeatureMapsPanel, document: Document, selection: Selection, compute: Any, maps: np.ndarray
) -> None:
    selection.select(["b"])
    compute.arrive("b", maps[:4, :4, :4])
    document.edit("x", lambda p: p.disconnect("input", "a"))
    assert panel.stack.currentWidget() is panel.waiting
    assert "Waits for Conv 3×3 · 16" in panel.waiting.text
    selection.select(["a"])
    assert "no input" in panel.waiting.text


def test_a_failed_run_says_why(panel: FeatureMapsPanel, selection: Selection, compute: Any) -> None:
    selection.select(["a"])
    compute.run_started.emit()
    compute.run_failed.emit("the network needs 9 GB")
    assert panel.waiting.text == "The network needs 9 GB"
    assert not panel.patience.isActive()


def test_long_work_shows_its_progress(
    qtbot: QtBot, panel: FeatureMapsPanel, selection: Selection, compute: Any, maps: np.ndarray
) -> None:
    selection.select(["a"])
    compute.run_started.emit()
    assert not panel.waiting.is_busy
    compute.run_progressed.emit(1, 3)
    qtbot.waitUntil(lambda: panel.waiting.is_busy, timeout=2000)
    compute.arrive("a", maps)
    assert panel.stack.currentWidget() is panel.atlas
    compute.run_finished.emit(None)
    assert not panel.patience.isActive()


def test_maps_that_are_being_replaced_step_back_after_a_while(
    qtbot: QtBot, panel: FeatureMapsPanel, selection: Selection, compute: Any, maps: np.ndarray
) -> None:
    selection.select(["a"])
    compute.arrive("a", maps)
    compute.stale.add("a")
    compute.run_started.emit()
    assert not panel.atlas.is_dimmed
    qtbot.waitUntil(lambda: panel.atlas.is_dimmed, timeout=2000)
    compute.stale.clear()
    compute.arrive("a", maps + 1)
    assert not panel.atlas.is_dimmed
    compute.run_finished.emit(None)


def test_the_last_layer_stays_while_nothing_is_selected(
    panel: FeatureMapsPanel, document: Document, selection: Selection, compute: Any, maps: np.ndarray
) -> None:
    selection.select(["a"])
    compute.arrive("a", maps)
    selection.select([])
    assert panel.stack.currentWidget() is panel.atlas
    document.edit("x", lambda p: p.remove("a"))
    assert "Select a layer" in panel.waiting.text


def test_both_themes_and_all_widths_paint(
    panel: FeatureMapsPanel, appearance: Appearance, selection: Selection, compute: Any, maps: np.ndarray
) -> None:
    selection.select(["a"])
    compute.arrive("a", maps)
    gaps = []
    for name in ("light", "dark"):
        appearance.use(name)
        panel.resize(240, 200)
        picture = panel.atlas.viewport().grab().toImage()
        rect = panel.atlas.tile_rect(0)
        gaps.append(picture.pixelColor(round(rect.right()) + 1, 4).name().upper())
    assert gaps == ["#FFFFFF", "#1D2127"]


def test_an_enlarged_map_has_a_histogram_of_its_values(
    qtbot: QtBot, panel: FeatureMapsPanel, selection: Selection, compute: Any, maps: np.ndarray
) -> None:
    selection.select(["a"])
    compute.arrive("a", maps)
    panel.enlarge(6)
    qtbot.waitUntil(lambda: panel.histogram.is_ready, timeout=5000)
    counts, edges = panel.histogram.bars
    assert counts.sum() == 64
    assert (counts[0], counts[-1]) == (63, 1)
    assert (edges[0], edges[-1]) == (6, 106)
    panel.resize(320, 270)
    assert not panel.histogram.isVisible()
