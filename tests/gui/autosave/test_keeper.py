"""Unsaved work is kept while it is unsaved, and found again by whoever starts next."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.errors import FormatError
from engine.model.project import Project
from gui.autosave.autosave import Autosave, AutosaveWriter, lock_of
from gui.autosave.record import Unsaved, read_unsaved
from gui.autosave.recovery import discarded, orphans
from gui.session.document import Document
from presets import load


@pytest.fixture
def document(qtbot: QtBot) -> Document:
    return Document(load("lenet5").project)


@pytest.fixture
def keeper(document: Document, tmp_path: Path) -> Iterator[Autosave]:
    autosave = Autosave(document, tmp_path / "unsaved")
    yield autosave
    autosave.close()


def rename(document: Document, name: str) -> None:
    assert document.edit("Rename", lambda project: project.rename("c1", name))


def test_the_first_edit_of_what_was_saved_is_kept_at_once(
    qtbot: QtBot, document: Document, keeper: Autosave
) -> None:
    keeper.interval_ms = 3_600_000
    assert not keeper.path.exists()
    rename(document, "stem")
    qtbot.waitUntil(keeper.path.exists)
    assert read_unsaved(keeper.path).project == document.project


def test_later_edits_are_kept_before_long(qtbot: QtBot, document: Document, keeper: Autosave) -> None:
    keeper.interval_ms = 50
    for name in ("one", "two", "three"):
        rename(document, name)
    last = document.project
    qtbot.waitUntil(lambda: keeper.path.exists() and read_unsaved(keeper.path).project == last)


def test_what_is_saved_or_undone_is_kept_no_more(
    qtbot: QtBot, document: Document, keeper: Autosave, tmp_path: Path
) -> None:
    rename(document, "stem")
    keeper.keep_now()
    document.save(tmp_path / "net.onebyone")
    qtbot.waitUntil(lambda: not keeper.path.exists())
    rename(document, "other")
    qtbot.waitUntil(keeper.path.exists)
    document.undo_stack.undo()
    qtbot.waitUntil(lambda: not keeper.path.exists())


def test_before_a_file_is_written_its_work_is(document: Document, keeper: Autosave, tmp_path: Path) -> None:
    rename(document, "stem")
    rename(document, "newer")
    found: list[Project] = []
    document.saving.connect(lambda _: found.append(read_unsaved(keeper.path).project))
    document.save(tmp_path / "net.onebyone")
    assert found == [document.project]


def test_the_work_of_a_living_window_is_no_orphan(document: Document, keeper: Autosave) -> None:
    rename(document, "stem")
    keeper.keep_now()
    assert list(orphans(keeper.path.parent)) == []


def test_an_orphan_is_offered_to_one_window_until_decided(document: Document, tmp_path: Path) -> None:
    Unsaved(project=document.project, title="mine").write(tmp_path / "1-a.unsaved")
    Unsaved(project=document.project, title="other").write(tmp_path / "2-b.unsaved")
    first, second = orphans(tmp_path)
    assert {first.record.title, second.record.title} == {"mine", "other"}
    assert list(orphans(tmp_path)) == []
    for orphan in (first, second):
        orphan.leave()
    again = list(orphans(tmp_path))
    assert len(again) == 2
    for orphan in again:
        orphan.discard()
    assert list(orphans(tmp_path)) == []
    assert {record.title for _, record in discarded(tmp_path)} == {"mine", "other"}


def test_what_its_file_holds_is_no_orphan(document: Document, tmp_path: Path) -> None:
    document.save(tmp_path / "net.onebyone")
    record = tmp_path / "1-a.unsaved"
    Unsaved(project=document.project, path=tmp_path / "net.onebyone").write(record)
    assert list(orphans(tmp_path)) == []
    assert not record.exists()


@pytest.mark.parametrize(
    "held",
    ["", "{}", "nonsense", '{"format": "onebyone-unsaved", "version": 99}\n{}', "[]\n{}", "\xff\x00"],
)
def test_a_record_that_cannot_be_read_stays_where_it_is(tmp_path: Path, held: str) -> None:
    record = tmp_path / "1-a.unsaved"
    record.write_text(held, encoding="latin-1")
    with pytest.raises(FormatError):
        read_unsaved(record)
    assert list(orphans(tmp_path)) == []
    assert record.read_text(encoding="latin-1") == held


def test_a_record_gives_back_what_was_written(document: Document, tmp_path: Path) -> None:
    record = Unsaved(project=document.project, path=tmp_path / "net.onebyone", digest="abc", title="net")
    record.write(tmp_path / "1-a.unsaved")
    assert read_unsaved(tmp_path / "1-a.unsaved") == record


def test_a_lock_is_held_once_and_given_back(tmp_path: Path) -> None:
    one, other = lock_of(tmp_path / "1-a.unsaved"), lock_of(tmp_path / "1-a.unsaved")
    assert one.take()
    assert not other.take()
    one.give_back()
    assert other.take()
    other.give_back()
    assert list(tmp_path.iterdir()) == []


def test_where_nothing_can_be_kept_it_is_said_once(qtbot: QtBot, document: Document, tmp_path: Path) -> None:
    (tmp_path / "unsaved").write_text("a file where the folder should be")
    keeper, said = Autosave(document, tmp_path / "unsaved"), []
    keeper.troubled.connect(said.append)
    for name in ("one", "two", "three"):
        rename(document, name)
        keeper.keep_now()
    keeper.close()
    assert len(said) == 1
    assert "cannot be kept" in said[0]


def test_the_newest_of_many_wishes_is_fulfilled(document: Document, tmp_path: Path) -> None:
    scribe = AutosaveWriter(tmp_path / "1-a.unsaved")
    for serial in range(50):
        scribe.keep(Unsaved(project=document.project.rename("c1", str(serial))))
    assert scribe.wait(10)
    assert read_unsaved(scribe.path).project.network["c1"].name == "49"
    scribe.keep(None)
    assert scribe.wait(10)
    assert not scribe.path.exists()
