"""A drawing with what the user says on it: words, colours, braces, arrows, a title; of every style alike.

Notes are about layers, groups and wires, and items of a drawing say for what they are drawn: that is all
it takes.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from engine.model.figure_notes import FigureNote, orphans
from engine.model.project import Project
from gui.figures.drawing.drawing import Drawing, Item, Path, Picture, Rect, Text
from gui.figures.drawing.item_bounds import Box, cropped, extent, extent_of_all
from gui.figures.notes.marks import arrow, brace, second_line, title, words_on_wire
from gui.figures.notes.subjects import Subjects, stands_for
from gui.figures.text.equation import typeset
from gui.figures.text.naming import full_label
from gui.figures.tints import ink_on, luminance, mixed, paper
from gui.look.theme import Palette

_FADED: Final = 0.78


def annotated(drawing: Drawing, project: Project, palette: Palette) -> Drawing:
    """The drawing with the project's notes; those that found no place are listed in `unsaid`."""
    gone = orphans(project.figure_notes, project.network, project.groups)
    notes = [note for note in project.figure_notes if note not in gone and note.kind != "caption"]
    if not notes:
        return drawing
    items: list[Item] = list(drawing.items)
    whole = Subjects(items, project)
    unsaid = tuple(note_name(note) for note in notes if not whole.shows(note))
    notes = [note for note in notes if whole.shows(note)]
    items = _without_hidden(items, whole, [note for note in notes if note.kind == "hide"])
    for note in notes:
        if note.kind == "colour":
            items = _coloured(items, whole, note)
        elif note.kind == "label" and note.wire is None and note.nodes[0] in whole.parts:
            items = _labelled(items, project, note)
    items = _dimmed(items, whole, notes, drawing.background or paper(palette))
    margin = _margin(drawing)
    here = Subjects(items, project)
    for note in notes:
        if note.kind == "line" or (note.kind == "label" and note.wire is not None):
            made = words_on_wire if note.kind == "label" else second_line
            items += made(items, here, note, palette)
    for note in notes:
        if note.kind == "arrow":
            items += arrow(items, here, note, palette)
    for note in notes:
        # A group without a card of its own is named by a brace along its layers.
        nameless = note.kind == "label" and note.wire is None and note.nodes[0] not in whole.parts
        if note.kind == "brace" or nameless:
            items += brace(items, here, note, palette)
    items += title(items, [note for note in notes if note.kind == "title"], palette)
    if len(items) == len(drawing.items):
        return replace(drawing, items=tuple(items), unsaid=unsaid)
    made_anew = cropped(items, margin, background=drawing.background, title=drawing.title)
    return replace(made_anew, about=drawing.about, unsaid=unsaid)


def note_name(note: FigureNote) -> str:
    """`label of conv1`, `dim of conv1 → conv2`."""
    if not note.nodes:
        return note.kind
    joint = " → " if note.wire is not None else " to "
    ends = note.nodes if len(note.nodes) < 3 else (note.nodes[0], note.nodes[-1])
    return f"{note.kind} of {joint.join(ends)}"


def _margin(drawing: Drawing) -> float:
    """What the style leaves around its drawing."""
    if not drawing.items:
        return 24.0
    (left, top), (right, bottom) = extent_of_all(drawing.items)
    return max(0.0, min(left, top, drawing.width - right, drawing.height - bottom))


def _without_hidden(items: Sequence[Item], found: Subjects, notes: Sequence[FigureNote]) -> list[Item]:
    """Hidden layers take the wires along that lead to them and from them."""
    parts = {part for note in notes if note.wire is None for part in found.parts_of(note.nodes[0])}
    edges = [note.wire for note in notes if note.wire is not None]
    return [
        item
        for item in items
        if item.part not in parts
        and not (item.wire is not None and item.wire.source in parts)
        and not any(stands_for(item, edge) for edge in edges)
    ]


def _coloured(items: Sequence[Item], found: Subjects, note: FigureNote) -> list[Item]:
    if note.wire is not None:
        return [_stroked(item, note.text) if stands_for(item, note.wire) else item for item in items]
    made = list(items)
    for part in found.parts_of(note.nodes[0]):
        own = [item for item in items if item.part == part and item.wire is None]
        made = [_filled(item, own, note.text) if item in own else item for item in made]
    return made


