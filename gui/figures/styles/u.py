"""Bars in a U with coloured arrows: figure 1 of the U-Net paper.

Ronneberger, Fischer & Brox, "U-Net: Convolutional networks for biomedical image segmentation", MICCAI 2015.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from engine.analysis.analyze import Analysis
from engine.errors import quoted
from engine.model.project import Project
from engine.shapes import Shape, pair_text
from gui.figures.drawing.drawing import Drawing, Item, Line, Path, Point, Rect, Text, Wire
from gui.figures.drawing.item_bounds import cropped, extent_of_all
from gui.figures.sketch import Sketch, Symbol, sketch
from gui.figures.slabs.scaling import room, scale_of
from gui.figures.style import Maps, Options, Style
from gui.figures.text.arrow_legend import arrow_legend
from gui.figures.text.naming import full_label, stride_text, window_text
from gui.figures.text.type_metrics import elided, text_width
from gui.figures.tints import chosen, mixed, paper
from gui.look.theme import Palette
from gui.words.number_format import Numbers

MARGIN: Final = 24.0
TYPE: Final = 11.0
_SIZES: Final = (
    (46.0, 132.0, 34.0),
    (36.0, 110.0, 30.0),
    (30.0, 92.0, 26.0),
    (26.0, 76.0, 22.0),
    (20.0, 60.0, 16.0),
)
"""Room for an arrow and a size between two bars, height of the largest map, width of the most channels: the
first with which the figure fits its page."""
_DOWN: Final = 34.0
"""Between levels."""
_HEAD: Final = 7.0
_NAME: Final = 150.0

ARROWS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "convolution": ("#2E6DB4", "conv"),
        "pointwise": ("#17A2A2", "conv"),
        "depthwise": ("#2FA39A", "depthwise conv"),
        "pooling": ("#C0392B", ""),
        "up": ("#3F9B45", ""),
        "skip": ("#8A94A3", ""),
        "other": ("#7A5BB5", ""),
    }
)
"""The paper's colours: blue convolutions, red poolings, green up-convolutions, grey skips, teal 1×1."""
_BAR: Final = "#B9D3F0"
_EDGE: Final = "#2E5C8A"


def draw(
    project: Project, analysis: Analysis, maps: Maps | None, palette: Palette, options: Options
) -> Drawing:
    """The network as bars, down on the left and up on the right."""
    background = None if options.transparent else paper(palette)
    problem = judge(project, analysis, options)
    seen = sketch(project.network, analysis)
    if problem or not seen.symbols:
        words = Text(x=0, y=0, text=problem or "No layers yet", size=TYPE, colour=palette.secondary)
        return cropped([words], MARGIN, background=background, title=project.title)
    width, height = room(options, TYPE)
    for sizes in _SIZES:
        items = _U(seen, palette, options, *sizes).items()
        (left, top), (right, bottom) = extent_of_all(items)
        tall = height is not None and bottom - top > height - 2 * MARGIN
        if right - left <= width - 2 * MARGIN and not tall:
            break
    return cropped(items, MARGIN, background=background, title=project.title)


def judge(project: Project, analysis: Analysis, options: Options) -> str:
    """Why the network is no U: it never goes up again, or ways part beside the skips."""
    seen = sketch(project.network, analysis)
    if not seen.symbols:
        return ""
    for symbol in seen.symbols.values():
        if symbol.shape is None or len(symbol.shape) != 3:
            return (
                f"the U shows maps of rows and columns, and {quoted(symbol.node.label)} ({symbol.id}) gives"
                " none: the styles slabs, column and flow draw it"
            )
    heights = [symbol.shape[1] for symbol in seen.symbols.values() if symbol.shape is not None]
    lowest = heights.index(min(heights))
    if not lowest or max(heights[lowest:]) < 1.5 * heights[lowest]:
        return (
            "the U is for networks that go down and up again, and this one does not come up: the styles"
            " slabs, column and flow draw it"
        )
    for one, symbol in seen.symbols.items():
        ways = [link for link in seen.out_of[one] if not link.skip]
        if len(ways) > 1 or (not seen.into[one] and one != next(iter(seen.symbols))):
            return (
                f"the U is one way down and up with skips across, and at {quoted(symbol.node.label)} ({one})"
                " ways part or begin: the styles slabs, column and flow draw that"
            )
    return ""


