"""Items as DrawingML, the XML in which PowerPoint keeps shapes and text.

ECMA-376, "Office Open XML file formats", part 1, 2016, chapter 20.1. Lengths are in EMU: 914 400 an inch,
9 525 a unit.
"""

import re
from collections.abc import Sequence
from math import cos, radians, sin
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from gui.figures.drawing.drawing import (
    Curve,
    Ellipse,
    Ink,
    Item,
    Path,
    Picture,
    Point,
    Polygon,
    Rect,
    Text,
)
from gui.figures.drawing.heads import head_length
from gui.figures.drawing.item_bounds import extent
from gui.figures.rendering.elbows import Elbow
from gui.figures.text.type_metrics import spans_width

EMU: Final = 9525
"""An English Metric Unit goes so many times into a unit."""

TYPEFACE: Final = "Arial"
"""On every machine with PowerPoint, and nowhere wider than Inter: text keeps the room it was given."""
_ASCENT: Final = 0.905
_LINE: Final = 1.149
"""Of Arial: from the top of a line to its baseline, and to the next line, as shares of the type size."""

NAMESPACES: Final = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)


def shape_xml(item: Rect | Ellipse | Polygon | Path, number: int, words: Sequence[Text] = ()) -> str:
    """A native shape: rectangle, rounded rectangle, ellipse or free form; lines of text in its middle."""
    box = _box(item)
    match item:
        case Rect():
            geometry, name = _rectangle(item.radius, item.width, item.height), "Rectangle"
        case Ellipse():
            geometry, name = '<a:prstGeom prst="ellipse"><a:avLst/></a:prstGeom>', "Ellipse"
        case Polygon() | Path():
            geometry, name = _free_form(item, box), "Line" if item.fill is None else "Shape"
    return (
        f'<p:sp {NAMESPACES}><p:nvSpPr><p:cNvPr id="{number}" name="{name} {number}"/><p:cNvSpPr/><p:nvPr/>'
        f"</p:nvSpPr><p:spPr>{_frame(box)}{geometry}{_fill(item)}{_line(item)}</p:spPr>"
        f"{_inside(words)}</p:sp>"
    )


def _inside(words: Sequence[Text]) -> str:
    """The text body of a shape: lines in its middle, no room taken by margins."""
    if not words:
        return "<p:txBody><a:bodyPr/><a:lstStyle/><a:p><a:endParaRPr/></a:p></p:txBody>"
    lines = "".join(
        f'<a:p><a:pPr algn="ctr"><a:lnSpc><a:spcPct val="100000"/></a:lnSpc></a:pPr>{_runs(line)}</a:p>'
        for line in words
    )
    return (
        '<p:txBody><a:bodyPr wrap="none" lIns="0" tIns="0" rIns="0" bIns="0" anchor="ctr"><a:noAutofit/>'
        f"</a:bodyPr><a:lstStyle/>{lines}</p:txBody>"
    )


Glue = tuple[int, int]
"""The number of a shape, and which of its connection sites."""


def connector_xml(item: Path, number: int, start: Glue | None, end: Glue | None) -> str:
    """A straight line with its arrow head, glued to the shapes at its ends: it follows them."""
    (x1, y1), (x2, y2) = item.start, item.pieces[-1].end
    turn = (' flipH="1"' if x2 < x1 else "") + (' flipV="1"' if y2 < y1 else "")
    geometry = '<a:prstGeom prst="straightConnector1"><a:avLst/></a:prstGeom>'
    return _connector(item, number, _frame(_box(item), turn) + geometry, start, end)


def _connector(item: Path, number: int, geometry: str, start: Glue | None, end: Glue | None) -> str:
    glued = "".join(
        f'<a:{name} id="{glue[0]}" idx="{glue[1]}"/>'
        for name, glue in (("stCxn", start), ("endCxn", end))
        if glue is not None
    )
    kind = {"arrow": "triangle", "open": "arrow", "dot": "oval"}.get(item.head, "none")
    size = "med" if head_length(item) > 2.5 * item.stroke_width else "sm"
    head = "" if kind == "none" else f'<a:tailEnd type="{kind}" w="{size}" len="{size}"/>'
    line = _line(item).replace("</a:ln>", f"{head}</a:ln>")
    return (
        f'<p:cxnSp {NAMESPACES}><p:nvCxnSpPr><p:cNvPr id="{number}" name="Connector {number}"/>'
        f"<p:cNvCxnSpPr>{glued}</p:cNvCxnSpPr><p:nvPr/></p:nvCxnSpPr>"
        f"<p:spPr>{geometry}{line}</p:spPr></p:cxnSp>"
    )


