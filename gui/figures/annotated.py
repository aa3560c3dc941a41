"""A drawing with what the user says on it: words, colours, braces, arrows, a title; of every style alike.

Notes are about layers, and items of a drawing say for which layer they are drawn: that is all it takes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from engine.model.figure_notes import FigureNote
from engine.model.project import Project
from gui.figures.drawing.drawing import Drawing, Item, Line, Path, Picture, Text
from gui.figures.drawing.item_bounds import Box, cropped, extent, extent_of_all, moved
from gui.figures.drawing.shapes import rounded_line
from gui.figures.text.equation import typeset
from gui.figures.tints import ink_on, luminance, mixed, paper
from gui.look.theme import Palette

_FADED: Final = 0.78
_TYPE: Final = 12.0
_TITLE: Final = 17.0
_CLEAR: Final = 12.0


def annotated(drawing: Drawing, project: Project, palette: Palette) -> Drawing:
    """The drawing with the project's notes; notes about layers that it does not show change nothing."""
    notes = project.figure_notes
    if not notes:
        return drawing
    items: list[Item] = list(drawing.items)
    parts = {item.part for item in items}
    hidden = {note.nodes[0] for note in notes if note.kind == "hide"}
    items = [item for item in items if item.part not in hidden]
    ground = drawing.background or paper(palette)
    for note in notes:
        if note.kind == "colour":
            items = [_coloured(item, items, note) for item in items]
        elif note.kind == "label":
            items = _labelled(items, note)
    faded = {note.nodes[0] for note in notes if note.kind == "dim"}
    path = {node for note in notes if note.kind == "highlight" for node in note.nodes}
    if path & parts:
        faded |= {part for part in parts if part and part not in path}
    items = [_faded(item, ground) if item.part in faded else item for item in items]
    margin = _margin(drawing)
    for note in notes:
        if note.kind == "line":
            items += _second_line(items, note, palette)
        elif note.kind == "arrow":
            items += _arrow(items, note, palette)
    for note in notes:
        if note.kind == "brace":
            items += _brace(items, note, project, palette)
    items += _title(items, [note for note in notes if note.kind == "title"], palette)
    if len(items) == len(drawing.items):
        return replace(drawing, items=tuple(items))
    made = cropped(items, margin, background=drawing.background, title=drawing.title)
    return replace(made, about=drawing.about)


def _margin(drawing: Drawing) -> float:
    """What the style leaves around its drawing."""
    if not drawing.items:
        return 24.0
    (left, top), (right, bottom) = extent_of_all(drawing.items)
    return max(0.0, min(left, top, drawing.width - right, drawing.height - bottom))


def _own(items: Sequence[Item], node: str) -> list[Item]:
    return [item for item in items if item.part == node]


def _body(items: Sequence[Item], node: str) -> Box | None:
    """The box around what is drawn of a layer, its wires left out."""
    own = [item for item in _own(items, node) if not (isinstance(item, Path) and item.fill is None)]
    return extent_of_all(own) if own else None


def _coloured(item: Item, items: Sequence[Item], note: FigureNote) -> Item:
    """Faces of the layer in the colour, lighter and darker ones as they were to each other."""
    if item.part != note.nodes[0] or isinstance(item, Picture):
        return item
    filled = [one for one in _own(items, item.part) if getattr(one, "fill", None) is not None]
    main = max(filled, key=lambda one: _area(extent(one)), default=None)
    fill = None if main is None or isinstance(main, Picture | Text) else main.fill
    if fill is None:
        return item
    if isinstance(item, Text):
        inside = main is not None and _holds(extent(main), extent(item))
        return replace(item, colour=ink_on(note.text)) if inside else item
    if item.fill is None:
        return item
    step = luminance(item.fill) - luminance(fill)
    shade = mixed(note.text, "#FFFFFF" if step > 0 else "#000000", min(0.6, abs(step)))
    return replace(item, fill=note.text if abs(step) < 0.02 else shade)


def _area(box: Box) -> float:
    return (box[1][0] - box[0][0]) * (box[1][1] - box[0][1])


def _holds(outer: Box, inner: Box) -> bool:
    x, y = (inner[0][0] + inner[1][0]) / 2, (inner[0][1] + inner[1][1]) / 2
    return outer[0][0] <= x <= outer[1][0] and outer[0][1] <= y <= outer[1][1]


def _labelled(items: list[Item], note: FigureNote) -> list[Item]:
    """The layer's first words in heaviest type replaced."""
    texts = [item for item in _own(items, note.nodes[0]) if isinstance(item, Text) and item.plain.strip()]
    words = [text for text in texts if any(letter.isalpha() for letter in text.plain)] or texts
    if not words:
        return items
    chosen = max(words, key=lambda text: (text.weight, text.size))
    return [replace(item, text=typeset(note.text)) if item is chosen else item for item in items]


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


