"""A drawing brought to the size it will have on a slide or a page: exactly so wide, nothing cut off, type
no smaller than asked for where the style can help.

Lengths in millimetres are those of the finished figure, type sizes are points there. Free of Qt.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from gui.figures.chain.paging import MOST_PAGES
from gui.figures.drawing.drawing import Drawing, Text
from gui.figures.drawing.item_bounds import moved, scaled_drawing
from gui.figures.style import DIRECTIONS, LABELS, Options
from gui.figures.text.caption import caption_height, with_caption
from gui.look.theme import Palette

UNITS_PER_MM: Final = 96 / 25.4
POINTS_PER_UNIT: Final = 72 / 96
LARGEST_SCALE: Final = 1.5
"""How much a drawing is enlarged at most: three cards do not fill a slide, they stand in its middle."""

_WORTH: Final = 0.75
"""Share of the smallest type from which on pages are worth it."""
_NEARLY: Final = 0.9
"""Share of the smallest type from which on no label is left out for it."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """A place figures go to: its width, the most height there is, and the smallest type read there."""

    title: str
    width_mm: float
    height_mm: float | None
    min_type_pt: float


TARGETS: Final[Mapping[str, Target]] = MappingProxyType(
    {
        "slide": Target(title="16:9 slide", width_mm=254.0, height_mm=142.9, min_type_pt=8.0),
        "column": Target(title="Column of a paper", width_mm=84.0, height_mm=240.0, min_type_pt=5.0),
        "a4": Target(title="A4 text width", width_mm=160.0, height_mm=247.0, min_type_pt=6.0),
        "slide-body": Target(title="Below a slide's title", width_mm=219.0, height_mm=90.7, min_type_pt=8.0),
        "slide-4x3": Target(title="4:3 slide", width_mm=254.0, height_mm=190.5, min_type_pt=8.0),
        "beamer": Target(title="Beamer 16:9", width_mm=160.0, height_mm=90.0, min_type_pt=5.0),
        "beamer-4x3": Target(title="Beamer 4:3", width_mm=128.0, height_mm=96.0, min_type_pt=5.0),
        "two-columns": Target(title="Both columns", width_mm=177.0, height_mm=240.0, min_type_pt=5.0),
    }
)
"""Targets by name. A slide is PowerPoint's 16:9 (10 × 5.625 in), its body that of the layout with a title;
A4 has 25 mm margins."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A drawing in its final size, and how it came to it."""

    drawing: Drawing
    options: Options
    """Those it was drawn with: folded or turned where that was needed for the type."""
    smallest_type_pt: float
    """Of all its texts, in points; scripts count as the line they stand in. 0 without texts."""
    asked: Options | None = None
    """What it was asked to be; None where nothing had to be changed."""
    remark: str = ""
    """What else is to be known of it."""
    pages: tuple[Drawing, ...] = ()
    """All of its pages where it had to be split over several, `drawing` the first of them; else none."""

    @property
    def has_type_enough(self) -> bool:
        """Whether its smallest type is as large as was asked for."""
        return not self.smallest_type_pt or self.smallest_type_pt >= self.options.min_type_pt - 0.05

    @property
    def note(self) -> str:
        """What was changed for the size and what is too small still, in one line; empty if all is well."""
        wanted = self.options.min_type_pt
        changes = [] if self.asked is None else list(_changes(self.asked, self.options))
        if self.pages:
            changes.append(f"the figure is split over {len(self.pages)} pages")
        parts = [f"{' and '.join(changes)} to keep the type readable at this size"] if changes else []
        if not self.has_type_enough:
            parts.append(
                f"the smallest type is {self.smallest_type_pt:.1f} pt, not {wanted:g} pt:"
                " a larger width, fewer labels or another style helps"
            )
        if self.remark:
            parts.append(self.remark)
        return "; ".join(parts)


def smallest_type_pt(drawing: Drawing) -> float:
    """The smallest type of a drawing in points, 0 where it has no text."""
    sizes = (item.size for item in drawing.items if isinstance(item, Text) and item.plain.strip())
    return min(sizes, default=0.0) * POINTS_PER_UNIT


