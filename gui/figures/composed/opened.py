"""A group layer by layer in a frame, beside the folded network: the block diagram that papers show."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from engine.analysis.analyze import Analysis
from engine.layout.repeats import repeat_count
from engine.model.project import Project
from gui.figures.composed.excerpt import excerpt
from gui.figures.drawing.drawing import Drawing, Item, Rect, Text
from gui.figures.drawing.item_bounds import Box, cropped, extent_of_all, moved
from gui.figures.drawing.shapes import straight
from gui.figures.notes.subjects import Subjects, is_free
from gui.figures.style import Options
from gui.look.theme import Palette

Draw = Callable[[Project, Analysis, Options], Drawing]

_PAD: Final = 18.0
_TITLE: Final = 14.0
_HEAD: Final = 30.0
"""Room for the frame's title."""
_APART: Final = 56.0
_AROUND: Final = 5.0
_DASHES: Final = (5.0, 3.0)


def with_group_opened(
    draw: Draw, project: Project, analysis: Analysis, palette: Palette, options: Options
) -> Drawing:
    """The network folded, and the group `options.opened` in a frame below it, or right of a tall one.

    Each gets half of the height, or of the width, that there is.
    """
    group = options.opened
    nodes = project.groups.nodes(group)
    plain = replace(options, opened="", fold=True)
    folded = draw(project, analysis, plain)
    below = folded.width >= folded.height
    half = _halved(options, below)
    if half != options:
        folded = draw(project, analysis, replace(half, opened="", fold=True))
    part, numbers = excerpt(project, analysis, nodes, project.groups[group].label)
    opened = draw(part, numbers, replace(half, opened="", fold=False))
    count = repeat_count(project.network, project.groups, group)
    label = f"{part.title} ×{count}" if count > 1 else part.title
    frame = _framed(opened, label, group, palette)
    (left, top), (right, bottom) = extent_of_all(folded.items)
    (x1, y1), (x2, y2) = extent_of_all(frame)
    if below:
        dx, dy = (left + right - x1 - x2) / 2, bottom + _APART - y1
    else:
        dx, dy = right + _APART - x1, (top + bottom - y1 - y2) / 2
    frame = [moved(item, dx, dy) for item in frame]
    box = (x1 + dx, y1 + dy), (x2 + dx, y2 + dy)
    outline, lines = _leading(list(folded.items), project, group, box, palette, below=below)
    items = [*lines, *folded.items, *outline, *frame]
    made = cropped(items, 24.0, background=folded.background, title=folded.title)
    return replace(made, about=folded.about)


def _halved(options: Options, below: bool) -> Options:
    if below:
        return options if options.height_mm is None else replace(options, height_mm=options.height_mm / 2)
    return options if options.width_mm is None else replace(options, width_mm=options.width_mm / 2)


def _framed(drawing: Drawing, label: str, group: str, palette: Palette) -> list[Item]:
    """The drawing in a frame with the group's name above."""
    (left, top), (right, bottom) = extent_of_all(drawing.items)
    box = Rect(
        x=left - _PAD, y=top - _PAD - _HEAD, width=right - left + 2 * _PAD,
        height=bottom - top + 2 * _PAD + _HEAD,
        radius=8, stroke=palette.accent, stroke_width=1.2, dashes=_DASHES, part=group,
    )  # fmt: skip
    words = Text(
        x=left, y=top - _HEAD + 2, text=label, size=_TITLE, weight=600, colour=palette.text, part=group
    )
    return [box, words, *drawing.items]


def _leading(
    items: list[Item], project: Project, group: str, frame: Box, palette: Palette, *, below: bool
) -> tuple[list[Item], list[Item]]:
    """An outline around what the group is in the network, and lines from it to the frame where nothing is in
    their way; nothing where the fold has put the group away."""
    found = Subjects(items, project)
    boxes = [box for part in found.parts_of(group) if (box := found.body(part)) is not None]
    if not boxes:
        return [], []
    x1, y1 = (min(box[0][axis] for box in boxes) - _AROUND for axis in (0, 1))
    x2, y2 = (max(box[1][axis] for box in boxes) + _AROUND for axis in (0, 1))
    ink = palette.accent
    outline = Rect(
        x=x1, y=y1, width=x2 - x1, height=y2 - y1, radius=6, stroke=ink, stroke_width=1.2, dashes=_DASHES,
        part=group,
    )  # fmt: skip
    (left, top), (right, bottom) = frame
    starts = ((x1, y2), (x2, y2)) if below else ((x2, y1), (x2, y2))
    ends = ((left, top), (right, top)) if below else ((left, top), (left, bottom))
    within = extent_of_all([straight(a, b, ink) for a, b in zip(starts, ends, strict=True)])
    shown = found.parts_of(group)
    if not is_free(within, [item for item in items if item.part not in shown]):
        return [outline], []
    lines = [
        replace(straight(start, end, ink, 0.8), dashes=_DASHES, part=group)
        for start, end in zip(starts, ends, strict=True)
    ]
    return [outline], [*lines]
