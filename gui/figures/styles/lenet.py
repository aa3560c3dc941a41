"""Stacks of squares, one a map: LeNet-5's figure 2 of 1998, and NN-SVG's (LeNail, 2019).

LeCun et al., "Gradient-based learning applied to document recognition", Proceedings of the IEEE, 1998.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from engine.analysis.analyze import Analysis
from engine.model.project import Project
from gui.figures.drawing.drawing import Drawing, Ellipse, Item, Picture, Point, Polygon, Rect, Text
from gui.figures.drawing.item_bounds import belonging, cropped, leading
from gui.figures.drawing.shapes import straight
from gui.figures.flow.single_file import (
    TYPE,
    Place,
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
from gui.figures.slabs.faces import (
    Map,
    channel_picture,
    channels_shown,
    face_map,
    input_picture,
    strongest_channels,
)
from gui.figures.slabs.scaling import Scale, room, scale_of
from gui.figures.style import Maps, Options, Style
from gui.figures.text.type_metrics import text_width
from gui.figures.tints import paper
from gui.look.colormaps import Rgb
from gui.look.theme import Palette

MARGIN: Final = 24.0
OFFSET: Final = 8.0
"""From one map to the next, to the right and down."""
_GAP: Final = 46.0
_LONGEST: Final = (150.0, 125.0, 105.0)
"""Sides of the largest map: the first with which the network fits on one line."""
_LINE_GAP: Final = 34.0
_STRIP: Final = 11.0
"""Width of a vector's strip."""
_LEAN: Final = 0.32
"""How far a strip leans to the right on its way down, per unit."""
_DOTS: Final = 3


def draw(
    project: Project, analysis: Analysis, maps: Maps | None, palette: Palette, options: Options
) -> Drawing:
    """The network as stacks of maps and slanted strips from left to right."""
    background = None if options.transparent else paper(palette)
    problem = judge(project, analysis, options)
    seen = chain(project, analysis, options)
    if problem or not seen.symbols:
        words = Text(x=0, y=0, text=problem or "No layers yet", size=TYPE, colour=palette.secondary)
        return cropped([words], MARGIN, background=background, title=project.title)
    for longest in _LONGEST:
        row = _Row(seen, maps, palette, options, longest)
        if row.lines == 1:
            break
    items = row.items()
    return cropped(items, MARGIN, background=background, title=project.title)


def judge(project: Project, analysis: Analysis, options: Options) -> str:
    """Why the network cannot be drawn so."""
    return chain_problem("LeNet's look", project, analysis)


@dataclass(frozen=True, kw_only=True)
class _Stack:
    """One layer's drawing: its front map, or its strip, and where its box ends."""

    symbol: Symbol
    x: float
    y: float
    """The middle line."""
    width: float
    """Of the whole stack."""
    height: float
    front: tuple[float, float, float, float] | None = None
    """x, y, width and height of the foremost map."""
    strip: tuple[Point, Point] | None = None
    """The upper and the lower end of a vector."""


