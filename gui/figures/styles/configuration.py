"""What a network consists of, stage by stage: table 1 of the VGG and of the ResNet paper.

Simonyan & Zisserman, "Very deep convolutional networks for large-scale image recognition", ICLR 2015; He et
al., "Deep residual learning for image recognition", CVPR 2016.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from engine.analysis.analyze import Analysis, analyze
from engine.formats.tables.typesetting import Table
from engine.model.network import Network
from engine.model.project import Project
from engine.shapes import Shape
from gui.figures.chain.paging import rows_on
from gui.figures.drawing.drawing import Drawing, Item, Text
from gui.figures.drawing.item_bounds import cropped
from gui.figures.drawing.shapes import straight
from gui.figures.flow.folding import blocks_of, repeat
from gui.figures.sketch import Link, Sketch, Symbol, sketch
from gui.figures.style import Maps, Options, Style
from gui.figures.text.naming import called, stride_text
from gui.figures.text.type_metrics import text_width
from gui.figures.tints import paper
from gui.look.theme import Palette
from gui.words.number_format import Numbers

MARGIN: Final = 28.0
TYPE: Final = 12.0
_LINE: Final = 16.5
_PAD: Final = 14.0
_MOST_LINES: Final = 14
_WEIGHTY: Final = ("convolution", "pointwise", "depthwise", "up", "dense")


@dataclass(frozen=True, kw_only=True)
class Band:
    """Layers of one output size: what stands in one row."""

    size: str
    lines: tuple[str, ...]
    shape: Shape | None = None
    """What comes out of it."""


def draw(
    project: Project, analysis: Analysis, maps: Maps | None, palette: Palette, options: Options
) -> Drawing:
    """One column for the network, and one for the baseline where there is one."""
    background = None if options.transparent else paper(palette)
    columns = _columns(project, analysis, options)
    if not any(bands for _, bands, _ in columns):
        words = Text(x=0, y=0, text="No layers yet", size=TYPE, colour=palette.secondary)
        return cropped([words], MARGIN, background=background, title=project.title)
    return cropped(
        list(_items(columns, palette, options)), MARGIN, background=background, title=project.title
    )


def tabulate(project: Project, analysis: Analysis, options: Options) -> Table:
    """The same as a table of texts."""
    columns = _columns(project, analysis, options)
    rows = tuple((size, *map(_cell, row)) for size, row in _told_rows(columns, options))
    totals = ("Total", *(total for _, _, total in columns))
    return Table(headings=("Output", *(name for name, _, _ in columns)), rows=rows, totals=totals)


def _cell(band: Band | None) -> str:
    """A band as one text: branches belong together."""
    return "" if band is None else "; ".join(band.lines).replace("; ‖", " ‖")


Written = Callable[[Shape], str]
"""How shapes are written."""
Column = tuple[str, list[Band], str]
"""Title, bands and totals of a network."""


def _columns(project: Project, analysis: Analysis, options: Options) -> list[Column]:
    pairs = [(project, analysis)]
    if options.baseline is not None:
        pairs.insert(0, options.baseline)
    made = []
    for pair, own in pairs:
        seen = sketch(pair.network, own)
        bands = list(_bands(seen, options.shape))
        weighty = weight_layers(pair.network)
        layers = "1 weight layer" if weighty == 1 else f"{weighty} weight layers"
        total = f"{layers} · {Numbers().short(own.totals.parameters)} parameters"
        made.append((pair.title or "Network", bands, total))
    return made


def weight_layers(network: Network) -> int:
    """Convolutions and dense layers, as papers count them: no normalisation, no sum, no pooling.

    Those on shortcuts do not count: "ResNet-50" has 50 without its four projections (He et al., CVPR 2016).
    """
    seen = sketch(network, analyze(network))
    on_wires = {node.id for link in seen.links for node in link.through}
    return sum(node.layer.family in _WEIGHTY for node in network.nodes.values() if node.id not in on_wires)


def _bands(seen: Sketch, written: Written) -> Iterator[Band]:
    """Stretches of blocks of equal output size, each beginning with the one that makes it smaller."""
    stages: list[tuple[Symbol, list[list[str]]]] = []
    before: Symbol | None = None
    for block in blocks_of(_without_long_skips(seen)):
        last = seen.symbols[block[-1]]
        if before is None or not _is_one_stage(before, last):
            stages.append((last, []))
        # What loses its border alone stays in the row; its last size is told.
        stages[-1] = (last, [*stages[-1][1], block])
        before = last
    for last, blocks in stages:
        units = list(_units(seen, blocks, written))
        lines = [line for unit in units for line in unit.lines]
        if len(lines) > _MOST_LINES:
            whole = [(" ".join(unit.lines),) if unit.branched else unit.lines for unit in units]
            lines = [line for unit_lines in whole for line in unit_lines]
        if lines:
            yield Band(size=_size(last), lines=tuple(_counted(lines)), shape=last.shape)


def _without_long_skips(seen: Sketch) -> Sketch:
    """Without the shortcuts over a smaller size, U-Net's: under them lies no block but half a network.

    A block may go down to 1×1 (squeeze and excitation).
    """
    order = list(seen.symbols)
    place = {one: index for index, one in enumerate(order)}

    def is_long(link: Link) -> bool:
        target = seen.symbols[link.target].shape
        between = [seen.symbols[one].shape for one in order[place[link.source] + 1 : place[link.target]]]
        sizes = [shape[1:] for shape in between if shape is not None and len(shape) == 3]
        if target is None or len(target) != 3:
            return False
        return any(max(size) > 1 and size[0] < target[1] for size in sizes)

    return Sketch(seen.symbols, tuple(link for link in seen.links if not (link.skip and is_long(link))))


@dataclass(frozen=True, kw_only=True)
class _Unit:
    """A block, or a run of equal ones, in words: a line, or a line a branch."""

    lines: tuple[str, ...]
    branched: bool = False


def _units(seen: Sketch, blocks: Sequence[list[str]], written: Written) -> Iterator[_Unit]:
    """The blocks of a stage, equal ones in a row once, as in table 1 of the ResNet paper: what a block reads,
    its stride and the shortcut around it do not count; a stride of the first is told."""
    ways = [_ways(seen, block, written) for block in blocks]
    kinds = [tuple(map(_without_stride, branches)) for branches in ways]
    at = 0
    while at < len(blocks):
        period, copies = repeat(blocks, kinds, at)
        if copies > 1:
            words = [word for branches in kinds[at : at + period] for word in _in_a_row(branches)]
            steps = [word.stride for branches in ways[at : at + period] for way in branches for word in way]
            alike = all(ways[at + place] == ways[at + place % period] for place in range(period * copies))
            step = next((f", first {stride}" for stride in steps if stride and not alike), "")
            yield _Unit(lines=(f"[ {' | '.join(words)} ] × {copies}{step}",) if words else ())
        else:
            for branches in ways[at : at + period]:
                yield _Unit(lines=tuple(_in_lines(branches)), branched=len(branches) > 1)
        at += period * copies


@dataclass(frozen=True)
class _Word:
    """A layer in words, its stride apart."""

    text: str
    stride: str = ""

    def __str__(self) -> str:
        return f"{self.text}, {self.stride}" if self.stride else self.text


_Way = tuple[_Word, ...]


def _ways(seen: Sketch, block: Sequence[str], written: Written) -> list[_Way]:
    """The branches of a block, each as its layers in a row; one for a chain. A branch that forks again is
    told as two that begin with the same layer in words, `↳` for it in the second."""
    inside = set(block)
    found: list[_Way] = []
    told: set[str] = set()

    def follow(one: str, way: list[_Word]) -> None:
        symbol = seen.symbols[one]
        again = one in told
        told.add(one)
        if symbol.layer.role != "merge":
            way = [*way, _Word("↳") if again else _word(symbol, written)]
        following = [link.target for link in seen.out_of[one] if not link.skip and link.target in inside]
        following = [
            target
            for target in following
            if not (seen.symbols[target].layer.role == "merge" and target in told)
        ]
        if not following and way:
            found.append(tuple(way))
        for number, target in enumerate(following):
            follow(target, way if not number else [_Word("↳")])

    for one in block:
        if not any(link.source in inside and not link.skip for link in seen.into[one]):
            follow(one, [])
    return found


def _word(symbol: Symbol, written: Written) -> _Word:
    words, stride = called(symbol.node, symbol.shape, written), stride_text(symbol.layer)
    return _Word(words.replace(f", {stride}", "", 1), stride) if stride and stride in words else _Word(words)


def _without_stride(way: _Way) -> _Way:
    return tuple(_Word(word.text) for word in way)


def _in_a_row(branches: Sequence[_Way]) -> list[str]:
    """The words of a block for one line: of a chain each, of branches one in brackets."""
    if len(branches) == 1:
        return list(map(str, branches[0]))
    return [f"( {' ‖ '.join(map(_joined, branches))} )"] if branches else []


def _joined(way: _Way) -> str:
    return " → ".join(map(str, way))


def _in_lines(ways: Sequence[_Way]) -> Iterator[str]:
    """A chain as a line a layer; branches as a line each, between brackets."""
    if len(ways) == 1:
        yield from map(str, ways[0])
        return
    for number, way in enumerate(ways):
        opened, closed = "( " if not number else "‖ ", " )" if number == len(ways) - 1 else ""
        yield f"{opened}{_joined(way)}{closed}"


def _counted(lines: Sequence[str]) -> Iterator[str]:
    """Long lists shortened, so that a row stays a row."""
    if len(lines) <= _MOST_LINES:
        yield from lines
        return
    yield from lines[: _MOST_LINES - 2]
    yield f"… {len(lines) - _MOST_LINES + 1} more"
    yield lines[-1]


def _is_one_stage(before: Symbol, symbol: Symbol) -> bool:
    """Whether the second has the size of the first, or nearly so."""
    a, b = before.shape, symbol.shape
    if a is None or b is None or len(a) != len(b):
        return False
    return len(a) == 1 or all(0.9 * one < other <= one for one, other in zip(a[1:], b[1:], strict=True))


def _size(symbol: Symbol) -> str:
    shape = symbol.shape
    if shape is None:
        return "–"
    return f"{shape[1]}×{shape[2]}" if len(shape) == 3 else "vector"


def _told_rows(columns: Sequence[Column], options: Options) -> list[tuple[str, list[Band | None]]]:
    """The rows with what comes out of them: rows and columns, or whole shapes where a notation is chosen,
    one for each network where they differ."""
    rows = _rows(columns)
    if not options.notation:
        return rows
    told = []
    for size, bands in rows:
        shapes = [options.shape(band.shape) for band in bands if band is not None and band.shape is not None]
        told.append((" / ".join(dict.fromkeys(shapes)) or size, bands))
    return told


def _rows(columns: Sequence[Column]) -> list[tuple[str, list[Band | None]]]:
    """Bands of equal size side by side; every column's bands in their own order."""
    if len(columns) == 1:
        return [(band.size, [band]) for band in columns[0][1]]
    (_, left, _), (_, right, _) = columns
    rows: list[tuple[str, list[Band | None]]] = []
    matcher = SequenceMatcher(
        None, [band.size for band in left], [band.size for band in right], autojunk=False
    )
    for _, a, b, c, d in matcher.get_opcodes():
        if b - a == d - c and all(left[a + k].size == right[c + k].size for k in range(b - a)):
            rows += [(left[a + k].size, [left[a + k], right[c + k]]) for k in range(b - a)]
        else:
            rows += [(band.size, [band, None]) for band in left[a:b]]
            rows += [(band.size, [None, band]) for band in right[c:d]]
    return rows


