"""The canvas itself: cards and wires, shapes on the wires."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import dist, log2
from typing import Final

from engine.analysis.analyze import Analysis
from engine.layout.layout import DOWN, RIGHT
from engine.model.project import Project
from engine.shapes import Shape
from gui.figures.drawing.drawing import Drawing, Item, Point, Rect, Text, Wire
from gui.figures.drawing.item_bounds import belonging, cropped, extent_of_all, leading, text_overlaps
from gui.figures.drawing.shapes import rounded_line
from gui.figures.flow.card import PILL_PX, SHEET, Card, card_items, pill, pill_width
from gui.figures.flow.flow_view import FlowView, Shown, flow_view
from gui.figures.flow.wire import WIRE_PX, fan, level_piece, longest_piece, turned, turned_path, wire
from gui.figures.slabs.scaling import room
from gui.figures.style import Maps, Options, Style
from gui.figures.text.legend import legend
from gui.figures.text.type_metrics import text_width
from gui.figures.tints import chosen, mixed, paper
from gui.look.colormaps import Rgb
from gui.look.theme import (
    BASE_PX,
    CAPTION_PX,
    CARD_HEIGHT,
    CARD_WIDTH,
    FRAME_COLOURS,
    ROLE_COLOURS,
    THUMBNAIL,
    Palette,
)
from gui.look.thumbnails import layer_thumbnail

MARGIN: Final = 24.0
_THUMBNAIL_PIXELS: Final = 2 * THUMBNAIL
"""Pixels of a thumbnail's side: it stays sharp on a page and on a dense screen."""
_HEAD: Final = 7.0
_PILL_HEIGHT: Final = 22.0
_ROLE_NAMES: Final[Mapping[str, str]] = {
    "input": "Input",
    "convolution": "K×K convolution",
    "pointwise": "1×1 convolution",
    "depthwise": "Depthwise",
    "pooling": "Pooling",
    "normalization": "Normalisation",
    "activation": "Activation",
    "merge": "Sum, concatenation",
    "reshape": "Dense, reshaping",
}

Ways = Mapping[str, list[tuple[Point, ...]]]
"""The ways of all wires from each card, in the order of its readers."""


def draw(
    project: Project, analysis: Analysis, maps: Maps | None, palette: Palette, options: Options
) -> Drawing:
    """The project as it lies on the canvas, tightly cropped; laid out where that is needed."""
    view = flow_view(project, analysis, options)
    as_placed = not options.fold and options.direction in ("", project.direction) and view.arranged is None
    readers: dict[str, list[str]] = {card: [] for card in view.cards}
    for one, shown in view.cards.items():
        for source in shown.sources:
            readers[source].append(one)
    ways = _ways(view, readers)
    volumes = _Volumes([shown.shape for shown in view.cards.values() if shown.shape is not None])
    items: list[Item] = [*_repeated(view, palette)]
    if as_placed and project.positions:
        items += _drawn_around(project, palette)
    for source, leaving in readers.items():
        for reader, way in zip(leaving, ways[source], strict=True):
            if view.is_cornered:
                path = rounded_line(way, 10, palette.wire, WIRE_PX)
            else:
                path = wire(way, palette.wire)
                path = turned_path(path) if view.down else path
            known = Wire(source=source, edges=view.wires.get((source, reader), ()))
            items.append(replace(path, part=reader, wire=known, head="arrow", head_size=_HEAD))
    pills: list[Item] = []
    cards: list[tuple[str, Card]] = []
    for card_id, shown in view.cards.items():
        own = _caption([shown.shape] if shown.shape is not None else [], options)
        told = set()
        seen_ways = [_out_of_sheets(way, shown.card.sheets, view.down) for way in ways[card_id]]
        for caption, (leaving, along) in _by_caption(
            card_id, readers[card_id], seen_ways, view, options
        ).items():
            place = _pill_place(along, caption, view, must=caption != own)
            if place is not None:
                # It lies on a wire, and comes with what the wire leads to.
                pills += leading(leaving[0], _wires(view, card_id, leaving), pill(place, caption, palette))
                told.add(caption)
            elif view.arranged is not None and not view.down:
                bare = _above_wire(along, caption, palette)
                pills += leading(leaving[0], _wires(view, card_id, leaving), bare)
                told |= {caption} if bare else set()
        picture = _picture(project, shown, maps, options)
        volume = None if picture is not None or shown.shape is None else volumes(shown.shape)
        card = replace(shown.card, picture=picture, volume=volume)
        cards.append((card_id, card if own in told else replace(card, shape=own)))
    items += pills
    colours = chosen(ROLE_COLOURS, options)
    for card_id, card in cards:
        made = belonging(card_id, card_items(_clear(card), palette, colours))
        # What a card gives stands below its right end, or its left one where a wire's caption is.
        if card.shape and not card.note and text_overlaps([*pills, *made[-1:]], slack=0.5):
            made = belonging(
                card_id, card_items(replace(_clear(card), shape="", note=card.shape), palette, colours)
            )
        items += made
    if options.legend and items:
        (left, _), (right, bottom) = extent_of_all(items)
        roles = {role for shown in view.cards.values() for role, _ in shown.card.parts}
        colours = chosen(ROLE_COLOURS, options)
        meaning = {name: colours[role] for role, name in _ROLE_NAMES.items() if role in roles}
        items += legend(
            meaning, palette, left, bottom + 20, right - left, room(options, CAPTION_PX)[0] - 2 * MARGIN
        )
    background = None if options.transparent else paper(palette)
    return cropped(items, MARGIN, background=background, title=project.title)


