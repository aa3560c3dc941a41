"""The feature maps panel: what it shows, reads out and points at."""

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engine.layers.softmax import Softmax
from gui.look.appearance import Appearance
from gui.look.colormaps import lookup_table
from gui.panels.feature_maps.panel import ROOM_FOR_KERNEL, FeatureMapsPanel
from gui.session.document import Document
from gui.session.selection import InputPixel, Pixel, Selection
from gui.value_inspector.parameters import DrawnParameters
from gui.widgets.maps.map_picture import MapPlace


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
    rect = panel.views.atlas.tile_rect(channel)
    place = QPoint(
        round(rect.left() + (x + 0.5) / 8 * rect.width()), round(rect.top() + (y + 0.5) / 8 * rect.height())
    )
    qtbot.mouseMove(panel.views.atlas.viewport(), place)
    return place


def test_without_a_layer_it_says_what_to_do(panel: FeatureMapsPanel) -> None:
    assert panel.views.currentWidget() is panel.views.waiting
    assert "Select a layer" in panel.views.waiting.text


def test_maps_appear_when_they_arrive(
    panel: FeatureMapsPanel, selection: Selection, compute: Any, maps: np.ndarray
) -> None:
    selection.select(["a"])
    assert panel.views.currentWidget() is panel.views.waiting
    compute.arrive("a", maps)
    assert panel.views.currentWidget() is panel.views.atlas
    assert panel.title.text == "Conv 3×3 · 16 16 maps of 8×8"


def test_hovering_reads_the_value_and_points_at_the_pixel(
    qtbot: QtBot, panel: FeatureMapsPanel, selection: Selection, compute: Any, maps: np.ndarray
) -> None:
    selection.select(["a"])
    compute.arrive("a", maps)
    point_at(qtbot, panel, 7, 2, 5)
    assert panel.foot.value.text() == "map 7 at (2, 5) = 107.00"
    assert panel.foot.statistics.text().startswith("min 7.00 · mean 8.56 · max 107.00")
    assert selection.pixel == Pixel("a", 7, 2, 5)
    qtbot.mouseMove(
        panel.views.atlas.viewport(),
        QPoint(panel.views.atlas.viewport().width() - 1, panel.views.atlas.viewport().height() - 1),
    )
    assert selection.pixel is None


def test_what_is_painted_is_the_colour_of_the_value(
    qtbot: QtBot, panel: FeatureMapsPanel, selection: Selection, compute: Any, maps: np.ndarray
) -> None:
    selection.select(["a"])
    compute.arrive("a", maps)
    panel.switches.colours.menu().actions()[1].trigger()
    assert panel.switches.colours.current == "viridis"
    picture = panel.views.atlas.viewport().grab().toImage()
    rect = panel.views.atlas.tile_rect(3)
    middle = QPoint(round(rect.left() + rect.width() * 5.5 / 8), round(rect.top() + rect.height() * 2.5 / 8))
    corner = QPoint(round(rect.left()) + 2, round(rect.top()) + 2)
    assert picture.pixelColor(middle) == QColor(*lookup_table("viridis")[255].tolist())
    assert picture.pixelColor(corner) == QColor(*lookup_table("viridis")[0].tolist())


def test_signed_maps_diverge_by_default(
    panel: FeatureMapsPanel, selection: Selection, compute: Any, maps: np.ndarray
) -> None:
    selection.select(["a"])
    compute.arrive("a", maps)
    assert panel.views.picture is not None
    assert panel.views.picture.colour_map == "cividis"
    compute.arrive("a", maps - 50)
    assert panel.views.picture.colour_map == "diverging"
    lows, highs = panel.views.picture.ranges
    assert (lows == -highs).all()


def test_maps_are_sorted_by_strength_and_keep_their_numbers(
    qtbot: QtBot, panel: FeatureMapsPanel, selection: Selection, compute: Any, maps: np.ndarray
) -> None:
    maps[11, ::2] += 500
    selection.select(["a"])
    compute.arrive("a", maps)
    panel.switches.order.menu().actions()[1].trigger()
    point_at(qtbot, panel, 0, 1, 1)
    assert panel.foot.value.text() == "map 11 at (1, 1) = 11.00"


