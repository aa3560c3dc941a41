"""The document changes only by edits, and undo is the old value."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.errors import FormatError, NetworkError
from engine.layers.convolution import Conv2d
from engine.layers.input import Input
from engine.model.project import Project
from gui.session.document import Document
from gui.session.selection import Pixel, Selection


@pytest.fixture
def document(qtbot: QtBot) -> Document:
    project = Project().add(Input(shape=(3, 32, 32)), (0, 0)).add(Conv2d(), (256, 0), after="input_1")
    return Document(project)


def test_an_edit_goes_out_with_both_values(qtbot: QtBot, document: Document) -> None:
    before = document.project
    with qtbot.waitSignal(document.project_changed) as signal:
        assert document.edit("Rename", lambda project: project.rename("conv2d_1", "stem"))
    assert signal.args == [before, document.project]
    assert document.project.network["conv2d_1"].label == "stem"


def test_undo_restores_the_same_network_object(document: Document) -> None:
    before = document.project
    document.edit("Delete", lambda project: project.remove("conv2d_1"))
    document.undo_stack.undo()
    assert document.project is before
    assert document.analysis.layers["conv2d_1"].output_shape == (64, 32, 32)


def test_a_refused_edit_says_why_and_changes_nothing(qtbot: QtBot, document: Document) -> None:
    before = document.project
    with qtbot.waitSignal(document.edit_refused) as signal:
        assert not document.edit("Wire", lambda project: project.connect("conv2d_1", "input_1"))
    assert "cycle" in signal.args[0]
    assert document.project is before
    assert document.undo_stack.count() == 0


def test_a_sweep_with_one_merge_key_is_one_step(document: Document) -> None:
    before = document.project
    for channels in (65, 66, 67):
        document.edit(
            "Channels",
            lambda project, channels=channels: project.replace_layer(
                "conv2d_1", Conv2d(out_channels=channels)
            ),
            merge_key="sweep",
        )
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert document.project is before


def test_a_sweep_back_to_where_it_began_is_no_step(document: Document) -> None:
    for channels in (65, 64):
        document.edit(
            "Channels",
            lambda project, channels=channels: project.replace_layer(
                "conv2d_1", Conv2d(out_channels=channels)
            ),
            merge_key="sweep",
        )
    assert document.undo_stack.count() == 0


def test_moving_a_node_analyzes_nothing_again(qtbot: QtBot, document: Document) -> None:
    analysis = document.analysis
    with qtbot.assertNotEmitted(document.analysis_changed):
        document.edit("Move", lambda project: project.move({"conv2d_1": (8.0, 8.0)}))
    assert document.analysis is analysis


def test_an_edit_that_changes_nothing_is_no_step(document: Document) -> None:
    assert not document.edit("Move", lambda project: project.move({"conv2d_1": (256.0, 0.0)}))
    assert document.is_clean


def test_saving_and_opening_gives_the_project_back(document: Document, tmp_path: Path) -> None:
    document.edit("Move", lambda project: project.move({"conv2d_1": (8.0, 8.0)}))
    assert not document.is_clean
    document.save(tmp_path / "net.onebyone")
    assert document.is_clean
    assert document.title == "net"
    other = Document()
    other.open(tmp_path / "net.onebyone")
    assert other.project == document.project


def test_a_file_that_cannot_be_read_changes_nothing(document: Document, tmp_path: Path) -> None:
    before = document.project
    (tmp_path / "net.onebyone").write_text("{")
    with pytest.raises(FormatError, match=r"net\.onebyone"):
        document.open(tmp_path / "net.onebyone")
    assert document.project is before
    assert document.path is None


def test_errors_that_are_no_engine_errors_are_not_hidden(document: Document) -> None:
    with pytest.raises(ZeroDivisionError):
        document.edit("Broken", lambda project: project.move({"conv2d_1": (1 / 0, 0.0)}))
    with pytest.raises(NetworkError):
        document.project.network["nobody"]


def test_what_is_deleted_is_selected_no_more(qtbot: QtBot, document: Document) -> None:
    selection = Selection(document)
    selection.select(["input_1", "conv2d_1"])
    assert selection.current is None
    document.edit("Delete", lambda project: project.remove("conv2d_1"))
    assert selection.current == "input_1"


def test_another_selection_points_at_nothing(qtbot: QtBot, document: Document) -> None:
    selection = Selection(document)
    selection.select(["conv2d_1"])
    selection.point_at(Pixel("conv2d_1", 0, 1, 2))
    with qtbot.waitSignal(selection.pixel_changed) as signal:
        selection.select(["input_1"])
    assert signal.args == [None]


def test_going_to_a_step_shows_only_where_it_ends(qtbot: QtBot, document: Document) -> None:
    first = document.project
    for channels in (65, 66, 67):
        document.edit("Channels", replaced(channels))
    last, shown = document.project, []
    document.project_changed.connect(lambda before, after: shown.append((before, after)))
    document.go_to(0)
    assert shown == [(last, first)]
    assert document.project is first
    assert document.analysis.layers["conv2d_1"].output_shape == (64, 32, 32)
    document.go_to(3)
    assert document.project is last
    document.go_to(3)
    assert len(shown) == 2


def test_a_reload_is_one_step_that_can_be_undone(document: Document, tmp_path: Path) -> None:
    path = tmp_path / "net.onebyone"
    document.save(path)
    other = Document()
    other.open(path)
    other.edit("Channels", replaced(7))
    other.save(path)
    document.edit("Channels", replaced(9))
    mine = document.project
    document.reload()
    assert document.project.network["conv2d_1"].layer == Conv2d(out_channels=7)
    assert document.is_clean
    document.undo_stack.undo()
    assert document.project is mine
    assert not document.is_clean


NEWER = '{"format": "onebyone", "version": 99}'


@pytest.mark.parametrize("held", [NEWER, '{"format": "onebyone"', "notes of mine"])
def test_what_cannot_be_read_is_never_written_over(document: Document, tmp_path: Path, held: str) -> None:
    path = tmp_path / "net.onebyone"
    path.write_text(held)
    with pytest.raises(FormatError, match="not written over"):
        document.save(path)
    assert path.read_text() == held
    assert document.path is None


def test_a_file_that_became_newer_meanwhile_is_not_written_over(document: Document, tmp_path: Path) -> None:
    path = tmp_path / "net.onebyone"
    document.save(path)
    document.save(path)
    path.write_text(NEWER)
    with pytest.raises(FormatError, match="newer version"):
        document.save(path)
    assert path.read_text() == NEWER


def test_a_restored_project_is_yet_to_be_saved(document: Document, tmp_path: Path) -> None:
    other = Document()
    other.restore(document.project, tmp_path / "net.onebyone", "")
    assert (other.is_clean, other.title) == (False, "net")
    other.save(tmp_path / "net.onebyone")
    assert other.is_clean


def replaced(channels: int) -> Callable[[Project], Project]:
    return lambda project: project.replace_layer("conv2d_1", Conv2d(out_channels=channels))
