"""The strip of photographs: what is in it, its scores, and what an edit and hiding do to them."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from assets import sample_photographs
from engine.analysis.classes import ClassScore
from engine.image.image_source import digits, neighbour, series
from gui.session.document import Document
from gui.session.jobs import JobHandle
from gui.session.selection import Selection
from gui.widgets.photograph.score_job import SIDE, Scored, ScoreJob
from gui.widgets.photograph.strip import PhotographStrip


@pytest.fixture
def strip(qtbot: QtBot, document: Document, compute: Any) -> PhotographStrip:
    made = PhotographStrip(document, compute)
    qtbot.addWidget(made)
    made.resize(400, 120)
    made.show()
    qtbot.waitUntil(lambda: bool(compute.jobs))
    return made


def scored(name: str, share: float) -> Scored:
    picture = np.full((SIDE, SIDE, 3), 90, np.uint8)
    return Scored(picture, ClassScore(index=1, name=name, probability=share))


def reference_of(handle: JobHandle) -> str:
    assert isinstance(handle.job, ScoreJob)
    return handle.job.reference


def test_each_photograph_is_scored_in_turn(strip: PhotographStrip, compute: Any) -> None:
    assert strip.references == [*sample_photographs()]
    for number, reference in enumerate(sample_photographs()):
        assert len(compute.jobs) == number + 1  # one at a time
        assert reference_of(compute.jobs[number]) == reference
        compute.jobs[number].answer(scored(f"class of {reference}", 0.61))
    assert len(compute.jobs) == strip.count()
    assert strip.item(0).text() == f"class of {strip.references[0]}\n61\u00a0%, untrained"
    assert "untrained: the weights are random" in strip.item(0).toolTip()


def test_picture_and_both_lines_have_room_before_and_after(strip: PhotographStrip, compute: Any) -> None:
    needed = SIDE + 2 * strip.fontMetrics().lineSpacing()
    assert strip.visualItemRect(strip.item(0)).height() >= needed
    compute.jobs[0].answer(scored("cup", 0.5))
    assert strip.visualItemRect(strip.item(0)).height() >= needed
    assert strip.viewport().height() >= strip.visualItemRect(strip.item(0)).bottom()


def test_the_one_looked_at_is_marked(strip: PhotographStrip, document: Document) -> None:
    assert strip.references[strip.currentRow()] == "coffee"
    document.edit("Look", lambda project: replace(project, image="grass"))
    assert strip.references[strip.currentRow()] == "grass"


def test_an_edit_gives_the_scores_up(
    qtbot: QtBot, strip: PhotographStrip, compute: Any, document: Document
) -> None:
    compute.jobs[0].answer(scored("cup", 0.5))
    document.edit("Reseed", lambda project: replace(project, seed=project.seed + 1))
    assert compute.jobs[1].is_cancelled
    assert "cup" not in strip.item(0).text()
    qtbot.waitUntil(lambda: len(compute.jobs) == 3)
    assert reference_of(compute.jobs[2]) == strip.references[0]
    assert compute.jobs[2].job.project is document.project


def test_another_photograph_keeps_the_scores(
    strip: PhotographStrip, compute: Any, document: Document
) -> None:
    compute.jobs[0].answer(scored("cup", 0.5))
    document.edit("Look", lambda project: replace(project, image="grass"))
    assert strip.item(0).text().startswith("cup")
    assert not compute.jobs[1].is_cancelled


def test_hidden_it_asks_for_nothing(strip: PhotographStrip, compute: Any) -> None:
    strip.hide()
    assert compute.jobs[0].is_cancelled
    assert len(compute.jobs) == 1


def test_what_cannot_be_scored_says_why_and_the_next_follows(strip: PhotographStrip, compute: Any) -> None:
    compute.jobs[0].refuse("it is gone")
    assert strip.item(0).text().endswith("no score")
    assert strip.item(0).toolTip() == "it is gone"
    assert len(compute.jobs) == 2


def test_a_click_looks_at_it_and_the_selected_map_stays(
    qtbot: QtBot, strip: PhotographStrip, selection: Selection
) -> None:
    selection.select(["b"])
    with qtbot.waitSignal(strip.chosen) as said:
        place = strip.visualItemRect(strip.item(1)).center()
        qtbot.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert said.args == [strip.references[1]]
    assert selection.current == "b"


def test_a_folder_comes_after_the_samples(
    qtbot: QtBot, strip: PhotographStrip, compute: Any, tmp_path: Path
) -> None:
    for name in ("b.png", "a.JPG"):
        Image.new("RGB", (8, 8)).save(tmp_path / name, "png")
    (tmp_path / "notes.txt").write_text("no picture")
    with qtbot.waitSignal(compute.album.changed):
        compute.album.add_folder(tmp_path)
    own = [str(tmp_path / "a.JPG"), str(tmp_path / "b.png")]
    assert strip.references == [*sample_photographs(), *own]
    first = strip.references[0]
    assert neighbour(own[1], 1, compute.album.opened) == first
    assert neighbour(first, -1, compute.album.opened) == own[1]


@pytest.mark.parametrize("kind", ["empty", "missing"])
def test_a_folder_without_pictures_is_told(qtbot: QtBot, compute: Any, tmp_path: Path, kind: str) -> None:
    folder = tmp_path if kind == "empty" else tmp_path / "gone"
    with qtbot.waitSignal(compute.album.refused) as said:
        compute.album.add_folder(folder)
    assert folder.name in said.args[0]


def test_the_strip_is_taken_up_at_the_next_start(qtbot: QtBot, compute: Any, tmp_path: Path) -> None:
    names = [str(tmp_path / f"{index}.png") for index in range(7)]
    for name in names[:2]:
        Image.new("RGB", (8, 8)).save(name)
    album = compute.album
    album.restore(names)
    album.add([str(tmp_path / "new.png")])
    assert album.kept == (*names, str(tmp_path / "new.png")), "nothing is lost while a disk does not answer"
    with qtbot.waitSignal(album.refused) as said:
        pass
    assert album.opened == album.kept == (*names[:2], str(tmp_path / "new.png"))
    assert said.args == ["5 photographs of the strip are no longer there: 2.png, 3.png, 4.png and 2 more"]


def test_digits_are_gone_through_among_themselves() -> None:
    assert series(digits()[0], ["x.png"]) == digits()
