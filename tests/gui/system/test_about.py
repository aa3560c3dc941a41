"""What the program says of itself, and the log that it keeps."""

import logging
import re
import sys
import threading
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QFileOpenEvent, QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import gui.app
from engine.folders import log_file
from engine.version import VERSION
from gui.command_line import main
from gui.help.about_window import AboutWindow, about_html
from gui.look.appearance import Appearance
from gui.system import log
from gui.system.components import NEEDED, components
from gui.system.file_opener import FileOpener
from gui.system.installation import details, places, versions


def test_everything_that_is_shipped_has_a_version_and_a_licence() -> None:
    found = {component.name.lower(): component for component in components()}
    assert found["onebyone"].version == VERSION
    for name in ("PySide6_Essentials", "numpy", "numba", "llvmlite", "lxml", "shiboken6"):
        assert found[name.lower()].version == metadata.version(name)
    for component in components():
        assert component.licence, component
        assert len(component.licence) <= 120
    assert "LGPL" in found["qt"].licence


def test_without_metadata_the_usual_distributions_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gui.system.components.DISTRIBUTION", "no-such-distribution")
    names = {component.name.lower() for component in components()}
    assert {name.lower() for name in NEEDED[:6]} <= names


def test_licences_are_listed_without_a_window(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["licences"]) == 0
    out = capsys.readouterr().out
    assert "GNU Lesser General Public License" in out
    assert "numba" in out


def test_about_says_versions_folders_licences_and_credits(qtbot: QtBot, qapp: QApplication) -> None:
    window = AboutWindow(Appearance(qapp, "light"))
    qtbot.addWidget(window)
    text = window.text.toPlainText()
    for value in (VERSION, *versions().values(), "LGPL-3.0", "OFL-1.1", "Lucide", "Chelsea"):
        assert value in text, value
    for name in places():
        assert name in text
    window.copy_button.click()
    copied = QGuiApplication.clipboard().text()
    assert copied == details()
    assert str(log_file()) in copied
    assert not window.log_button.isEnabled()
    assert about_html().count("<table") == about_html().count("</table>")


@pytest.fixture
def a_log() -> Iterator[Path]:
    logger = logging.getLogger(log.NAME)
    before, hook, raising = logger.handlers[:], threading.excepthook, logging.raiseExceptions
    path = log.start_log()
    assert path is not None
    yield path
    for handler in logger.handlers:
        handler.close()
    logger.handlers, threading.excepthook, logging.raiseExceptions = before, hook, raising


def test_what_nobody_expected_is_in_the_log_with_its_traceback(
    a_log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[tuple[str, str]] = []
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    gui.app._report_exceptions(lambda message, full: said.append((message, full)))
    try:
        raise ZeroDivisionError("by \ud800 nought")
    except ZeroDivisionError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    written = a_log.read_text(encoding="utf-8")
    assert "Traceback" in written
    assert "nought" in written
    ((message, full),) = said
    assert "ZeroDivisionError" in message
    assert "Traceback" in full
    assert details() in full


def test_what_ends_another_thread_is_in_the_log(a_log: Path) -> None:
    thread = threading.Thread(target=lambda: 1 / 0, name="a worker")
    thread.start()
    thread.join()
    assert re.search("a worker.*\n(.*\n)*ZeroDivisionError", a_log.read_text(encoding="utf-8"))


def test_the_log_does_not_grow_for_ever(a_log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    logger = logging.getLogger(log.NAME)
    (kept, _) = logger.handlers
    kept.maxBytes = 1000  # type: ignore[attr-defined]
    for number in range(200):
        logger.info("line %d", number)
    files = list(a_log.parent.iterdir())
    assert len(files) == 1 + log.KEPT
    assert all(path.stat().st_size <= 1000 for path in files)


def test_a_log_that_cannot_be_written_is_done_without(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    assert log.start_log() is None


def test_a_file_that_the_desktop_asks_for_is_opened(qapp: QApplication) -> None:
    opened: list[Path] = []
    opener = FileOpener(opened.append)
    event = QFileOpenEvent(QUrl.fromLocalFile("/some where/net.onebyone"))
    assert opener.eventFilter(qapp, event)
    assert opened == [Path("/some where/net.onebyone")]