def _stroked(item: Item, colour: str) -> Item:
    """A line in the colour, or the outline around what is written on it."""
    return replace(item, stroke=colour) if isinstance(item, Path | Rect) and item.stroke else item


def _filled(item: Item, own: Sequence[Item], colour: str) -> Item:
    """Faces of the layer in the colour, lighter and darker ones as they were to each other."""
    if isinstance(item, Picture):
        return item
    filled = [one for one in own if getattr(one, "fill", None) is not None]
    main = max(filled, key=lambda one: _area(extent(one)), default=None)
    fill = None if main is None or isinstance(main, Picture | Text) else main.fill
    if fill is None:
        # Words alone, or a lone outline: they take the colour themselves.
        return replace(item, colour=colour) if isinstance(item, Text) else _stroked(item, colour)
    if isinstance(item, Text):
        inside = main is not None and _holds(extent(main), extent(item))
        return replace(item, colour=ink_on(colour)) if inside else item
    if item.fill is None:
        return item
    step = luminance(item.fill) - luminance(fill)
    shade = mixed(colour, "#FFFFFF" if step > 0 else "#000000", min(0.6, abs(step)))
    return replace(item, fill=colour if abs(step) < 0.02 else shade)


def _area(box: Box) -> float:
    return (box[1][0] - box[0][0]) * (box[1][1] - box[0][1])


def _holds(outer: Box, inner: Box) -> bool:
    x, y = (inner[0][0] + inner[1][0]) / 2, (inner[0][1] + inner[1][1]) / 2
    return outer[0][0] <= x <= outer[1][0] and outer[0][1] <= y <= outer[1][1]


def _labelled(items: list[Item], project: Project, note: FigureNote) -> list[Item]:
    """The layer's name replaced, or else its first words in heaviest type."""
    node = note.nodes[0]
    own = [item for item in items if item.part == node and item.wire is None]
    texts = [item for item in own if isinstance(item, Text) and item.plain.strip()]
    words = [text for text in texts if any(letter.isalpha() for letter in text.plain)] or texts
    if not words:
        return items
    names: tuple[str, ...] = ()
    if node in project.network:
        known = project.network.nodes[node]
        names = (known.name or known.label, full_label(known))
    named = [text for text in words if text.plain in names]
    chosen = max(named or words, key=lambda text: (text.weight, text.size))
    return [replace(item, text=typeset(note.text)) if item is chosen else item for item in items]


def _dimmed(items: Sequence[Item], found: Subjects, notes: Sequence[FigureNote], ground: str) -> list[Item]:
    """What is dimmed, and all beside a path that is highlighted."""
    dims = [note for note in notes if note.kind == "dim"]
    nodes = [node for note in notes if note.kind == "highlight" for node in note.nodes]
    path = found.on_path(nodes)
    # Where a path begins, its layer keeps the wires that lead to it.
    entered = {item.part for item in items if item.wire is not None and item.wire.source in path}

    def is_faded(item: Item) -> bool:
        if any(found.is_about(note, item) for note in dims):
            return True
        if not path or not item.part:
            return False
        beside = item.wire is not None and item.wire.source not in path and item.part in entered
        return item.part not in path or beside

    return [_faded(item, ground) if is_faded(item) else item for item in items]


def _faded(item: Item, ground: str) -> Item:
    if isinstance(item, Text):
        return replace(item, colour=mixed(item.colour, ground, _FADED))
    if isinstance(item, Picture):
        paper_rgb = np.frombuffer(bytes.fromhex(ground[1:]), np.uint8).astype(np.float32)
        pixels = item.pixels * (1 - _FADED) + paper_rgb * _FADED
        return replace(item, pixels=np.rint(pixels).astype(np.uint8))
    fill, stroke = (
        None if colour is None else mixed(colour, ground, _FADED) for colour in (item.fill, item.stroke)
    )
    return replace(item, fill=fill, stroke=stroke)