def fitted(
    draw: Callable[[Options], Drawing],
    options: Options,
    palette: Palette,
    uses: frozenset[str],
    *,
    splits: bool = False,
) -> Figure:
    """The figure at its target size. Where its type would be too small there, what the style `uses` and
    nobody asked for explicitly is tried in turn: repeats folded, another direction, fewer labels. The first
    that will do is kept, or else the one with the largest type that leaves nothing out; and a style that
    `splits` takes more pages. Its note says what was changed."""
    best: Figure | None = None
    asked, first = options, None
    for chosen in _attempts(options, uses):
        if (
            best is not None
            and chosen.labels != options.labels
            and best.smallest_type_pt > _NEARLY * options.min_type_pt
        ):
            break  # a little less type is better than figures without their numbers
        natural = draw(chosen)
        first = first or natural
        if chosen.fold != asked.fold and natural == first:
            asked = replace(asked, fold=True)  # there is nothing to fold: nothing was changed
            continue
        drawing = at_size(natural, chosen, palette)
        figure = Figure(
            drawing=drawing,
            options=chosen,
            smallest_type_pt=smallest_type_pt(drawing),
            asked=None if chosen == asked else asked,
        )
        if figure.has_type_enough:
            return figure
        if best is None or (
            chosen.labels == options.labels and figure.smallest_type_pt > 1.05 * best.smallest_type_pt
        ):
            best = figure
    assert best is not None
    if splits and options.min_type_pt and options.height_mm is not None:
        return _paged(draw, best, palette) or best
    return best


def _paged(draw: Callable[[Options], Drawing], whole: Figure, palette: Palette) -> Figure | None:
    """The figure on as few pages as give type of the smallest size, or of the largest there is; None where
    pages do not help."""
    best: Figure | None = None
    single = whole.drawing
    # Half the type takes about a quarter of the room.
    missing = whole.options.min_type_pt / whole.smallest_type_pt
    for count in range(max(2, int(missing**1.5)), MOST_PAGES + 1):
        options = whole.options
        pages = []
        for number in range(1, count + 1):
            drawing = at_size(draw(replace(options, page=(number, count))), options, palette)
            pages.append(drawing)
            if drawing == single or smallest_type_pt(drawing) * 1.05 < (best or whole).smallest_type_pt:
                break
        if len(pages) < count:
            if pages[-1] == single:
                break  # there is no place to cut
            continue
        numbered = tuple(_numbered(page, number, count, palette) for number, page in enumerate(pages, 1))
        smallest = min(filter(None, map(smallest_type_pt, numbered)), default=0.0)
        figure = replace(whole, drawing=numbered[0], pages=numbered, smallest_type_pt=smallest)
        if figure.has_type_enough:
            return figure
        if smallest > 1.05 * (best or whole).smallest_type_pt:
            best = figure
    # Many pages of type that is far too small still help nobody.
    return best if best is not None and best.smallest_type_pt > _WORTH * whole.options.min_type_pt else None


def _numbered(drawing: Drawing, number: int, count: int, palette: Palette) -> Drawing:
    """The page with its number in the corner, in type of 8 pt."""
    text = Text(
        x=drawing.width - 8, y=drawing.height - 6, text=f"{number} / {count}", size=8 / POINTS_PER_UNIT,
        colour=palette.secondary, anchor="end",
    )  # fmt: skip
    return replace(drawing, items=(*drawing.items, text))


def _changes(asked: Options, got: Options) -> Iterator[str]:
    """What differs, in words."""
    if got.fold != asked.fold:
        yield "repeats are folded"
    if got.direction != asked.direction:
        yield f"the network runs {'down' if got.direction == 'down' else 'to the right'}"
    if got.labels != asked.labels:
        yield f"{', '.join(label for label in LABELS if label in asked.labels - got.labels)} are left out"


def at_size(drawing: Drawing, options: Options, palette: Palette) -> Drawing:
    """The drawing scaled into the target's width and height and centred on the width, its caption below."""
    if options.width_mm is None:
        return with_caption(drawing, options.caption, palette)
    width = options.width_mm * UNITS_PER_MM
    scale = min(width / max(drawing.width, 1.0), LARGEST_SCALE)
    if options.height_mm is not None:
        room = options.height_mm * UNITS_PER_MM - caption_height(options.caption, width)
        scale = min(scale, max(room, 1.0) / max(drawing.height, 1.0))
    made = scaled_drawing(drawing, scale)
    left = (width - made.width) / 2
    items = tuple(moved(item, left, 0) for item in made.items) if left > 0 else made.items
    return with_caption(replace(made, width=width, items=items), options.caption, palette)


def _attempts(options: Options, uses: frozenset[str]) -> Iterator[Options]:
    """The options, and without changing what was asked for explicitly, others that may make type larger.

    Few, for each is a whole drawing: what is folded is not tried unfolded as well.
    """
    yield options
    if not options.min_type_pt or options.width_mm is None:
        return
    free = uses - options.explicit
    if "fold" in free and not options.fold:
        options = replace(options, fold=True)
        yield options
    if "direction" in free and not options.direction:
        yield from (replace(options, direction=way) for way in DIRECTIONS)
    if "labels" in free and len(options.labels) > 1:
        yield replace(options, labels=options.labels & {"names"})
