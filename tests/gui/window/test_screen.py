"""Every window fits the screen it opens on, the first start included."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

import presets
from engine.layers.concat import Concat
from engine.layers.input import Input
from engine.layers.max_pooling import MaxPool2d
from engine.model.project import Project
from gui.look import screen
from gui.look.appearance import Appearance
from gui.session.settings import Settings
from gui.window.main_window import MainWindow
from tests.gui.window.conftest import Silent, open_everything

SCREENS = {
    "1366×768": QSize(1366, 768),
    "1440×900 with a panel of 40": QSize(1440, 860),
    "1920×1080 at 150 %": QSize(1280, 720),
    "1920×1080 at 200 %": QSize(960, 540),
    "1366×768 at 150 %": QSize(911, 512),
    "1440×900 at 200 %": QSize(720, 450),
    "2880×1800 at 200 %": QSize(1440, 900),
}


@pytest.fixture(params=SCREENS.values(), ids=SCREENS.keys())
def room(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> QSize:
    """What such a screen leaves within frame and title bar."""
    size: QSize = request.param - screen.FRAME
    monkeypatch.setattr(screen, "room_on_screen", lambda _window: size)
    return size


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, room: QSize) -> Iterator[MainWindow]:
    made = MainWindow(presets.load("inception_3a").project, Appearance(qapp), Settings(), Silent())
    made.setWindowState(made.windowState() & ~screen.Qt.WindowState.WindowMaximized)
    with qtbot.waitSignal(made.compute.run_finished, timeout=60_000):
        made.show()
    yield made
    made.document.undo_stack.setClean()
    made.close()
    made.deleteLater()


def fits(widget: QWidget, room: QSize) -> bool:
    return widget.width() <= room.width() and widget.height() <= room.height()


def test_every_window_fits(window: MainWindow, room: QSize) -> None:
    assert fits(window, room), window.size()
    status = window.status
    assert window.rect().contains(status.geometry())
    for title, dock in window.docks.items():
        if not dock.visibleRegion().isEmpty():
            assert window.rect().contains(dock.geometry()), title
    assert window.canvas.width() >= 240
    assert window.canvas.height() >= 120
    open_everything(window)
    seen = [
        toplevelwidget
        for toplevelwidget in QApplication.topLevelWidgets()
        if toplevelwidget.isVisible() and toplevelwidget.isWindow()
    ]
    assert len(seen) >= 5
    for widget in seen:
        assert fits(widget, room), (type(widget).__name__, widget.size())


def test_a_small_screen_is_filled(qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    for size, filled in ((QSize(1358, 728), True), (QSize(1600, 1000), False)):
        monkeypatch.setattr(screen, "room_on_screen", lambda _window, size=size: size)
        widget = QWidget()
        qtbot.addWidget(widget)
        screen.fill_if_small(widget, 1440, 900)
        assert widget.isMaximized() is filled
        assert fits(widget, size)


def test_what_is_wrong_and_the_ways_out_do_not_widen_the_panel(whole_window: MainWindow) -> None:
    window = whole_window
    project = Project().add(Input(shape=(64, 224, 224)), (0, 0))
    project = project.add(MaxPool2d(), (256, 128), after="input_1").add(
        Concat(), (512, 0), after="maxpool2d_1"
    )
    project = project.with_network(project.network.connect("input_1", "concat_1"))
    project = project.rename("maxpool2d_1", "a_name_without_any_space_" + "x" * 50)
    window.document.replace(project)
    window.selection.select(["concat_1"])
    QApplication.processEvents()
    remark = window.inspector.remark
    assert len(remark.buttons) > 2
    assert all(button.text() for button in remark.buttons)
    content = remark.parentWidget()
    assert content.minimumSizeHint().width() <= 240
    for button in remark.buttons:
        assert button.mapTo(content, button.rect().bottomRight()).x() <= content.width()
        assert button.height() >= button.heightForWidth(button.width())
