"""Wireframe cuboids in parallel projection with a kernel in each: AlexNet's figure 2, and NN-SVG's.

Krizhevsky, Sutskever & Hinton, "ImageNet classification with deep convolutional neural networks", NeurIPS
2012; LeNail, "NN-SVG", Journal of Open Source Software, 2019.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import log2
from typing import Final

from engine.analysis.analyze import Analysis
from engine.model.project import Project
from gui.figures.drawing.drawing import Drawing, Item, Line, Path, Point, Polygon, Text
from gui.figures.drawing.item_bounds import belonging, cropped, leading, text_box
from gui.figures.flow.single_file import (
    TYPE,
    brackets,
    brackets_height,
    chain,
    chain_problem,
    goes_on,
    operation,
    operation_texts,
    operation_width,
    placed,
)
from gui.figures.sketch import Sketch, Symbol
from gui.figures.slabs.faces import symbol_picture
from gui.figures.slabs.oblique import Solid, face_items
from gui.figures.slabs.scaling import Scale, room, scale_of
from gui.figures.style import Maps, Options, Style
from gui.figures.text.type_metrics import text_width
from gui.figures.tints import chosen, mixed, paper
from gui.look.theme import ROLE_COLOURS, Palette

MARGIN: Final = 24.0
_GAP: Final = 44.0
_LINE_GAP: Final = 36.0
_LARGEST: Final = (165.0, 135.0, 110.0)
"""Sides of the largest map: the first with which the network fits on one line."""
_BAR: Final = 12.0
"""Sides of a vector's bar."""
_DOUBLING: Final = 5.2
"""Units of thickness a doubling of the channels adds."""


def draw(
    project: Project, analysis: Analysis, maps: Maps | None, palette: Palette, options: Options
) -> Drawing:
    """The network as cuboids from left to right."""
    background = None if options.transparent else paper(palette)
    problem = judge(project, analysis, options)
    seen = chain(project, analysis, options)
    if problem or not seen.symbols:
        words = Text(x=0, y=0, text=problem or "No layers yet", size=TYPE, colour=palette.secondary)
        return cropped([words], MARGIN, background=background, title=project.title)
    for largest in _LARGEST:
        row = _Row(seen, maps, palette, options, largest)
        if row.lines == 1:
            break
    return cropped(row.items(), MARGIN, background=background, title=project.title)


def judge(project: Project, analysis: Analysis, options: Options) -> str:
    """Why the network cannot be drawn so."""
    return chain_problem("AlexNet's look", project, analysis)


@dataclass(frozen=True, kw_only=True)
class _Block:
    """A layer's cuboid, and the texts at its edges."""

    symbol: Symbol
    solid: Solid
    texts: tuple[Text, ...]


