"""How one output value comes about: planes of cells, a shaded footprint, lines to one cell above.

Dumoulin & Visin, "A guide to convolution arithmetic for deep learning", 2016, drawn with channels: a 1×1
convolution reads a column through all of them.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from engine.analysis.analyze import Analysis
from engine.execution.measured.measured_network import measured_network
from engine.layers import Layer
from engine.model.project import Project
from engine.shapes import count_text, pair_text
from gui.figures.drawing.drawing import Drawing, Item, Polygon, Span, Text
from gui.figures.drawing.item_bounds import belonging, cropped
from gui.figures.drawing.shapes import straight
from gui.figures.slabs.faces import Map, channel_picture
from gui.figures.slabs.scaling import UNITS_PER_MM, UNITS_PER_PT
from gui.figures.style import Maps, Options, Style
from gui.figures.text.type_metrics import text_width
from gui.figures.tints import ink_on, mixed, paper
from gui.figures.worked.cutout import WHOLE, cut_around, footprint, paged, shown_channels
from gui.figures.worked.sheets import RISE, Ink, Stack, omission, sheet_items
from gui.figures.worked.worked_layer import (
    cell_text,
    chosen_layer,
    equation_text,
    judge,
    part_of,
    taken_apart,
)
from gui.look.theme import Palette

MARGIN: Final = 24.0
TYPE: Final = 12.0
SMALL: Final = 11.0
VALUE: Final = 10.5
INPUT: Final = "#7DB3EC"
READ: Final = "#2F74C4"
OUTPUT: Final = "#86DCD6"
MADE: Final = "#16A39A"
"""Blue below, cyan above; what is read and what is made are darker."""
Fill = Callable[[int, int], str]
"""The colour of the cell in a row and a column."""
_CELL: Final = 26.0
_VALUE_CELL: Final = 60.0
_LARGEST: Final = 3.0
"""How much larger words are at most where the figure is to be small."""
_GAP: Final = 64.0
"""Between the output's sheets and the input's."""


def draw(
    project: Project, analysis: Analysis, maps: Maps | None, palette: Palette, options: Options
) -> Drawing:
    """One output value of a layer, what it reads below it."""
    background = None if options.transparent else paper(palette)
    problem = judge(project, analysis, options)
    if problem:
        words = Text(x=0, y=0, text=problem, size=TYPE, colour=palette.secondary)
        return cropped([words], MARGIN, background=background, title=project.title)
    node_id = options.layer or chosen_layer(project, analysis)
    planes = _Planes(project, analysis, maps, palette, options, node_id)
    larger = 1.0
    while True:
        items = belonging(node_id, planes.items(larger))
        made = cropped(items, MARGIN, background=background, title=project.title)
        missing = _missing(made, options) / larger
        if missing <= 1.0 or larger >= _LARGEST:
            return made
        larger = min(1.02 * larger * missing, _LARGEST)


def _missing(made: Drawing, options: Options) -> float:
    """How many times larger than `SMALL` type must be here to have the smallest size at the target."""
    if options.width_mm is None or not options.min_type_pt:
        return 1.0
    scale = options.width_mm * UNITS_PER_MM / made.width
    if options.height_mm is not None:
        scale = min(scale, options.height_mm * UNITS_PER_MM / made.height)
    return options.min_type_pt * UNITS_PER_PT / (SMALL * scale)


class _Planes:
    """The sheets of one figure."""

    def __init__(
        self,
        project: Project,
        analysis: Analysis,
        maps: Maps | None,
        palette: Palette,
        options: Options,
        node_id: str,
    ) -> None:
        self._palette, self._options, self._node = palette, options, project.network.nodes[node_id]
        report = analysis.layers[node_id]
        assert report.output_shape is not None
        self._in_shape, self._out_shape = report.input_shapes[0], report.output_shape
        self._at = self._position(options)
        self._reads = footprint(self._layer, self._in_shape, self._out_shape, self._at)
        # A transposed convolution is drawn as the convolution that it is, over a map with zeros put between.
        self._slides, self._laid, self._between = self._layer.slides_over(self._in_shape)
        self._read = footprint(self._slides, self._laid, self._out_shape, self._at)
        self._source = None if maps is None else maps.get(self._node.inputs[0])
        self._result = None if maps is None else maps.get(node_id)
        self._taken = None
        if options.values and self._source is not None:
            computed = measured_network(project.network, project.seed).nodes[node_id]
            self._taken = taken_apart(computed, self._in_shape, self._source, self._at, project.seed)
        cell = _VALUE_CELL if options.values and self._source is not None else _CELL
        most = max(1, options.max_maps)
        # Few sheets are enough to see that there are many; all channels are told in words.
        shown = options.values and self._source is not None
        most = min(most, 3 if shown else 5)
        others = shown_channels(range(self._out_shape[0]), self._at[0], 1 if shown else min(most, 3))
        # The sheet that is made lies nearest to the input.
        out_channels = (*(other for other in others if other != self._at[0]), self._at[0])
        in_channels = shown_channels(range(self._in_shape[0]), None, most)
        if len(self._read.channels) == 1:
            in_channels = shown_channels(range(self._in_shape[0]), self._read.channels[0], most)
        pads = self._pads()
        whole = 7 if shown else WHOLE
        below = cut_around(self._laid, self._read.rows, self._read.columns, in_channels, pads, whole)
        below = replace(below, between=self._between)
        above = cut_around(self._out_shape, self._at[1:2], self._at[2:3], out_channels, 0, whole)
        below, above = paged(self._slides, below, above, self._at, whole)
        apart_out = max(14.0, 0.2 * cell * RISE * len(above.rows)) if len(out_channels) > 1 else 0.0
        # Numbers need sheets that hide nothing of each other.
        share = 1.12 if shown else 0.55
        apart_in = max(18.0, share * cell * RISE * len(below.rows)) if len(in_channels) > 1 else 0.0
        self._above = Stack(cut=above, x=0.0, y=0.0, cell=cell, apart=apart_out)
        self._below = Stack(cut=below, x=0.0, y=0.0, cell=cell, apart=apart_in)
        # Middle above middle: the map stays where it is while the footprint moves over it.
        self._below = replace(self._below, y=self._above.height + _GAP)
        middles = []
        for stack in (self._above, self._below):
            outline = stack.square(stack.cut.rows, stack.cut.columns, 0)
            middles.append((outline[0][0] + outline[2][0]) / 2)
        self._below = replace(self._below, x=middles[0] - middles[1])

    @property
    def _layer(self) -> Layer:
        return self._node.layer

    @property
    def _out_sheet(self) -> int:
        return self._above.cut.channels.index(self._at[0])

    def _position(self, options: Options) -> tuple[int, int, int]:
        """The output value: the one that was asked for, kept inside, or one near the middle."""
        asked = options.at or (0, (self._out_shape[1] - 1) // 2, (self._out_shape[2] - 1) // 2)
        c, y, x = (min(max(0, one), size - 1) for one, size in zip(asked, self._out_shape, strict=True))
        return c, y, x

    def _pads(self) -> int:
        window = self._slides.window
        if window is None:
            return 0
        return max(max(pair) for pair in window.pads((self._laid[1], self._laid[2])))

    # -- drawing -------------------------------------------------------------------------------------

    def items(self, larger: float) -> list[Item]:
        """The input's sheets from the lowest up, the lines, the output's sheets, the words so much larger."""
        made: list[Item] = []
        for sheet in reversed(range(len(self._below.cut.channels))):
            made += self._input_sheet(sheet)
        made += self._depth()
        for sheet in range(self._out_sheet):
            made += self._output_sheet(sheet)
        made += self._rays()
        made += self._output_sheet(self._out_sheet)
        made += self._words(larger)
        made += self._equation(larger)
        return made

    @property
    def _ink(self) -> Ink:
        dark = self._palette.name == "dark"
        return Ink(line="#0E2A47" if not dark else "#DCE9F7", padding=self._palette.wire)

    def _input_sheet(self, sheet: int) -> Iterator[Item]:
        cut, channel = self._below.cut, self._below.cut.channels[sheet]
        read = self._read if channel in self._read.channels else None
        face = self._face(self._source, channel)

        def fill(row: int, column: int) -> str:
            if face is not None:
                return face(row // self._between[0], column // self._between[1])
            inside = read is not None and row in read.rows and column in read.columns
            return READ if inside else INPUT

        yield from sheet_items(self._below, sheet, fill, self._ink, 0.92)
        if read is not None and read.rows and read.columns:
            outline = self._below.square(read.rows, read.columns, sheet)
            shade = "#1B4F8F" if face is None else self._palette.accent
            opacity = 0.12 if face is None else 0.0
            yield Polygon(points=outline, fill=shade, fill_opacity=opacity, stroke=shade, stroke_width=1.8)
            yield from self._cell_values(channel, sheet, fill)
        if sheet + 1 < len(cut.channels) and cut.channels[sheet + 1] != channel + 1:
            yield from omission(self._below, sheet, self._palette.secondary)

    def _output_sheet(self, sheet: int) -> Iterator[Item]:
        channel = self._above.cut.channels[sheet]
        face = self._face(self._result, channel)
        chosen = channel == self._at[0]

        def fill(row: int, column: int) -> str:
            if face is not None:
                return face(row, column)
            return MADE if chosen and (row, column) == self._at[1:] else OUTPUT

        ink = self._ink if chosen else replace(self._ink, line=mixed(OUTPUT, self._ink.line, 0.3))
        yield from sheet_items(self._above, sheet, fill, ink, 0.92 if chosen else 0.45)
        if chosen:
            outline = self._above.square(self._at[1:2], self._at[2:3], sheet)
            yield Polygon(points=outline, stroke=mixed(MADE, "#000000", 0.4), stroke_width=1.8)
            if self._options.values and self._result is not None:
                value = float(self._result[(0, *self._at)])
                filled = fill(self._at[1], self._at[2])
                yield self._in_cell(self._above, self._at[1], self._at[2], sheet, cell_text(value), filled)

    def _face(self, maps: Map | None, channel: int) -> Fill | None:
        """The colour of each cell by its real value; None without maps."""
        if not self._options.faces or maps is None:
            return None
        dark = self._palette.name == "dark"
        picture = channel_picture(maps[0, channel], self._options.colour_map, dark=dark, finest=10**6)

        def colour(row: int, column: int) -> str:
            return "#" + bytes(int(one) for one in picture[row, column]).hex().upper()

        return colour

    def _depth(self) -> Iterator[Item]:
        """The column through all channels that is summed up: from the lowest footprint to the uppermost."""
        sheets = [i for i, channel in enumerate(self._below.cut.channels) if channel in self._read.channels]
        if len(sheets) < 2 or not self._read.rows or not self._read.columns:
            return
        ends = (
            self._below.square(self._read.rows, self._read.columns, one) for one in (sheets[-1], sheets[0])
        )
        for lower, upper in zip(*ends, strict=True):
            colour = "#123D70" if self._palette.name == "light" else "#0B2F57"
            yield replace(straight(lower, upper, colour, 1.0), dashes=(3.0, 2.5))

    def _rays(self) -> Iterator[Item]:
        """From the uppermost footprint to the cell that is made."""
        sheets = [i for i, channel in enumerate(self._below.cut.channels) if channel in self._read.channels]
        if not sheets or not self._read.rows or not self._read.columns:
            return
        base = self._below.square(self._read.rows, self._read.columns, sheets[0])
        tip = self._above.square(self._at[1:2], self._at[2:3], self._out_sheet)
        shade = MADE
        for first, second in ((0, 1), (1, 2), (2, 3), (3, 0)):
            points = (base[first], base[second], tip[second], tip[first])
            yield Polygon(points=points, fill=shade, fill_opacity=0.1)
        for a, b in zip(base, tip, strict=True):
            yield straight(a, b, mixed(shade, self._palette.text, 0.25), 0.9)

    def _cell_values(self, channel: int, sheet: int, fill: Fill) -> Iterator[Item]:
        """Value and weight in each cell of the footprint."""
        made = self._taken
        if made is None or channel not in made.channels:
            return
        index = made.channels.index(channel)
        for i, row in enumerate(place * self._between[0] for place in made.rows):
            for j, column in enumerate(place * self._between[1] for place in made.columns):
                words: tuple[Span, ...] = (Span(cell_text(float(made.patch[index, i, j]))),)
                if made.kernel is not None:
                    words = (*words, Span("×" + cell_text(float(made.kernel[index, i, j])), script=-1))
                filled = fill(row, column) if made.inside[i, j] else paper(self._palette)
                yield self._in_cell(self._below, row, column, sheet, words, filled)

    def _in_cell(
        self, stack: Stack, row: int, column: int, sheet: int, words: str | tuple[Span, ...], fill: str
    ) -> Text:
        x, y = stack.centre(row, column, sheet)
        return Text(x=x, y=y + 3.2, text=words, size=VALUE, weight=500, anchor="middle", colour=ink_on(fill))

    # -- words ---------------------------------------------------------------------------------------

    def _words(self, larger: float) -> Iterator[Item]:
        """What the stacks are, right of them."""
        c, y, x = self._at
        made = f"channel {c}, row {y}, column {x}"
        both = (self._above, self._below)
        right = max(stack.x + stack.cell * len(stack.cut.columns) for stack in both) + 28
        detail = " · ".join(part for part in (self._layer.label, self._layer.detail) if part)
        count = len(self._reads.rows) * len(self._reads.columns) * len(self._reads.channels)
        reads = f"{len(self._reads.rows)}×{len(self._reads.columns)} cells"
        reads = "1 cell" if reads == "1×1 cells" else reads
        channels = len(self._reads.channels)
        through = f" through {'all ' if channels == self._in_shape[0] else ''}{channels} channels"
        output = [("Output " + self._options.shape(self._out_shape), True), (made, False)]
        inputs = [
            ("Input " + self._options.shape(self._in_shape), True),
            (reads + (through if channels > 1 else ""), False),
            (f"{count_text(count, 'value')} {'is' if count == 1 else 'are'} read", False),
        ]
        if self._between != (1, 1):
            zeros = pair_text((self._between[0] - 1, self._between[1] - 1))
            inputs.append((f"zeros put between rows and columns: {zeros}", False))
        blocks = [(self._above, output), (self._below, inputs)]
        if "names" in self._options.labels:
            between = self._below.y - _GAP / 2 + 4 * larger
            yield self._line(right, between, self._node.name or detail, True, larger)
        if "shapes" not in self._options.labels:
            return
        for stack, lines in blocks:
            if not stack.cut.whole:
                lines = [*lines, (part_of(stack), False)]
            top = stack.y + stack.height / 2 - (8 * len(lines) - 12) * larger
            middle, lead = self._below.y - _GAP / 2, 16 * larger
            if stack is self._below:
                top = max(top, middle + 26 * larger)
            else:
                top = min(top, middle - 6 * larger - lead * len(lines))
            for place, (words, strong) in enumerate(lines):
                yield self._line(right, top + lead * place, words, strong, larger)

    def _line(self, x: float, y: float, words: str, strong: bool, larger: float) -> Text:
        colour = self._palette.text if strong else self._palette.secondary
        size = (TYPE if strong else SMALL) * larger
        return Text(x=x, y=y, text=words, size=size, weight=600 if strong else 400, colour=colour)

    def _equation(self, larger: float) -> Iterator[Item]:
        """The sum in one line below, where values are shown."""
        made = self._taken
        if made is None:
            return
        words = equation_text(made)
        size = TYPE * larger
        y = self._below.y + self._below.height + 10 + 16 * larger
        middle = self._below.x + self._below.width / 2 - text_width(words, size, 600) / 2
        yield Text(x=middle, y=y, text=words, size=size, weight=600, colour=self._palette.text)


STYLE: Final = Style(
    name="arithmetic",
    title="Arithmetic",
    draw=draw,
    about="Planes of cells, a footprint through the channels, one value above: Dumoulin & Visin",
    uses=frozenset(
        {
            "transparent",
            "channels_last",
            "layer",
            "at",
            "values",
            "faces",
            "colour_map",
            "max_maps",
            "labels",
            "notation",
        }
    ),
    focus=chosen_layer,
    problem=judge,
)
