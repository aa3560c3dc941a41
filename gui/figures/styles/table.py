"""The layer table as it is set in a paper: shapes, parameters, MACs and receptive field of each layer."""

from typing import Final

from engine.analysis.analyze import Analysis
from engine.formats.tables.layer_table import field_text
from engine.formats.tables.typesetting import Table
from engine.model.project import Project
from gui.figures.chain.paging import stretch
from gui.figures.drawing.drawing import Drawing, Item, Text
from gui.figures.drawing.item_bounds import cropped, moved
from gui.figures.flow.folding import folded
from gui.figures.sketch import Sketch, Symbol, sketch
from gui.figures.slabs.scaling import room
from gui.figures.style import Maps, Options, Style
from gui.figures.text.typeset import TYPE, Setting, column_widths, table_items, table_size
from gui.figures.tints import chosen, paper
from gui.look.theme import ROLE_COLOURS, Palette
from gui.words.number_format import Numbers

MARGIN: Final = 28.0
_BETWEEN: Final = 44.0
"""Between two pieces of a long table side by side."""
_HEADINGS: Final = ("Layer", "Settings", "Output", "Parameters", "MACs", "Receptive field")
_NUMBERS: Final = frozenset({3, 4, 5})
_MOST_PIECES: Final = 4
_PAGE: Final = 1.5


def draw(
    project: Project, analysis: Analysis, maps: Maps | None, palette: Palette, options: Options
) -> Drawing:
    """The table, a long one in pieces side by side."""
    background = None if options.transparent else paper(palette)
    seen = _seen(project, analysis, options)
    if not seen.symbols:
        words = Text(x=0, y=0, text="No layers yet", size=TYPE, colour=palette.secondary)
        return cropped([words], MARGIN, background=background, title=project.title)
    setting = _setting(seen, analysis, options)
    widths = column_widths(setting)
    items: list[Item] = []
    x = 0.0
    pieces = _pieces(setting, widths, _rows_on_page(seen, options), options)
    ends = len(setting.rows)
    for rows in pieces:
        last = rows.stop == ends
        made = table_items(setting, widths, rows, palette, totals=last)
        items += [moved(item, x, 0.0) for item in made]
        x += table_size(setting, widths, len(rows), last)[0] + _BETWEEN
    return cropped(items, MARGIN, background=background, title=project.title)


def tabulate(project: Project, analysis: Analysis, options: Options) -> Table:
    """The same rows for Markdown, LaTeX, CSV and HTML, with exact numbers."""
    seen = _seen(project, analysis, options)
    rows = tuple(
        (
            *_words(seen, symbol, options),
            f"{symbol.parameters:,}",
            f"{symbol.macs:,}",
            _field(symbol, analysis),
        )
        for symbol in seen.symbols.values()
    )
    totals = analysis.totals
    last = ("Total", "", "", f"{totals.parameters:,}", f"{totals.macs:,}", field_text(totals.receptive_field))
    return Table(headings=_HEADINGS, rows=rows, totals=last, numbers=_NUMBERS, title=project.title)


def _seen(project: Project, analysis: Analysis, options: Options) -> Sketch:
    seen = sketch(project.network, analysis, projections=False)
    return folded(seen) if options.fold else seen


def _setting(seen: Sketch, analysis: Analysis, options: Options) -> Setting:
    numbers = Numbers()

    def short(amount: int) -> str:
        return numbers.short(amount) if amount else ""

    symbols = list(seen.symbols.values())
    rows = tuple(
        (
            *_words(seen, symbol, options),
            short(symbol.parameters),
            short(symbol.macs),
            _field(symbol, analysis),
        )
        for symbol in symbols
    )
    totals = analysis.totals
    last = (
        "Total", "", "", numbers.short(totals.parameters), numbers.short(totals.macs),
        field_text(totals.receptive_field),
    )  # fmt: skip
    return Setting(
        headings=_HEADINGS,
        rows=rows,
        totals=last,
        numbers=_NUMBERS,
        swatches=tuple(_colour(symbol, options) for symbol in symbols),
        parts=tuple(symbol.id for symbol in symbols),
    )


def _words(seen: Sketch, symbol: Symbol, options: Options) -> tuple[str, str, str]:
    """Name, settings and output shape. What is repeated together stands between brackets: `[ a`, `b ] ×5`."""
    layer, run = symbol.layer, seen.run_of.get(symbol.id)
    name = symbol.node.label
    if run is not None and len(run.symbols) == 1:
        name = f"{name} ×{run.copies}"
    elif run is not None:
        name = f"[ {name}" if symbol.id == run.symbols[0] else name
        name = f"{name} ] ×{run.copies}" if symbol.id == run.symbols[-1] else name
    norm = next((m.layer.label for m in symbol.members if m.layer.role == "normalization"), "")
    parts = (
        layer.label if symbol.node.name else "",
        layer.detail,
        norm if symbol.normalized else "",
        symbol.activation,
    )
    shape = "–" if symbol.shape is None else options.shape(symbol.shape)
    return name, " · ".join(part for part in parts if part), shape


def _field(symbol: Symbol, analysis: Analysis) -> str:
    found = analysis.layers[symbol.members[-1].id].receptive_field
    return field_text(found).replace("whole input", "all")


def _colour(symbol: Symbol, options: Options) -> str:
    kind = symbol.layer.family
    colours = chosen(ROLE_COLOURS, options)
    return colours.get(kind, colours[symbol.layer.role])


def _rows_on_page(seen: Sketch, options: Options) -> range:
    """The rows of this page; what is repeated together stays together."""
    order = list(seen.symbols)
    shown = stretch([[one] for one in order], [run.symbols for run in seen.runs], options.page)
    places = [index for index, one in enumerate(order) if one in shown]
    return range(places[0], places[-1] + 1)


def _pieces(setting: Setting, widths: list[float], shown: range, options: Options) -> list[range]:
    """As many pieces side by side as make the type largest in the room there is."""
    count = len(shown)
    width, height = room(options, TYPE)
    height = height or width / _PAGE
    best, most = 1, 0.0
    for pieces in range(1, _MOST_PIECES + 1):
        rows = -(-count // pieces)
        own = table_size(setting, widths, rows, True)
        whole = own[0] * pieces + _BETWEEN * (pieces - 1)
        scale = min((width - 2 * MARGIN) / whole, (height - 2 * MARGIN) / own[1], 1.0)
        if scale > 1.05 * most:
            best, most = pieces, scale
    rows = -(-count // best)
    return [range(start, min(start + rows, shown.stop)) for start in range(shown.start, shown.stop, rows)]


STYLE: Final = Style(
    name="table",
    title="Layer table",
    draw=draw,
    about="Layers with their shapes, parameters, MACs and receptive fields, set as in a paper",
    uses=frozenset({"transparent", "channels_last", "fold", "colours", "colour", "notation"}),
    splits=True,
    table=tabulate,
)