@dataclass(frozen=True, kw_only=True)
class _Bar:
    """The output of a symbol on its place; `taken` of its width is what a skip brings."""

    symbol: Symbol
    shape: Shape
    level: int
    x: float
    width: float
    height: float
    taken: float = 0.0


class _U:
    """The bars of a figure, and what leads from one to the next."""

    def __init__(
        self,
        seen: Sketch,
        palette: Palette,
        options: Options,
        gap: float,
        tallest: float,
        widest: float,
    ) -> None:
        self._seen, self._palette, self._options, self._gap = seen, palette, options, gap
        self._colours = chosen({kind: colour for kind, (colour, _) in ARROWS.items()}, options)
        self._comes_up = dict(_ups(seen))
        self._ends = dict(_ends(seen))
        shapes = [symbol.shape for symbol in seen.symbols.values() if symbol.shape is not None]
        self._size = scale_of((n for shape in shapes for n in shape[1:]), options.scaling, tallest, 10.0)
        self._channels = scale_of((shape[0] for shape in shapes), options.scaling, widest, 4.0)
        self._bars = list(self._placed())
        self._middles = self._levels()
        self._by_id = {bar.symbol.id: bar for bar in self._bars}
        self._by_id |= {up.id: self._by_id[one] for one, up in self._comes_up.items()}
        self._by_id |= {end.id: self._by_id[one] for one, end in self._ends.items()}

    def items(self) -> list[Item]:
        """Everything, back to front."""
        made = [*self._skips(), *self._arrows()]
        for bar in self._bars:
            made += self._bar(bar)
        return [*made, *self._legend(made)]

    def _placed(self) -> Iterator[_Bar]:
        """The bars from left to right; a bar on another level stands below or above the one before."""
        x, level = 0.0, 0
        before: Symbol | None = None
        gone = {up.id for up in self._comes_up.values()} | {end.id for end in self._ends.values()}
        for symbol in self._seen.symbols.values():
            shape = symbol.shape
            assert shape is not None
            if symbol.id in gone:
                continue
            width = self._channels(shape[0])
            taken = 0.0
            if before is not None and before.shape is not None:
                step = _step(before.shape, shape)
                level += step
                if step:
                    x += (self._channels(before.shape[0]) - width) / 2
                else:
                    x += self._channels(before.shape[0]) + self._spread(before, symbol)
                skips = [link.source for link in self._seen.into[symbol.id] if link.skip]
                incoming = sum((self._seen.symbols[one].shape or (0,))[0] for one in skips)
                if symbol.layer.family == "concat" and incoming:
                    taken = min(1.0, incoming / shape[0])
            yield _Bar(
                symbol=symbol,
                shape=shape,
                level=level,
                x=x,
                width=width,
                height=self._size(shape[1]),
                taken=taken,
            )
            before = symbol

    def _led(self, symbol: Symbol) -> Symbol:
        """What made the bar: the up-convolution, where it leads into a concatenation."""
        return self._comes_up.get(symbol.id, symbol)

    def _spread(self, before: Symbol, symbol: Symbol) -> float:
        """Room before a bar: an arrow, and what stands above and below it and the bar before."""
        halves = 0.0
        for one in (before, symbol):
            assert one.shape is not None
            words = max(text_width(line, TYPE) for line in (self._above(one.shape), *self._words(one)))
            halves += max(0.0, words - self._channels(one.shape[0])) / 2
        return max(self._gap, halves + 10)

    def _above(self, shape: Shape) -> str:
        """What stands above a bar: its channels, or the whole shape where a notation is chosen."""
        return self._options.shape(shape) if self._options.notation else str(shape[0])

    def _levels(self) -> dict[int, float]:
        """The middle of each level."""
        middles: dict[int, float] = {}
        y = 0.0
        for level in sorted({bar.level for bar in self._bars}):
            own = [bar for bar in self._bars if bar.level == level]
            height = max(bar.height for bar in own)
            below = max(len(self._words(bar.symbol)) for bar in own) * 14
            middles[level] = y + height / 2
            y += height + _DOWN + 16 + below
        return middles

    def _top(self, bar: _Bar) -> float:
        return self._middles[bar.level] - bar.height / 2

    def _words(self, symbol: Symbol) -> list[str]:
        """Lines below a bar: the user's name with what it is, and what the layer costs."""
        labels, numbers = self._options.labels, Numbers()
        lines = (
            [elided(full_label(symbol.node), _NAME, TYPE)] if symbol.node.name and "names" in labels else []
        )
        if "parameters" in labels and symbol.parameters:
            lines.append(f"{numbers.short(symbol.parameters)} params")
        if "macs" in labels and symbol.macs:
            lines.append(f"{numbers.short(symbol.macs)} MACs")
        return lines

    def _bar(self, bar: _Bar) -> Iterator[Item]:
        palette, part = self._palette, bar.symbol.id
        dark = palette.name == "dark"
        edge = mixed(_EDGE, "#FFFFFF", 0.45) if dark else _EDGE
        fill = mixed(_BAR, palette.surface, 0.35) if dark else _BAR
        y = self._top(bar)
        if bar.taken:
            yield Rect(
                x=bar.x, y=y, width=bar.width * bar.taken, height=bar.height, fill=palette.surface,
                stroke=edge, dashes=(3.0, 2.0), part=part,
            )  # fmt: skip
        left = bar.x + bar.width * bar.taken
        if bar.taken < 1:
            yield Rect(
                x=left,
                y=y,
                width=bar.x + bar.width - left,
                height=bar.height,
                fill=fill,
                stroke=edge,
                part=part,
            )
        middle = bar.x + bar.width / 2
        if "shapes" in self._options.labels:
            yield Text(
                x=middle, y=y - 5, text=self._above(bar.shape), size=TYPE, anchor="middle",
                colour=palette.text, part=part,
            )  # fmt: skip
            if self._size_is_new(bar) and not self._options.notation:
                words = pair_text((bar.shape[1], bar.shape[2]))
                long = text_width(words, TYPE)
                bottom = max(y + bar.height, y + 14 + long)
                yield Text(
                    x=bar.x - 4,
                    y=bottom,
                    text=words,
                    size=TYPE,
                    colour=palette.secondary,
                    rotation=-90,
                    part=part,
                )
        for index, line in enumerate(self._words(bar.symbol)):
            yield Text(
                x=middle, y=y + bar.height + 14 * (index + 1), text=line, size=TYPE, anchor="middle",
                colour=palette.text if index == 0 else palette.secondary, part=part,
            )  # fmt: skip

    def _size_is_new(self, bar: _Bar) -> bool:
        """Whether its rows and columns are not those of the bar before it."""
        place = self._bars.index(bar)
        return not place or self._bars[place - 1].shape[1:] != bar.shape[1:]

    def _arrows(self) -> Iterator[Item]:
        for before, bar in zip(self._bars, self._bars[1:], strict=False):
            colour = self._colours[_kind(self._led(bar.symbol))]
            part = bar.symbol.id
            wire = self._wire_into(self._led(bar.symbol).id)
            if before.level == bar.level:
                y = max(self._top(before), self._top(bar)) + min(10.0, bar.height / 2, before.height / 2)
                start: Point = (before.x + before.width + 2, y)
                end: Point = (bar.x - 2, y)
            elif before.level < bar.level:
                x = bar.x + bar.width / 2
                below = len(self._words(before.symbol)) * 14
                start, end = (x, self._top(before) + before.height + 3 + below), (x, self._top(bar) - 18)
            else:
                x = bar.x + bar.width / 2
                start, end = (x, self._top(before) - 18), (x, self._top(bar) + bar.height + 3)
            yield Path(
                start=start, pieces=(Line(end),), stroke=colour, stroke_width=2.4, head="arrow",
                head_size=_HEAD, part=part, wire=wire,
            )  # fmt: skip

    def _wire_into(self, one: str) -> Wire | None:
        """The wire that is no skip into what made a bar."""
        return next((link.wire for link in self._seen.into[one] if not link.skip), None)

    def _skips(self) -> Iterator[Item]:
        """Straight across to the other side; short ones as a bow above."""
        for link in self._seen.links:
            if not link.skip:
                continue
            source, target = self._by_id[link.source], self._by_id[link.target]
            colour = mixed(self._colours["skip"], self._palette.surface, 0.15)
            if source.level == target.level and self._dives(source, target):
                y = max(self._top(source), self._top(target)) + 8
                points = [(source.x + source.width + 2, y), (target.x - 2, y)]
            else:
                top = min(self._top(source), self._top(target)) - 22
                x1, x2 = source.x + source.width / 2, target.x + target.width / 2
                points = [(x1, self._top(source) - 16), (x1, top), (x2, top), (x2, self._top(target) - 16)]
            yield Path(
                start=points[0], pieces=tuple(map(Line, points[1:])), stroke=colour, stroke_width=4.0,
                head="arrow", head_size=11.0, part=link.target, wire=link.wire,
            )  # fmt: skip

    def _dives(self, source: _Bar, target: _Bar) -> bool:
        """Whether the way between the two runs over another level."""
        first, last = self._bars.index(source), self._bars.index(target)
        return any(bar.level != source.level for bar in self._bars[first:last])

    def _legend(self, items: Sequence[Item]) -> Iterator[Item]:
        """What the arrows mean, in the free corner below the right side."""
        if "legend" in self._options.explicit and not self._options.legend:
            return
        entries: dict[tuple[str, str], None] = {}
        for bar in self._bars[1:]:
            symbol = self._led(bar.symbol)
            kind = _kind(symbol)
            end = self._ends.get(bar.symbol.id)
            does = [_meaning(kind, symbol), "" if end is None else end.layer.label.lower()]
            entries[self._colours[kind], ", ".join(word for word in does if word)] = None
        for link in self._seen.links:
            if link.skip:
                crops = any(node.layer.reframes for node in link.through)
                entries[self._colours["skip"], "copy and crop" if crops else "copy"] = None
        lines = sorted(entries, key=lambda entry: list(self._colours.values()).index(entry[0]))
        yield from arrow_legend(lines, self._palette, extent_of_all(items))


