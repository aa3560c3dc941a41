"""A disk that does not answer, as a share on the network: the window goes on, and nothing is lost."""

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.errors import FormatError
from engine.formats import read_project
from gui.autosave import file_watch
from gui.autosave.file_watch import FileWatch
from gui.session import background
from gui.session.document import Document
from presets import load

PATIENCE_S = 0.3


class Disk:
    """Holds back whatever goes through `held` until it answers."""

    def __init__(self) -> None:
        self.answers = threading.Event()
        self.answers.set()
        self.trouble: OSError | None = None

    def wait(self) -> None:
        assert self.answers.wait(60)
        if self.trouble is not None:
            raise self.trouble


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    disk, replace, digest = Disk(), os.replace, file_watch.content_digest

    def held_replace(source: Path, target: Path) -> None:
        disk.wait()
        replace(source, target)

    def held_digest(path: Path) -> str:
        disk.wait()
        return digest(path)

    monkeypatch.setattr("engine.formats.files.os.replace", held_replace)
    monkeypatch.setattr(file_watch, "content_digest", held_digest)
    monkeypatch.setattr(background, "ANSWER_S", PATIENCE_S)
    yield disk
    disk.answers.set()


@pytest.fixture
def document(qtbot: QtBot, disk: Disk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Document:
    document = Document(load("lenet5").project)
    with monkeypatch.context() as patient:
        patient.setattr(background, "ANSWER_S", 60)
        document.save(tmp_path / "net.onebyone")
    return document


def rename(document: Document, name: str) -> None:
    assert document.edit("Rename", lambda project: project.rename("c1", name))


def save_in_vain(document: Document, path: Path) -> None:
    before = time.monotonic()
    with pytest.raises(FormatError, match="does not answer"):
        document.save(path)
    assert time.monotonic() - before < PATIENCE_S + 2


def test_what_is_written_after_all_is_saved(qtbot: QtBot, document: Document, disk: Disk) -> None:
    path = document.path
    assert path is not None
    disk.answers.clear()
    rename(document, "mine")
    save_in_vain(document, path)
    assert not document.is_clean
    save_in_vain(document, path)  # it is on its way already
    disk.answers.set()
    qtbot.waitUntil(lambda: document.is_clean)
    assert read_project(path) == document.project


def test_what_was_edited_meanwhile_stays_to_be_saved(qtbot: QtBot, document: Document, disk: Disk) -> None:
    path, first = document.path, document.project
    assert path is not None
    disk.answers.clear()
    rename(document, "mine")
    save_in_vain(document, path)
    document.undo_stack.undo()
    with qtbot.waitSignal(document.file_changed):
        disk.answers.set()
    assert document.project == first != read_project(path)
    assert not document.is_clean


def test_another_disk_takes_it(
    document: Document, disk: Disk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = document.path
    assert path is not None
    disk.answers.clear()
    rename(document, "mine")
    save_in_vain(document, path)
    (tmp_path / "other").mkdir()
    disk.answers.set()
    monkeypatch.setattr(background, "ANSWER_S", 60)
    document.save(tmp_path / "other" / "net.onebyone")
    assert document.is_clean
    assert document.path == tmp_path / "other" / "net.onebyone"


def test_a_disk_that_fails_in_the_end_says_so(qtbot: QtBot, document: Document, disk: Disk) -> None:
    path = document.path
    assert path is not None
    disk.answers.clear()
    rename(document, "mine")
    save_in_vain(document, path)
    disk.trouble = OSError(5, "Input/output error")
    with qtbot.waitSignal(document.edit_refused) as refused:
        disk.answers.set()
    assert "net.onebyone" in refused.args[0]
    assert not document.is_clean


def test_the_watch_waits_for_no_disk_and_tells_what_it_says(
    qtbot: QtBot, document: Document, disk: Disk
) -> None:
    path = document.path
    assert path is not None
    watch = FileWatch(document)
    watch.on_file_changed(path)
    qtbot.wait(300)
    disk.answers.clear()
    path.write_text("{}")
    before = time.monotonic()
    for _ in range(50):
        watch.check()
    with pytest.raises(FormatError, match="does not answer"):
        assert watch.differs
    assert time.monotonic() - before < PATIENCE_S + 2
    with qtbot.waitSignal(watch.changed_elsewhere):
        disk.answers.set()
    assert watch.differs
    watch.close()
