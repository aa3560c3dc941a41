"""Layers as oblique boxes side by side, with what is written at them: the pieces of the `slabs` style."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from gui.figures.chain.clusters import Cluster
from gui.figures.drawing.drawing import Ellipse, Item, Point, Text
from gui.figures.drawing.item_bounds import belonging, moved, text_box
from gui.figures.sketch import Sketch, Symbol
from gui.figures.slabs.faces import symbol_picture
from gui.figures.slabs.oblique import Coat, Solid, face_items, solid_items
from gui.figures.slabs.scaling import Scale, scale_of
from gui.figures.style import Maps, Options
from gui.figures.text.naming import phrase, place_name, stride_text, window_text
from gui.figures.text.type_metrics import elided, text_width
from gui.figures.tints import chosen, mixed
from gui.look.colormaps import Rgb
from gui.look.theme import Palette
from gui.words.number_format import Numbers

SMALL: Final = 11.0
NAME: Final = 12.5
BALL: Final = 10.0
"""Radius of a sum."""

COLOURS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "input": "#B8C0CC",
        "convolution": "#FFCF70",
        "pointwise": "#FFE3A6",
        "depthwise": "#7CC4F0",
        "up": "#3A7FC0",
        "pooling": "#C8372D",
        "dense": "#B49BEE",
        "softmax": "#6A2A78",
        "normalization": "#7CC7AC",
        "activation": "#F5A742",
        "add": "#3FB27F",
        "concat": "#3FB27F",
        "multiply": "#3FB27F",
        "merge": "#3FB27F",
        "reshape": "#9AA5B4",
    }
)
"""After PlotNeuralNet's own, with red and green told apart by their lightness too."""
BAND: Final = "#F5A742"
"""Of a convolution's activation."""
_DENSE_BAND: Final = "#7B4FC9"
SIGNS: Final[Mapping[str, str]] = MappingProxyType({"add": "+", "concat": "‖", "multiply": "×"})

_WIDEST_NAME: Final = 190.0
"""Units that a name of the user's may take."""
_THICKEST: Final = 0.32
"""Of the largest map's side: the layer with most channels."""
_LONGEST_BAR: Final = 1.3
"""Of the same: the longest vector."""
_BANDED: Final = ("convolution", "pointwise", "depthwise", "up")


def is_slab(symbol: Symbol) -> bool:
    """Whether the symbol is a box, not a ball."""
    return symbol.layer.family not in SIGNS


@dataclass(kw_only=True)
class Piece:
    """A cluster on its place: what is drawn of it, back to front, and where wires meet it."""

    items: list[Item] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    enter: Point = (0.0, 0.0)
    leave: Point = (0.0, 0.0)
    above: dict[str, Point] = field(default_factory=dict)
    """Where a shortcut meets each symbol."""
    left: float = 0.0
    right: float = 0.0
    """Where it begins and ends on its middle line, as it is seen."""
    far_left: float = 0.0
    far_right: float = 0.0
    top: float = 0.0
    """The outermost points of its boxes."""
    bar: bool = False
    """Whether it is a vector, drawn as a long bar."""

    def begin(self, words: bool) -> float:
        """Where it begins on the left; with its words, if they matter."""
        return min([self.left, *(text_box(text)[0][0] for text in self.texts if words)])

    def end(self, words: bool) -> float:
        """Where it ends on the right."""
        return max([self.far_right, *(text_box(text)[1][0] for text in self.texts if words)])

    def shifted(self, dx: float, dy: float) -> "Piece":
        """The same elsewhere."""
        return replace(
            self,
            items=[moved(item, dx, dy) for item in self.items],
            texts=[replace(text, x=text.x + dx, y=text.y + dy) for text in self.texts],
            enter=(self.enter[0] + dx, self.enter[1] + dy),
            leave=(self.leave[0] + dx, self.leave[1] + dy),
            above={one: (x + dx, y + dy) for one, (x, y) in self.above.items()},
            left=self.left + dx,
            right=self.right + dx,
            far_left=self.far_left + dx,
            far_right=self.far_right + dx,
            top=self.top + dy,
        )


