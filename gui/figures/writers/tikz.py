"""TikZ: a LaTeX document of its own that plain pdflatex compiles, with nothing beside it.

Text is set in LaTeX's own sans serif type, in Helvetica or in its serif type where that is chosen, narrowed
where it would be wider than in the preview; text with signs that LaTeX lacks becomes shapes. Pictures stand
in the file as PDF operators, coarser where all of them together would be more than TeX holds.
"""

from collections.abc import Mapping
from typing import Final

from gui.figures.drawing.drawing import (
    Curve,
    Drawing,
    Ellipse,
    Font,
    Ink,
    Item,
    Line,
    Path,
    Picture,
    Polygon,
    Rect,
    Text,
)
from gui.figures.drawing.heads import without_heads
from gui.figures.drawing.shapes import rounded_box
from gui.figures.rendering.inline_image import coarser, inline_image
from gui.figures.text.latex_text import can_set, set_line
from gui.figures.text.type_metrics import spans_width
from gui.figures.writer import Finish, Writer

BP: Final = 0.75
"""Big points (1/72 inch) a unit."""

MOST_PIXELS: Final = 500_000
"""Of all pictures of a file together: TeX keeps each of their characters in its main memory."""

_BEFORE: Final = r"""% Compile with pdflatex, or copy the tikzpicture with the lines from \newcommand on.
\documentclass{article}
\usepackage{fix-cm}
\usepackage{tikz}
\pagestyle{empty}
\paperwidth=<width>bp \paperheight=<height>bp
\pdfpagewidth=\paperwidth \pdfpageheight=\paperheight
\hoffset=-1in \voffset=-1in
\oddsidemargin=0pt \topmargin=0pt \headheight=0pt \headsep=0pt \topskip=0pt \footskip=0pt
\textwidth=\paperwidth \textheight=\paperheight \parindent=0pt
\maxdeadcycles=999
% \setline{width}{size}{text}: text no wider than that
\newcommand\setline[3]{\setbox0=\hbox{\fontsize{#2bp}{#2bp}\selectfont\sffamily #3}%
  \ifdim\wd0>#1bp \pgfmathsetmacro\narrow{#1bp/\wd0}\scalebox{\narrow}[1]{\box0}\else\box0\fi}
% \pixels{width}{height}{operators}: a picture
\newcommand\pixels[3]{\hbox to #1bp{\vbox to #2bp{\vfil\hbox to 0pt{\pdfliteral{q #3 Q}\hss}}\hss}}
"""


def write(drawing: Drawing, finish: Finish) -> bytes:
    """The file's content, ASCII."""
    items = list(without_heads(drawing.items))
    colours = sorted({colour for item in items for colour in _colours(item)} | _ground(drawing))
    width, height = _number(drawing.width * BP), _number(drawing.height * BP)
    lines = [_BEFORE.replace("<width>", width).replace("<height>", height)]
    lines += [f"\\definecolor{{c{colour[1:]}}}{{HTML}}{{{colour[1:].upper()}}}" for colour in colours]
    lines += ["\\begin{document}", "\\begin{tikzpicture}[x=0.75bp,y=-0.75bp,line join=miter,miter limit=4]"]
    size = f"({_number(drawing.width)},{_number(drawing.height)})"
    lines.append(f"\\useasboundingbox (0,0) rectangle {size};")
    if drawing.background is not None:
        lines.append(f"\\fill[c{drawing.background[1:]}] (0,0) rectangle {size};")
    room = _room(items)
    part = ""
    for item in items:
        if item.part != part:
            part = item.part
            lines.append(f"% {_comment(part)}")
        lines += _commands(item, finish, room)
    lines += ["\\end{tikzpicture}%", "\\end{document}"]
    return ("\n".join(lines) + "\n").encode("ascii")


def _commands(item: Item, finish: Finish, room: float) -> list[str]:
    match item:
        case Text():
            return [] if not item.plain.strip() else _text(item, finish)
        case Picture():
            return _picture(item, room)
        case Rect() if not item.radius:
            corners = f"{_at(item.x, item.y)} rectangle {_at(item.x + item.width, item.y + item.height)}"
            return [f"\\path{_ink(item)} {corners};"]
        case Rect():
            return _commands(rounded_box(item), finish, room)
        case Ellipse():
            rx, ry = item.width / 2, item.height / 2
            radii = f"[x radius={_number(rx * BP)}bp,y radius={_number(ry * BP)}bp]"
            return [f"\\path{_ink(item)} {_at(item.x + rx, item.y + ry)} ellipse {radii};"]
        case Polygon():
            corners = " -- ".join(_at(*point) for point in item.points)
            return [f"\\path{_ink(item)} {corners} -- cycle;"]
        case Path():
            return [f"\\path{_ink(item)} {_way(item)};"]


