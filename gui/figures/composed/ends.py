"""Both ends of a network in a figure: the photograph that goes in, and the classes that come out with their
scores."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.analysis.classes import ClassScore, answer_node, top_classes
from engine.analysis.learned import learned_layers
from engine.model.network import Network
from engine.model.project import Project
from gui.figures.drawing.drawing import Drawing, Item, Line, Path, Picture, Point, Rect, Text
from gui.figures.drawing.item_bounds import Box, belonging, cropped, extent, extent_of_all
from gui.figures.notes.subjects import Subjects, meets
from gui.figures.sketch import is_passing
from gui.figures.style import Maps, Style
from gui.figures.text.type_metrics import elided, text_width
from gui.look.theme import Palette

_MOST: Final = 5
"""Classes that are told."""
_TYPE: Final = 11.0
_ROW: Final = 19.0
_NAME: Final = 150.0
_BAR: Final = 3.0
_GAP: Final = 26.0
"""From a layer to what stands before or behind it: room for an arrow."""
_LARGEST: Final = 96.0
_SMALLEST: Final = 44.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Ends:
    """What stands at the ends, as far as it is known; `remark` says what is missing and why."""

    network: Network
    photograph: npt.NDArray[np.uint8] | None = None
    scores: tuple[ClassScore, ...] = ()
    answer: str = ""
    """The node that gives the scores."""
    remark: str = ""


def ends_of(
    project: Project, maps: Maps | None, photograph: npt.NDArray[np.uint8] | None, style: Style
) -> Ends:
    """What a figure of the whole network has at its ends."""
    network = project.network
    if not style.ends:
        return Ends(
            network=network,
            remark=f"the style {style.name} has no place for the photograph and the classes",
        )
    node = answer_node(network)
    caveat = learned_layers(network).caveat
    if node is None:
        why = "the network gives no scores of classes"
    elif caveat:
        why = f"the classes are left out: {caveat}"
    elif maps is None or node not in maps:
        why = "the classes are left out: the network has not been run"
    else:
        scores = top_classes(maps[node][0], project.class_names, _MOST)
        return Ends(network=network, photograph=photograph, scores=scores, answer=node)
    return Ends(network=network, photograph=photograph, remark=why)


def with_ends(
    drawing: Drawing, ends: Ends, project: Project, palette: Palette, nodes: Collection[str]
) -> Drawing:
    """The drawing with its ends, where the layers that it is of (`nodes`) hold them."""
    items = list(drawing.items)
    start = next((one for one in ends.network.inputs if one in nodes), "")
    if ends.photograph is not None and start:
        items += _photograph(items, ends, start, project, palette)
    if ends.scores and ends.answer in nodes:
        items += _classes(items, ends, project, palette)
    if len(items) == len(drawing.items):
        return drawing
    made = cropped(items, 24.0, background=drawing.background, title=drawing.title)
    return replace(made, about=drawing.about)


@dataclass(frozen=True)
class _Anchor:
    """The drawn part nearest to an end, its box, and whether layers are left out between the two."""

    part: str
    box: Box
    apart: bool
    down: bool
    """Whether the network runs down here."""


def _anchor(
    items: Sequence[Item], end: str, network: Network, project: Project, *, first: bool
) -> _Anchor | None:
    found, groups = Subjects(items, project), project.groups
    ranks: dict[str, list[int]] = {}
    for part in found.parts:
        members = groups.nodes(part) if part in groups else (part,)
        own = [network.rank[one] for one in members if one in network]
        if own:
            ranks[part] = own
    if not ranks:
        return None
    order = sorted(ranks, key=lambda part: min(ranks[part]) if first else -max(ranks[part]))
    holding = [part for part in order if network.rank[end] in ranks[part]]
    above = network.ancestors(end)
    near = [part for part in order if network.order[max(ranks[part])] in above]
    part = next(iter([*holding, *([] if first else near), *order]))
    box = found.body(part)
    if box is None:
        return None
    rank = min(ranks[part]) if first else max(ranks[part])
    low, high = sorted((rank, network.rank[end]))
    between = network.order[low + 1 : high] if holding == [] else ()
    apart = any(
        not is_passing(layer) and layer.family != "softmax"
        for layer in (network.nodes[one].layer for one in between)
    )
    others = [other for one in order[1:3] if (other := found.body(one)) is not None]
    down = bool(others) and all(_is_below(box, other) == first for other in others)
    down = down and any(abs(other[0][1] - box[0][1]) > abs(other[0][0] - box[0][0]) for other in others)
    return _Anchor(part, box, apart, down)


def _is_below(box: Box, other: Box) -> bool:
    return other[0][1] >= box[1][1]


def _photograph(
    items: Sequence[Item], ends: Ends, start: str, project: Project, palette: Palette
) -> Iterator[Item]:
    """Before the first layer, unless that shows it on its face already."""
    assert ends.photograph is not None
    anchor = _anchor(items, start, ends.network, project, first=True)
    if anchor is None or any(isinstance(one, Picture) and one.part == start for one in items):
        return
    rows, columns = ends.photograph.shape[:2]
    (left, top), (right, bottom) = anchor.box
    long = min(_LARGEST, max(_SMALLEST, bottom - top, right - left if anchor.down else 0.0))
    width, height = long * min(1.0, columns / rows), long * min(1.0, rows / columns)
    at, tip = _place(items, anchor, width, height, before=True)
    arrow = _arrow((at[0] + width, at[1] + height / 2), (at[0] + width / 2, at[1] + height), tip, palette)
    picture = Picture(
        x=at[0], y=at[1], width=width, height=height, pixels=ends.photograph[..., :3], smooth=True
    )
    outline = Rect(x=at[0], y=at[1], width=width, height=height, stroke=palette.line, stroke_width=0.8)
    dashes = (2.0, 3.0) if anchor.apart else ()
    yield from belonging(start, [picture, outline, replace(arrow, dashes=dashes)])


def _classes(items: Sequence[Item], ends: Ends, project: Project, palette: Palette) -> Iterator[Item]:
    """Behind the last layer: a row a class with a bar as long as its score, the likeliest first."""
    anchor = _anchor(items, ends.answer, ends.network, project, first=False)
    if anchor is None:
        return
    names = [elided(score.name, _NAME, _TYPE) for score in ends.scores]
    shares = [f"{100 * score.probability:.1f} %" for score in ends.scores]
    share = max(text_width(words, _TYPE, 500) for words in shares)
    width = max(text_width(name, _TYPE, 500) for name in names) + 14 + share
    height = _ROW * len(names)
    (x, y), tip = _place(items, anchor, width, height, before=False)
    level = tip[1] != anchor.box[1][1] + 3
    end = (x - 5, y + height / 2) if level else (x + width / 2, y - 3)
    arrow = Path(
        start=tip, pieces=(Line(end),), stroke=palette.wire, stroke_width=1.3, head="arrow", head_size=7.0,
        dashes=(2.0, 3.0) if anchor.apart else (),
    )  # fmt: skip
    rows: list[Item] = [arrow]
    for index, (name, words, score) in enumerate(zip(names, shares, ends.scores, strict=True)):
        line = y + _ROW * index
        weight = 500 if index == 0 else 400
        ink = palette.text if index == 0 else palette.secondary
        text = Text(x=x, y=line + 11, text=name, size=_TYPE, colour=ink)
        number = replace(text, x=x + width, text=words, anchor="end")
        rows += [replace(one, weight=500 if weight == 500 else 400) for one in (text, number)]
        length = max(0.5, width * score.probability)
        rows.append(Rect(x=x, y=line + 14, width=length, height=_BAR, radius=1, fill=palette.accent))
    yield from belonging(ends.answer, rows)


def _place(
    items: Sequence[Item], anchor: _Anchor, width: float, height: float, *, before: bool
) -> tuple[Point, Point]:
    """Where a box of this size stands beside the anchor, and where the arrow meets the anchor: in the
    direction of the network where nothing stands there, else at the side, else beside everything."""
    (left, top), (right, bottom) = anchor.box
    middle_x, middle_y = (left + right) / 2, (top + bottom) / 2
    (outer_left, outer_top), (outer_right, outer_bottom) = extent_of_all(items)
    across, along = middle_x - width / 2, middle_y - height / 2
    if before:
        side = ((left - _GAP - width, along), (left - 2, middle_y))
        ahead = ((across, top - _GAP - height), (middle_x, top - 3))
        outside = ((outer_left - _GAP - width, along), (left - 2, middle_y))
        beyond = ((across, outer_top - _GAP - height), (middle_x, top - 3))
    else:
        side = ((right + _GAP, along), (right + 2, middle_y))
        ahead = ((across, bottom + _GAP), (middle_x, bottom + 3))
        outside = ((outer_right + _GAP, along), (right + 2, middle_y))
        beyond = ((across, outer_bottom + _GAP), (middle_x, bottom + 3))
    places = [ahead, side, beyond, outside] if anchor.down else [side, ahead, outside, beyond]
    own = (item for item in items if item.part != anchor.part or item.wire is not None)
    # A ground without a part, such as a stage's tint, is no obstacle.
    others = [extent(item) for item in own if item.part or isinstance(item, Text)]

    def is_free(place: tuple[Point, Point]) -> bool:
        (x, y), tip = place
        box = (x - 4, y - 4), (x + width + 4, y + height + 4)
        to = (min(x + width, tip[0]), min(y + height, tip[1])), (max(x, tip[0]) + 1, max(y, tip[1]) + 1)
        level = place in (side, outside)
        way = ((to[0][0], middle_y - 2), (to[1][0], middle_y + 2)) if level else (
            (middle_x - 2, to[0][1]), (middle_x + 2, to[1][1])
        )  # fmt: skip
        return not any(meets(box, other) or meets(way, other) for other in others)

    return next((place for place in places if is_free(place)), places[2])


def _arrow(right: Point, below: Point, tip: Point, palette: Palette) -> Path:
    """From the photograph's right side, or from below it, to the first layer."""
    start = (right[0] + 3, right[1]) if abs(tip[1] - right[1]) < 1 else (below[0], below[1] + 3)
    return Path(
        start=start, pieces=(Line(tip),), stroke=palette.wire, stroke_width=1.3, head="arrow", head_size=7.0
    )
