"""What the window asks after a crash, and when another changes its file."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.formats import read_project
from gui.autosave.offers import Recovery
from gui.autosave.record import Unsaved
from gui.look.appearance import Appearance
from gui.session.document import Document
from gui.widgets.offer_bar import OfferBar
from presets import load


@dataclass
class Window:
    document: Document
    bar: OfferBar
    keeping: Recovery
    path: Path
    may_discard: bool = True
    said: list[str] = field(default_factory=list)

    def press(self, qtbot: QtBot, text: str) -> None:
        button = next(button for button in self.bar.buttons if button.text() == text)
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def rename(self, name: str) -> None:
        assert self.document.edit("Rename", lambda project: project.rename("c1", name))


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Window]:
    document, bar = Document(load("lenet5").project), OfferBar(Appearance(qapp))
    qtbot.addWidget(bar)
    made = Window(document, bar, None, tmp_path / "net.onebyone")  # type: ignore[arg-type]  # set on the next line
    made.keeping = Recovery(
        document, tmp_path / "unsaved", bar, may_discard=lambda: made.may_discard, say=made.said.append
    )
    document.save(made.path)
    yield made
    made.keeping.close()


def save_elsewhere(path: Path, name: str) -> None:
    other = Document()
    other.open(path)
    other.edit("Rename", lambda project: project.rename("c1", name))
    other.save(path)


def test_its_own_save_is_no_news(qtbot: QtBot, window: Window) -> None:
    for name in ("one", "two"):
        window.rename(name)
        window.document.save(window.path)
        qtbot.wait(200)  # the watch looks when it is quiet
        assert window.bar.text == ""
    assert not window.keeping.watch.differs


def test_a_save_elsewhere_is_noticed_and_can_be_taken_over(qtbot: QtBot, window: Window) -> None:
    window.rename("mine")
    save_elsewhere(window.path, "theirs")
    qtbot.waitUntil(lambda: "changed by another" in window.bar.text)
    window.press(qtbot, "Reload")
    assert window.document.project.network["c1"].name == "theirs"
    assert window.document.is_clean
    assert window.bar.isHidden()
    window.document.undo_stack.undo()
    assert window.document.project.network["c1"].name == "mine"


def test_one_may_stay_with_ones_own_until_the_file_changes_again(qtbot: QtBot, window: Window) -> None:
    save_elsewhere(window.path, "theirs")
    qtbot.waitUntil(lambda: bool(window.bar.text))
    assert window.keeping.watch.differs
    window.press(qtbot, "Keep mine")
    assert not window.keeping.watch.differs
    assert not window.document.is_clean
    window.keeping.watch.check()
    assert window.bar.text == ""
    save_elsewhere(window.path, "theirs again")
    qtbot.waitUntil(lambda: bool(window.bar.text))


def test_a_save_while_being_asked_answers(qtbot: QtBot, window: Window) -> None:
    save_elsewhere(window.path, "theirs")
    qtbot.waitUntil(lambda: bool(window.bar.text))
    window.document.save(window.path)
    assert window.bar.text == ""


def test_a_file_that_was_touched_or_written_in_place_with_the_same_is_no_news(
    qtbot: QtBot, window: Window
) -> None:
    window.path.write_bytes(window.path.read_bytes())
    qtbot.wait(200)
    assert window.bar.text == ""


def test_a_file_that_is_removed_leaves_its_work_to_be_saved(qtbot: QtBot, window: Window) -> None:
    window.path.unlink()
    qtbot.waitUntil(lambda: bool(window.said))
    assert "net.onebyone" in window.said[0]
    assert not window.document.is_clean
    window.document.save(window.path)
    assert read_project(window.path) == window.document.project


def test_a_file_that_became_broken_is_named_and_nothing_changes(qtbot: QtBot, window: Window) -> None:
    before = window.document.project
    window.path.write_text("{")
    qtbot.waitUntil(lambda: bool(window.bar.text))
    window.press(qtbot, "Reload")
    assert "net.onebyone" in window.said[0]
    assert window.document.project is before


def orphan(window: Window, name: str) -> Path:
    path = window.path.parent / "unsaved" / f"{name}.unsaved"
    path.parent.mkdir(exist_ok=True)
    project = window.document.project.rename("c1", name)
    Unsaved(project=project, path=window.path.with_name("lost.onebyone"), title=name).write(path)
    return path


def test_unsaved_work_is_restored(qtbot: QtBot, window: Window) -> None:
    path = orphan(window, "1-a")
    window.keeping.offer_orphans()
    assert "1-a" in window.bar.text
    window.press(qtbot, "Restore")
    assert window.document.project.network["c1"].name == "1-a"
    assert window.document.path == window.path.with_name("lost.onebyone")
    assert not window.document.is_clean
    assert not path.exists()
    assert window.keeping.keeper.path.exists()


def test_work_that_is_not_wanted_is_put_aside_and_can_still_be_had(qtbot: QtBot, window: Window) -> None:
    for name in ("1-a", "2-b"):
        orphan(window, name)
    window.keeping.offer_orphans()
    for _ in range(2):
        window.press(qtbot, "Discard")
    assert window.bar.isHidden()
    window.keeping.offer_orphans()
    assert window.bar.isHidden()
    assert {record.title for _, record in window.keeping.discarded()} == {"1-a", "2-b"}
    name, record = window.keeping.discarded()[0]
    assert record.title in name
    assert window.keeping.restore(record)
    assert window.document.project.network["c1"].name == record.title


def test_work_that_nobody_decided_about_is_offered_by_the_next_start(
    qtbot: QtBot, qapp: QApplication, window: Window
) -> None:
    path = orphan(window, "1-a")
    window.keeping.offer_orphans()
    qtbot.mouseClick(window.bar.later_button, Qt.MouseButton.LeftButton)
    assert window.bar.isHidden()
    window.keeping.close()
    assert path.exists()
    window.keeping.offer_orphans()
    assert "1-a" in window.bar.text


def test_restoring_waits_while_the_open_work_is_not_to_be_left(qtbot: QtBot, window: Window) -> None:
    path = orphan(window, "1-a")
    window.keeping.offer_orphans()
    window.may_discard = False
    window.rename("mine")
    window.press(qtbot, "Restore")
    assert window.document.project.network["c1"].name == "mine"
    assert path.exists()
    assert "1-a" in window.bar.text
