"""One layer as a small box with a phrase in it: what the `column` style is made of."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from gui.figures.drawing.drawing import Ellipse, Item, Rect, Text
from gui.figures.drawing.item_bounds import ASCENT
from gui.figures.sketch import Symbol
from gui.figures.style import Options
from gui.figures.text.naming import googlenet_phrase, phrase
from gui.figures.text.type_metrics import elided, text_width
from gui.figures.tints import ink_on, line_on, mixed
from gui.look.theme import Palette
from gui.words.number_format import Numbers

TYPE: Final = 11.0
SMALL: Final = 11.0
SUM: Final = 7.5
"""Radius of a sum."""
_WIDEST: Final = 190.0
_PAD: Final = 6.0

COLOURS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "input": "#F3F4F6",
        "convolution": "#7FB2EA",
        "pointwise": "#C9DFF8",
        "depthwise": "#6FD0C8",
        "up": "#3F78BD",
        "pooling": "#E0635A",
        "dense": "#6F4FAE",
        "softmax": "#F7E07A",
        "normalization": "#A8DDAE",
        "activation": "#F5E9A8",
        "add": "#FFFFFF",
        "concat": "#A8DDAE",
        "multiply": "#FFFFFF",
        "merge": "#A8DDAE",
        "reshape": "#C9CED6",
    }
)
"""Blue convolutions, red poolings, green joins and norms, yellow softmax, as in GoogLeNet's figure 3."""


@dataclass(frozen=True, kw_only=True)
class BoxText:
    """What stands in a box: lines with their sizes."""

    lines: tuple[tuple[str, float], ...]

    @property
    def width(self) -> float:
        """Of the longest line, with its margins."""
        return max((text_width(words, size, 500) for words, size in self.lines), default=0.0) + 2 * _PAD

    @property
    def height(self) -> float:
        """Of all lines, with their margins."""
        return sum(1.25 * size for _, size in self.lines) + 9.0


def is_sign(symbol: Symbol) -> bool:
    """Whether the symbol is a circle with a sign in it."""
    return symbol.layer.family in ("add", "multiply")


def box_text(symbol: Symbol, options: Options, *, modules: bool) -> BoxText:
    """Its words; `modules` as in GoogLeNet's figure, in two lines, else as in ResNet's."""
    if "names" not in options.labels:
        lines = [(symbol.layer.family, TYPE)]
    else:
        lines = [(symbol.node.name, TYPE)] if symbol.node.name else []
        words: tuple[str, ...] = (phrase(symbol.node, symbol.shape, options.shape),)
        if modules:
            words = googlenet_phrase(symbol.node, channels="shapes" in options.labels, written=options.shape)
        lines += [(line, TYPE) for line in words if line]
    numbers = Numbers()
    costs = []
    if "parameters" in options.labels and symbol.parameters:
        costs.append(f"{numbers.short(symbol.parameters)} params")
    if "macs" in options.labels and symbol.macs:
        costs.append(f"{numbers.short(symbol.macs)} MACs")
    if costs:
        lines.append((" · ".join(costs), SMALL))
    return BoxText(lines=tuple((elided(words, _WIDEST, size, 500), size) for words, size in lines))


def box_items(
    symbol: Symbol,
    words: BoxText,
    x: float,
    y: float,
    width: float,
    height: float,
    palette: Palette,
    colours: Mapping[str, str],
) -> Iterator[Item]:
    """The box around (x, y), or the circle of a sum."""
    kind = symbol.layer.family
    if is_sign(symbol):
        ink = palette.text
        yield Ellipse(
            x=x - SUM, y=y - SUM, width=2 * SUM, height=2 * SUM, fill=palette.surface, stroke=ink,
            stroke_width=1.1,
        )  # fmt: skip
        sign = "+" if kind == "add" else "×"
        yield Text(x=x, y=y + 4.2, text=sign, size=12, weight=600, anchor="middle", colour=ink)
        return
    fill = colours[kind] if palette.name == "light" else mixed(colours[kind], "#000000", 0.08)
    outline = palette.warning if symbol.problem else line_on(fill, palette)
    yield Rect(
        x=x - width / 2, y=y - height / 2, width=width, height=height, radius=3, fill=fill, stroke=outline,
        stroke_width=1.6 if symbol.problem else 0.8,
    )  # fmt: skip
    top = y - (words.height - 9.0) / 2
    for line, size in words.lines:
        baseline = top + (1.25 * size + ASCENT * size) / 2 - 0.4
        yield Text(x=x, y=baseline, text=line, size=size, weight=500, anchor="middle", colour=ink_on(fill))
        top += 1.25 * size
