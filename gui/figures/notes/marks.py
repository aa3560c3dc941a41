"""What notes add to a drawing: words at a layer or a wire, arrows with words, braces, a title."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from engine.model.figure_notes import FigureNote
from gui.figures.drawing.drawing import Anchor, Item, Line, Path, Point, Text
from gui.figures.drawing.item_bounds import extent, extent_of_all
from gui.figures.drawing.shapes import rounded_line
from gui.figures.notes.lines import Lines
from gui.figures.notes.subjects import Subjects, is_free, marked, stands_for
from gui.figures.text.equation import typeset
from gui.look.theme import Palette

TYPE: Final = 12.0
_TITLE: Final = 17.0
_CLEAR: Final = 12.0
_DEPTH: Final = 6.0
_TIP: Final = 5.0
"""How far a brace reaches towards the layers, and its tip away from them."""
_ANCHORS: Final[Mapping[str, Anchor]] = {"start": "start", "middle": "middle", "end": "end"}


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
    """Words beside everything, and an arrow from them to the layer, the group or the wire: from above or
    below a row, from the side of a column."""
    box = found.body_of(note)
    like = next((item for item in items if found.is_about(note, item)), None)
    if box is None or like is None:
        return
    lines = Lines(found)
    side = lines.side(like.part)
    outer = extent_of_all(items)[0 if side < 0 else 1]
    middle = (box[0][0] + box[1][0]) / 2, (box[0][1] + box[1][1]) / 2
    if lines.axis == 0:
        y = outer[1] + side * (_CLEAR + 16) + (TYPE - 3 if side > 0 else 0)
        at, anchor = (middle[0], y), "middle"
        ends = (
            (middle[0], y + 5 if side < 0 else y - TYPE),
            (middle[0], box[0 if side < 0 else 1][1] + 2 * side),
        )
    else:
        x = outer[0] + side * (_CLEAR + 16)
        at, anchor = (x, middle[1] + 4), "end" if side < 0 else "start"
        ends = (x - 5 * side, middle[1]), (box[0 if side < 0 else 1][0] + 2 * side, middle[1])
    words = Text(
        x=at[0], y=at[1], text=typeset(note.text), size=TYPE, weight=500, anchor=_ANCHORS[anchor],
        colour=palette.text,
    )  # fmt: skip
    line = Path(
        start=ends[0], pieces=(Line(ends[1]),), stroke=palette.accent, stroke_width=1.6, head="arrow",
        head_size=8.0,
    )  # fmt: skip
    for item in (words, line):
        made = marked(item, like)
        yield made if note.wire is not None else replace(made, wire=None)


def brace(items: Sequence[Item], found: Subjects, note: FigureNote, palette: Palette) -> Iterator[Item]:
    """A brace along the layers from the first to the last, beside their row or column. Several of those have
    one each, the words stand at the first."""
    lines = Lines(found)
    for index, piece in enumerate(lines.pieces(found.between(note.nodes))):
        around = items
        if lines.is_inner(piece[0]):
            own = set(lines.line_of(piece[0]))
            around = [
                one for one in items if one.part in own and (one.wire is None or one.wire.source in own)
            ]
        words = "" if index else note.text
        yield from _brace_along(piece, found, around, words, palette, lines.axis, lines.side(piece[0]))


def _brace_along(
    parts: Sequence[str],
    found: Subjects,
    items: Sequence[Item],
    words: str,
    palette: Palette,
    axis: int,
    side: int,
) -> Iterator[Item]:
    """Beside what stands along these parts; `side` −1 for above or left, +1 for below or right."""
    bodies = [box for part in parts if (box := found.body(part)) is not None]
    low, high = min(box[0][axis] for box in bodies), max(box[1][axis] for box in bodies)
    across = 1 - axis
    beside = [box for box in map(extent, items) if box[0][axis] < high and low < box[1][axis]]
    level = (min if side < 0 else max)(box[0 if side < 0 else 1][across] for box in beside)
    level += side * _CLEAR
    part, middle = parts[0], (low + high) / 2

    def at(along: float, out: float) -> Point:
        away = level + side * out
        return (along, away) if axis == 0 else (away, along)

    for end in (low, high):
        corners = [at(end, -_DEPTH), at(end, 0), at(middle, 0), at(middle, _TIP)]
        yield replace(rounded_line(corners, 5, palette.secondary, 1.3), part=part)
    if not words:
        return
    x, y = at(middle, 14)
    if axis == 0:
        y, anchor = y + (TYPE - 4 if side > 0 else 0), "middle"
    else:
        y, anchor = y + 4, "end" if side < 0 else "start"
    yield Text(
        x=x, y=y, text=typeset(words), size=TYPE, weight=600, anchor=_ANCHORS[anchor], colour=palette.text,
        part=part,
    )  # fmt: skip


def title(items: Sequence[Item], titles: Sequence[FigureNote], palette: Palette) -> Iterator[Item]:
    """Words above everything, in its middle."""
    if not titles or not items:
        return
    (left, top), (right, _) = extent_of_all(items)
    yield Text(
        x=(left + right) / 2, y=top - 16, text=typeset(titles[-1].text), size=_TITLE, weight=600,
        anchor="middle", colour=palette.text,
    )  # fmt: skip