class _Row:
    """The layers of a figure, measured and placed."""

    def __init__(
        self, seen: Sketch, maps: Maps | None, palette: Palette, options: Options, longest: float
    ) -> None:
        symbols = list(seen.symbols.values())
        self._seen, self._maps, self._palette, self._options = seen, maps, palette, options
        shapes = [symbol.shape for symbol in symbols if symbol.shape is not None]
        sizes = [n for shape in shapes if len(shape) == 3 for n in shape[1:]]
        self._size: Scale = scale_of(sizes, options.scaling, longest, 6.0)
        vectors = (shape[0] for shape in shapes if len(shape) == 1)
        self._features = scale_of(vectors, options.scaling, 1.35 * longest, 26.0)

        self._words = [operation(symbol, options, seen.copies_alone(symbol.id)) for symbol in symbols]
        if not seen.entering:
            self._words[:1] = [[]]  # nothing stands before the first layer
        widths = [
            max(self._extent(symbol)[0], text_width(self._label(symbol), TYPE, 500)) for symbol in symbols
        ]
        width = room(options, TYPE)[0] - 2 * MARGIN
        words_widths = [operation_width(word) for word in self._words]
        self._places = placed(symbols, widths, words_widths, _GAP, width)

    @property
    def lines(self) -> int:
        """In how many lines the network is written."""
        return self._places[-1].line + 1

    def items(self) -> list[Item]:
        """Everything, back to front."""
        places, words = self._places, self._words
        tallest = [
            max(self._extent(place.symbol)[1] for place in places if place.line == line)
            for line in range(self.lines)
        ]
        middles, y = [], 0.0
        for height in tallest:
            middles.append(y + height / 2)
            y += height + 24 + 30 + _LINE_GAP + brackets_height(self._seen)
        stacks = [self._stack(place, middles[place.line]) for place in places]
        made: list[Item] = []
        for index, stack in enumerate(stacks):
            before = stacks[index - 1] if index and places[index - 1].line == places[index].line else None
            part = stack.symbol.id
            made += belonging(part, self._drawn(stack))
            made += belonging(part, self._above(stack))
            below = stack.y + tallest[places[index].line] / 2 + 20
            if before is not None:
                made += leading(part, self._seen.into[part][0].wire, self._joined(before, stack))
            elif index:
                last = stacks[index - 1]
                ends = ((stack.x - 30, stack.y), (last.x + last.width + 10, last.y))
                stubs = [goes_on(*end, self._palette, part) for end in ends]
                made += leading(part, self._seen.into[part][0].wire, stubs)
            elif self._seen.entering:
                stub = goes_on(stack.x - 30, stack.y, self._palette, part)
                made += leading(part, self._seen.entering[0].wire, [stub])
            if words[index]:
                middle = places[index].before
                made += operation_texts(stack.symbol, words[index], middle, below, self._palette)
        if self._seen.leaving:
            made.append(goes_on(stacks[-1].x + stacks[-1].width + 10, stacks[-1].y, self._palette, part))
        extents = {
            stack.symbol.id: (
                place.line,
                min(stack.x, place.before - operation_width(own) / 2),
                stack.x + stack.width,
            )
            for stack, place, own in zip(stacks, places, words, strict=True)
        }
        lows = [middle + height / 2 + 48 for middle, height in zip(middles, tallest, strict=True)]
        return [*made, *brackets(self._seen, extents, lows, self._palette)]

    def _extent(self, symbol: Symbol) -> tuple[float, float]:
        """Width and height of the layer's drawing."""
        shape = symbol.shape
        if shape is None:
            return 60.0, 60.0
        if len(shape) == 1:
            length = self._features(shape[0])
            return _STRIP + _LEAN * length, length
        behind = OFFSET * (self._drawn_maps(shape[0]) - 1)
        return self._size(shape[2]) + behind, self._size(shape[1]) + behind

    def _drawn_maps(self, count: int) -> int:
        """Steps of the stack: the maps, and three more where dots stand for others."""
        most = max(1, self._options.max_maps)
        return count if count <= most else most + _DOTS

    def _stack(self, place: Place, y: float) -> _Stack:
        symbol = place.symbol
        width, height = self._extent(symbol)
        x = place.x
        made = {"symbol": symbol, "x": x, "y": y, "width": width, "height": height}
        shape = symbol.shape
        if shape is None or len(shape) == 3:
            own = (self._size(shape[2]), self._size(shape[1])) if shape is not None else (60.0, 60.0)
            front = (x + width - own[0], y + height / 2 - own[1], *own)
            return _Stack(**made, front=front)  # type: ignore[arg-type]  # a mapping of its fields
        top, bottom = (x, y - height / 2), (x + _LEAN * height, y + height / 2)
        return _Stack(**made, strip=(top, bottom))  # type: ignore[arg-type]  # a mapping of its fields

    def _label(self, symbol: Symbol) -> str:
        """`6@28×28` above a stack, `120` above a strip."""
        shape = symbol.shape
        if "shapes" not in self._options.labels or shape is None:
            return ""
        return self._options.shape(shape, "C@HxW")

    def _above(self, stack: _Stack) -> Iterator[Item]:
        label = self._label(stack.symbol)
        if label:
            x = stack.x + (0.0 if stack.strip is None else _STRIP / 2)
            top = stack.y - stack.height / 2 - 9
            yield Text(x=x, y=top, text=label, size=TYPE, weight=500, colour=self._palette.text)

    def _drawn(self, stack: _Stack) -> Iterator[Item]:
        dark = self._palette.name == "dark"
        line = "#AEB6C2" if dark else "#33383F"
        greys = ("#59616D", "#3B424C") if dark else ("#E4E6EA", "#B4B9C1")
        if stack.strip is not None:
            (x1, y1), (x2, y2) = stack.strip
            points = ((x1, y1), (x1 + _STRIP, y1), (x2 + _STRIP, y2), (x2, y2))
            yield Polygon(points=points, fill=greys[0], stroke=line, stroke_width=0.8)
            return
        assert stack.front is not None
        x, y, width, height = stack.front
        shape = stack.symbol.shape
        if shape is None:
            warning = self._palette.warning
            yield Rect(x=x, y=y, width=width, height=height, fill=greys[0], stroke=warning, dashes=(4, 3))
            return
        steps = self._drawn_maps(shape[0]) - 1
        shown = self._channels(stack.symbol, shape[0])
        for index, channel in enumerate(shown):
            # The last one is the front; dots stand between it and those before.
            back = steps - index if index < len(shown) - 1 else 0
            left, top = x - OFFSET * back, y - OFFSET * back
            if back == 0 and steps >= len(shown):
                yield from self._dots((x + width, y), line)
            picture = self._picture(stack.symbol, channel)
            yield Rect(
                x=left,
                y=top,
                width=width,
                height=height,
                fill=greys[(len(shown) - 1 - index) % 2],
                stroke=line,
                stroke_width=0.8,
            )
            if picture is not None:
                inside = 0.4
                yield Picture(
                    x=left + inside, y=top + inside, width=width - 2 * inside, height=height - 2 * inside,
                    pixels=picture,
                )  # fmt: skip

    def _channels(self, symbol: Symbol, count: int) -> list[int]:
        """Which maps are drawn, from back to front; of real ones those that vary most, the strongest last."""
        most = max(1, self._options.max_maps)
        found = self._map(symbol)
        return channels_shown(count, most) if found is None else strongest_channels(found, most)[::-1]

    def _dots(self, front: Point, colour: str) -> Iterator[Item]:
        """Three dots before the front map, whose upper right corner this is: no map lies there."""
        for step in range(1, _DOTS + 1):
            cx, cy = front[0] - OFFSET * (step - 0.5) + 1, front[1] - OFFSET * (step - 0.5) - 1
            yield Ellipse(x=cx - 1.3, y=cy - 1.3, width=2.6, height=2.6, fill=colour)

    def _map(self, symbol: Symbol) -> Map | None:
        """The layer's real map after what is folded in; None where it is not to be shown."""
        return face_map(symbol, self._maps) if self._options.faces else None

    def _picture(self, symbol: Symbol, channel: int) -> Rgb | None:
        found = self._map(symbol)
        if found is None:
            return None
        if symbol.layer.family == "input":
            photograph = input_picture(found)
            if photograph is not None:
                return photograph
        dark = self._palette.name == "dark"
        return channel_picture(found[0, channel], self._options.colour_map, dark=dark)

    def _joined(self, before: _Stack, stack: _Stack) -> Iterator[Item]:
        """From the kernel on the front map to one point of the next; between strips, end to end."""
        line = self._palette.wire
        if stack.strip is not None:
            top, bottom = stack.strip
            if before.strip is not None:
                (x1, y1), (x2, y2) = before.strip
                start = (x1 + _STRIP, y1), (x2 + _STRIP, y2)
            else:
                assert before.front is not None
                x, y, width, height = before.front
                start = (x + width, y), (x + width, y + height)
            yield straight(start[0], top, line, 0.8)
            yield straight(start[1], bottom, line, 0.8)
            return
        if before.front is None or stack.front is None:
            return
        x, y, width, height = self._kernel(before, stack)
        tip = (stack.front[0] + 0.42 * stack.front[2], stack.front[1] + 0.38 * stack.front[3])
        ink = self._palette.accent
        yield straight((x + width, y), tip, ink, 0.8)
        yield straight((x + width, y + height), tip, ink, 0.8)
        yield Rect(x=x, y=y, width=width, height=height, fill=ink, fill_opacity=0.18, stroke=ink)
        yield Ellipse(x=tip[0] - 1.6, y=tip[1] - 1.6, width=3.2, height=3.2, fill=ink)

    def _kernel(self, before: _Stack, stack: _Stack) -> tuple[float, float, float, float]:
        """The window on the front map, as large as it is there, but never too small to see."""
        assert before.front is not None
        x, y, width, height = before.front
        window, shape = stack.symbol.layer.window, before.symbol.shape
        rows, columns = (1.0, 1.0)
        if window is not None and shape is not None:
            rows, columns = (min(1.0, k / n) for k, n in zip(window.extent, shape[1:], strict=True))
        elif stack.symbol.layer.window is None and shape is not None and stack.symbol.layer.whole_input:
            rows = columns = 1.0
        own = (max(min(4.0, width), columns * width), max(min(4.0, height), rows * height))
        return x + 0.55 * (width - own[0]), y + 0.6 * (height - own[1]), own[0], own[1]


STYLE: Final = Style(
    name="lenet",
    title="LeNet",
    draw=draw,
    about="Stacks of maps, kernels with lines to one point, slanted strips: LeNet-5's figure of 1998",
    uses=frozenset(
        {"transparent", "scaling", "max_maps", "faces", "colour_map", "fold", "labels", "notation"}
    ),
    splits=True,
    problem=judge,
    ends=True,
)