def test_a_clicked_pixel_of_a_large_map_stays_pointed_at(
    qtbot: QtBot, panel: FeatureMapsPanel, selection: Selection, compute: Any, maps: np.ndarray
) -> None:
    selection.select(["a"])
    compute.arrive("a", maps)
    panel.views.enlarge(6)
    assert panel.switches.back.isVisible()
    place = panel.views.large.place_rect(MapPlace(6, 2, 5)).center().toPoint()
    qtbot.mouseMove(panel.views.large, place)
    qtbot.mouseClick(panel.views.large, Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseMove(panel.views.large, QPoint(panel.views.large.width() - 2, 2))
    assert selection.pixel == Pixel("a", 6, 2, 5)
    assert panel.foot.value.text() == "map 6 at (2, 5) = 106.00"
    qtbot.keyClick(panel.views.large, Qt.Key.Key_Right)
    assert selection.pixel == Pixel("a", 7, 2, 5)
    compute.arrive("a", maps + 1)
    assert panel.foot.value.text() == "map 7 at (2, 5) = 108.00"
    qtbot.mouseClick(panel.views.large, Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseMove(panel.views.large, QPoint(panel.views.large.width() - 2, 2))
    assert selection.pixel is None
    qtbot.mouseClick(panel.views.large, Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseClick(panel.switches.back, Qt.MouseButton.LeftButton)
    assert panel.views.currentWidget() is panel.views.atlas
    assert not panel.switches.back.isVisible()
    assert selection.pixel is None


def test_a_click_beside_a_large_map_returns(
    qtbot: QtBot, panel: FeatureMapsPanel, selection: Selection, compute: Any, maps: np.ndarray
) -> None:
    selection.select(["a"])
    compute.arrive("a", maps)
    panel.views.enlarge(6)
    corner = QPoint(panel.views.large.width() - 2, panel.views.large.height() - 2)
    qtbot.mouseClick(panel.views.large, Qt.MouseButton.LeftButton, pos=corner)
    assert panel.views.currentWidget() is panel.views.atlas


def test_zero_is_dark_on_dark_ground(
    panel: FeatureMapsPanel, selection: Selection, compute: Any, appearance: Appearance
) -> None:
    signed = np.zeros((1, 8, 8), np.float32)
    signed[0, 0, :2] = -1, 1
    selection.select(["a"])
    compute.arrive("a", signed)
    middle = panel.views.atlas.tile_rect(0).center().toPoint()
    for name, darkest, lightest in (("light", 220, 255), ("dark", 20, 70)):
        appearance.use(name)
        zero = panel.views.atlas.viewport().grab().toImage().pixelColor(middle)
        assert darkest <= zero.lightness() <= lightest
        panel.views.enlarge(0)
        large = panel.views.large.grab().toImage().pixelColor(panel.views.large.map_rect().center().toPoint())
        assert darkest <= large.lightness() <= lightest
        panel.views.show_all()


def test_a_click_enlarges_arrows_walk_and_escape_returns(
    qtbot: QtBot, panel: FeatureMapsPanel, selection: Selection, compute: Any, maps: np.ndarray
) -> None:
    selection.select(["a"])
    compute.arrive("a", maps)
    place = point_at(qtbot, panel, 4, 1, 1)
    qtbot.mouseClick(panel.views.atlas.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert panel.views.large.isVisible()
    qtbot.keyClick(panel.views.large, Qt.Key.Key_Right)
    assert "map 5 of 16" in panel.title.text
    rect = panel.views.large.map_rect()
    qtbot.mouseMove(panel.views.large, QPoint(round(rect.width() * 5.5 / 8), round(rect.height() * 2.5 / 8)))
    assert selection.pixel == Pixel("a", 5, 2, 5)
    qtbot.keyClick(panel.views.large, Qt.Key.Key_Escape)
    assert panel.views.currentWidget() is panel.views.atlas


def test_an_enlarged_map_stays_while_its_values_change(
    panel: FeatureMapsPanel, selection: Selection, compute: Any, maps: np.ndarray
) -> None:
    selection.select(["a"])
    compute.arrive("a", maps)
    panel.views.enlarge(6)
    compute.arrive("a", maps * 2)
    assert panel.views.large.isVisible()
    assert "max 212.00" in panel.foot.statistics.text()


def test_keys_walk_the_tiles(
    qtbot: QtBot, panel: FeatureMapsPanel, selection: Selection, compute: Any, maps: np.ndarray
) -> None:
    selection.select(["a"])
    compute.arrive("a", maps)
    panel.views.atlas.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Return):
        qtbot.keyClick(panel.views.atlas, key)
    assert "map 1 of 16" in panel.title.text


def test_many_maps_scroll_and_are_still_found(
    qtbot: QtBot, panel: FeatureMapsPanel, selection: Selection, compute: Any
) -> None:
    values = np.zeros((512, 8, 8), np.float32)
    values[511] = 3
    selection.select(["a"])
    compute.arrive("a", values)
    bar = panel.views.atlas.verticalScrollBar()
    assert bar.maximum() > 0
    bar.setValue(bar.maximum())
    point_at(qtbot, panel, 511, 7, 7)
    assert panel.foot.value.text() == "map 511 at (7, 7) = 3.00"


def test_what_is_not_a_number_is_counted(
    panel: FeatureMapsPanel, selection: Selection, compute: Any, maps: np.ndarray
) -> None:
    maps[0, 0, :3] = np.nan
    maps[1, 0, 0] = np.inf
    selection.select(["a"])
    compute.arrive("a", maps)
    assert "3 NaN · 1 infinite" in panel.foot.statistics.text()
    assert not panel.views.atlas.viewport().grab().isNull()


def test_a_softmax_shows_its_five_largest(
    qtbot: QtBot, panel: FeatureMapsPanel, document: Document, selection: Selection, compute: Any
) -> None:
    document.edit("x", lambda p: p.add(Softmax(), (0, 0), after="b"))
    selection.select(["softmax_1"])
    compute.arrive("softmax_1", np.array([0.05, 0.4, 0.1, 0.2, 0.03, 0.2, 0.02], np.float32))
    assert panel.views.currentWidget() is panel.views.vector
    assert [one.index for one in panel.views.vector.largest()] == [1, 3, 5, 2, 0]
    qtbot.mouseMove(panel.views.vector, QPoint(2, 5))
    assert panel.foot.value.text() == "value 0 = 0.0500"
    assert selection.pixel == Pixel("softmax_1", 0, 0, 0)


def test_a_problem_says_why_there_are_no_maps(
    panel: FeatureMapsPanel, document: Document, selection: Selection, compute: Any, maps: np.ndarray
) -> None:
    selection.select(["b"])
    compute.arrive("b", maps[:4, :4, :4])
    document.edit("x", lambda p: p.disconnect("input", "a"))
    assert panel.views.currentWidget() is panel.views.waiting
    assert "Waits for Conv 3×3 · 16" in panel.views.waiting.text
    selection.select(["a"])
    assert "no input" in panel.views.waiting.text


def test_a_failed_run_says_why(panel: FeatureMapsPanel, selection: Selection, compute: Any) -> None:
    selection.select(["a"])
    compute.run_started.emit()
    compute.run_failed.emit("the network needs 9 GB")
    assert panel.views.waiting.text == "The network needs 9 GB"
    assert not panel.patience.isActive()


def test_long_work_shows_its_progress(
    qtbot: QtBot, panel: FeatureMapsPanel, selection: Selection, compute: Any, maps: np.ndarray
) -> None:
    selection.select(["a"])
    compute.run_started.emit()
    assert not panel.views.waiting.is_busy
    compute.run_progressed.emit(1, 3)
    qtbot.waitUntil(lambda: panel.views.waiting.is_busy, timeout=2000)
    compute.arrive("a", maps)
    assert panel.views.currentWidget() is panel.views.atlas
    compute.run_finished.emit(None)
    assert not panel.patience.isActive()


def test_maps_that_are_being_replaced_step_back_after_a_while(
    qtbot: QtBot, panel: FeatureMapsPanel, selection: Selection, compute: Any, maps: np.ndarray
) -> None:
    selection.select(["a"])
    compute.arrive("a", maps)
    compute.stale.add("a")
    compute.run_started.emit()
    assert not panel.views.atlas.is_dimmed
    qtbot.waitUntil(lambda: panel.views.atlas.is_dimmed, timeout=2000)
    compute.stale.clear()
    compute.arrive("a", maps + 1)
    assert not panel.views.atlas.is_dimmed
    compute.run_finished.emit(None)


def test_the_last_layer_stays_while_nothing_is_selected(
    panel: FeatureMapsPanel, document: Document, selection: Selection, compute: Any, maps: np.ndarray
) -> None:
    selection.select(["a"])
    compute.arrive("a", maps)
    selection.select([])
    assert panel.views.currentWidget() is panel.views.atlas
    assert panel.title.text == "Conv 3×3 · 16 16 maps of 8×8 · selected last"
    document.edit("x", lambda p: p.remove("a"))
    assert "Select a layer" in panel.views.waiting.text


def test_of_several_selected_layers_the_last_one_is_shown_and_named(
    panel: FeatureMapsPanel, document: Document, selection: Selection, compute: Any, maps: np.ndarray
) -> None:
    compute.arrive("a", maps)
    selection.select(["input"])
    selection.select(["input", "a"])
    assert panel.title.text == "Conv 3×3 · 16 16 maps of 8×8 · 1 of 2 selected"
    assert panel.views.currentWidget() is panel.views.atlas
    selection.select(["input", "b"])
    assert panel.title.text.startswith("Conv 3×3 · 4 ")
    selection.select(["b"])
    assert "selected" not in panel.title.text
    document.edit("x", lambda p: p.remove("b"))
    assert panel.title.text == "Feature maps"


def test_many_layers_selected_at_once_show_none_of_them(
    panel: FeatureMapsPanel, selection: Selection
) -> None:
    selection.select(["a", "b"])
    assert panel.title.text == "Feature maps"
    assert panel.views.waiting.text == "Select one layer to see its maps."


def test_both_themes_and_all_widths_paint(
    panel: FeatureMapsPanel, appearance: Appearance, selection: Selection, compute: Any, maps: np.ndarray
) -> None:
    selection.select(["a"])
    compute.arrive("a", maps)
    gaps = []
    for name in ("light", "dark"):
        appearance.use(name)
        panel.resize(240, 200)
        picture = panel.views.atlas.viewport().grab().toImage()
        rect = panel.views.atlas.tile_rect(0)
        gaps.append(picture.pixelColor(round(rect.right()) + 1, 4).name().upper())
    assert gaps == ["#FFFFFF", "#1D2127"]


def test_an_enlarged_map_has_a_histogram_of_its_values(
    qtbot: QtBot, panel: FeatureMapsPanel, selection: Selection, compute: Any, maps: np.ndarray
) -> None:
    selection.select(["a"])
    compute.arrive("a", maps)
    panel.views.enlarge(6)
    qtbot.waitUntil(lambda: panel.views.histogram.is_ready, timeout=5000)
    counts, edges = panel.views.histogram.bars
    assert counts.sum() == 64
    assert (counts[0], counts[-1]) == (63, 1)
    assert (edges[0], edges[-1]) == (6, 106)
    panel.resize(320, 270)
    assert not panel.views.histogram.isVisible()


def test_a_click_in_the_atlas_pins_the_value(
    qtbot: QtBot, panel: FeatureMapsPanel, selection: Selection, compute: Any, maps: np.ndarray
) -> None:
    selection.select(["a"])
    compute.arrive("a", maps)
    place = point_at(qtbot, panel, 4, 2, 5)
    qtbot.mouseClick(panel.views.atlas.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert selection.pinned == Pixel("a", 4, 2, 5)
    assert panel.views.large.pinned == MapPlace(4, 2, 5)


def test_what_is_pinned_elsewhere_is_marked_here(
    panel: FeatureMapsPanel, selection: Selection, compute: Any, maps: np.ndarray
) -> None:
    selection.select(["a"])
    compute.arrive("a", maps)
    selection.pin(Pixel("a", 3, 1, 1))
    assert panel.views.atlas.pinned == MapPlace(3, 1, 1)
    assert panel.foot.value.text() == "map 3 at (1, 1) = 3.00"
    compute.arrive("a", maps + 1)
    assert selection.pinned == Pixel("a", 3, 1, 1)
    panel.views.enlarge(3)
    selection.pin(Pixel("a", 9, 0, 0))
    assert panel.views.enlarged == 9
    assert "map 9 of 16" in panel.title.text


def test_magnifying_shows_the_same_part_of_every_map(
    qtbot: QtBot, panel: FeatureMapsPanel, selection: Selection, compute: Any, maps: np.ndarray
) -> None:
    selection.select(["a"])
    compute.arrive("a", maps)
    panel.views.zoomed.emit(2.0, 0.5, 0.0)
    assert panel.views.picture is not None
    assert panel.views.picture.box == (0, 4, 2, 6)
    assert panel.switches.whole.isVisible()
    rect = panel.views.atlas.tile_rect(7)
    place = QPoint(round(rect.left() + 3.5 / 4 * rect.width()), round(rect.top() + 2.5 / 4 * rect.height()))
    qtbot.mouseMove(panel.views.atlas.viewport(), place)
    assert selection.pixel == Pixel("a", 7, 2, 5)
    panel.views.enlarge(7)
    large = panel.views.large.place_rect(MapPlace(7, 2, 5)).center()
    assert panel.views.large.place_at(large) == MapPlace(7, 2, 5)
    panel.views.moved.emit(1.0, 0.0)
    assert panel.views.picture.box == (0, 4, 4, 8)
    qtbot.mouseClick(panel.switches.whole, Qt.MouseButton.LeftButton)
    assert panel.views.picture.box == (0, 8, 0, 8)
    assert not panel.switches.whole.isVisible()


def wheel(widget: QWidget, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
    event = QWheelEvent(
        at,
        at,
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def test_the_wheel_magnifies_a_large_map_and_with_ctrl_the_atlas(
    panel: FeatureMapsPanel, selection: Selection, compute: Any, maps: np.ndarray
) -> None:
    selection.select(["a"])
    compute.arrive("a", maps)
    viewport = panel.views.atlas.viewport()
    middle = QPointF(panel.views.atlas.tile_rect(0).center())
    wheel(viewport, middle, Qt.KeyboardModifier.NoModifier)
    assert panel.switches.region.is_whole
    wheel(viewport, middle, Qt.KeyboardModifier.ControlModifier)
    assert panel.switches.region.extent == pytest.approx(0.8)
    panel.views.enlarge(1)
    wheel(panel.views.large, panel.views.large.map_rect().center(), Qt.KeyboardModifier.NoModifier)
    assert panel.switches.region.extent == pytest.approx(0.64)


def test_smooth_scaling_blends_neighbours(
    panel: FeatureMapsPanel, selection: Selection, compute: Any, maps: np.ndarray
) -> None:
    selection.select(["a"])
    compute.arrive("a", maps)
    sharp = panel.views.atlas.viewport().grab().toImage()
    panel.switches.scaling.menu().actions()[1].trigger()
    assert panel.views.atlas.viewport().grab().toImage() != sharp


def test_arrows_walk_the_layers(
    qtbot: QtBot, panel: FeatureMapsPanel, selection: Selection, compute: Any, maps: np.ndarray
) -> None:
    for node_id, count in (("input", 3), ("a", 16), ("b", 4)):
        compute.arrive(node_id, maps[:count])
    selection.select(["a"])
    panel.views.enlarge(10)
    qtbot.keyClick(panel.views.large, Qt.Key.Key_Down)
    assert selection.current == "b"
    assert panel.views.enlarged == 3
    qtbot.keyClick(panel.views.large, Qt.Key.Key_Down)
    assert selection.current == "b"
    panel.views.show_all()
    qtbot.keyClick(panel.views.atlas, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(panel.views.atlas, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    assert selection.current == "input"


def test_layers_stay_side_by_side(
    qtbot: QtBot,
    panel: FeatureMapsPanel,
    selection: Selection,
    compute: Any,
    maps: np.ndarray,
    document: Document,
) -> None:
    compute.arrive("a", maps)
    compute.arrive("b", maps[:4] * 2)
    selection.select(["a"])
    qtbot.mouseClick(panel.switches.pin, Qt.MouseButton.LeftButton)
    selection.select(["b"])
    kept = panel.pinned.layers["a"]
    assert kept.isVisible()
    assert kept.title.text == "Conv 3×3 · 16 16 maps of 8×8"
    panel.views.zoomed.emit(2.0, 0.0, 0.0)
    assert kept.atlas._picture is not None
    assert kept.atlas._picture.box == (0, 4, 0, 4)
    place = kept.atlas.place_rect(MapPlace(3, 1, 2)).center().toPoint()
    qtbot.mouseMove(kept.atlas.viewport(), place)
    assert selection.pixel == Pixel("a", 3, 1, 2)
    qtbot.mouseClick(kept.atlas.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert selection.current == "a"
    assert selection.pinned == Pixel("a", 3, 1, 2)
    assert kept.atlas.pinned == MapPlace(3, 1, 2)
    document.edit("x", lambda p: p.remove("a"))
    assert not panel.pinned.layers
    assert not panel.pinned.isVisible()


def test_a_layer_that_is_kept_can_be_let_go(
    qtbot: QtBot, panel: FeatureMapsPanel, selection: Selection, compute: Any, maps: np.ndarray
) -> None:
    compute.arrive("a", maps)
    for node_id in ("a", "b", "input"):
        panel.pinned.pin(node_id)
    qtbot.mouseClick(panel.pinned.layers["b"].close_button, Qt.MouseButton.LeftButton)
    assert list(panel.pinned.layers) == ["a", "input"]


def test_layers_that_are_kept_go_together_with_their_network(
    panel: FeatureMapsPanel, compute: Any, maps: np.ndarray, document: Document
) -> None:
    compute.arrive("a", maps)
    panel.pinned.pin("a")
    panel.pinned.pin("b")
    document.edit("x", lambda project: project.remove("a", "b"))
    assert not panel.pinned.layers


def test_a_pixel_of_the_photograph_shows_who_sees_it(
    panel: FeatureMapsPanel, selection: Selection, compute: Any, maps: np.ndarray
) -> None:
    selection.select(["a"])
    compute.arrive("a", maps)
    selection.point_at_input(InputPixel("input", 0, 4))
    assert panel.views.atlas.seen == (range(2), range(3, 6))
    assert panel.foot.value.text() == (
        "input pixel (0, 4) is seen by 6 of 64 values a map: rows 0–1, columns 3–5"
    )
    marked = panel.views.atlas.viewport().grab().toImage()
    panel.views.enlarge(2)
    assert panel.views.large.seen == (range(2), range(3, 6))
    panel.views.large.grab()
    panel.views.show_all()
    selection.point_at_input(None)
    assert panel.views.atlas.seen is None
    assert panel.views.atlas.viewport().grab().toImage() != marked


def test_keys_magnify_and_show_whole_maps_again(
    qtbot: QtBot, panel: FeatureMapsPanel, selection: Selection, compute: Any, maps: np.ndarray
) -> None:
    selection.select(["a"])
    compute.arrive("a", maps)
    qtbot.keyClick(panel.views.atlas, Qt.Key.Key_Plus)
    assert panel.switches.region.extent == pytest.approx(0.8)
    panel.views.enlarge(1)
    qtbot.keyClick(panel.views.large, Qt.Key.Key_Plus)
    qtbot.keyClick(panel.views.large, Qt.Key.Key_Minus)
    assert panel.switches.region.extent == pytest.approx(0.8)
    qtbot.keyClick(panel.views.large, Qt.Key.Key_0)
    assert panel.switches.region.is_whole


def test_maps_of_one_value_each_are_bars_with_names(
    panel: FeatureMapsPanel, selection: Selection, compute: Any, qtbot: QtBot
) -> None:
    selection.select(["a"])
    compute.arrive("a", np.linspace(-1, 2, 16, dtype=np.float32).reshape(16, 1, 1))
    assert panel.views.currentWidget() is panel.views.vector
    largest = panel.views.vector.largest()[0]
    assert (largest.index, largest.probability) == (15, 2.0)
    panel.views.vector.show_vector(np.zeros(2, np.float32), names=("cat", "dog"))
    assert panel.views.vector.name(1) == "dog"


def test_a_click_on_a_bar_pins_its_value(
    panel: FeatureMapsPanel, selection: Selection, compute: Any, qtbot: QtBot
) -> None:
    selection.select(["a"])
    compute.arrive("a", np.ones((16, 1, 1), np.float32))
    vector = panel.views.vector
    qtbot.mouseClick(vector, Qt.MouseButton.LeftButton, pos=QPoint(3, vector.height() // 2))
    assert selection.pinned == Pixel("a", 0, 0, 0)


def test_three_maps_are_shown_as_one_rgb_picture(
    panel: FeatureMapsPanel, selection: Selection, compute: Any, qtbot: QtBot
) -> None:
    selection.select(["a"])
    compute.arrive("a", np.random.default_rng(0).uniform(0, 1, (3, 8, 8)).astype(np.float32))
    assert panel.views.currentWidget() is panel.views.atlas
    panel.switches.colours.show_choice("rgb")
    panel.switches.switched.emit()
    assert panel.views.currentWidget() is panel.views.rgb
    rgb = panel.views.rgb
    qtbot.mouseClick(rgb, Qt.MouseButton.LeftButton, pos=rgb.picture_rect().center().toPoint())
    assert selection.pinned == Pixel("a", 0, 4, 4)


def test_exact_range_is_one_click_away(
    panel: FeatureMapsPanel, selection: Selection, compute: Any, qtbot: QtBot
) -> None:
    values = np.random.default_rng(0).uniform(0, 1, (16, 32, 32)).astype(np.float32)
    values[:, 16, 16] = 40
    selection.select(["a"])
    compute.arrive("a", values)
    assert panel.views.picture is not None
    assert panel.views.picture.ranges[1].max() <= 1
    panel.switches.exact.click()
    assert panel.views.picture.ranges[1].max() == 40


def test_the_change_by_the_last_edit_is_the_difference_of_the_maps(
    panel: FeatureMapsPanel, selection: Selection, compute: Any, maps: np.ndarray
) -> None:
    selection.select(["a"])
    compute.arrive("a", maps)
    panel.switches.change.click()
    assert "no map of before" in panel.title.text
    changed = maps.copy()
    changed[3, 4, 4] += 7
    compute.arrive("a", changed)
    assert panel.views.picture is not None
    assert "change by the last edit" in panel.title.text
    assert (panel.views.picture.maps == changed - maps).all()
    panel.switches.change.click()
    assert (panel.views.picture.maps == changed).all()


@pytest.mark.parametrize("width", [900, 578])
def test_the_kernel_stands_beside_its_map(
    panel: FeatureMapsPanel, selection: Selection, compute: Any, maps: np.ndarray, width: int
) -> None:
    panel.resize(width, 300)
    selection.select(["a"])
    compute.arrive("a", maps)
    assert not compute.jobs
    panel.views.enlarge(5)
    job = compute.jobs[-1].job
    assert (job.node.id, job.row) == ("a", 5)
    weight = np.random.default_rng(0).standard_normal((16, 3, 3, 3)).astype(np.float32)
    compute.jobs[-1].answer(DrawnParameters({"weight": weight}))
    strip = panel.views.kernel
    assert strip.isVisible()
    assert (strip.kernel == weight[5]).all()
    assert [name for name, _ in strip.pictures()] == ["RGB", "map 0", "map 1", "map 2"]
    for _ in range(2):  # narrower than its head in one row, it has to have two first
        panel.resize(380, 300)
    assert panel.width() < ROOM_FOR_KERNEL
    assert strip.kernel is None
    panel.resize(width, 300)
    compute.jobs[-1].answer(DrawnParameters({"weight": weight}))
    assert strip.kernel is not None
    panel.views.show_all()
    assert strip.kernel is None


def test_of_a_deep_kernel_the_strongest_planes_are_shown(panel: FeatureMapsPanel) -> None:
    kernel = np.zeros((40, 3, 3), np.float32)
    kernel[[7, 21, 3]] = np.array([1, 3, 2], np.float32)[:, None, None]
    panel.views.kernel.show_kernel(kernel)
    assert [name for name, _ in panel.views.kernel.pictures()][:3] == ["map 21", "map 3", "map 7"]
