"""What can be said on the figure at a layer that is clicked in the preview; every step can be undone."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu, QWidget

from engine.errors import NetworkError
from engine.model.figure_notes import FigureNote, orphans, with_note, without_notes
from gui.figures.drawing.drawing import Drawing
from gui.figures.drawing.item_bounds import extent
from gui.figures.text.naming import full_label
from gui.figures.tints import OKABE_ITO
from gui.session.document import Document
from gui.widgets.dialogs import Dialogs

_COLOURS: Final = {
    "Blue": OKABE_ITO["convolution"], "Light blue": OKABE_ITO["pointwise"], "Green": OKABE_ITO["depthwise"],
    "Orange": OKABE_ITO["up"], "Vermilion": OKABE_ITO["pooling"], "Purple": OKABE_ITO["dense"],
    "Yellow": OKABE_ITO["softmax"], "Grey": OKABE_ITO["input"],
}  # fmt: skip


def layer_at(drawing: Drawing, x: float, y: float) -> str:
    """The node whose drawn things are hit; the smallest of several, empty for none."""
    hits = []
    for item in drawing.items:
        (left, top), (right, bottom) = extent(item)
        if item.part and left - 2 <= x <= right + 2 and top - 2 <= y <= bottom + 2:
            hits.append(((right - left) * (bottom - top), item.part))
    return min(hits, default=(0.0, ""))[1]


class NoteMenu:
    """Makes the menu of a layer, and edits the project's notes."""

    def __init__(self, document: Document, dialogs: Dialogs, parent: QWidget) -> None:
        self._document, self._dialogs, self._parent = document, dialogs, parent
        self._brace_from = ""

    def open(self, node: str, at: QPoint) -> None:
        """Show the menu at a place of the screen."""
        self.menu(node).popup(at)

    def menu(self, node: str) -> QMenu:
        """What can be done with this layer; of the whole figure for none."""
        menu = QMenu(self._parent)
        network = self._document.project.network
        if node in network:
            menu.addAction(full_label(network.nodes[node])).setEnabled(False)
            self._add_words(menu, node)
            colours = menu.addMenu("Colour")
            for name, colour in _COLOURS.items():
                colours.addAction(name, self._adding("colour", (node,), colour))
            colours.addAction("Own…", lambda: self._ask("colour", (node,), "Colour", "#RRGGBB"))
            menu.addAction("Hide", self._adding("hide", (node,)))
            menu.addAction("Dim", self._adding("dim", (node,)))
            path = (*(one for one in network.order if one in network.ancestors(node)), node)
            menu.addAction("Highlight the path to here", self._adding("highlight", path))
            menu.addAction("Begin a brace here", lambda: self._begin(node))
            if self._brace_from in network and self._brace_from != node:
                ends = (self._brace_from, node)
                first = network.nodes[self._brace_from].label
                menu.addAction(
                    f"Brace from {first} to here…", lambda: self._ask("brace", ends, "Brace", "Words")
                )
            if any(node in note.nodes for note in self._document.project.figure_notes):
                menu.addAction("Take away what is said here", lambda: self._change("Take notes away", node))
            menu.addSeparator()
        menu.addAction("Title…", lambda: self._ask("title", (), "Title", "Above the figure"))
        notes = self._document.project.figure_notes
        if any(note.kind == "hide" for note in notes):
            menu.addAction("Show what is hidden", lambda: self._keep(lambda note: note.kind != "hide"))
        if orphans(notes, network.nodes):
            lost = orphans(notes, network.nodes)
            menu.addAction(
                "Take away notes of layers gone", lambda: self._keep(lambda note: note not in lost)
            )
        if notes:
            menu.addAction("Take away all notes", lambda: self._keep(lambda note: False))
        return menu

    def _add_words(self, menu: QMenu, node: str) -> None:
        for kind, text, hint in (
            ("label", "Label…", "Instead of the name; $x_1^2$ is a formula"),
            ("line", "Second line…", "Below the layer"),
            ("arrow", "Arrow with words…", "Above the figure, pointing here"),
        ):
            menu.addAction(text, partial(self._ask, kind, (node,), "Figure", hint))

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
        if not text and kind not in ("hide", "dim", "highlight"):
            made = tuple(note for note in notes if not _same(note, kind, nodes))
        else:
            try:
                made = with_note(notes, FigureNote(kind=kind, nodes=tuple(nodes), text=text))
            except NetworkError as error:
                self._document.edit_refused.emit(str(error))
                return
        self._document.edit("Say it on the figure", lambda project: replace(project, figure_notes=made))

    def _begin(self, node: str) -> None:
        self._brace_from = node

    def _change(self, text: str, node: str) -> None:
        made = without_notes(self._document.project.figure_notes, node)
        self._document.edit(text, lambda project: replace(project, figure_notes=made))

    def _keep(self, wanted: Callable[[FigureNote], bool]) -> None:
        made = tuple(note for note in self._document.project.figure_notes if wanted(note))
        self._document.edit("Take notes away", lambda project: replace(project, figure_notes=made))


def _same(note: FigureNote, kind: str, nodes: Sequence[str]) -> bool:
    return note.kind == kind and (note.nodes == tuple(nodes) or kind == "title")