class _Volumes:
    """Shapes as shares of the largest sizes in the figure, by their logarithms."""

    def __init__(self, shapes: Sequence[Shape]) -> None:
        self._channels = max((shape[0] for shape in shapes), default=1)
        self._side = max((size for shape in shapes for size in shape[1:]), default=1)

    def __call__(self, shape: Shape) -> tuple[float, float, float]:
        channels = log2(1 + shape[0]) / log2(1 + self._channels)
        if len(shape) == 1:
            return 0.0, channels, 0.0
        height, width = (log2(1 + size) / log2(1 + self._side) for size in shape[1:3])
        return channels, height, width


def _repeated(view: FlowView, palette: Palette) -> Iterator[Item]:
    """An outline with ×N around cards that are repeated together."""
    for run in view.runs:
        places = [view.cards[card].card.at for card in run.symbols]
        x, y = min(x for x, _ in places) - 16, min(y for _, y in places) - 34
        right = max(x for x, _ in places) + view.cards[run.symbols[0]].card.width + 16
        bottom = max(y for _, y in places) + CARD_HEIGHT + 24
        part = run.symbols[0]
        yield Rect(
            x=x, y=y, width=right - x, height=bottom - y, radius=8, stroke=palette.line, dashes=(5.0, 3.0),
            part=part,
        )  # fmt: skip
        yield Text(
            x=x + 12,
            y=y + 20,
            text=f"×{run.copies}",
            size=BASE_PX,
            weight=600,
            colour=palette.text,
            part=part,
        )


def _ways(view: FlowView, readers: Mapping[str, Sequence[str]]) -> Ways:
    """Where wires run, for a network that runs down with x and y exchanged."""
    arranged = view.arranged
    if arranged is not None and arranged.ways is not None:
        return {
            source: [arranged.ways[source, reader] for reader in leaving]
            for source, leaving in readers.items()
        }
    at = {one: turned(shown.card.at) if view.down else shown.card.at for one, shown in view.cards.items()}
    places, spacing = list(at.values()), DOWN if view.down else RIGHT
    spacing = spacing if arranged is None else arranged.spacing
    return {
        source: fan(at[source], [at[reader] for reader in leaving], places, spacing)
        for source, leaving in readers.items()
    }


def _wires(view: FlowView, source: str, readers: Sequence[str]) -> Wire:
    """What a caption is of that stands for the wires to several readers."""
    edges = (edge for reader in readers for edge in view.wires.get((source, reader), ()))
    return Wire(source=source, edges=tuple(edges))


def _caption(shapes: Sequence[Shape], options: Options) -> str:
    """What a wire carries, as it is written on it."""
    if "shapes" not in options.labels:
        return ""
    return ", ".join(options.shape(shape) for shape in shapes)


def _by_caption(
    source: str, readers: Sequence[str], ways: Sequence[tuple[Point, ...]], view: FlowView, options: Options
) -> dict[str, tuple[list[str], list[tuple[Point, ...]]]]:
    """The wires from a card by what they carry, with readers and ways; equal ones have one caption."""
    found: dict[str, tuple[list[str], list[tuple[Point, ...]]]] = {}
    for reader, way in zip(readers, ways, strict=True):
        caption = _caption(view.carried.get((source, reader), ()), options)
        if caption:
            leaving, along = found.setdefault(caption, ([], []))
            leaving.append(reader)
            along.append(way)
    return found


def _out_of_sheets(way: tuple[Point, ...], sheets: int, down: bool) -> tuple[Point, ...]:
    """What is seen of a wire: it comes out from under the sheets that lie behind its card."""
    (x, y), second = way[0], way[1]
    if down or second[1] != y or second[0] < x:
        return way
    return ((x + SHEET * sheets, y), *way[1:])


