"""What is said on a figure beside what follows from the network: words, colours, braces."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from engine.errors import NetworkError, quoted

KINDS: Final = ("label", "line", "colour", "hide", "dim", "highlight", "brace", "arrow", "title")
ALONE: Final = ("label", "line", "colour", "hide", "dim", "arrow", "title")
"""Kinds of which a node, or the figure, has one at most: a new one takes the place of the old."""


@dataclass(frozen=True, kw_only=True)
class FigureNote:
    """One thing said. `nodes` are the layers it is about: none for a title, the first and the last for a
    brace, all of a path for a highlight. `text` is what is written, of a colour `#RRGGBB`."""

    kind: str
    nodes: tuple[str, ...] = ()
    text: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise NetworkError(f"kind={quoted(self.kind)} is none of {', '.join(KINDS)}")
        if self.kind == "colour" and re.fullmatch(r"#[0-9A-Fa-f]{6}", self.text) is None:
            raise NetworkError(f"text={quoted(self.text)} is no colour such as #C0392B")
        least = {"title": 0, "brace": 2}.get(self.kind, 1)
        if len(self.nodes) < least or (self.kind != "highlight" and len(self.nodes) > max(least, 1)):
            raise NetworkError(
                f"a note of the kind {self.kind} is about {least} layers, not {len(self.nodes)}"
            )


def with_note(notes: Iterable[FigureNote], note: FigureNote) -> tuple[FigureNote, ...]:
    """The notes with one more, in the place of an older one of its kind; one without words is taken away."""
    kept = [
        one
        for one in notes
        if not (one.kind == note.kind and (one.nodes == note.nodes or note.kind == "title"))
    ]
    if note.kind == "highlight":
        kept = [one for one in kept if one.kind != "highlight"]
    wordless = note.kind in ("hide", "dim", "highlight")
    return (*kept, note) if note.text or wordless else tuple(kept)


def without_notes(notes: Iterable[FigureNote], node_id: str) -> tuple[FigureNote, ...]:
    """The notes that are not about this layer."""
    return tuple(note for note in notes if node_id not in note.nodes)


def orphans(notes: Iterable[FigureNote], nodes: Collection[str]) -> list[FigureNote]:
    """Notes about a layer that is not there any more."""
    return [note for note in notes if any(node not in nodes for node in note.nodes)]
