"""Cards laid out for a slide or a page: lines as long as it is wide, a network with long skips as a U."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from engine.layers.add import Add
from engine.layout.layout import lay_out
from engine.layout.series_parallel import Spacing
from engine.model.network import Edge, Network, Node
from engine.shapes import Shape
from gui.figures.chain.paging import Page, stretch
from gui.figures.drawing.drawing import Point
from gui.figures.flow.u_shape import Levels, u_levels
from gui.figures.slabs.scaling import room
from gui.figures.style import Options
from gui.look.theme import CARD_HEIGHT

WIDTH: Final = 165.0
"""Of a card: four with their wires are as wide as a slide with type of 8 pt."""
_APART: Final = 78.0
"""Room for `64×224×224` beside the sheets behind a card."""
_SKIP: Final = 24.0
"""How much farther both sides of a U stand apart."""
_TYPE: Final = 11.0
_ROW: Final = 92.0
"""From one branch to the next."""
_BESIDE: Final = 48.0
"""What wires that go back take beside the cards, with the margin."""

Sources = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class Arranged:
    """Places of the cards, how far apart they stand, and the ways of all wires where they are known."""

    at: Mapping[str, Point]
    spacing: Spacing
    ways: Mapping[Edge, tuple[Point, ...]] | None = None


def arrange_page(
    sources: Sources,
    shape_of: Callable[[str], Shape | None],
    kept: Sequence[Collection[str]],
    options: Options,
    direction: str,
) -> tuple[Sources, Arranged]:
    """The cards of the page that is asked for, with what they read there, and their places.

    A U is drawn as one, and whole, unless somebody asked for a direction. Groups that are `kept` stay on one
    page.
    """
    shapes = {one: shape_of(one) for one in sources}
    heights = {one: shape[1] if shape and len(shape) == 3 else None for one, shape in shapes.items()}
    levels = None if "direction" in options.explicit else u_levels(sources, heights)
    if levels is not None:
        arranged = _as_u(sources, levels)
        if max(x for x, _ in arranged.at.values()) + WIDTH <= 1.05 * room(options, _TYPE)[0]:
            return sources, arranged
    sources = _on_page(sources, kept, options.page)
    down = direction == "down"
    if all(own == ((before,) if before else ()) for (_, own), before in _with_former(sources)):
        return sources, _in_lines(sources, options, down)
    along, across = (CARD_HEIGHT, WIDTH) if down else (WIDTH, CARD_HEIGHT)
    gap, row = (52.0, WIDTH + 36.0) if down else (_APART, _ROW)
    network = Network(Node(id=one, layer=Add(), inputs=own) for one, own in sources.items())
    columns = (_fitting(options, down),)
    at = lay_out(network, direction=direction, line_columns=columns, column=along + gap, row=row)
    spacing = Spacing(along=along, across=across, gap_along=gap, gap_across=row - across)
    return sources, Arranged(at=at, spacing=spacing)


def _fitting(options: Options, down: bool) -> int:
    """How many cards fit in a line."""
    width, height = room(options, _TYPE)
    along, gap, length = (CARD_HEIGHT, 52.0, height or width) if down else (WIDTH, _APART, width)
    return max(1, int((length - 2 * _BESIDE + gap) / (along + gap)))


def _in_lines(sources: Sources, options: Options, down: bool) -> Arranged:
    """A chain in as few lines as fit, all about equally long, every one read like the first."""
    lines = -(-len(sources) // _fitting(options, down)) or 1
    least, longer = divmod(len(sources), lines)
    along, across = (CARD_HEIGHT, WIDTH) if down else (WIDTH, CARD_HEIGHT)
    gap, apart = (52.0, 40.0) if down else (_APART, 37.0)
    at: dict[str, Point] = {}
    places = ((line, place) for line in range(lines) for place in range(least + (line < longer)))
    for one, (line, place) in zip(sources, places, strict=True):
        x, y = place * (along + gap), line * (across + apart)
        at[one] = (y, x) if down else (x, y)
    return Arranged(at=at, spacing=Spacing(along=along, across=across, gap_along=gap, gap_across=apart))


def _with_former(sources: Sources) -> Iterator[tuple[tuple[str, tuple[str, ...]], str]]:
    """Each card with the one before it in the order, empty for the first."""
    before = ""
    for item in sources.items():
        yield item, before
        before = item[0]


def _on_page(sources: Sources, kept: Sequence[Collection[str]], page: Page) -> dict[str, tuple[str, ...]]:
    """The cards of one page with what they read there."""
    order = list(sources)
    if page[1] <= 1:
        return dict(sources)
    place = {one: index for index, one in enumerate(order)}
    reach = dict(place)
    for one, own in sources.items():
        for source in own:
            reach[source] = max(reach[source], place[one])
    blocks: list[list[str]] = [[]]
    farthest = -1
    for index, one in enumerate(order):
        blocks[-1].append(one)
        if farthest <= index and reach[one] > index:
            blocks.append([])
        farthest = max(farthest, reach[one])
    shown = stretch([block for block in blocks if block], kept, page)
    return {
        one: tuple(source for source in own if source in shown)
        for one, own in sources.items()
        if one in shown
    }


def _as_u(sources: Sources, levels: Levels) -> Arranged:
    """Down on the left, up on the right, skips straight across; what follows the last one hangs beside it."""
    column, row = WIDTH + _APART + 9, CARD_HEIGHT + 34.0
    down_at = max(len(down) for down, _ in levels.steps) - 1
    at: dict[str, Point] = {}
    for level, (down, up) in enumerate(levels.steps):
        for index, one in enumerate(reversed(down)):
            at[one] = ((down_at - index) * column, level * row)
        for index, one in enumerate(up):
            beside = min(index, 1) if level == 0 else index
            at[one] = ((down_at + 1 + beside) * column + _SKIP, (level + max(0, index - beside)) * row)
    for index, one in enumerate(levels.bottom):
        shift = index - (len(levels.bottom) - 1) / 2
        at[one] = ((down_at + 0.5 + shift) * column + _SKIP / 2, len(levels.steps) * row)
    ways = {(source, one): _way(at[source], at[one]) for one, own in sources.items() for source in own}
    spacing = Spacing(along=WIDTH, across=CARD_HEIGHT, gap_along=_APART, gap_across=34.0)
    return Arranged(at=at, spacing=spacing, ways=ways)


def _way(source: Point, target: Point) -> tuple[Point, ...]:
    """Straight across, straight down or up, or around one corner."""
    (x1, y1), (x2, y2) = source, target
    half, middle = WIDTH / 2, CARD_HEIGHT / 2
    if y1 == y2:
        return (x1 + WIDTH, y1 + middle), (x2, y2 + middle)
    if x1 == x2:
        return (
            ((x1 + half, y1 + CARD_HEIGHT), (x2 + half, y2))
            if y2 > y1
            else ((x1 + half, y1), (x2 + half, y2 + CARD_HEIGHT))
        )
    if y2 > y1:
        return (x1 + half, y1 + CARD_HEIGHT), (x1 + half, y2 + middle), (x2, y2 + middle)
    return (x1 + WIDTH, y1 + middle), (x2 + half, y1 + middle), (x2 + half, y2 + CARD_HEIGHT)