def _pill_place(ways: Sequence[Sequence[Point]], caption: str, view: FlowView, *, must: bool) -> Point | None:
    """Middle of a straight piece of these wires that is long enough; a short one is preferred. Cornered
    wires have upright pieces where it can lie too.

    Where none is long enough, None, or the longest where the caption `must` be told on a wire.
    """
    down = view.down
    pieces = [longest_piece(way) if view.is_cornered else level_piece(way) for way in ways]
    # Where cards stand close, the caption can lie above the wire: its head is to be seen.
    clear = 0.0 if view.arranged is None or down else 2 * _HEAD + 4
    fitting = [piece for piece in pieces if dist(*piece) >= _pill_length(piece, caption, down, clear)]
    if fitting:
        left, right = min(fitting, key=lambda piece: dist(*piece))
    elif must:
        left, right = max(pieces, key=lambda piece: dist(*piece))
    else:
        return None
    middle = (left[0] + right[0]) / 2, (left[1] + right[1]) / 2
    return turned(middle) if down else middle


def _above_wire(ways: Sequence[Sequence[Point]], caption: str, palette: Palette) -> list[Item]:
    """The caption above a level piece that is too short for its outline too; none where there is none."""
    width = text_width(caption, PILL_PX)
    for (x1, y), (x2, _) in map(level_piece, ways):
        if x2 - x1 >= width + 2:
            middle = (x1 + x2) / 2
            colour = palette.secondary
            return [Text(x=middle, y=y - 5, text=caption, size=PILL_PX, anchor="middle", colour=colour)]
    return []


def _pill_length(piece: tuple[Point, Point], caption: str, down: bool, clear: float) -> float:
    """What the pill takes along this piece: its height on an upright one, else its width and what is to be
    `clear` beside it."""
    upright = piece[0][0] == piece[1][0]
    return _PILL_HEIGHT if down or upright else pill_width(caption) + clear


def _clear(card: Card) -> Card:
    """Below a card stands its shape or its amounts; both only where there is room for both."""
    return replace(card, note="") if card.shape and len(card.note) + len(card.shape) > 26 else card


def _picture(project: Project, shown: Shown, maps: Maps | None, options: Options) -> Rgb | None:
    found = None if maps is None else maps.get(shown.face)
    if found is None:
        return None
    layer = project.network.nodes[shown.face].layer
    return layer_thumbnail(layer, found, _THUMBNAIL_PIXELS, options.colour_map)


def _drawn_around(project: Project, palette: Palette) -> Iterator[Item]:
    """Frames, outlines of expanded groups and notes, behind everything."""
    for frame in project.frames.values():
        colour = FRAME_COLOURS[frame.colour]
        yield Rect(
            x=frame.x, y=frame.y, width=frame.width, height=frame.height, radius=8, fill=colour,
            fill_opacity=0.1, stroke=mixed(colour, palette.canvas, 0.5), part=frame.id,
        )  # fmt: skip
        yield Text(
            x=frame.x + 12, y=frame.y + 22, text=frame.title, size=BASE_PX, weight=600, colour=palette.text,
            part=frame.id,
        )  # fmt: skip
    for group_id, group in project.groups.items():
        inside = {project.groups.card(node) for node in project.groups.nodes(group_id)}
        if project.groups.card(group_id) != group_id or group.collapsed:
            continue
        places = [project.position(one) for one in inside]
        x, y = min(x for x, _ in places) - 16, min(y for _, y in places) - 30
        right, bottom = (
            max(x for x, _ in places) + CARD_WIDTH + 16,
            max(y for _, y in places) + CARD_HEIGHT + 22,
        )
        yield Rect(
            x=x, y=y, width=right - x, height=bottom - y, radius=8, stroke=palette.line, dashes=(5.0, 3.0),
            part=group_id,
        )  # fmt: skip
        yield Text(
            x=x + 10, y=y + 16, text=group.label, size=CAPTION_PX, colour=palette.secondary, part=group_id
        )
    for note in project.text_notes.values():
        for index, line in enumerate(note.text.splitlines()):
            y = note.y + 14 + 18 * index
            yield Text(x=note.x, y=y, text=line, size=BASE_PX, colour=palette.text, part=note.id)


STYLE: Final = Style(
    name="flow",
    title="Canvas",
    draw=draw,
    about="The canvas itself: cards and wires, shapes on the wires",
    uses=frozenset(
        {
            "transparent",
            "channels_last",
            "colour_map",
            "direction",
            "fold",
            "legend",
            "labels",
            "colours",
            "colour",
            "notation",
        }
    ),
    splits=True,
    ends=True,
)
