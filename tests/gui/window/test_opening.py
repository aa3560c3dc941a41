"""A project file is read beside the window, which goes on meanwhile and may stop waiting."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.errors import FormatError
from engine.model.project import Project
from gui.look.appearance import Appearance
from gui.session.document import StoredProject
from gui.widgets.notice import NoticeBar
from gui.widgets.offer_bar import OfferBar
from gui.window.opening import Opening


class Disk:
    """Reads a project of the file's name; `slow` waits for `answer`, `broken` and `odd` raise."""

    def __init__(self) -> None:
        self.answer = threading.Event()

    def read(self, path: Path) -> StoredProject:
        if path.stem == "slow":
            self.answer.wait(100)
        if path.stem == "broken":
            raise FormatError("broken is no project")
        if path.stem == "odd":
            raise ZeroDivisionError("oops")
        return StoredProject(Project(title=path.stem), "digest")


@pytest.fixture
def disk() -> Iterator[Disk]:
    made = Disk()
    yield made
    made.answer.set()


@pytest.fixture
def bars(qapp: QApplication) -> tuple[OfferBar, NoticeBar]:
    appearance = Appearance(qapp)
    return OfferBar(appearance), NoticeBar(appearance)


@pytest.fixture
def opening(bars: tuple[OfferBar, NoticeBar], disk: Disk) -> Iterator[Opening]:
    made = Opening(*bars, read=disk.read)
    yield made
    made.stop()


def test_a_file_that_answers_is_there_at_once(opening: Opening, bars: tuple[OfferBar, NoticeBar]) -> None:
    shown: list[StoredProject] = []
    opening.open(Path("quick"), shown.append)
    assert [stored.project.title for stored in shown] == ["quick"]
    assert not bars[0].text


def test_a_slow_file_is_shown_when_it_answers(
    qtbot: QtBot, opening: Opening, bars: tuple[OfferBar, NoticeBar], disk: Disk
) -> None:
    shown: list[StoredProject] = []
    opening.open(Path("slow"), shown.append)
    assert "“slow” takes its time" in bars[0].text
    disk.answer.set()
    qtbot.waitUntil(lambda: bool(shown), timeout=10_000)
    assert not bars[0].text


@pytest.mark.parametrize("how", ["button", "cross", "another"])
def test_one_need_not_wait_for_it(
    qtbot: QtBot, opening: Opening, bars: tuple[OfferBar, NoticeBar], disk: Disk, how: str
) -> None:
    shown: list[StoredProject] = []
    opening.open(Path("slow"), shown.append)
    if how == "another":
        opening.open(Path("quick"), shown.append)
    else:
        (bars[0].buttons[0] if how == "button" else bars[0].later_button).click()
    assert not bars[0].text
    disk.answer.set()
    qtbot.wait(100)  # longer than it looks for an answer
    assert [stored.project.title for stored in shown] == (["quick"] if how == "another" else [])


def test_what_cannot_be_read_is_said(
    opening: Opening, bars: tuple[OfferBar, NoticeBar], monkeypatch: pytest.MonkeyPatch
) -> None:
    logged: list[type] = []
    monkeypatch.setattr("sys.excepthook", lambda kind, error, trace: logged.append(kind))
    shown: list[StoredProject] = []
    opening.open(Path("broken"), shown.append)
    assert "broken is no project" in bars[1].text.lower()
    opening.open(Path("odd"), shown.append)
    assert "ZeroDivisionError" in bars[1].text
    assert not bars[1].details_button.isHidden()
    assert not shown
    assert logged == [ZeroDivisionError]
