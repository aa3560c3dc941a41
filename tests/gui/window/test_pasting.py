"""What is pasted goes where it belongs: layers onto the canvas, pictures and files to be looked at."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QClipboard, QGuiApplication, QImage
from pytestqt.qtbot import QtBot

from assets import sample_photographs
from gui.window.main_window import MainWindow


@pytest.fixture
def clipboard(qtbot: QtBot) -> Iterator[QClipboard]:
    held = QGuiApplication.clipboard()
    held.clear()
    yield held
    held.clear()


def picture(colour: str = "red") -> QImage:
    image = QImage(64, 48, QImage.Format.Format_RGB32)
    image.fill(colour)
    return image


def test_a_picture_is_looked_at_and_stays_for_the_project(
    qtbot: QtBot, whole_window: MainWindow, clipboard: QClipboard
) -> None:
    window = whole_window
    clipboard.setImage(picture())
    for _ in range(2):
        with qtbot.waitSignal(window.compute.photograph_opened, timeout=30_000) as opened:
            window.actions_by_name["paste"].trigger()
    path = Path(opened.args[0])
    assert window.document.project.image == str(path)
    assert QImage(str(path)).pixelColor(3, 3).name() == "#ff0000"
    assert list(path.parent.iterdir()) == [path]


def test_a_copied_file_is_looked_at(qtbot: QtBot, whole_window: MainWindow, clipboard: QClipboard) -> None:
    window = whole_window
    path = next(iter(sample_photographs().values()))
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    mime.setText(str(path))
    clipboard.setMimeData(mime)
    with qtbot.waitSignal(window.compute.photograph_opened, timeout=30_000):
        window.actions_by_name["paste"].trigger()
    assert window.document.project.image == str(path)


def test_layers_go_onto_the_canvas_and_anything_else_is_refused_in_words(
    whole_window: MainWindow, clipboard: QClipboard
) -> None:
    window = whole_window
    window.selection.select(["c1"])
    window.actions_by_name["copy"].trigger()
    count = len(window.document.project.network)
    window.actions_by_name["paste"].trigger()
    assert len(window.document.project.network) == count + 1
    clipboard.setText("a poem")
    window.actions_by_name["paste"].trigger()
    assert len(window.document.project.network) == count + 1