def elbow_xml(item: Path, elbow: Elbow, number: int, start: Glue, end: Glue) -> str:
    """A wire around corners as an elbow connector, glued at both ends."""
    turn = ' rot="5400000"' if elbow.turned else ""
    turn += (' flipH="1"' if elbow.flip_h else "") + (' flipV="1"' if elbow.flip_v else "")
    share = "" if elbow.share is None else f'<a:gd name="adj1" fmla="val {round(100000 * elbow.share)}"/>'
    geometry = f'<a:prstGeom prst="{elbow.shape}"><a:avLst>{share}</a:avLst></a:prstGeom>'
    corner = elbow.left + elbow.width, elbow.top + elbow.height
    frame = _frame(((elbow.left, elbow.top), corner), turn)
    return _connector(item, number, frame + geometry, start, end)


def text_xml(item: Text, number: int) -> str:
    """A text box of one line without margins, its baseline where the drawing has it."""
    width, height = spans_width(item.spans, item.size, item.weight), _LINE * item.size
    share = {"start": 0.0, "middle": 0.5, "end": 1.0}[item.anchor]
    # Shapes turn around their middle: where that comes to lie when the line turns around its anchor.
    dx, dy = (0.5 - share) * width, (0.5 * _LINE - _ASCENT) * item.size
    c, s = cos(radians(item.rotation)), sin(radians(item.rotation))
    x, y = item.x + dx * c - dy * s, item.y + dx * s + dy * c
    box = ((x - width / 2, y - height / 2), (x + width / 2, y + height / 2))
    turn = f' rot="{round(item.rotation * 60000)}"' if item.rotation else ""
    side = {"start": "l", "middle": "ctr", "end": "r"}[item.anchor]
    return (
        f'<p:sp {NAMESPACES}><p:nvSpPr><p:cNvPr id="{number}" name="Text {number}"/>'
        f'<p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr><p:spPr>{_frame(box, turn)}'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/></p:spPr>'
        '<p:txBody><a:bodyPr wrap="none" lIns="0" tIns="0" rIns="0" bIns="0" anchor="t"><a:noAutofit/>'
        f'</a:bodyPr><a:lstStyle/><a:p><a:pPr algn="{side}"/>{_runs(item)}</a:p></p:txBody></p:sp>'
    )


def picture_xml(item: Picture, number: int, relation: str) -> str:
    """A picture out of the package, by its relation's id."""
    about = quoteattr(clean(f"A map of {item.part}" if item.part else "A picture"))
    return (
        f'<p:pic {NAMESPACES}><p:nvPicPr><p:cNvPr id="{number}" name="Picture {number}" descr={about}/>'
        '<p:cNvPicPr><a:picLocks noChangeAspect="1"/></p:cNvPicPr><p:nvPr/></p:nvPicPr>'
        f"<p:blipFill><a:blip r:embed={quoteattr(relation)}/><a:stretch><a:fillRect/></a:stretch>"
        f"</p:blipFill><p:spPr>{_frame(_box(item))}{_rectangle(item.radius, item.width, item.height)}"
        "</p:spPr></p:pic>"
    )


def group_xml(name: str, number: int, inner: Sequence[str], items: Sequence[Item], about: str) -> str:
    """Shapes that are moved and animated together; `about` says what they show to those who do not see."""
    boxes = [extent(item) for item in items]
    left, top = (min(box[0][axis] for box in boxes) for axis in (0, 1))
    right, bottom = (max(box[1][axis] for box in boxes) for axis in (0, 1))
    x, y, width, height = _emu(left), _emu(top), _emu(right - left), _emu(bottom - top)
    place = f'<a:off x="{x}" y="{y}"/><a:ext cx="{width}" cy="{height}"/>'
    child = f'<a:chOff x="{x}" y="{y}"/><a:chExt cx="{width}" cy="{height}"/>'
    about = f" descr={quoteattr(clean(about))}"
    return (
        f'<p:grpSp {NAMESPACES}><p:nvGrpSpPr><p:cNvPr id="{number}" name={quoteattr(clean(name))}{about}/>'
        f"<p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm>{place}{child}</a:xfrm></p:grpSpPr>"
        f"{''.join(inner)}</p:grpSp>"
    )


def named(xml: str, name: str, about: str) -> str:
    """A lone shape that is all of a layer: called after it, and described."""
    told = f" descr={quoteattr(clean(about))}" if about and " descr=" not in xml else ""
    settings = f"name={quoteattr(clean(name))}{told}"
    return re.sub(r'(?<= )name="[^"]*"', lambda _: settings, xml, count=1)


def describing(items: Sequence[Item]) -> str:
    """What is written at the shapes, for those who do not see them."""
    words = [item.plain for item in items if isinstance(item, Text) and item.plain.strip()]
    pictures = sum(isinstance(item, Picture) for item in items)
    shown = ["1 map" if pictures == 1 else f"{pictures} maps"] if pictures else []
    return ", ".join([*words, *shown])


