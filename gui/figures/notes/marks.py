"""What notes add to a drawing: words at a layer or a wire, arrows with words, braces, a title."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from engine.model.figure_notes import FigureNote
from gui.figures.drawing.drawing import Anchor, Item, Line, Path, Point, Text
from gui.figures.drawing.item_bounds import Box, extent, extent_of_all
from gui.figures.drawing.shapes import rounded_line
from gui.figures.notes.subjects import Subjects, is_free, marked, stands_for
from gui.figures.text.equation import typeset
from gui.look.theme import Palette

TYPE: Final = 12.0
_TITLE: Final = 17.0
_CLEAR: Final = 12.0
_INDENT: Final = 60.0
"""How far a line of layers may begin from the outermost of all."""


def second_line(items: Sequence[Item], found: Subjects, note: FigureNote, palette: Palette) -> Iterator[Item]:
    """Words below a layer or a group, or beside it where something stands there; below a wire."""
    if note.wire is not None:
        yield from words_on_wire(items, found, note, palette, below=True)
        return
    box = found.body_of(note)
    if box is None:
        return
    (left, top), (right, bottom) = box
    below = Text(
        x=(left + right) / 2, y=bottom + TYPE + 2, text=typeset(note.text), size=TYPE, anchor="middle",
        colour=palette.secondary, part=note.nodes[0],
    )  # fmt: skip
    others = [item for item in items if not found.is_about(note, item)]
    beside = replace(below, x=right + 8, y=(top + bottom) / 2 + TYPE / 3, anchor="start")
    yield below if is_free(extent(below), others) else beside


def words_on_wire(
    items: Sequence[Item], found: Subjects, note: FigureNote, palette: Palette, *, below: bool = False
) -> Iterator[Item]:
    """Words along the longest piece of a wire, where nothing else is written."""
    assert note.wire is not None
    piece, edge = found.piece(note.wire), note.wire
    if piece is None:
        return
    (x1, y1), (x2, y2) = piece
    level = abs(x2 - x1) >= abs(y2 - y1)
    places: list[tuple[float, float, Anchor]] = []
    for share in (0.5, 0.3, 0.7, 0.15, 0.85):
        x, y = x1 + (x2 - x1) * share, y1 + (y2 - y1) * share
        sides: tuple[tuple[float, float, Anchor], ...]
        if level:
            sides = ((x, y - 5, "middle"), (x, y + TYPE + 3, "middle"))
        else:
            sides = ((x + 6, y + 4, "start"), (x - 6, y + 4, "end"))
        places += list(reversed(sides)) if below else list(sides)
    texts = [
        Text(
            x=x, y=y, text=typeset(note.text), size=TYPE, anchor=anchor,
            colour=palette.secondary if below else palette.text, weight=400 if below else 500,
        )
        for x, y, anchor in places
    ]  # fmt: skip
    chosen = next((text for text in texts if is_free(extent(text), items)), texts[0])
    yield marked(chosen, next((item for item in items if stands_for(item, edge)), None))


def arrow(items: Sequence[Item], found: Subjects, note: FigureNote, palette: Palette) -> Iterator[Item]:
    """Words above everything, and an arrow from them down to the layer, the group or the wire."""
    box = found.body_of(note)
    if box is None:
        return
    (_, top), _ = extent_of_all(items)
    x = (box[0][0] + box[1][0]) / 2
    y = top - _CLEAR - 16
    like = next((item for item in items if found.is_about(note, item)), None)
    words = Text(
        x=x, y=y, text=typeset(note.text), size=TYPE, weight=500, anchor="middle", colour=palette.text
    )
    line = Path(
        start=(x, y + 5), pieces=(Line((x, box[0][1] - 2)),), stroke=palette.accent, stroke_width=1.6,
        head="arrow", head_size=8.0,
    )  # fmt: skip
    for item in (words, line):
        made = marked(item, like)
        yield made if note.wire is not None else replace(made, wire=None)


def brace(items: Sequence[Item], found: Subjects, note: FigureNote, palette: Palette) -> Iterator[Item]:
    """A brace along the layers from the first to the last: above a row, right of a column. Lines of layers
    have one each, the words stand at the first."""
    parts = [part for part in found.between(note.nodes) if found.body(part) is not None]
    lines = list(_in_lines(parts, found))
    for index, line in enumerate(lines):
        words = note.text if not index else ""
        around = items if len(lines) == 1 else [item for item in items if item.part in line]
        yield from _brace_along(line, found, around, words, palette)


def _brace_along(
    line: Sequence[str], found: Subjects, items: Sequence[Item], words: str, palette: Palette
) -> Iterator[Item]:
    bodies = [box for part in line if (box := found.body(part)) is not None]
    left, top = (min(box[0][axis] for box in bodies) for axis in (0, 1))
    right, bottom = (max(box[1][axis] for box in bodies) for axis in (0, 1))
    boxes = [extent(item) for item in items]
    part = line[0]
    if right - left >= bottom - top:
        y = min(box[0][1] for box in boxes if box[0][0] < right and left < box[1][0]) - _CLEAR
        yield from _curly([(left, y), (right, y)], palette, part)
        at, anchor = ((left + right) / 2, y - 14), "middle"
    else:
        x = max(box[1][0] for box in boxes if box[0][1] < bottom and top < box[1][1]) + _CLEAR
        yield from _curly([(x, top), (x, bottom)], palette, part)
        at, anchor = (x + 14, (top + bottom) / 2 + 4), "start"
    if words:
        text = Text(x=at[0], y=at[1], text=typeset(words), size=TYPE, weight=600, colour=palette.text)
        yield replace(text, anchor="middle" if anchor == "middle" else "start", part=part)


def _in_lines(parts: Sequence[str], found: Subjects) -> Iterator[list[str]]:
    """The parts, cut where a new line or column of the figure begins."""
    everything = [box for part in found.parts if (box := found.body(part)) is not None]
    if not everything:
        return
    first = [min(box[0][axis] for box in everything) for axis in (0, 1)]
    line: list[str] = []
    before: Box | None = None
    for part in parts:
        box = found.body(part)
        if box is None:
            continue
        if before is not None and any(_begins(box, before, first, axis) for axis in (0, 1)):
            yield line
            line = []
        line.append(part)
        before = box
    if line:
        yield line


def _begins(box: Box, before: Box, first: Sequence[float], axis: int) -> bool:
    """Whether a box begins a line along this axis: back at the beginning, and beside the box before."""
    back = box[0][axis] < before[0][axis] and box[0][axis] <= first[axis] + _INDENT
    return back and box[0][1 - axis] >= before[1][1 - axis]


def _curly(ends: Sequence[Point], palette: Palette, part: str) -> Iterator[Item]:
    """A brace between two points, its tip outwards: upwards or to the right."""
    (x1, y1), (x2, y2) = ends
    level = y1 == y2
    depth, tip = 6.0, 5.0
    middle = ((x1 + x2) / 2, (y1 + y2) / 2)

    def out(point: Point, by: float) -> Point:
        return (point[0], point[1] - by) if level else (point[0] + by, point[1])

    for end in ends:
        corners = [out(end, -depth), end, middle, out(middle, tip)]
        yield replace(rounded_line(corners, 5, palette.secondary, 1.3), part=part)


def title(items: Sequence[Item], titles: Sequence[FigureNote], palette: Palette) -> Iterator[Item]:
    """Words above everything, in its middle."""
    if not titles or not items:
        return
    (left, top), (right, _) = extent_of_all(items)
    yield Text(
        x=(left + right) / 2, y=top - 16, text=typeset(titles[-1].text), size=_TITLE, weight=600,
        anchor="middle", colour=palette.text,
    )  # fmt: skip
