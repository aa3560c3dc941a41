"""One line of a figure of slabs: pieces on their places, wires, shortcuts above, ×N below."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from gui.figures.chain.lattice import Lattice
from gui.figures.chain.skipping import Span, levels
from gui.figures.drawing.drawing import Item, Line, Path, Point, Text
from gui.figures.drawing.item_bounds import belonging, extent_of_all, leading
from gui.figures.drawing.shapes import rounded_line
from gui.figures.sketch import Link, Sketch
from gui.figures.slabs.slab_piece import NAME, Piece, PieceMaker, is_slab
from gui.figures.style import Options
from gui.figures.text.naming import called
from gui.figures.tints import mixed
from gui.look.theme import Palette

_HEAD = 8.0
_CLEAR = 16.0
"""Between a shortcut and what it passes."""


class SlabLine:
    """`here` are the pieces of the line on their places, `entry` where the wire from the line, or the
    page, before comes in (None at the beginning)."""

    def __init__(
        self,
        seen: Sketch,
        heads: Mapping[str, str],
        grid: Lattice,
        here: Mapping[str, Piece],
        entry: Point | None,
        palette: Palette,
        options: Options,
        maker: PieceMaker,
    ) -> None:
        self._seen, self._heads, self._grid, self._here = seen, heads, grid, here
        self._entry, self._palette, self._options, self._maker = entry, palette, options, maker
        columns: dict[int, list[Piece]] = {}
        for one, piece in here.items():
            columns.setdefault(grid.cells[one][0], []).append(piece)
        self._turns = {
            column: min(piece.begin(words=True) for piece in own) - 14 for column, own in columns.items()
        }

    def items(self) -> list[Item]:
        """Everything on the line, back to front."""
        return [*self._drawn(), *self._skips(), *self._brackets()]

    def _drawn(self) -> Iterator[Item]:
        """Column by column: wires lie over the boxes they come from, and end at those they lead to."""
        for one, piece in self._here.items():
            for link in (*self._seen.links, *self._seen.entering):
                source = self._heads.get(link.source, "")
                if link.skip or self._heads[link.target] != one or source == one:
                    continue
                found = self._here.get(source)
                if found is not None:
                    yield from leading(link.target, link.wire, self._wire(found.leave, found.right, one))
                elif self._entry is not None:
                    made = self._wire(self._entry, self._entry[0], one)
                    yield from leading(link.target, link.wire, made)
            yield from belonging(one, piece.items)
        for one, piece in self._here.items():
            yield from belonging(one, piece.texts)

    def _wire(self, start: Point, clear: float, one: str) -> Iterator[Item]:
        """A wire with its head where nothing hides it; it turns just before the target's column."""
        piece, colour = self._here[one], self._palette.wire
        end = (piece.left, piece.enter[1])
        if start[1] == end[1]:
            # In the middle of what is seen; over the source's own side where the next box hides the rest.
            begin = clear if clear < end[0] - _HEAD else start[0]
            middle = (min(max((begin + end[0]) / 2, start[0]) + _HEAD / 2, end[0] - 1), end[1])
            first = Path(start=start, pieces=(Line(middle),), stroke=colour, stroke_width=1.3)
            yield Path(start=start, pieces=(Line(end),), stroke=colour, stroke_width=1.3)
            yield replace(first, head="arrow", head_size=_HEAD)
            return
        turn = max(self._turns[self._grid.cells[one][0]], start[0] + 4)
        points = [start, (turn, start[1]), (turn, end[1]), end]
        yield replace(rounded_line(points, 8, colour, 1.3), head="arrow", head_size=_HEAD)

    def _skips(self) -> Iterator[Item]:
        """Shortcuts: up, across and down; dotted where a 1×1 convolution lies on them."""
        every = (*self._seen.links, *self._seen.entering)
        links = [link for link in every if link.skip and self._heads[link.target] in self._here]
        ends = [(self._start(link), self._end(link)) for link in links]
        words = [self._said(link) for link in links]
        spans = [Span(a[0], b[0], 14.0 if said else 0.0) for (a, b), said in zip(ends, words, strict=True)]
        tops = [(piece.left, piece.far_right, piece.top) for piece in self._here.values()]
        colour = mixed(self._palette.wire, self._palette.accent, 0.5)
        for link, (a, b), said, y in zip(links, ends, words, levels(spans, tops, _CLEAR), strict=True):
            line = rounded_line([a, (a[0], y), (b[0], y), b], 8, colour, 1.4)
            dashes = (1.5, 3.0) if link.projection is not None else ()
            line = replace(line, head="arrow", head_size=_HEAD, dashes=dashes)
            yield replace(line, part=link.target, wire=link.wire)
            if said:
                above = self._maker.small((a[0] + b[0]) / 2, y - 4, said, link.target)
                yield replace(above, wire=link.wire)

    def _start(self, link: Link) -> Point:
        piece = self._here.get(self._heads.get(link.source, ""))
        if piece is not None:
            x, y = piece.above[link.source]
            return x + self._aside(link.source), y
        entry = self._entry or (0.0, 0.0)
        return entry[0] + 10, entry[1]

    def _end(self, link: Link) -> Point:
        x, y = self._here[self._heads[link.target]].above[link.target]
        return x - self._aside(link.target), y

    def _aside(self, symbol: str) -> float:
        """A ball's shortcuts come in on one side and leave on the other."""
        return 0.0 if is_slab(self._seen.symbols[symbol]) else 4.0

    def _said(self, link: Link) -> str:
        if "names" not in self._options.labels:
            return ""
        cuts = [node.layer.short for node in link.through if node.layer.reframes]
        if cuts and link.projection is None:
            joined = self._seen.symbols[link.target].layer.family == "concat"
            return f"copy and {cuts[0]}" if joined else cuts[0]
        return ", ".join(called(node) for node in link.through if node.layer.role == "pointwise")

    def _brackets(self) -> Iterator[Item]:
        """A bracket with ×N below the layers of a run."""
        for run in self._seen.runs:
            pieces = [
                self._here[head] for symbol in run.symbols if (head := self._heads[symbol]) in self._here
            ]
            if len(run.symbols) == 1 or not pieces:
                continue
            (left, _), (right, bottom) = extent_of_all(
                [item for piece in pieces for item in (*piece.items, *piece.texts)]
            )
            y, colour = bottom + 10, self._palette.secondary
            bracket = rounded_line([(left, y - 5), (left, y), (right, y), (right, y - 5)], 4, colour, 1.0)
            yield replace(bracket, part=run.symbols[0])
            yield Text(
                x=(left + right) / 2, y=y + 15, text=f"×{run.copies}", size=NAME, weight=600, anchor="middle",
                colour=self._palette.text, part=run.symbols[0],
            )  # fmt: skip