def clean(text: str) -> str:
    """Text without what XML cannot hold: control characters and halves of surrogate pairs."""
    return "".join(
        letter
        for letter in text
        if letter >= " " and not "\ud800" <= letter <= "\udfff" and letter not in "\ufffe\uffff"
    )


def _runs(item: Text) -> str:
    made = []
    face = "Times New Roman" if item.font == "serif" else TYPEFACE
    for span in item.spans:
        settings = ' b="1"' if (span.weight or item.weight) >= 600 else ""
        settings += ' i="1"' if span.italic else ""
        settings += f' baseline="{30000 if span.script > 0 else -25000}"' if span.script else ""
        size = max(100, round(item.size * 75))
        made.append(
            f'<a:r><a:rPr lang="en-US" sz="{size}"{settings} dirty="0">{_solid(item.colour)}'
            f'<a:latin typeface="{face}"/><a:cs typeface="{face}"/></a:rPr>'
            f"<a:t>{escape(clean(span.text))}</a:t></a:r>"
        )
    return "".join(made)


def _free_form(item: Polygon | Path, box: tuple[Point, Point]) -> str:
    (left, top), (right, bottom) = box

    def point(at: Point) -> str:
        return f'<a:pt x="{_emu(at[0] - left)}" y="{_emu(at[1] - top)}"/>'

    if isinstance(item, Polygon):
        parts = [f"<a:moveTo>{point(item.points[0])}</a:moveTo>"]
        parts += [f"<a:lnTo>{point(corner)}</a:lnTo>" for corner in item.points[1:]]
        closed = True
    else:
        parts, closed = [f"<a:moveTo>{point(item.start)}</a:moveTo>"], item.closed
        for piece in item.pieces:
            if isinstance(piece, Curve):
                points = "".join(map(point, (piece.control_1, piece.control_2, piece.end)))
                parts.append(f"<a:cubicBezTo>{points}</a:cubicBezTo>")
            else:
                parts.append(f"<a:lnTo>{point(piece.end)}</a:lnTo>")
    if closed:
        parts.append("<a:close/>")
    size = f'w="{_emu(right - left)}" h="{_emu(bottom - top)}"'
    fill = "" if item.fill is not None else ' fill="none"'
    # Where connectors meet it, in the order of a rectangle's: above, left, below, right.
    x, y = right - left, bottom - top
    middles = ((x / 2, 0.0), (0.0, y / 2), (x / 2, y), (x, y / 2))
    sites = "".join(f'<a:cxn ang="0"><a:pos x="{_emu(at[0])}" y="{_emu(at[1])}"/></a:cxn>' for at in middles)
    sites = f"<a:cxnLst>{sites}</a:cxnLst>"
    return (
        f"<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/>{sites}"
        '<a:rect l="0" t="0" r="r" b="b"/>'
        f"<a:pathLst><a:path {size}{fill}>{''.join(parts)}</a:path></a:pathLst></a:custGeom>"
    )


def _rectangle(radius: float, width: float, height: float) -> str:
    if not radius:
        return '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
    share = min(50000, round(100000 * radius / max(min(width, height), 1e-9)))
    return (
        f'<a:prstGeom prst="roundRect"><a:avLst><a:gd name="adj" fmla="val {share}"/></a:avLst></a:prstGeom>'
    )


def _frame(box: tuple[Point, Point], turn: str = "") -> str:
    (left, top), (right, bottom) = box
    place = f'<a:off x="{_emu(left)}" y="{_emu(top)}"/>'
    return f'<a:xfrm{turn}>{place}<a:ext cx="{_emu(right - left)}" cy="{_emu(bottom - top)}"/></a:xfrm>'


def _box(item: Item) -> tuple[Point, Point]:
    return extent(item)


def _fill(item: Ink) -> str:
    return "<a:noFill/>" if item.fill is None else _solid(item.fill, item.fill_opacity)


def _line(item: Ink) -> str:
    if item.stroke is None:
        return "<a:ln><a:noFill/></a:ln>"
    dashes = ""
    if item.dashes:
        lengths = item.dashes * (1 + len(item.dashes) % 2)
        shares = [round(100000 * length / item.stroke_width) for length in lengths]
        pairs = zip(shares[::2], shares[1::2], strict=True)
        dashes = "".join(f'<a:ds d="{on}" sp="{off}"/>' for on, off in pairs)
        dashes = f"<a:custDash>{dashes}</a:custDash>"
    width = max(1, _emu(item.stroke_width))
    return f'<a:ln w="{width}" cap="flat">{_solid(item.stroke)}{dashes}<a:miter lim="400000"/></a:ln>'


def _solid(colour: str, opacity: float = 1.0) -> str:
    alpha = f'<a:alpha val="{round(opacity * 100000)}"/>' if opacity != 1 else ""
    return f'<a:solidFill><a:srgbClr val="{colour[1:].upper()}">{alpha}</a:srgbClr></a:solidFill>'


def _emu(length: float) -> int:
    return round(length * EMU)
