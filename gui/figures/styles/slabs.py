"""Oblique boxes, one a layer, as thick as it has channels: the look of PlotNeuralNet (Iqbal, 2018)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from engine.analysis.analyze import Analysis
from engine.model.project import Project
from gui.figures.chain.clusters import clusters, head_of
from gui.figures.chain.lattice import broken, lattice
from gui.figures.chain.paging import sketch_on
from gui.figures.drawing.drawing import Drawing, Item, Point, Text
from gui.figures.drawing.item_bounds import Box, cropped, extent_of_all, moved, text_box
from gui.figures.drawing.shapes import rounded_line, straight
from gui.figures.flow.folding import folded
from gui.figures.sketch import Sketch, sketch
from gui.figures.slabs.scaling import room
from gui.figures.slabs.slab_line import SlabLine
from gui.figures.slabs.slab_piece import COLOURS, SMALL, Piece, PieceMaker, is_slab
from gui.figures.style import Maps, Options, Style
from gui.figures.text.legend import legend
from gui.figures.tints import FAMILIES, chosen, paper
from gui.look.colormaps import Rgb
from gui.look.theme import Palette

MARGIN: Final = 24.0
_LEAD: Final = 30.0
"""Room for a wire between two boxes, beside what their slant takes."""
_INDENT: Final = 34.0
_LINE_GAP: Final = 30.0
_LARGEST: Final = (170.0, 130.0, 100.0, 75.0, 44.0)
"""Sides of the largest map: the first with which the figure fits its target with readable type."""


def draw(
    project: Project, analysis: Analysis, maps: Maps | None, palette: Palette, options: Options
) -> Drawing:
    """The network as slabs from left to right; long ones in lines."""
    seen = sketch(project.network, analysis)
    if options.fold:
        seen = folded(seen)
    seen = sketch_on(seen, options.page)
    width, height = room(options, SMALL)
    pictures: dict[str, Rgb | None] = {}
    right = left = 0.0
    for largest in _LARGEST:
        if largest == _LARGEST[-1] and right - left <= width:
            break  # it is too high: smaller boxes would only crowd their words
        made = _Slabs(seen, maps, palette, options, largest, pictures).items(width - 2 * MARGIN)
        (left, top), (right, bottom) = extent_of_all(made)
        if height is None or (bottom - top <= height - 2 * MARGIN and right - left <= width):
            break
    background = None if options.transparent else paper(palette)
    return cropped(made, MARGIN, background=background, title=project.title)


class _Slabs:
    """The pieces of one figure and where they stand."""

    def __init__(
        self,
        seen: Sketch,
        maps: Maps | None,
        palette: Palette,
        options: Options,
        largest: float,
        pictures: dict[str, Rgb | None],
    ) -> None:
        self._seen, self._palette, self._options = seen, palette, options
        # Where everything is to be small, wires are short.
        self._lead = max(8.0 if largest < 60 else 17.0, _LEAD * min(1.0, largest / 130))
        found, trunk = clusters(seen)
        self._heads = head_of(found)
        links = {(self._heads[link.source], self._heads[link.target]) for link in seen.links}
        kept = [[self._heads[symbol] for symbol in run.symbols] for run in seen.runs]
        # No line ends below a shortcut that begins within a cluster: it could not begin on the wire.
        inner = {symbol.id for cluster in found.values() for symbol in cluster.symbols[:-1]}
        kept += [
            [self._heads[x.source], self._heads[x.target]] for x in seen.links if x.skip and x.source in inner
        ]
        kept += [[next(iter(found)), self._heads[link.target]] for link in seen.entering if link.skip]
        self._grid = lattice(trunk, [pair for pair in sorted(links) if pair[0] != pair[1]], kept)
        first, last = self._grid.rows
        self._maker = PieceMaker(seen, maps, palette, options, largest, last - first + 1, pictures)
        lines = 2 * ("names" in options.labels) + len(options.labels & {"parameters", "macs"})
        lines += bool(options.notation) and "shapes" in options.labels
        beside = {one for column in self._grid.columns if len(column) > 1 for one in column}
        tallest = max((self._maker.height(found[one]) for one in beside), default=0.0)
        pitch = tallest + 44 + 14 * lines
        rows = {one: row * pitch for one, (_, row) in self._grid.cells.items()}
        self._pieces = {
            one: self._maker.piece(found[one], in_branch=one in beside).shifted(0.0, rows[one])
            for one in found
        }

    def items(self, width: float) -> list[Item]:
        """Everything, in lines of about this width."""
        if not self._pieces:
            return [Text(x=0, y=0, text="No layers yet", size=SMALL, colour=self._palette.secondary)]
        places, end = self._across()
        ends = [*places[1:], end]
        widths = [b - a for a, b in zip(places, ends, strict=True)]
        made: list[Item] = []
        y, turn = 0.0, 0.0
        leave: Point | None = None
        for line in broken(widths, self._grid.breaks, width):
            begins = leave is None and not self._seen.entering
            here = self._here(line, places, 0.0 if begins else _INDENT)
            entry = None if begins else self._entry(here)
            found = SlabLine(
                self._seen, self._heads, self._grid, here, entry, self._palette, self._options, self._maker
            ).items()
            (_, top), (_, bottom) = extent_of_all(found)
            dy = y - top
            made += [moved(item, 0.0, dy) for item in found]
            if leave is not None and entry is not None:
                into = (entry[0], entry[1] + dy)
                made.append(
                    self._carriage([leave, (turn, leave[1]), (turn, y - 14), (into[0], y - 14), into], here)
                )
            last = here[self._grid.columns[line[-1]][0]]
            leave, turn = (last.leave[0], last.leave[1] + dy), max(last.leave[0], last.end(words=True)) + 12
            y += bottom - top + _LINE_GAP
        if self._seen.leaving and leave is not None:
            onward = straight(leave, (turn + 12, leave[1]), self._palette.wire, 1.3)
            made.append(replace(onward, head="arrow", head_size=8.0, part=self._seen.leaving[0].source))
        if self._options.legend:
            (left, _), (right, bottom) = extent_of_all(made)
            made += legend(self._meaning(), self._palette, left, bottom + 20, right - left, width)
        return made

    def _here(self, line: range, places: Sequence[float], indent: float) -> dict[str, Piece]:
        start = places[line.start]
        return {
            one: self._pieces[one].shifted(places[column] - start + indent, 0.0)
            for column in line
            for one in self._grid.columns[column]
        }

    def _entry(self, here: Mapping[str, Piece]) -> Point:
        """Where a wire comes in from the line before."""
        first = min(self._grid.cells[one][0] for one in here)
        own = [here[column] for column in self._grid.columns[first]]
        heights = [piece.enter[1] for piece in own]
        return min(piece.begin(words=True) for piece in own) - _INDENT, (min(heights) + max(heights)) / 2

    def _across(self) -> tuple[list[float], float]:
        """x of each column, with room for boxes, wires and words; and where the last one ends."""
        x, places = 0.0, []
        taken: list[Box] = []
        for index, column in enumerate(self._grid.columns):
            own = [self._pieces[one] for one in column]
            if index:
                x += self._gap([self._pieces[column] for column in self._grid.columns[index - 1]], own, index)
            words = [text_box(text) for piece in own for text in piece.texts]
            x += _push(taken, [_moved_box(box, x) for box in words])
            places.append(x)
            taken += [_moved_box(box, x) for box in words]
            x += max(piece.leave[0] - piece.enter[0] for piece in own)
        end = max(
            places[self._grid.cells[one][0]] + piece.end(words=True) for one, piece in self._pieces.items()
        )
        return places, end

    def _gap(self, before: Sequence[Piece], own: Sequence[Piece], column: int) -> float:
        """Room between two columns, from where the first one ends to where the second begins."""
        turns = self._turns(column)
        gap = self._lead + max(piece.enter[0] - piece.begin(turns) for piece in own)
        ended = max(piece.end(words=True) - piece.leave[0] for piece in before)
        if turns:
            # Wires change their row where nothing stands.
            gap += ended
        elif any(piece.bar for piece in own) and not any(piece.bar for piece in before):
            # The first bar reaches far to the left, below the words before it.
            gap += max(0.0, ended + max(piece.left - piece.far_left for piece in own) - self._lead + 8)
        return gap

    def _turns(self, column: int) -> bool:
        """Whether wires change their row before this column."""
        cells = self._grid.cells
        return any(
            cells[self._heads[link.source]][1] != cells[self._heads[link.target]][1]
            for link in self._seen.links
            if not link.skip and cells[self._heads[link.target]][0] == column
        )

    def _carriage(self, points: Sequence[Point], here: Mapping[str, Piece]) -> Item:
        """The wire from the end of a line to the beginning of the next."""
        part = next(iter(here))
        leads = (link for link in self._seen.links if self._heads[link.target] == part and not link.skip)
        wire = next((link.wire for link in leads if self._heads[link.source] not in here), None)
        return replace(rounded_line(points, 8, self._palette.wire, 1.3), part=part, wire=wire)

    def _meaning(self) -> dict[str, str]:
        symbols = self._seen.symbols.values()
        kinds = {symbol.layer.family for symbol in symbols}
        colours = chosen(COLOURS, self._options)
        found = {name: colours[kind] for kind, name in FAMILIES.items() if kind in kinds}
        if any(symbol.activation and is_slab(symbol) for symbol in symbols):
            found["Activation"] = colours["activation"]
        return found


def _moved_box(box: Box, dx: float) -> Box:
    (left, top), (right, bottom) = box
    return (left + dx, top), (right + dx, bottom)


def _push(taken: Sequence[Box], boxes: Sequence[Box]) -> float:
    """How far words must move to the right to stand clear of those before them."""
    least = 0.0
    for (left, top), (_, bottom) in boxes:
        for (_, other_top), (other_right, other_bottom) in taken:
            if other_top < bottom and top < other_bottom:
                least = max(least, other_right + 6 - left)
    return least


STYLE: Final = Style(
    name="slabs",
    title="Slabs",
    draw=draw,
    about="Oblique boxes as thick as they have channels, shortcuts above: PlotNeuralNet's look",
    uses=frozenset(
        {
            "transparent",
            "scaling",
            "fold",
            "faces",
            "colour_map",
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
