"""The tour: every stop points at something that is there, and nothing is left once it is over."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QCursor, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import presets
from gui.look import screen
from gui.look.appearance import Appearance
from gui.session.settings import Settings
from gui.welcome.tour import Callout, Stop, Tour, beside
from gui.window.main_window import MainWindow
from gui.window.start.first_start import FIRST_PRESET
from tests.gui.window.conftest import Silent

SIZES = {"1366×768": QSize(1366, 768), "1366×768 at 150 %": QSize(911, 512)}


@pytest.fixture
def window(
    request: pytest.FixtureRequest, qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MainWindow]:
    size = getattr(request, "param", SIZES["1366×768"]) - screen.FRAME
    monkeypatch.setattr(screen, "room_on_screen", lambda _window: size)
    made = MainWindow(presets.load(FIRST_PRESET).project, Appearance(qapp), Settings(), Silent())
    made.setWindowState(made.windowState() & ~Qt.WindowState.WindowMaximized)
    with qtbot.waitSignal(made.compute.run_finished, timeout=60_000):
        made.show()
    made.resize(size)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow, timeout=10_000)
    yield made
    made.close()
    made.deleteLater()


def toured(window: MainWindow) -> Tour:
    window.actions_by_name["tour"].trigger()
    assert window.first_start.tour is not None
    return window.first_start.tour


@pytest.mark.parametrize("window", SIZES.values(), ids=SIZES.keys(), indirect=True)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_stop_points_at_something_inside_the_window(window: MainWindow, theme: str) -> None:
    window.appearance.use(theme)
    tour = toured(window)
    assert 5 <= len(tour.stops) <= 7
    seen = []
    for _ in tour.stops:
        seen.append(tour.stop.title)
        QApplication.processEvents()
        assert window.rect().contains(tour.target), tour.stop.title
        assert min(tour.target.width(), tour.target.height()) >= 16, tour.stop.title
        callout = tour.callout
        assert window.rect().contains(callout.geometry()), tour.stop.title
        assert callout.height() >= callout.layout().minimumHeightForWidth(callout.width())
        middle = tour.target.center()
        assert not callout.geometry().contains(middle), f"{tour.stop.title}: the callout hides its target"
        QTest.keyClick(callout.next_button, Qt.Key.Key_Right)
    assert seen == [stop.title for stop in tour.stops], "none was left out"
    assert window.first_start.tour is None, "the last Next ends it"


def test_half_a_minute_is_enough(window: MainWindow) -> None:
    tour = toured(window)
    assert 20 < sum(stop.seconds for stop in tour.stops) < 40
    tour.end()


@pytest.mark.parametrize("way", ["Esc", "Skip", "Esc from the canvas"])
def test_skipping_leaves_nothing_behind(qtbot: QtBot, window: MainWindow, way: str) -> None:
    window.canvas.setFocus()
    project = window.document.project
    shortcuts = len(window.findChildren(QShortcut))
    tour = toured(window)
    if way == "Esc":
        assert window.focusWidget() is tour.callout.next_button
        qtbot.keyClick(tour.callout.next_button, Qt.Key.Key_Escape)
    elif way == "Skip":
        qtbot.mouseClick(tour.callout.skip_button, Qt.MouseButton.LeftButton)
    else:
        window.canvas.setFocus()
        qtbot.keyClick(window.canvas, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.findChildren(Tour) and not window.findChildren(Callout))
    assert window.first_start.tour is None
    assert window.focusWidget() is window.canvas
    assert window.document.project is project
    assert window.document.is_clean
    assert len(window.findChildren(QShortcut)) == shortcuts
    toured(window).end()


def test_it_goes_on_by_itself_until_somebody_takes_it_over(qtbot: QtBot, window: MainWindow) -> None:
    quick = [Stop(title=f"{at}", text="", where=lambda: QRect(10, 10, 30, 30)) for at in range(2)]
    QCursor.setPos(window.mapToGlobal(window.rect().bottomRight()))  # resting on it, it waits
    tour = Tour(quick, window.appearance, window)
    with qtbot.waitSignal(tour.ended, timeout=10_000):
        tour.begin()
        assert tour.stop.title == "0"
    led = Tour(quick, window.appearance, window)
    led.begin()
    qtbot.keyClick(led.callout.next_button, Qt.Key.Key_Right)
    qtbot.keyClick(led.callout.next_button, Qt.Key.Key_Left)
    assert led.stop.title == "0"
    assert not led.is_going_on
    led.end()


def test_the_mouse_goes_through_to_what_is_shown(qtbot: QtBot, window: MainWindow) -> None:
    tour = toured(window)
    place = window.docks["Costs"].mapTo(window, window.docks["Costs"].rect().center())
    assert window.docks["Costs"].isAncestorOf(window.childAt(place))
    tour.end()


def test_panels_that_were_closed_are_left_out(qtbot: QtBot, window: MainWindow) -> None:
    for title in ("Feature maps", "Photograph", "Costs", "Layers", "Lessons"):
        window.docks[title].close()
    tour = toured(window)
    assert tour.stop.title == "A network at work"
    qtbot.keyClick(tour.callout.next_button, Qt.Key.Key_Right)
    assert window.first_start.tour is None


def test_it_follows_the_size_of_the_window(qtbot: QtBot, window: MainWindow) -> None:
    tour = toured(window)
    window.resize(911, 512)
    qtbot.waitUntil(lambda: tour.rect() == window.rect())
    qtbot.waitUntil(lambda: window.rect().contains(tour.target))
    assert window.rect().contains(tour.callout.geometry())
    tour.end()


def test_it_begins_by_itself_at_the_first_start_alone(qtbot: QtBot, window: MainWindow) -> None:
    window.first_start.greet()
    qtbot.waitUntil(lambda: window.first_start.tour is not None)
    assert window.first_start.tour is not None
    window.first_start.tour.end()
    window.first_start.greet()
    QApplication.processEvents()
    assert window.first_start.tour is None


@pytest.mark.parametrize(
    "target", [QRect(0, 0, 200, 500), QRect(700, 0, 200, 500), QRect(0, 400, 900, 100), QRect(0, 0, 900, 500)]
)
def test_a_callout_stands_beside_its_target_where_there_is_room(target: QRect) -> None:
    room, size = QRect(0, 0, 900, 500), QSize(300, 120)
    place = QRect(beside(target, size, room), size)
    assert room.contains(place)
    assert not place.intersects(target) or target == room
    assert place.topLeft() != QPoint()
