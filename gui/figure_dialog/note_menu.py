"""What can be said on the figure at a layer, a wire or a group that is clicked in the preview; every step can
be undone."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu, QWidget

from engine.errors import NetworkError
from engine.model.figure_notes import WORDLESS, FigureNote, orphans, with_note, without_notes
from gui.figures.notes.annotated import note_name
from gui.figures.notes.hit import Hit
from gui.figures.text.naming import full_label
from gui.figures.tints import OKABE_ITO
from gui.session.document import Document
from gui.widgets.dialogs import Dialogs

_COLOURS: Final = {
    "Blue": OKABE_ITO["convolution"], "Light blue": OKABE_ITO["pointwise"], "Green": OKABE_ITO["depthwise"],
    "Orange": OKABE_ITO["up"], "Vermilion": OKABE_ITO["pooling"], "Purple": OKABE_ITO["dense"],
    "Yellow": OKABE_ITO["softmax"], "Grey": OKABE_ITO["input"],
}  # fmt: skip
_HINT: Final = "$x_1^2$ is a formula"


class NoteMenu:
    """Makes the menu of what was clicked, and edits the project's notes."""

    def __init__(self, document: Document, dialogs: Dialogs, parent: QWidget) -> None:
        self._document, self._dialogs, self._parent = document, dialogs, parent
        self._brace_from = ""

    def open(self, at: Hit, place: QPoint) -> None:
        """Show the menu at a place of the screen."""
        self.menu(at).popup(place)

    def menu(self, at: Hit) -> QMenu:
        """What can be done with this layer, group or wire; of the whole figure where nothing was hit."""
        menu = QMenu(self._parent)
        network, groups = self._document.project.network, self._document.project.groups
        if at.wire is not None and set(at.wire) <= set(network.nodes):
            self._add_wire(menu, at.wire)
        elif at.part in network or at.part in groups:
            self._add_thing(menu, at.part)
            around = groups.around(at.part if at.part in groups else groups.home(at.part))
            for group in around:
                if group != at.part:
                    inner = menu.addMenu(f"Group “{groups[group].label}”")
                    self._add_thing(inner, group)
            menu.addSeparator()
        self._add_figure(menu)
        return menu

    def _add_wire(self, menu: QMenu, wire: tuple[str, str]) -> None:
        source, reader = wire
        menu.addAction(f"{self._name(source)} → {self._name(reader)}").setEnabled(False)
        self._add_words(menu, wire)
        self._add_look(menu, wire)
        self._add_highlight(menu, "Highlight the path through here", reader, source)
        self._add_taking_away(menu, wire)
        menu.addSeparator()

    def _add_thing(self, menu: QMenu, one: str) -> None:
        """What can be said about a layer or a group."""
        project = self._document.project
        menu.addAction(self._name(one)).setEnabled(False)
        self._add_words(menu, (one,))
        self._add_look(menu, (one,))
        last = one if one in project.network else project.network.in_order(project.groups.nodes(one))[-1]
        self._add_highlight(menu, "Highlight the path to here", last)
        if one in project.groups:
            ends = (one, one)
            menu.addAction("Brace along it…", lambda: self._ask("brace", ends, "Brace", _HINT))
        menu.addAction("Begin a brace here", lambda: self._begin(one))
        first = self._brace_from
        if first != one and (first in project.network or first in project.groups):
            name = f"Brace from {self._name(first, short=True)} to here…"
            menu.addAction(name, lambda: self._ask("brace", (first, one), "Brace", _HINT))
        self._add_taking_away(menu, (one,))

    def _name(self, one: str, *, short: bool = False) -> str:
        project = self._document.project
        if one in project.groups:
            return f"Group “{project.groups[one].label}”"
        node = project.network.nodes[one]
        return node.label if short else full_label(node)

    def _add_words(self, menu: QMenu, nodes: Sequence[str]) -> None:
        where = "On the wire" if len(nodes) == 2 else "Instead of the name"
        below = "Below the wire" if len(nodes) == 2 else "Below it"
        for kind, text, hint in (
            ("label", "Label…", f"{where}; {_HINT}"),
            ("line", "Second line…", f"{below}; {_HINT}"),
            ("arrow", "Arrow with words…", f"Above the figure, pointing here; {_HINT}"),
        ):
            menu.addAction(text, partial(self._ask, kind, nodes, text.rstrip("…"), hint))

    def _add_look(self, menu: QMenu, nodes: Sequence[str]) -> None:
        colours = menu.addMenu("Colour")
        for name, colour in _COLOURS.items():
            colours.addAction(name, self._adding("colour", nodes, colour))
        colours.addAction("Own…", lambda: self._ask("colour", nodes, "Colour", "#RRGGBB"))
        menu.addAction("Hide", self._adding("hide", nodes))
        menu.addAction("Dim", self._adding("dim", nodes))

    def _add_highlight(self, menu: QMenu, text: str, last: str, through: str = "") -> None:
        """A path to a layer: of several ways that of one wire, where it is named."""
        network = self._document.project.network
        above = network.ancestors(through or last)
        path = (*(one for one in network.order if one in above), *filter(None, (through, last)))
        menu.addAction(text, self._adding("highlight", path))

    def _add_taking_away(self, menu: QMenu, nodes: Sequence[str]) -> None:
        notes = self._document.project.figure_notes
        if without_notes(notes, *nodes) != notes:
            menu.addAction("Take away what is said here", lambda: self._take_away(nodes))

    def _add_figure(self, menu: QMenu) -> None:
        """What is said of the whole figure, and of what it does not show."""
        project = self._document.project
        notes = project.figure_notes
        menu.addAction("Title…", lambda: self._ask("title", (), "Title", "Above the figure"))
        menu.addAction(
            "Caption…", lambda: self._ask("caption", (), "Caption", "Below the figure: Figure 1: …")
        )
        if any(note.kind == "hide" for note in notes):
            menu.addAction("Show what is hidden", lambda: self._keep(lambda note: note.kind != "hide"))
        if any(note.kind == "highlight" for note in notes):
            menu.addAction("Highlight no path", lambda: self._keep(lambda note: note.kind != "highlight"))
        lost = orphans(notes, project.network, project.groups)
        if lost:
            gone = menu.addMenu("Notes of what is gone")
            for note in lost:
                gone.addAction(f"Take away the {note_name(note)}", partial(self._drop, [note]))
            gone.addAction("Take away all of them", partial(self._drop, lost))
        if notes:
            menu.addAction("Take away all notes", lambda: self._keep(lambda note: False))
        stack = self._document.undo_stack
        for text, able, act in (
            (f"Undo {stack.undoText()}", stack.canUndo(), stack.undo),
            (f"Redo {stack.redoText()}", stack.canRedo(), stack.redo),
        ):
            if able:
                menu.addAction(text, act)

    def _ask(self, kind: str, nodes: Sequence[str], title: str, label: str) -> None:
        """Ask for words; none take the note away."""
        known = (note.text for note in self._document.project.figure_notes if _same(note, kind, nodes))
        text = self._dialogs.text(self._parent, title, label, next(known, ""))
        if text is not None:
            self._add(kind, nodes, text.strip())

    def _adding(self, kind: str, nodes: Sequence[str], text: str = "") -> Callable[[], None]:
        return lambda: self._add(kind, nodes, text)

    def _add(self, kind: str, nodes: Sequence[str], text: str) -> None:
        notes = self._document.project.figure_notes
        if not text and kind not in WORDLESS:
            made = tuple(note for note in notes if not _same(note, kind, nodes))
        else:
            try:
                made = with_note(notes, FigureNote(kind=kind, nodes=tuple(nodes), text=text))
            except NetworkError as error:
                self._document.edit_refused.emit(str(error))
                return
        self._document.edit("Say it on the figure", lambda project: replace(project, figure_notes=made))

    def _begin(self, one: str) -> None:
        self._brace_from = one

    def _take_away(self, nodes: Sequence[str]) -> None:
        made = without_notes(self._document.project.figure_notes, *nodes)
        self._document.edit("Take notes away", lambda project: replace(project, figure_notes=made))

    def _drop(self, notes: Sequence[FigureNote]) -> None:
        self._keep(lambda note: note not in notes)

    def _keep(self, wanted: Callable[[FigureNote], bool]) -> None:
        made = tuple(note for note in self._document.project.figure_notes if wanted(note))
        self._document.edit("Take notes away", lambda project: replace(project, figure_notes=made))


def _same(note: FigureNote, kind: str, nodes: Sequence[str]) -> bool:
    return note.kind == kind and (note.nodes == tuple(nodes) or kind in ("title", "caption"))