def _ups(seen: Sketch) -> Iterator[tuple[str, Symbol]]:
    """Concatenations with the up-convolution before them: as in the paper both are one bar."""
    for one, symbol in seen.symbols.items():
        trunk = [seen.symbols[link.source] for link in seen.into[one] if not link.skip]
        if symbol.layer.family == "concat" and len(trunk) == 1 and len(seen.into[one]) > 1:
            before = trunk[0]
            renamed = before.node.name or len(seen.out_of[before.id]) > 1
            if before.layer.family == "up" and not renamed:
                yield one, before


def _ends(seen: Sketch) -> Iterator[tuple[str, Symbol]]:
    """Layers with a softmax behind them, which changes neither rows nor channels."""
    for one in seen.symbols:
        readers = [seen.symbols[link.target] for link in seen.out_of[one]]
        if len(readers) == 1 and readers[0].layer.family == "softmax" and not readers[0].node.name:
            yield one, readers[0]


def _step(before: Shape, shape: Shape) -> int:
    """1 for a level down, −1 for one up: the size halves or doubles, roughly."""
    ratio = shape[1] / before[1]
    return 1 if ratio < 0.7 else -1 if ratio > 1.4 else 0


def _kind(symbol: Symbol) -> str:
    """The arrow that leads to what the symbol gives."""
    family = symbol.layer.family
    return family if family in ARROWS else "other"


def _meaning(kind: str, symbol: Symbol) -> str:
    """`conv 3×3, ReLU`, `max pool 2×2`, `up-conv 2×2`."""
    layer = symbol.layer
    word = ARROWS[kind][1] or layer.short or (layer.title or layer.label).lower()
    window = window_text(layer)
    words = f"{word} {window}".rstrip() if window and kind != "other" else word
    stride = stride_text(layer) if kind in ("convolution", "pointwise", "depthwise") else ""
    return ", ".join(part for part in (words + stride, symbol.activation) if part)


STYLE: Final = Style(
    name="u",
    title="U-Net",
    draw=draw,
    about="Bars in a U, skips across, coloured arrows with their legend: the U-Net paper's figure 1",
    uses=frozenset({"transparent", "scaling", "legend", "labels", "colours", "colour", "notation"}),
    problem=judge,
    ends=True,
)
