"""One line of a chain: boxes, wires, shortcuts beside them, tints behind them, what is written.

Everything is computed along and across the network (`axes`), so that a column and a row are one code.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final, TypeVar

from gui.figures.chain.chain import Chain
from gui.figures.chain.chain_box import SMALL, SUM, TYPE, box_items, is_sign
from gui.figures.chain.skipping import Span, levels
from gui.figures.drawing.connectors import REACH, connector
from gui.figures.drawing.drawing import Anchor, Item, Point, Rect, Text
from gui.figures.drawing.item_bounds import belonging, leading
from gui.figures.sketch import Link
from gui.figures.text.naming import called
from gui.figures.text.type_metrics import text_width
from gui.figures.tints import mixed, paper

_ARC: Final = 13.0
"""From the boxes to a shortcut, and from one to the next."""
_PAD: Final = 7.0
_TAIL: Final = 18.0
"""Where a wire leaves a line, or enters the next."""
_STAGES: Final = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#8A94A3")


class ChainLine:
    """The boxes of some lattice columns, from along = 0 on, with what is beside them."""

    def __init__(
        self, chain: Chain, columns: range, following: range | None, *, first: bool, last: bool
    ) -> None:
        self._chain, self._columns, self._first, self._last = chain, columns, first, last
        self._following = following
        self._axes, self._seen, self._palette = chain.axes, chain.seen, chain.palette
        self._at: dict[str, Point] = {}
        along = 0.0
        self._starts: dict[int, float] = {}
        for column in columns:
            self._starts[column] = along
            length = chain.lengths[column]
            for one in chain.grid.columns[column]:
                self._at[one] = along + length / 2, -chain.grid.cells[one][1] * chain.pitch * self._sense
            along += length
        self._end = along
        self._ends = list(self._broken_off())
        self._arcs: list[tuple[Link, list[Point], str, float]] = list(self._routed())

    @property
    def _sense(self) -> float:
        """Rows count downwards on the canvas: to the right in a column, downwards in a row."""
        return -1.0 if self._axes.down else 1.0

    def items(self) -> Iterator[Item]:
        """Tints, wires, shortcuts, boxes and words, back to front."""
        yield from self._stages()
        yield from self._wires()
        yield from self._shortcuts()
        for one, (along, across) in self._at.items():
            x, y = self._axes.point(along, across)
            symbol, words = self._seen.symbols[one], self._chain.texts[one]
            size = self._chain.width, self._chain.height
            made = box_items(symbol, words, x, y, *size, self._palette, self._chain.colours)
            yield from belonging(one, made)
        yield from self._repeats()

    def _half(self, one: str) -> Point:
        """Half of a box along and across."""
        if is_sign(self._seen.symbols[one]):
            return SUM, SUM
        along, across = self._axes.size(self._chain.width, self._chain.height)
        return along / 2, across / 2

    @property
    def _across(self) -> Point:
        """The outermost sides of the boxes."""
        ends = [(b - self._half(one)[1], b + self._half(one)[1]) for one, (_, b) in self._at.items()]
        return min(a for a, _ in ends), max(b for _, b in ends)

    # -- wires ---------------------------------------------------------------------------------------

    def _wires(self) -> Iterator[Item]:
        colour = self._palette.wire
        for link in (*self._seen.links, *self._seen.entering):
            if link.skip or link.target not in self._at:
                continue
            end = self._at[link.target]
            tip = (end[0] - self._half(link.target)[0], end[1])
            start = self._at.get(link.source)
            if start is None:
                points = self._entry(tip)
            else:
                points = self._wire((start[0] + self._half(link.source)[0], start[1]), tip, link)
            wire = self._axes.line(points, 6, colour, 1.2)
            yield replace(wire, head="arrow", head_size=6.0, part=link.target, wire=link.wire)
        if not self._last or self._seen.leaving:
            yield from self._exit(colour)

    def _wire(self, start: Point, tip: Point, link: Link) -> list[Point]:
        """Straight, or turning where nothing stands: behind its source when it fans out, else before its
        target, where branches meet."""
        if start[1] == tip[1]:
            return [start, tip]
        cells = self._chain.grid.cells
        fans = len([one for one in self._seen.out_of[link.source] if not one.skip]) > 1
        column = cells[link.source][0] + 1 if fans else cells[link.target][0]
        turn = self._starts[column] + 1.0 if column in self._starts else (start[0] + tip[0]) / 2
        turn = min(max(turn, start[0] + 2), tip[0] - 7)
        return [start, (turn, start[1]), (turn, tip[1]), tip]

    def _entry(self, tip: Point) -> list[Point]:
        """From the line before: around its end, and in at the beginning of this one."""
        begin = -_TAIL
        if tip[1] == self._middle:
            return [(begin, tip[1]), tip]
        turn = tip[0] - 9
        return [(begin, self._middle), (turn, self._middle), (turn, tip[1]), tip]

    @property
    def _middle(self) -> float:
        """Where a wire comes in: above the boxes of the first column."""
        own = [self._at[column][1] for column in self._chain.grid.columns[self._columns.start]]
        return (min(own) + max(own)) / 2

    def _exit(self, colour: str) -> Iterator[Item]:
        """A stub with a head where the chain goes on in the next line, or on the next page."""
        last = self._chain.grid.columns[self._columns.stop - 1][0]
        along, across = self._at[last]
        start = along + self._half(last)[0]
        wire = self._axes.line([(start, across), (self._end + _TAIL - 4, across)], 6, colour, 1.2)
        following = last if self._last else self._chain.grid.columns[self._columns.stop][0]
        links = self._seen.leaving if self._last else self._seen.into[following]
        onward = next((link.wire for link in links if not link.skip), None)
        yield replace(wire, head="arrow", head_size=6.0, dashes=(), part=following, wire=onward)

    # -- shortcuts -----------------------------------------------------------------------------------

    def _routed(self) -> Iterator[tuple[Link, list[Point], str, float]]:
        """Each shortcut, its points, its words and how far out it runs."""
        away = {id(link) for link, _, _ in self._ends}
        every = (*self._seen.links, *self._seen.entering)
        skips = [link for link in every if link.skip and link.target in self._at]
        links = [link for link in skips if id(link) not in away]
        ends = [(self._leave(link), self._meet(link.target, -3.0)) for link in links]
        words = [self._said(link, b[0] - a[0]) for link, (a, b) in zip(links, ends, strict=True)]
        spans = [
            Span(a[0], b[0], SMALL + 3 if said else 0.0) for (a, b), said in zip(ends, words, strict=True)
        ]
        standing_out = {link.source if leaves else link.target for link, _, leaves in self._ends}
        tops = [
            (
                along - self._half(one)[0],
                along + self._half(one)[0],
                -(across + self._half(one)[1] + (REACH if one in standing_out else 0.0)),
            )
            for one, (along, across) in self._at.items()
        ]
        for link, (a, b), said, out in zip(links, ends, words, levels(spans, tops, _ARC), strict=True):
            yield link, [a, (a[0], -out), (b[0], -out), b], said, -out

    def _broken_off(self) -> Iterator[tuple[Link, int, bool]]:
        """Shortcuts that end on another line, their numbers, and whether they leave here."""
        grid = self._chain.grid
        before = grid.columns[self._columns.start - 1] if self._columns.start else ()
        last = grid.columns[self._columns.stop - 1]
        skips = [link for link in self._seen.links if link.skip]
        for number, link in enumerate(sorted(skips, key=lambda link: grid.cells[link.source][0]), 1):
            here, there = link.source in self._at, link.target in self._at
            if here == there:
                continue
            if there and link.source not in before:
                yield link, number, False
            elif here:
                goes_on = self._following is not None and grid.cells[link.target][0] in self._following
                if link.source not in last or not goes_on:
                    yield link, number, True

    def _leave(self, link: Link) -> Point:
        """Where a shortcut leaves its source; on the wire that comes in where that is on the line before."""
        if link.source in self._at:
            return self._meet(link.source, 3.0)
        return -_TAIL / 2, self._middle

    def _meet(self, one: str, aside: float) -> Point:
        """A point on the far side of a box; shortcuts come in before those that leave."""
        along, across = self._at[one]
        half_along, half_across = self._half(one)
        if is_sign(self._seen.symbols[one]):
            # On the circle, so that what comes in and what leaves have a way each, heads and dashes seen.
            return along + aside, across + (half_across**2 - aside**2) ** 0.5
        return along + aside * min(1.0, half_along / 6), across + half_across

    def _shortcuts(self) -> Iterator[Item]:
        colour = mixed(self._palette.wire, self._palette.text, 0.45)
        for link, number, leaves in self._ends:
            one = link.source if leaves else link.target
            at = self._meet(one, 0.0)
            made = connector(self._axes, at, number, leaves=leaves, palette=self._palette)
            yield from leading(link.target, link.wire, made)
        for link, points, said, out in self._arcs:
            dashes = (1.5, 2.6) if link.projection is not None else ()
            line = self._axes.line(points, 10, colour, 1.2)
            yield replace(line, head="arrow", head_size=6.0, dashes=dashes, part=link.target, wire=link.wire)
            if said:
                middle = (points[0][0] + points[-1][0]) / 2
                x, y = self._axes.point(middle, out + (3 if not self._axes.down else 4))
                yield Text(
                    x=x, y=y, text=said, size=SMALL, anchor="middle", colour=self._palette.secondary,
                    rotation=90 if self._axes.down else 0, part=link.target, wire=link.wire,
                )  # fmt: skip

    def _said(self, link: Link, length: float) -> str:
        if link.projection is None or "names" not in self._chain.options.labels:
            return ""
        said = ", ".join(called(node) for node in link.through if node.layer.role == "pointwise")
        return said if text_width(said, SMALL) < length - 12 else ""

    # -- beside the chain ----------------------------------------------------------------------------

    @property
    def _far(self) -> float:
        """The outermost side, shortcuts and their words included."""
        outs = [out + (SMALL + 4 if said else 0.0) for _, _, said, out in self._arcs]
        ends = [REACH] if self._ends else []
        return max([self._across[1], *outs, *(self._across[1] + reach for reach in ends)])

    def _stages(self) -> Iterator[Item]:
        """A pale tint behind the layers of one output size, and the size before them."""
        ground = paper(self._palette)
        sizes = self._chain_sizes()
        order = sorted({size for size in sizes if size is not None}, reverse=True)
        stages = [None if size is None else _stage(size, order) for size in sizes]
        for start, end, stage in _runs([(column, stages[column]) for column in self._columns]):
            if stage is None:
                continue
            a, b = self._starts[start] + 1.5, self._starts[end] + self._chain.lengths[end] - 1.5
            x, y, width, height = self._axes.rect((a, b), (self._across[0] - _PAD, self._far + _PAD))
            tint = mixed(ground, _STAGES[stage % len(_STAGES)], 0.1 if self._palette.name == "light" else 0.2)
            yield Rect(x=x, y=y, width=width, height=height, radius=5, fill=tint)
        if "shapes" in self._chain.options.labels:
            yield from self._sizes(sizes)

    def _sizes(self, sizes: Sequence[tuple[int, int] | None]) -> Iterator[Item]:
        """The output size before the first layer that has it."""
        free = -1e9
        for start, _, size in _runs([(column, sizes[column]) for column in self._columns]):
            if size is None:
                continue
            words = f"{size[0]}×{size[1]}"
            along = self._starts[start] + (self._chain.lengths[start] / 2 if self._axes.down else 2.0)
            if not self._axes.down and along < free:
                continue
            free = along + text_width(words, SMALL) + 8
            x, y = self._axes.point(along, self._across[0] - _PAD - 6)
            dy = 4.0 if self._axes.down else SMALL
            anchor: Anchor = "end" if self._axes.down else "start"
            yield Text(x=x, y=y + dy, text=words, size=SMALL, anchor=anchor, colour=self._palette.secondary)

    def _chain_sizes(self) -> list[tuple[int, int] | None]:
        """Height and width that come out of each lattice column; None for vectors."""
        made: list[tuple[int, int] | None] = []
        for column in self._chain.grid.columns:
            shapes = [self._seen.symbols[one].shape for one in column]
            maps = [(shape[1], shape[2]) for shape in shapes if shape is not None and len(shape) == 3]
            made.append(max(maps) if len(maps) == len(shapes) and maps else None)
        return made

    def _repeats(self) -> Iterator[Item]:
        """A bracket with ×N beyond the layers of a run."""
        for run in self._seen.runs:
            own = [self._at[symbol] for symbol in run.symbols if symbol in self._at]
            if not own:
                continue
            first = min(
                along - self._half(symbol)[0] for symbol in run.symbols for along, _ in [self._at[symbol]]
            )
            last = max(
                along + self._half(symbol)[0] for symbol in run.symbols for along, _ in [self._at[symbol]]
            )
            out = self._far + _PAD + 5
            points = [(first, out), (first, out + 5), (last, out + 5), (last, out)]
            yield replace(self._axes.line(points, 3, self._palette.secondary, 1.0), part=run.symbols[0])
            x, y = self._axes.point((first + last) / 2, out + 10)
            yield Text(
                x=x, y=y + (4 if self._axes.down else 0), text=f"×{run.copies}", size=TYPE, weight=600,
                anchor="start" if self._axes.down else "middle", colour=self._palette.text,
                part=run.symbols[0],
            )  # fmt: skip


def _stage(size: tuple[int, int], order: Sequence[tuple[int, int]]) -> int:
    """Which stage a size belongs to: sizes that differ by a lost border alone are one."""
    stage = 0
    for larger, smaller in pairwise(order[: order.index(size) + 1]):
        stage += smaller[0] < 0.9 * larger[0] or smaller[1] < 0.9 * larger[1]
    return stage


T = TypeVar("T")


def _runs(values: Sequence[tuple[int, T]]) -> Iterator[tuple[int, int, T]]:
    """(first, last, value) of each stretch of equal values."""
    start = 0
    for index in range(1, len(values) + 1):
        if index == len(values) or values[index][1] != values[start][1]:
            yield values[start][0], values[index - 1][0], values[start][1]
            start = index
