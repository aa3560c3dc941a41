"""Saying something on the figure by a click on the preview, and taking it back."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

import presets
from engine.analysis.analyze import analyze
from engine.model.figure_notes import FigureNote
from gui.figure_dialog.note_menu import NoteMenu
from gui.figures.figure import Subject, make_figure
from gui.figures.notes.hit import Hit, hit
from gui.figures.style import Options
from gui.figures.styles import STYLES
from gui.look.theme import LIGHT
from gui.session.document import Document


@dataclass
class Answers:
    words: str | None = None
    asked: list[str] = field(default_factory=list)

    def text(self, parent: Any, title: str, label: str, value: str) -> str | None:
        self.asked.append(value)
        return self.words


@pytest.fixture
def made(qtbot: QtBot) -> tuple[NoteMenu, Document, Answers]:
    parent, answers = QWidget(), Answers()
    qtbot.addWidget(parent)
    document = Document(presets.load("lenet5").project)
    return NoteMenu(document, answers, parent), document, answers


def press(menu: NoteMenu, at: str | tuple[str, str], *names: str) -> None:
    shown = menu.menu(Hit(part=at) if isinstance(at, str) else Hit(wire=at))
    for name in names:
        action = next(action for action in shown.actions() if action.text() == name)
        shown = action.menu() or action
    shown.trigger()


def test_a_label_is_said_kept_undone_and_said_again(made) -> None:
    menu, document, answers = made
    answers.words = "Edges"
    press(menu, "c1", "Label…")
    assert document.project.figure_notes == (FigureNote(kind="label", nodes=("c1",), text="Edges"),)
    document.undo_stack.undo()
    assert document.project.figure_notes == ()
    document.undo_stack.redo()
    answers.words = ""
    press(menu, "c1", "Label…")
    assert answers.asked[-1] == "Edges"
    assert document.project.figure_notes == ()
    answers.words = None
    press(menu, "c1", "Label…")
    assert document.project.figure_notes == ()


def test_colours_hiding_paths_and_braces_are_a_click(made) -> None:
    menu, document, answers = made
    press(menu, "c1", "Colour", "Green")
    press(menu, "s2", "Hide")
    press(menu, "c3", "Highlight the path to here")
    press(menu, "c1", "Begin a brace here")
    answers.words = "features"
    first = document.project.network.nodes["c1"].label
    press(menu, "s4", f"Brace from {first} to here…")
    answers.words = "LeNet"
    press(menu, "", "Title…")
    kinds = [note.kind for note in document.project.figure_notes]
    assert kinds == ["colour", "hide", "highlight", "brace", "title"]
    assert document.project.figure_notes[3].nodes == ("c1", "s4")
    assert document.project.figure_notes[2].nodes[-1] == "c3"
    press(menu, "", "Show what is hidden")
    assert "hide" not in [note.kind for note in document.project.figure_notes]
    press(menu, "c1", "Take away what is said here")
    assert [note.kind for note in document.project.figure_notes] == ["title"]
    press(menu, "", "Take away all notes")
    assert document.project.figure_notes == ()


def test_a_colour_that_is_none_is_refused_in_words(made, qtbot: QtBot) -> None:
    menu, document, answers = made
    answers.words = "red"
    with qtbot.waitSignal(document.edit_refused) as told:
        press(menu, "c1", "Colour", "Own…")
    assert "'red' is no colour" in told.args[0]
    assert document.project.figure_notes == ()


def test_a_click_finds_the_layer_that_is_drawn_there() -> None:
    project = presets.load("lenet5").project
    subject = Subject(project=project, analysis=analyze(project.network), palette=LIGHT)
    drawing = make_figure(subject, STYLES["column"], Options()).drawing
    for item in drawing.items:
        if item.part and hasattr(item, "radius"):
            assert hit(drawing, item.x + item.width / 2, item.y + item.height / 2) == Hit(part=item.part)
    assert hit(drawing, 1.0, 1.0) == Hit()


def test_a_wire_is_named_coloured_and_its_path_is_highlighted(made) -> None:
    menu, document, answers = made
    answers.words = "weights"
    wire = ("c1", document.project.network.outputs_of["c1"][0])
    press(menu, wire, "Label…")
    press(menu, wire, "Colour", "Orange")
    press(menu, wire, "Highlight the path through here")
    label, colour, path = document.project.figure_notes
    assert label.wire == colour.wire == wire
    assert path.nodes[-2:] == wire
    press(menu, "c1", "Dim")
    press(menu, wire, "Take away what is said here")
    assert [note.kind for note in document.project.figure_notes] == ["highlight", "dim"]
    press(menu, "", "Undo Take notes away")
    assert len(document.project.figure_notes) == 4
    press(menu, "", "Highlight no path")
    assert "highlight" not in [note.kind for note in document.project.figure_notes]


def test_a_group_is_braced_and_hidden_from_the_menu_of_a_layer_in_it(made) -> None:
    menu, document, answers = made
    document.edit("Group", lambda project: project.group(["c1", "s2"], "Stem"))
    (group,) = document.project.groups
    answers.words = "stem, ×1"
    press(menu, "c1", "Group “Stem”", "Brace along it…")
    press(menu, group, "Hide")
    assert [note.nodes for note in document.project.figure_notes] == [(group, group), (group,)]
    press(menu, "", "Caption…")
    assert document.project.figure_notes[-1] == FigureNote(kind="caption", text="stem, ×1")
    document.edit("Ungroup", lambda project: project.ungroup(group))
    press(menu, "", "Notes of what is gone", f"Take away the hide of {group}")
    press(menu, "", "Notes of what is gone", "Take away all of them")
    assert [note.kind for note in document.project.figure_notes] == ["caption"]