class _Row:
    """The blocks of a figure, measured and placed."""

    def __init__(
        self, seen: Sketch, maps: Maps | None, palette: Palette, options: Options, largest: float
    ) -> None:
        symbols = list(seen.symbols.values())
        self._seen, self._palette, self._options = seen, palette, options
        self._maps = maps if options.faces else None
        shapes = [symbol.shape for symbol in symbols if symbol.shape is not None]
        sizes = [n for shape in shapes if len(shape) == 3 for n in shape[1:]]
        self._size: Scale = scale_of(sizes, options.scaling, largest, 5.0)
        vectors = (shape[0] for shape in shapes if len(shape) == 1)
        self._features = scale_of(vectors, options.scaling, 1.25 * largest, 24.0)
        self._words = [operation(symbol, options, seen.copies_alone(symbol.id)) for symbol in symbols]
        if not seen.entering:
            self._words[:1] = [[]]  # nothing stands before the first layer
        extents = [self._extent(self._block(symbol, 0.0, 0.0)) for symbol in symbols]
        self._before = [-left for left, _, _, _ in extents]
        widths = [right - left for left, right, _, _ in extents]
        width = room(options, TYPE)[0] - 2 * MARGIN
        self._places = placed(symbols, widths, [operation_width(word) for word in self._words], _GAP, width)
        self._heights = [(top, bottom) for _, _, top, bottom in extents]

    @property
    def lines(self) -> int:
        """In how many lines the network is written."""
        return self._places[-1].line + 1

    def items(self) -> list[Item]:
        """Everything, back to front."""
        middles, lows, y = [], [], 0.0
        for line in range(self.lines):
            own = [
                span for span, place in zip(self._heights, self._places, strict=True) if place.line == line
            ]
            middles.append(y - min(top for top, _ in own))
            lows.append(middles[-1] + max(bottom for _, bottom in own))
            y = lows[-1] + 40 + _LINE_GAP + brackets_height(self._seen)
        blocks = [
            self._block(place.symbol, place.x + before, middles[place.line])
            for place, before in zip(self._places, self._before, strict=True)
        ]
        made: list[Item] = []
        for index, block in enumerate(blocks):
            line, part = self._places[index].line, block.symbol.id
            left = self._extent(block)[0]
            last = blocks[index - 1] if index else None
            if last is not None and self._places[index - 1].line != line:
                ends = ((self._extent(last)[1] + 8, last.solid.y), (left - 28, block.solid.y))
                stubs = [goes_on(*end, self._palette, part) for end in ends]
                made += leading(part, self._seen.into[part][0].wire, stubs)
                last = None
            elif last is None and self._seen.entering:
                stub = goes_on(left - 28, block.solid.y, self._palette, part)
                made += leading(part, self._seen.entering[0].wire, [stub])
            made += belonging(part, self._wireframe(block))
            made += belonging(part, block.texts)
            if last is not None:
                made += leading(part, self._seen.into[part][0].wire, self._reached(last, block))
            if self._words[index]:
                middle, below = self._places[index].before, lows[line] + 20
                made += operation_texts(block.symbol, self._words[index], middle, below, self._palette)
        if self._seen.leaving:
            made.append(goes_on(self._extent(blocks[-1])[1] + 8, blocks[-1].solid.y, self._palette, part))
        extents = {
            block.symbol.id: (
                place.line,
                min(self._extent(block)[0], place.before - operation_width(own) / 2),
                self._extent(block)[1],
            )
            for block, place, own in zip(blocks, self._places, self._words, strict=True)
        }
        return [*made, *brackets(self._seen, extents, [low + 46 for low in lows], self._palette)]

    def _extent(self, block: _Block) -> tuple[float, float, float, float]:
        """Left, right, top and bottom of the cuboid with its numbers."""
        boxes = [text_box(text) for text in block.texts]
        solid = block.solid
        return (
            min([solid.left, *(box[0][0] for box in boxes)]),
            max([solid.right, *(box[1][0] for box in boxes)]),
            min([solid.top, *(box[0][1] for box in boxes)]),
            max([solid.bottom, *(box[1][1] for box in boxes)]),
        )

    def _block(self, symbol: Symbol, x: float, y: float) -> _Block:
        shape = symbol.shape
        if shape is None:
            solid = Solid(x=x, y=y, width=24.0, height=60.0, depth=60.0)
        elif len(shape) == 1:
            solid = Solid(x=x, y=y, width=_BAR, height=self._features(shape[0]), depth=1.6 * _BAR)
        else:
            # Thickness tells channels by their logarithm, as in NN-SVG: 3 and 2,048 fit into one figure.
            width = 4.0 + _DOUBLING * log2(1 + shape[0])
            solid = Solid(x=x, y=y, width=width, height=self._size(shape[1]), depth=self._size(shape[2]))
        texts = tuple(self._numbers(symbol, solid)) if "shapes" in self._options.labels else ()
        return _Block(symbol=symbol, solid=solid, texts=texts)

    def _numbers(self, symbol: Symbol, solid: Solid) -> Iterator[Text]:
        """Height along the left edge, width along the slanted one, channels below the front."""
        shape = symbol.shape
        if shape is None:
            return
        text = Text(x=0, y=0, text="", size=TYPE, anchor="middle", colour=self._palette.secondary)
        x, y = solid.at(0.5, 0, 0)
        channels = replace(text, x=x, y=y + 14, text=str(shape[0]), colour=self._palette.text, weight=500)
        if len(shape) == 1:
            yield channels
            return
        if self._options.notation:
            yield replace(channels, text=self._options.shape(shape))
            return
        yield channels
        if solid.height >= 60 or shape[1] != shape[2]:
            # Beside low blocks the pyramid would cross it; a square one is told along its other side.
            x, y = solid.at(0, 0.5, 0)
            yield replace(text, x=x - 5, y=y, text=str(shape[1]), rotation=-90)
        x, y = solid.at(1, 0, 0.5)
        reach = 9 + max(0.0, text_width(str(shape[2]), TYPE) - solid.slant * 2**0.5) * 0.3
        yield replace(text, x=x + reach, y=y + reach, text=str(shape[2]), rotation=-45)

    def _wireframe(self, block: _Block) -> Iterator[Item]:
        solid, symbol = block.solid, block.symbol
        dark = self._palette.name == "dark"
        line = "#C5CBD4" if dark else "#2A2F36"
        if symbol.problem:
            line = self._palette.warning
        tint = mixed(_colour(symbol, self._options), paper(self._palette), 0.35)
        for start, end in solid.hidden_edges():
            yield Path(start=start, pieces=(Line(end),), stroke=line, stroke_width=0.6, dashes=(2.0, 2.5))
        for face, opacity in ((solid.lid(), 0.28), (solid.front(), 0.16), (solid.side(), 0.4)):
            yield Polygon(points=face, fill=tint, fill_opacity=opacity, stroke=line, stroke_width=0.9)
        picture = symbol_picture(symbol, self._maps, self._options.colour_map, dark=dark)
        if picture is not None:
            yield from face_items(solid, picture, line, stroke_width=0.9)

    def _reached(self, before: _Block, block: _Block) -> Iterator[Item]:
        """The kernel inside the block before, and a pyramid from it to one point of this block."""
        shape, symbol = before.symbol.shape, block.symbol
        window = symbol.layer.window
        ink = chosen(ROLE_COLOURS, self._options)["pooling"]
        solid = before.solid
        tip = block.solid.at(0, 0.5, 0.5)
        if block.symbol.shape is not None and len(block.symbol.shape) == 1:
            yield from self._dense(before, block)
            return
        if shape is None or len(shape) != 3:
            return
        share = (1.0, 1.0)
        if window is not None:
            share = (min(1.0, window.extent[0] / shape[1]), min(1.0, window.extent[1] / shape[2]))
        high = max(share[0], min(1.0, 5.0 / solid.height))
        deep = max(share[1], min(1.0, 8.0 / solid.depth))
        low, near = (1 - high) * 0.42, (1 - deep) * 0.5
        corners = [solid.at(1, up, back) for up, back in _square(low, high, near, deep)]
        inner = [solid.at(0, up, back) for up, back in _square(low, high, near, deep)]
        for a, b in zip(inner, corners, strict=True):
            yield Path(start=a, pieces=(Line(b),), stroke=ink, stroke_width=0.6)
        yield Polygon(points=tuple(inner), stroke=ink, stroke_width=0.6)
        yield Polygon(points=tuple(corners), fill=ink, fill_opacity=0.25, stroke=ink, stroke_width=1.0)
        for corner in corners:
            yield Path(start=corner, pieces=(Line(tip),), stroke=ink, stroke_width=0.7, dashes=(3.0, 2.0))

    def _dense(self, before: _Block, block: _Block) -> Iterator[Item]:
        """Lines from end to end: every value reaches every other."""
        ink = self._palette.wire
        a, b = before.solid, block.solid
        starts = (a.at(1, 1, 0.5), a.at(1, 0, 0.5))
        ends = (b.at(0, 1, 0.5), b.at(0, 0, 0.5))
        for start, end in zip(starts, ends, strict=True):
            yield Path(start=start, pieces=(Line(end),), stroke=ink, stroke_width=0.8)
        for start, end in zip(starts, ends[::-1], strict=True):
            yield Path(start=start, pieces=(Line(end),), stroke=ink, stroke_width=0.5, dashes=(2.0, 3.0))


def _square(low: float, high: float, near: float, deep: float) -> list[Point]:
    return [(low, near), (low, near + deep), (low + high, near + deep), (low + high, near)]


def _colour(symbol: Symbol, options: Options) -> str:
    kind = symbol.layer.family
    colours = chosen(ROLE_COLOURS, options)
    return colours.get(kind, colours["convolution" if kind == "up" else "reshape"])


STYLE: Final = Style(
    name="blocks",
    title="Blocks",
    draw=draw,
    about="Wireframe cuboids, a kernel and its pyramid in each: AlexNet's figure of 2012",
    uses=frozenset(
        {"transparent", "scaling", "fold", "faces", "colour_map", "labels", "colours", "colour", "notation"}
    ),
    splits=True,
    problem=judge,
    ends=True,
)