def _second_line(items: Sequence[Item], note: FigureNote, palette: Palette) -> Iterator[Item]:
    box = _body(items, note.nodes[0])
    if box is None:
        return
    (left, top), (right, bottom) = box
    node = note.nodes[0]
    below = Text(
        x=(left + right) / 2, y=bottom + _TYPE + 2, text=typeset(note.text), size=_TYPE, anchor="middle",
        colour=palette.secondary, part=node,
    )  # fmt: skip
    taken = any(
        item.part != node and _meet(extent(below), extent(item))
        for item in items
        if item.part and not (isinstance(item, Path) and item.fill is None)
    )
    beside = replace(below, x=right + 8, y=(top + bottom) / 2 + _TYPE / 3, anchor="start")
    yield beside if taken else below


def _meet(one: Box, other: Box) -> bool:
    return all(one[0][axis] < other[1][axis] and other[0][axis] < one[1][axis] for axis in (0, 1))


def _arrow(items: Sequence[Item], note: FigureNote, palette: Palette) -> Iterator[Item]:
    """Words above everything, and an arrow from them down to the layer."""
    box = _body(items, note.nodes[0])
    if box is None:
        return
    (_, top), _ = extent_of_all(items)
    x, part = (box[0][0] + box[1][0]) / 2, note.nodes[0]
    y = top - _CLEAR - 16
    yield Text(
        x=x,
        y=y,
        text=typeset(note.text),
        size=_TYPE,
        weight=500,
        anchor="middle",
        colour=palette.text,
        part=part,
    )
    yield Path(
        start=(x, y + 5), pieces=(Line((x, box[0][1] - 2)),), stroke=palette.accent, stroke_width=1.6,
        head="arrow", head_size=8.0, part=part,
    )  # fmt: skip


def _brace(items: Sequence[Item], note: FigureNote, project: Project, palette: Palette) -> Iterator[Item]:
    """A brace along the layers from the first to the last: above a row, right of a column."""
    order = project.network.order
    if any(node not in order for node in note.nodes):
        return
    first, last = sorted(order.index(node) for node in note.nodes)
    boxes = [box for node in order[first : last + 1] if (box := _body(items, node)) is not None]
    if not boxes:
        return
    left, top = (min(box[0][axis] for box in boxes) for axis in (0, 1))
    right, bottom = (max(box[1][axis] for box in boxes) for axis in (0, 1))
    boxes = [extent(item) for item in items]
    words, part = typeset(note.text), note.nodes[0]
    if right - left >= bottom - top:
        y = min(box[0][1] for box in boxes if box[0][0] < right and left < box[1][0]) - _CLEAR
        yield from _curly([(left, y), (right, y)], palette, part)
        yield Text(
            x=(left + right) / 2, y=y - 14, text=words, size=_TYPE, weight=600, anchor="middle",
            colour=palette.text, part=part,
        )  # fmt: skip
    else:
        x = max(box[1][0] for box in boxes if box[0][1] < bottom and top < box[1][1]) + _CLEAR
        yield from _curly([(x, top), (x, bottom)], palette, part)
        yield Text(
            x=x + 14,
            y=(top + bottom) / 2 + 4,
            text=words,
            size=_TYPE,
            weight=600,
            colour=palette.text,
            part=part,
        )


def _curly(ends: Sequence[tuple[float, float]], palette: Palette, part: str) -> Iterator[Item]:
    """A brace between two points, its tip outwards: upwards or to the right."""
    (x1, y1), (x2, y2) = ends
    level = y1 == y2
    depth, tip = 6.0, 5.0
    middle = ((x1 + x2) / 2, (y1 + y2) / 2)

    def out(point: tuple[float, float], by: float) -> tuple[float, float]:
        return (point[0], point[1] - by) if level else (point[0] + by, point[1])

    for end in ends:
        corners = [out(end, -depth), end, middle, out(middle, tip)]
        yield replace(rounded_line(corners, 5, palette.secondary, 1.3), part=part)


def _title(items: Sequence[Item], titles: Sequence[FigureNote], palette: Palette) -> Iterator[Item]:
    if not titles or not items:
        return
    (left, top), (right, _) = extent_of_all(items)
    yield moved(
        Text(
            x=0,
            y=0,
            text=typeset(titles[-1].text),
            size=_TITLE,
            weight=600,
            anchor="middle",
            colour=palette.text,
        ),
        (left + right) / 2,
        top - 16,
    )