_FACES: Final[Mapping[Font, str]] = {
    "inter": "",
    "arial": r"\fontfamily{phv}\selectfont ",
    "serif": r"\rmfamily ",
}
"""`phv` is Helvetica in the PostScript fonts that every LaTeX has (psnfss); Inter becomes LaTeX's own."""


def _way(item: Path) -> str:
    parts = [_at(*item.start)]
    for piece in item.pieces:
        match piece:
            case Line():
                parts.append(f"-- {_at(*piece.end)}")
            case Curve():
                controls = f"{_at(*piece.control_1)} and {_at(*piece.control_2)}"
                parts.append(f".. controls {controls} .. {_at(*piece.end)}")
    return " ".join([*parts, "-- cycle"] if item.closed else parts)


def _ink(item: Ink) -> str:
    settings = []
    if item.fill is not None:
        settings.append(f"fill=c{item.fill[1:]}")
        if item.fill_opacity != 1:
            settings.append(f"fill opacity={_number(item.fill_opacity)}")
    if item.stroke is not None:
        settings.append(f"draw=c{item.stroke[1:]},line width={_number(item.stroke_width * BP)}bp")
        if item.dashes:
            lengths = [f"{_number(length * BP)}bp" for length in item.dashes * (1 + len(item.dashes) % 2)]
            pairs = zip(lengths[::2], lengths[1::2], strict=True)
            settings.append("dash pattern=" + " ".join(f"on {on} off {off}" for on, off in pairs))
    return f"[{','.join(settings)}]" if settings else ""


def _text(item: Text, finish: Finish) -> list[str]:
    if finish.outlines or not can_set(item.plain):
        from gui.figures.rendering.painter import letter_outlines

        ways = " ".join(_way(contour) for contour in letter_outlines(item))
        return [f"\\path[fill=c{item.colour[1:]},nonzero rule] {ways};"] if ways else []
    anchor = {"start": "base west", "middle": "base", "end": "base east"}[item.anchor]
    turn = f",rotate={_number(-item.rotation)}" if item.rotation else ""
    width = spans_width(item.spans, item.size, item.weight) * BP
    line = _FACES[item.font] + set_line(item)
    words = f"\\setline{{{_number(width)}}}{{{_number(item.size * BP)}}}{{{line}}}"
    settings = f"anchor={anchor},inner sep=0pt,outer sep=0pt,text=c{item.colour[1:]}{turn}"
    return [f"\\node[{settings}] at {_at(item.x, item.y)} {{{words}}};"]


def _picture(item: Picture, room: float) -> list[str]:
    width, height = item.width * BP, item.height * BP
    pixels = coarser(item.pixels, max(1, int(item.pixels[..., 0].size * room)), smooth=item.smooth)
    operators = inline_image(pixels, width, height, smooth=item.smooth, rise=item.rise * BP)
    if item.radius:
        operators = [*_clip(item), *operators]
    box = f"\\pixels{{{_number(width)}}}{{{_number(height)}}}{{%"
    settings = "anchor=north west,inner sep=0pt,outer sep=0pt"
    return [f"\\node[{settings}] at {_at(item.x, item.y)} {{{box}", *operators, "}};"]


def _clip(item: Picture) -> list[str]:
    """Rounded corners, in points from the lower left corner upwards."""
    box = rounded_box(Rect(x=0, y=0, width=item.width, height=item.height, radius=item.radius))

    def at(point: tuple[float, float]) -> str:
        return f"{_number(point[0] * BP)} {_number((item.height - point[1]) * BP)}"

    lines = [f"{at(box.start)} m"]
    for piece in box.pieces:
        if isinstance(piece, Curve):
            lines.append(f"{at(piece.control_1)} {at(piece.control_2)} {at(piece.end)} c")
        else:
            lines.append(f"{at(piece.end)} l")
    return [*lines, "h W n"]


def _room(items: list[Item]) -> float:
    """What share of every picture's pixels is kept."""
    pixels = sum(item.pixels[..., 0].size for item in items if isinstance(item, Picture))
    return min(1.0, MOST_PIXELS / pixels) if pixels else 1.0


def _colours(item: Item) -> set[str]:
    if isinstance(item, Text):
        return {item.colour}
    if isinstance(item, Picture):
        return set()
    return {colour for colour in (item.fill, item.stroke) if colour is not None}


def _ground(drawing: Drawing) -> set[str]:
    return set() if drawing.background is None else {drawing.background}


def _at(x: float, y: float) -> str:
    return f"({_number(x)},{_number(y)})"


def _comment(text: str) -> str:
    return "".join(letter if " " <= letter <= "~" else "?" for letter in text) or "belongs to no layer"


def _number(value: float) -> str:
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


WRITER: Final = Writer(
    name="tikz",
    title="TikZ",
    endings=(".tex", ".tikz"),
    write=write,
    uses=frozenset({"outlines"}),
)
