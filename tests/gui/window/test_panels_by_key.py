"""Panels by keyboard, the room they have, and everything found by typing."""

import pytest
from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QListWidget, QTabBar
from pytestqt.qtbot import QtBot

from gui.session.settings import Settings
from gui.window.main_window import MainWindow


@pytest.fixture
def window(whole_window: MainWindow) -> MainWindow:
    return whole_window


def has_focus(window: MainWindow, title: str) -> bool:
    focused = QApplication.focusWidget()
    return focused is not None and window.docks[title].isAncestorOf(focused)


def in_front(window: MainWindow, title: str) -> bool:
    return window.docks[title].isVisible() and not window.docks[title].visibleRegion().isEmpty()


def run(window: MainWindow, name: str) -> None:
    window.actions_by_name[name].trigger()


@pytest.mark.parametrize("title", ["Layers", "Outline", "History", "Inspector", "Arithmetic", "Photograph"])
def test_a_panels_key_brings_it_to_the_front_with_the_keyboard_and_back(window: MainWindow, title) -> None:
    window.canvas.setFocus()
    run(window, f"dock {title}")
    assert in_front(window, title)
    assert has_focus(window, title)
    run(window, f"dock {title}")
    assert window.canvas.hasFocus()
    assert window.docks[title].isVisible()
    window.docks[title].hide()
    run(window, f"dock {title}")
    assert in_front(window, title)
    assert window.docks[title].toggleViewAction().isChecked()


def test_ctrl_tab_goes_through_every_open_panel_and_the_canvas(window: MainWindow) -> None:
    window.docks["Costs"].hide()
    window.canvas.setFocus()
    visited = []
    for _ in range(len(window.docks) - 1):
        run(window, "next_panel")
        visited += [title for title in window.docks if has_focus(window, title)]
    assert visited == [title for title in window.docks if title != "Costs"]
    run(window, "next_panel")
    assert window.canvas.hasFocus()
    run(window, "previous_panel")
    assert has_focus(window, visited[-1])


def test_tab_bars_say_what_they_are_and_none_is_left_over(window: MainWindow) -> None:
    QApplication.processEvents()
    shown = [bar for bar in window.findChildren(QTabBar) if bar.isVisible() and bar.count()]
    titles = [{bar.tabText(tab) for tab in range(bar.count())} for bar in shown]
    for together in titles:
        first = window.docks[next(iter(together))]
        beside = {dock.windowTitle() for dock in window.tabifiedDockWidgets(first)}
        assert beside | {first.windowTitle()} == together
    assert len(shown) == 2
    assert all(bar.accessibleName().startswith("Panels: ") for bar in shown)


def test_the_canvas_alone_and_back(window: MainWindow) -> None:
    window.docks["Costs"].hide()
    run(window, "canvas_only")
    assert not any(dock.isVisible() for dock in window.docks.values())
    run(window, "canvas_only")
    hidden = [title for title, dock in window.docks.items() if dock.isHidden()]
    assert hidden == ["Costs"]


def test_panels_are_put_back_where_they_were_at_first(window: MainWindow) -> None:
    window.docks["Costs"].hide()
    window.docks["Layers"].setFloating(True)
    window.docks.show("History")
    run(window, "reset_panels")
    assert not any(dock.isHidden() or dock.isFloating() for dock in window.docks.values())
    assert in_front(window, "Layers")


def test_a_double_click_on_the_title_gives_maps_the_full_height(qtbot: QtBot, window: MainWindow) -> None:
    dock = window.docks["Feature maps"]
    before = dock.height()
    title = dock.titleBarWidget()
    place = QPointF(40, 8)
    event = QMouseEvent(
        QEvent.Type.MouseButtonDblClick, place, title.mapToGlobal(place), Qt.MouseButton.LeftButton,
        Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(title, event)
    qtbot.waitUntil(lambda: dock.height() > window.height() * 0.7)
    assert not window.canvas.isVisible()
    QApplication.sendEvent(title, event)
    qtbot.waitUntil(lambda: abs(dock.height() - before) <= 20)
    assert window.canvas.isVisible()


def test_a_floating_panel_keeps_its_size(qtbot: QtBot, window: MainWindow) -> None:
    dock = window.docks["Feature maps"]
    dock.setFloating(True)
    dock.resize(700, 500)
    qtbot.waitUntil(lambda: dock.size() == QSize(700, 500))
    dock.setFloating(False)
    qtbot.waitUntil(lambda: not dock.isFloating())
    dock.setFloating(True)
    qtbot.waitUntil(lambda: dock.size() == QSize(700, 500))


def found(window: MainWindow, words: str) -> list[str]:
    palette = window.everything.palette
    palette.ask()
    palette.findChild(QLineEdit).setText(words)
    lines = palette.findChild(QListWidget)
    return [lines.item(row).text() for row in range(lines.count())]


def test_the_command_palette_knows_commands_settings_layers_presets_and_lessons(window: MainWindow) -> None:
    assert found(window, "reset panels")[0].startswith("Reset panels")
    assert "Theme: Dark" in found(window, "theme dark")
    assert found(window, "conv 5x5 64 s2")[0] == "Add Conv 5×5 · 64, stride 2, same"
    assert "Add Linear" in found(window, "fully connected")
    assert any(line.startswith("Open ") for line in found(window, "vgg"))
    assert any(line.startswith("Lesson: ") for line in found(window, "bottleneck"))
    assert found(window, "zzz") == []
    window.everything.palette.close()


def test_the_command_palette_does_what_it_says(qtbot: QtBot, window: MainWindow) -> None:
    found(window, "theme: dark")
    qtbot.keyClick(window.everything.palette.findChild(QLineEdit), Qt.Key.Key_Return)
    assert window.appearance.palette.name == "dark"
    assert Settings().theme == "dark"
    window.appearance.use("light")


def test_settings_stand_in_one_place_and_are_applied_at_once(window: MainWindow) -> None:
    run(window, "settings")
    dialog = window.everything.dialog
    assert dialog is not None
    box = dialog.boxes["Order of shapes"]
    box.setCurrentIndex(1)
    box.activated.emit(1)
    assert window.canvas.canvas_scene.convention.channels_last
    fingers = dialog.boxes["Two fingers on a touchpad"]
    fingers.activated.emit(1)
    assert not window.canvas.fingers_pan
    assert Settings().two_fingers == "zoom"
    dialog.reject()