def _items(columns: Sequence[Column], palette: Palette, options: Options) -> Iterator[Item]:
    rows = _told_rows(columns, options)
    heights = [max(len(band.lines) if band else 0 for band in bands) * _LINE + 12 for _, bands in rows]
    page = rows_on(heights, options.page)
    rows = rows[page.start : page.stop]
    first = max(text_width(words, TYPE, 600) for words in ("Output", *(size for size, _ in rows))) + 2 * _PAD
    widths = [
        max([
            text_width(name, TYPE, 600), text_width(total, TYPE),
            *(text_width(line, TYPE) for band in bands for line in band.lines),
        ]) + 2 * _PAD
        for name, bands, total in columns
    ]  # fmt: skip
    whole = first + sum(widths)
    middles = [first + sum(widths[:index]) + widths[index] / 2 for index in range(len(widths))]

    def line(y: float, strong: bool = False) -> Item:
        return straight((0, y), (whole, y), palette.text if strong else palette.line, 1.3 if strong else 0.8)

    def text(x: float, y: float, words: str, strong: bool = False, quiet: bool = False) -> Text:
        return Text(
            x=x, y=y, text=words, size=TYPE, weight=600 if strong else 400, anchor="middle",
            colour=palette.secondary if quiet else palette.text,
        )  # fmt: skip

    yield line(0, True)
    yield text(first / 2, 19, "Output", True)
    for (name, _, total), x in zip(columns, middles, strict=True):
        yield text(x, 19, name, True)
        yield text(x, 19 + _LINE, total, quiet=True)
    y = 19 + _LINE + 10
    yield line(y, True)
    for index, (size, bands) in enumerate(rows):
        if index:
            yield line(y)
        count = max(len(band.lines) if band else 0 for band in bands)
        height = count * _LINE + 12
        yield text(first / 2, y + height / 2 + 4.3, size, quiet=True)
        for band, x in zip(bands, middles, strict=True):
            lines = band.lines if band else ()
            top = y + (height - len(lines) * _LINE) / 2
            for number, words in enumerate(lines):
                yield text(x, top + number * _LINE + _LINE / 2 + 4.3, words)
        y += height
    yield line(y, True)


STYLE: Final = Style(
    name="configuration",
    title="Configuration table",
    draw=draw,
    about="What a network consists of, a row a stage, beside a baseline's: VGG's and ResNet's table 1",
    uses=frozenset({"transparent", "baseline", "notation"}),
    splits=True,
    table=tabulate,
)
