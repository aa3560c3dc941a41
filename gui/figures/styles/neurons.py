"""Circles and the lines between them: NN-SVG's fully connected look (LeNail, JOSS 2019).

Only dense layers are drawn; of a network with convolutions the layers behind its last maps.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from engine.analysis.analyze import Analysis
from engine.errors import quoted
from engine.model.project import Project
from engine.shapes import elements
from gui.figures.drawing.drawing import Drawing, Ellipse, Item, Span, Text
from gui.figures.drawing.item_bounds import belonging, cropped, leading
from gui.figures.drawing.shapes import straight
from gui.figures.sketch import Symbol, sketch
from gui.figures.slabs.scaling import room
from gui.figures.style import Maps, Options, Style
from gui.figures.text.naming import full_label
from gui.figures.text.type_metrics import elided, text_width
from gui.figures.tints import chosen, ink_on, mixed, paper
from gui.look.colormaps import lookup_table
from gui.look.theme import ROLE_COLOURS, Palette
from gui.words.number_format import Numbers

MARGIN: Final = 24.0
TYPE: Final = 12.0
_RADIUS: Final = 9.0
_PITCH: Final = 27.0
"""From one neuron to the next of its layer."""
_DOTS: Final = 30.0
"""What the omission dots take."""
_APART: Final = 150.0
"""From one layer to the next, where there is room."""
_WIDEST: Final = 140.0


def draw(
    project: Project, analysis: Analysis, maps: Maps | None, palette: Palette, options: Options
) -> Drawing:
    """The dense layers from left to right, every neuron joined with all of the layer before."""
    background = None if options.transparent else paper(palette)
    problem = judge(project, analysis, options)
    if problem:
        words = Text(x=0, y=0, text=problem, size=TYPE, colour=palette.secondary)
        return cropped([words], MARGIN, background=background, title=project.title)
    columns = _columns(project, analysis, maps, options)
    width = room(options, TYPE)[0] - 2 * MARGIN
    longest = max((text_width(line, TYPE) for column in columns for line in column.lines), default=0.0)
    apart = max(longest + 14, min(_APART, (width - longest) / max(1, len(columns) - 1)))
    items: list[Item] = []
    into = sketch(project.network, analysis).into
    for index, (before, column) in enumerate(zip([None, *columns[:-1]], columns, strict=True)):
        if before is not None:
            lines = _wires(before, column, (index - 1) * apart, apart, palette)
            items += leading(column.part, into[column.part][0].wire, lines)
    for index, column in enumerate(columns):
        items += belonging(column.part, _neurons(column, index * apart, palette, options))
    lowest = max(column.height for column in columns) / 2
    for index, column in enumerate(columns):
        items += belonging(column.part, _words(column, index * apart, lowest + 26, palette))
    return cropped(items, MARGIN, background=background, title=project.title)


def judge(project: Project, analysis: Analysis, options: Options) -> str:
    """Why there are no neurons to be drawn."""
    dense = _dense(project, analysis)
    if not dense:
        return "neurons are drawn of dense layers, and this network has none: slabs, column and flow draw it"
    seen = sketch(project.network, analysis)
    for before, symbol in pairwise(dense):
        if [link.source for link in seen.into[symbol.id]] != [before.id]:
            return (
                f"neurons are drawn in one chain, and something stands or ways part before"
                f" {quoted(symbol.node.label)} ({symbol.id}): the styles column and flow draw that"
            )
    for symbol in dense:
        if symbol.shape is None or symbol.input_shape is None:
            return f"{full_label(symbol.node)} has no output yet: mend its problem first"
    return ""


def _dense(project: Project, analysis: Analysis) -> list[Symbol]:
    seen = sketch(project.network, analysis)
    return [symbol for symbol in seen.symbols.values() if symbol.layer.family == "dense"]


@dataclass(frozen=True, kw_only=True)
class _Column:
    """One layer: how many neurons it has, which are drawn, and what is written below."""

    part: str
    count: int
    shown: tuple[int, ...]
    """Indices of the drawn ones; omission dots stand before the last where some are left out."""
    lines: tuple[str, ...]
    set_of: tuple[Span, ...]
    colour: str
    bias: bool = False
    """Whether the next layer adds one."""
    values: tuple[float, ...] = ()
    """Of the shown neurons, as shares of the largest; none where no maps are given."""

    @property
    def omits(self) -> bool:
        """Whether some are left out."""
        return len(self.shown) < self.count

    @property
    def height(self) -> float:
        """From the first neuron's middle to the last one's."""
        return (
            (len(self.shown) - 1) * _PITCH + (_DOTS if self.omits else 0.0) + (_PITCH if self.bias else 0.0)
        )

    def ys(self) -> list[float]:
        """The middle of each drawn neuron, around 0."""
        top = -self.height / 2 + (_PITCH if self.bias else 0.0)
        last = len(self.shown) - 1
        return [
            top + index * _PITCH + (_DOTS if self.omits and index == last else 0.0)
            for index in range(last + 1)
        ]


def _columns(project: Project, analysis: Analysis, maps: Maps | None, options: Options) -> list[_Column]:
    dense = _dense(project, analysis)
    first = dense[0]
    assert first.input_shape is not None
    seen = sketch(project.network, analysis)
    source = seen.into[first.id][0].source if seen.into[first.id] else first.id
    before = seen.symbols[source]
    shape = before.shape or first.input_shape
    flat = elements(shape)
    numbers = Numbers()
    told = full_label(before.node) if "names" in options.labels else ""
    size = (
        f"{options.shape(shape)} = {numbers.exact(flat)}"
        if len(shape) == 3 and "shapes" in options.labels
        else ""
    )
    made = [_column(before, flat, tuple(line for line in (told, size) if line), first, maps, options)]
    for index, symbol in enumerate(dense):
        assert symbol.shape is not None
        following = dense[index + 1] if index + 1 < len(dense) else None
        lines = [elided(full_label(symbol.node), _WIDEST, TYPE)] if "names" in options.labels else []
        after = [
            m.layer.label
            for m in symbol.members[symbol.members.index(symbol.node) + 1 :]
            if not m.layer.passes_on
        ]
        readers = [seen.symbols[link.target] for link in seen.out_of[symbol.id]]
        after += [reader.layer.label for reader in readers if reader.layer.family == "softmax"]
        if after and "names" in options.labels:
            lines.append(elided(", ".join(after), _WIDEST, TYPE))
        if "parameters" in options.labels:
            lines.append(f"{numbers.short(symbol.parameters)} params")
        if "macs" in options.labels:
            lines.append(f"{numbers.short(symbol.macs)} MACs")
        made.append(_column(symbol, symbol.shape[0], tuple(lines), following, maps, options))
    return made


def _column(
    symbol: Symbol,
    count: int,
    lines: tuple[str, ...],
    following: Symbol | None,
    maps: Maps | None,
    options: Options,
) -> _Column:
    most = max(2, options.max_maps)
    shown = tuple(range(count)) if count <= most else (*range(most - 1), count - 1)
    values: tuple[float, ...] = ()
    found = None if maps is None or not options.faces else maps.get(symbol.members[-1].id)
    if found is not None and found.size == count:
        flat = np.nan_to_num(np.abs(found.reshape(-1)))
        values = tuple(float(flat[index]) / (float(flat.max()) or 1.0) for index in shown)
    set_of = (Span("∈ \u211d"), Span(str(count), script=1)) if "shapes" in options.labels else ()
    bias = following is not None and bool(getattr(following.layer, "bias", False))
    colours = chosen(ROLE_COLOURS, options)
    colour = colours.get(symbol.layer.family, colours[symbol.layer.role])
    return _Column(
        part=symbol.id, count=count, shown=shown, lines=lines, set_of=set_of, colour=colour, bias=bias,
        values=values,
    )  # fmt: skip


def _wires(before: _Column, column: _Column, x: float, apart: float, palette: Palette) -> Iterator[Item]:
    """Each neuron with all of the layer before, and with its bias in dashes."""
    colour = mixed(palette.wire, palette.surface, 0.45)
    for end in column.ys():
        for start in before.ys():
            yield straight((x + _RADIUS, start), (x + apart - _RADIUS, end), colour, 0.6)
        if before.bias:
            yield straight((x + _RADIUS, -before.height / 2), (x + apart - _RADIUS, end), colour, 0.5)


def _neurons(column: _Column, x: float, palette: Palette, options: Options) -> Iterator[Item]:
    table = lookup_table(options.colour_map)
    outline = mixed(column.colour, "#FFFFFF" if palette.name == "dark" else "#000000", 0.35)
    ys = column.ys()
    for index, y in enumerate(ys):
        fill = mixed(column.colour, palette.surface, 0.55)
        if column.values:
            fill = "#" + bytes(int(one) for one in table[round(255 * column.values[index])]).hex().upper()
        yield Ellipse(
            x=x - _RADIUS, y=y - _RADIUS, width=2 * _RADIUS, height=2 * _RADIUS, fill=fill, stroke=outline
        )
    if column.omits:
        middle = (ys[-2] + ys[-1]) / 2 if len(ys) > 1 else 0.0
        for step in (-7.0, 0.0, 7.0):
            yield Ellipse(x=x - 1.6, y=middle + step - 1.6, width=3.2, height=3.2, fill=palette.secondary)
    if column.bias:
        y = -column.height / 2
        yield Ellipse(
            x=x - _RADIUS, y=y - _RADIUS, width=2 * _RADIUS, height=2 * _RADIUS, fill=palette.surface,
            stroke=palette.secondary, dashes=(2.5, 2.0),
        )  # fmt: skip
        yield Text(x=x, y=y + 4.2, text="1", size=TYPE, anchor="middle", colour=ink_on(palette.surface))


def _words(column: _Column, x: float, y: float, palette: Palette) -> Iterator[Item]:
    for index, line in enumerate(column.lines):
        yield Text(
            x=x, y=y + 16 * index, text=line, size=TYPE, anchor="middle",
            colour=palette.secondary if index else palette.text,
        )  # fmt: skip
    if column.set_of:
        yield Text(
            x=x,
            y=y + 16 * len(column.lines),
            text=column.set_of,
            size=TYPE,
            anchor="middle",
            colour=palette.secondary,
        )


STYLE: Final = Style(
    name="neurons",
    title="Neurons",
    draw=draw,
    about="Dense layers as circles, all joined, with omission dots and biases: NN-SVG's FCNN",
    uses=frozenset(
        {"transparent", "max_maps", "faces", "colour_map", "labels", "colours", "colour", "notation"}
    ),
    problem=judge,
    ends=True,
)