class PieceMaker:
    """Makes the pieces of one figure: what they have in common are scales, colours and wishes."""

    def __init__(
        self,
        seen: Sketch,
        maps: Maps | None,
        palette: Palette,
        options: Options,
        largest: float,
        rows: float,
        pictures: dict[str, Rgb | None],
    ) -> None:
        self._pictures = pictures
        self._colours = chosen(COLOURS, options)
        self._maps = maps if options.faces else None
        self._in_branch = False
        self._seen, self._palette, self._options = seen, palette, options
        shapes = [symbol.shape for symbol in seen.symbols.values() if symbol.shape is not None]
        sized = [shape for shape in shapes if len(shape) == 3]
        scaling = options.scaling
        side = min(largest, 2 * largest / rows)
        self._size: Scale = scale_of((n for shape in sized for n in shape[1:]), scaling, side, 5.0)
        self._channels = scale_of((shape[0] for shape in sized), scaling, _THICKEST * largest, 4.0)
        vectors = (shape[0] for shape in shapes if len(shape) == 1)
        self._features = scale_of(vectors, scaling, _LONGEST_BAR * largest, 24.0)

    def piece(self, cluster: Cluster, *, in_branch: bool = False) -> Piece:
        """The cluster with its middle line on y = 0, its left face cutting it at x = 0. In a branch the
        module's name is left out."""
        self._in_branch = in_branch
        return self._boxes(cluster) if is_slab(cluster.symbols[0]) else self._ball(cluster.symbols[0])

    def height(self, cluster: Cluster) -> float:
        """From the uppermost to the lowest point of the boxes."""
        solids = [self._solid(symbol, 0.0) for symbol in cluster.symbols if is_slab(symbol)]
        return max((solid.bottom - solid.top for solid in solids), default=2 * BALL)

    def small(self, x: float, y: float, words: str, part: str) -> Text:
        """Words beside the boxes."""
        colour = self._palette.secondary
        return Text(x=x, y=y, text=words, size=SMALL, anchor="middle", colour=colour, part=part)

    def _ball(self, symbol: Symbol) -> Piece:
        kind = symbol.layer.family
        fill = mixed(self._colours[kind], "#000000", 0.2)
        outline = mixed(fill, "#FFFFFF" if self._palette.name == "dark" else "#000000", 0.4)
        ball = Ellipse(
            x=0, y=-BALL, width=2 * BALL, height=2 * BALL, fill=fill, stroke=outline, stroke_width=0.8
        )
        sign = Text(x=BALL, y=5.2, text=SIGNS[kind], size=15, weight=600, anchor="middle", colour="#FFFFFF")
        texts = []
        if kind == "concat" and "shapes" in self._options.labels and symbol.shape is not None:
            whole = self._options.notation and self._options.shape(symbol.shape)
            texts = [self.small(BALL, BALL + 14, whole or str(symbol.shape[0]), symbol.id)]
        return Piece(
            items=belonging(symbol.id, [ball, sign]),
            texts=texts,
            leave=(2 * BALL, 0.0),
            above={symbol.id: (BALL, 0.8 - BALL)},
            right=2 * BALL,
            far_right=2 * BALL,
            top=-BALL,
        )

    def _boxes(self, cluster: Cluster) -> Piece:
        piece = Piece(bar=len(cluster.symbols[0].shape or ()) == 1)
        x = 0.0
        solids: list[Solid] = []
        for symbol in cluster.symbols:
            solid = self._solid(symbol, x, alone=len(cluster.symbols) == 1)
            solids.append(solid)
            coat = self._coat(symbol)
            piece.items += belonging(symbol.id, solid_items(solid, coat))
            if self._shows_face(cluster, symbol):
                picture = self._picture(symbol)
                if picture is not None:
                    piece.items += belonging(symbol.id, face_items(solid, picture, coat.line))
            piece.above[symbol.id] = solid.at(0.5, 1, 0.5)
            if "shapes" in self._options.labels:
                piece.texts += self._channel_labels(cluster, symbol, solid)
                piece.texts += self._size_labels(cluster, symbol, solid)
            x += solid.width
        piece.leave = (x, 0.0)
        piece.left = solids[0].seen_from
        piece.right = max(solid.seen_to for solid in solids)
        piece.far_left = solids[0].left
        piece.far_right = max(solid.right for solid in solids)
        piece.top = min(solid.top for solid in solids)
        piece.texts += self._captions(cluster, solids, piece.texts)
        return piece

    def _picture(self, symbol: Symbol) -> Rgb | None:
        """What its face shows; made once, however often the figure is laid out."""
        if symbol.id not in self._pictures:
            name, dark = self._options.colour_map, self._palette.name == "dark"
            self._pictures[symbol.id] = symbol_picture(symbol, self._maps, name, dark=dark)
        return self._pictures[symbol.id]

    def _shows_face(self, cluster: Cluster, symbol: Symbol) -> bool:
        """Whether nothing of its own size hides its right face."""
        place = cluster.symbols.index(symbol)
        following = cluster.symbols[place + 1 :]
        return self._maps is not None and (not following or self._is_glued_pooling(cluster, following[0]))

    def _solid(self, symbol: Symbol, x: float, *, alone: bool = True) -> Solid:
        shape = symbol.shape
        if shape is None:
            return Solid(x=x, y=0.0, width=14.0, height=60.0, depth=60.0)
        if len(shape) == 1:
            return Solid(x=x, y=0.0, width=9.0, height=9.0, depth=self._features(shape[0]))
        width = max(self._channels(shape[0]), text_width(str(shape[0]), SMALL) + 3)
        if symbol.layer.family == "input":
            width = 4.0
        elif symbol.layer.family == "pooling" and not alone:
            width = max(4.0, self._channels(shape[0]) / 4)
        return Solid(x=x, y=0.0, width=width, height=self._size(shape[1]), depth=self._size(shape[2]))

    def _coat(self, symbol: Symbol) -> Coat:
        kind = symbol.layer.family
        fill, dark = self._colours[kind], self._palette.name == "dark"
        band = None
        if symbol.activation and (kind in _BANDED or kind == "dense"):
            band = self._colours["activation"] if kind != "dense" else self._dense_band(fill)
        return Coat(
            front=fill,
            lid=mixed(fill, "#FFFFFF", 0.25),
            side=mixed(fill, "#000000", 0.08),
            line=mixed(fill, "#000000", 0.7 if dark else 0.62),
            band=band,
            opacity=0.9 if kind != "pooling" else 0.75 if dark else 0.6,
        )

    def _dense_band(self, fill: str) -> str:
        return _DENSE_BAND if fill == COLOURS["dense"] else mixed(fill, "#000000", 0.3)

    def _channel_labels(self, cluster: Cluster, symbol: Symbol, solid: Solid) -> Iterator[Text]:
        """How many channels, under the front edge; a lone layer's ×N below."""
        shape = symbol.shape
        if shape is None or len(shape) == 1 or self._is_glued_pooling(cluster, symbol):
            return
        x, y = solid.at(0.5, 0, 0)
        x -= 5.0 if solid.width < 8 and solid.depth < 60 else 0.0  # clear of the size beside it
        if not self._options.notation:
            yield self.small(x, y + 13, str(shape[0]), symbol.id)
        if any(run.symbols == (symbol.id,) for run in self._seen.runs):
            yield replace(self.small(x, y + 26, f"×{symbol.copies}", symbol.id), weight=600)

    def _size_labels(self, cluster: Cluster, symbol: Symbol, solid: Solid) -> Iterator[Text]:
        """Height and width along the right edges of the last box that is no pooling stuck to others."""
        shape = symbol.shape
        shown = [symbol for symbol in cluster.symbols if not self._is_glued_pooling(cluster, symbol)]
        if shape is None or len(shape) == 1 or symbol is not shown[-1] or self._options.notation:
            return
        # In the middle of the edge, or clear of the pooling beside it.
        x, y = solid.at(1, 0, 0.5 if symbol is cluster.symbols[-1] else 0.25)
        yield replace(self.small(x + 9, y + 9, str(shape[2]), symbol.id), rotation=-45)
        if shape[1] != shape[2]:
            x, y = solid.at(1, 0.5, 1)
            yield replace(self.small(x + 12, y, str(shape[1]), symbol.id), rotation=-90)

    def _is_glued_pooling(self, cluster: Cluster, symbol: Symbol) -> bool:
        return len(cluster.symbols) > 1 and symbol.layer.family == "pooling"

    def _captions(self, cluster: Cluster, solids: Sequence[Solid], above: Sequence[Text]) -> Iterator[Text]:
        """The name below the boxes, the kernels below the name, and what it costs."""
        x = (solids[0].left + solids[-1].left + solids[-1].width) / 2
        lowest = max(solid.bottom for solid in solids)
        y = max([lowest, *(text_box(text)[1][1] for text in above if not text.rotation)]) + 16
        first = cluster.symbols[0]
        for words, is_name in self._lines(cluster):
            line = self.small(x, y, words, first.id)
            yield replace(line, size=NAME, weight=600, colour=self._palette.text) if is_name else line
            y += 14

    def _lines(self, cluster: Cluster) -> Iterator[tuple[str, bool]]:
        labels, first, numbers = self._options.labels, cluster.symbols[0], Numbers()
        if "names" in labels:
            name, detail = self._name(cluster)
            if name:
                yield name, True
            if detail:
                yield detail, False
        if "shapes" in labels and first.shape is not None and len(first.shape) == 1:
            yield str(first.shape[0]), False
        elif "shapes" in labels and self._options.notation:
            # Whole shapes stand below: at the edges there is room for single numbers.
            shown = [one for one in cluster.symbols if not self._is_glued_pooling(cluster, one)]
            shapes = [self._options.shape(one.shape) for one in shown if one.shape is not None]
            for words in dict.fromkeys(shapes):
                yield words, False
        parameters, macs = (
            sum(getattr(symbol, what) for symbol in cluster.symbols) for what in ("parameters", "macs")
        )
        if "parameters" in labels and parameters:
            yield f"{numbers.short(parameters)} params", False
        if "macs" in labels and macs:
            yield f"{numbers.short(macs)} MACs", False

    def _name(self, cluster: Cluster) -> tuple[str, str]:
        """What the cluster is called, and its kernels."""
        shown = [symbol for symbol in cluster.symbols if not self._is_glued_pooling(cluster, symbol)]
        first = shown[0]
        kind = first.layer.family
        name = elided(place_name([one.node for one in shown]), _WIDEST_NAME, NAME, 600)
        renamed = any(one.node.name for one in shown)
        if self._in_branch and not renamed:
            name = name.rpartition("/")[2]
        if len(shown) == 1 and (kind not in _BANDED or not name):
            plain = "input" if kind == "input" else phrase(first.node)
            if renamed:
                return name, plain
            return (name if name and kind == "dense" else plain), ""
        windows = [window_text(one.layer) + stride_text(one.layer) for one in shown]
        return name, windows[0] if len(set(windows)) == 1 else " · ".join(windows)
