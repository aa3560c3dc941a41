"""What a network consists of, stage by stage: table 1 of the VGG and of the ResNet paper.

Simonyan & Zisserman, "Very deep convolutional networks for large-scale image recognition", ICLR 2015; He et
al., "Deep residual learning for image recognition", CVPR 2016.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from engine.analysis.analyze import Analysis, analyze
from engine.formats.typesetting import Table
from engine.model.network import Network
from engine.model.project import Project
from gui.figures.drawing.drawing import Drawing, Item, Text
from gui.figures.drawing.item_bounds import cropped
from gui.figures.drawing.shapes import straight
from gui.figures.flow.folding import folded
from gui.figures.sketch import Sketch, Symbol, sketch
from gui.figures.style import Maps, Options, Style
from gui.figures.text.naming import called
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


def draw(
    project: Project, analysis: Analysis, maps: Maps | None, palette: Palette, options: Options
) -> Drawing:
    """One column for the network, and one for the baseline where there is one."""
    background = None if options.transparent else paper(palette)
    columns = _columns(project, analysis, options)
    if not any(bands for _, bands, _ in columns):
        words = Text(x=0, y=0, text="No layers yet", size=TYPE, colour=palette.secondary)
        return cropped([words], MARGIN, background=background, title=project.title)
    return cropped(list(_items(columns, palette)), MARGIN, background=background, title=project.title)


def tabulate(project: Project, analysis: Analysis, options: Options) -> Table:
    """The same as a table of texts."""
    columns = _columns(project, analysis, options)
    rows = tuple(
        (size, *("; ".join(band.lines) if band else "" for band in row)) for size, row in _rows(columns)
    )
    totals = ("Total", *(total for _, _, total in columns))
    return Table(headings=("Output", *(name for name, _, _ in columns)), rows=rows, totals=totals)


Column = tuple[str, list[Band], str]
"""Title, bands and totals of a network."""


def _columns(project: Project, analysis: Analysis, options: Options) -> list[Column]:
    pairs = [(project, analysis)]
    if options.baseline is not None:
        pairs.insert(0, options.baseline)
    made = []
    for one, own in pairs:
        seen = sketch(one.network, own)
        bands = list(_bands(folded(seen)))
        weighty = weight_layers(one.network)
        layers = "1 weight layer" if weighty == 1 else f"{weighty} weight layers"
        total = f"{layers} · {Numbers().short(own.totals.parameters)} parameters"
        made.append((one.title or "Network", bands, total))
    return made


def weight_layers(network: Network) -> int:
    """Convolutions and dense layers, as papers count them: no normalisation, no sum, no pooling.

    Those on shortcuts do not count: "ResNet-50" has 50 without its four projections (He et al., CVPR 2016).
    """
    seen = sketch(network, analyze(network))
    on_wires = {node.id for link in seen.links for node in link.through}
    return sum(node.layer.family in _WEIGHTY for node in network.nodes.values() if node.id not in on_wires)


def _bands(seen: Sketch) -> Iterator[Band]:
    """Stretches of equal output size, each beginning with the layer that makes it smaller."""
    runs = {one: run for run in seen.runs for one in run.symbols}
    groups: list[tuple[str, list[str]]] = []
    before: Symbol | None = None
    for symbol in seen.symbols.values():
        if before is None or not _is_one_stage(before, symbol):
            groups.append((_size(symbol), []))
        # What loses its border alone stays in the row; its last size is told.
        groups[-1] = (_size(symbol), [*groups[-1][1], symbol.id])
        before = symbol
    for size, names in groups:
        lines: list[str] = []
        done: set[int] = set()
        for one in names:
            run = runs.get(one)
            if run is None:
                lines += _line(seen.symbols[one])
            elif id(run) not in done:
                done.add(id(run))
                inner = [word for name in run.symbols for word in _line(seen.symbols[name])]
                lines.append(f"[ {' | '.join(inner)} ] × {run.copies}")
        if lines:
            yield Band(size=size, lines=tuple(_counted(lines)))


def _line(symbol: Symbol) -> list[str]:
    if symbol.layer.role == "merge":
        return []
    return [called(symbol.node, symbol.shape)]


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


def _rows(columns: Sequence[Column]) -> list[tuple[str, list[Band | None]]]:
    """Bands of equal size side by side, in the order of the sizes' first appearance."""
    longest = max((bands for _, bands, _ in columns), key=len, default=[])
    if len(columns) == 1 or len({tuple(band.size for band in bands) for _, bands, _ in columns}) == 1:
        return [(band.size, [bands[index] for _, bands, _ in columns]) for index, band in enumerate(longest)]
    sizes = dict.fromkeys(band.size for _, bands, _ in columns for band in bands)
    rows: list[tuple[str, list[Band | None]]] = []
    for size in sizes:
        own = [[band for band in bands if band.size == size] for _, bands, _ in columns]
        for index in range(max(map(len, own))):
            rows.append((size, [one[index] if index < len(one) else None for one in own]))
    return rows


def _items(columns: Sequence[Column], palette: Palette) -> Iterator[Item]:
    rows = _rows(columns)
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
    uses=frozenset({"transparent", "baseline"}),
    table=tabulate,
)
