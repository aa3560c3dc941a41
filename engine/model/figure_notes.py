"""What is said on a figure beside what follows from the network: words, colours, braces."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from engine.errors import NetworkError, quoted
from engine.model.grouping import Grouping
from engine.model.network import Edge, Network

_SUBJECTS: Final = {
    "label": (1, 2), "line": (1, 2), "colour": (1, 2), "hide": (1, 2), "dim": (1, 2), "highlight": (1, None),
    "brace": (2, 2), "arrow": (1, 2), "title": (0, 0), "caption": (0, 0),
}  # fmt: skip
"""Kinds, and how many ids a note of each names, at least and at most."""
KINDS: Final = tuple(_SUBJECTS)
WORDLESS: Final = ("hide", "dim", "highlight")
"""Kinds that need no text."""
_OF_ITS_KIND: Final = ("highlight", "title", "caption")
"""Kinds of which a figure has one at most."""


@dataclass(frozen=True, kw_only=True)
class FigureNote:
    """One thing said. `nodes` are the ids it is about: none for a title or a caption; the first and the last
    layer or group for a brace; all layers of a path for a highlight; otherwise a layer or a group, or the
    source and the reader of a wire. `text` is what is written, of a colour `#RRGGBB`."""

    kind: str
    nodes: tuple[str, ...] = ()
    text: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise NetworkError(f"kind={quoted(self.kind)} is none of {', '.join(KINDS)}")
        if self.kind == "colour" and re.fullmatch(r"#[0-9A-Fa-f]{6}", self.text) is None:
            raise NetworkError(f"text={quoted(self.text)} is no colour such as #C0392B")
        least, most = _SUBJECTS[self.kind]
        if len(self.nodes) < least or (most is not None and len(self.nodes) > most):
            layers = f"{least} or {most}" if most not in (None, least) else str(least)
            raise NetworkError(
                f"a note of the kind {self.kind} is about {layers} layers, not {len(self.nodes)}"
            )

    @property
    def wire(self) -> Edge | None:
        """The wire it is about; None for a note about anything else."""
        about_two = len(self.nodes) == 2 and self.kind not in ("brace", "highlight")
        return (self.nodes[0], self.nodes[1]) if about_two else None


def with_note(notes: Iterable[FigureNote], note: FigureNote) -> tuple[FigureNote, ...]:
    """The notes with one more, in the place of an older one of its kind; one without words is taken away."""
    kept = [
        one
        for one in notes
        if not (one.kind == note.kind and (one.nodes == note.nodes or note.kind in _OF_ITS_KIND))
    ]
    return (*kept, note) if note.text or note.kind in WORDLESS else tuple(kept)


def without_notes(notes: Iterable[FigureNote], *nodes: str) -> tuple[FigureNote, ...]:
    """The notes that are not about this layer or group, or about the wire between these two."""
    if len(nodes) == 2:
        return tuple(note for note in notes if note.wire != nodes)
    return tuple(note for note in notes if note.wire is not None or nodes[0] not in note.nodes)


def orphans(notes: Iterable[FigureNote], network: Network, groups: Grouping) -> list[FigureNote]:
    """Notes about a layer, a group or a wire that is not there any more."""
    return [note for note in notes if not _is_there(note, network, groups)]


def _is_there(note: FigureNote, network: Network, groups: Grouping) -> bool:
    if note.wire is not None:
        source, reader = note.wire
        return reader in network and source in network[reader].inputs
    return all(one in network or one in groups for one in note.nodes)
