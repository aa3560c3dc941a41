"""A drawing as SVG 1.1: no Qt, no style sheet, the same bytes for the same drawing."""

import io
import re
from base64 import b64encode
from collections.abc import Iterable
from itertools import groupby
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from PIL import Image

from gui.figures.drawing.drawing import Curve, Drawing, Ellipse, Ink, Item, Path, Picture, Polygon, Rect, Text
from gui.figures.drawing.heads import without_heads
from gui.figures.drawing.magnified import magnified
from gui.figures.text.embedded_font import embedded
from gui.figures.text.type_metrics import (
    FAMILIES,
    FILES,
    FONTS,
    SCRIPT_SCALE,
    SCRIPT_SHIFT,
    in_inter,
    spans_width,
)
from gui.figures.writer import Finish, Writer

_MM: Final = 25.4 / 96
_FAMILY: Final = ", ".join(f"'{name}'" if " " in name else name for name in FAMILIES)


def write(drawing: Drawing, finish: Finish) -> bytes:
    """The file's content, UTF-8. Text stays text in Inter, or in a face of about its width, or its letters
    become shapes."""
    width, height = _number(drawing.width), _number(drawing.height)
    size = " ".join(
        f'{name}="{_number(side * _MM)}mm"'
        for name, side in (("width", drawing.width), ("height", drawing.height))
    )
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' {size} viewBox="0 0 {width} {height}" role="img"'
        f" font-family={quoteattr(_FAMILY)}>",
    ]
    if drawing.title:
        lines.append(f"<title>{_escaped(drawing.title)}</title>")
    if drawing.about:
        lines.append(f"<desc>{_escaped(drawing.about)}</desc>")
    items = list(without_heads(drawing.items))
    if not finish.outlines:
        texts = (item for item in items if isinstance(item, Text) and item.font == "inter")
        lines.append(_typefaces(texts))
    if drawing.background is not None:
        lines.append(f'<rect width="{width}" height="{height}" fill="{drawing.background}"/>')
    taken: set[str] = set()
    index = 0
    for part, together in groupby(items, lambda item: item.part):
        inner = []
        for item in together:
            is_shape = finish.outlines and isinstance(item, Text)
            inner.append(_letters(item) if is_shape and isinstance(item, Text) else _element(item, index))
            index += 1
        lines += [_group(part, taken), *inner, "</g>"] if part else inner
    return ("\n".join([*(line for line in lines if line), "</svg>"]) + "\n").encode()


def _group(part: str, taken: set[str]) -> str:
    """The beginning of what is drawn for a layer; the first group of a layer has its id."""
    name = quoteattr(_clean(part))
    own = re.sub(r"[^\w.\-]", "-", _clean(part))
    own = own if own[:1].isalpha() or own[:1] == "_" else f"_{own}"
    if own in taken:
        return f"<g data-layer={name}>"
    taken.add(own)
    return f"<g id={quoteattr(own)} data-layer={name}>"


def _typefaces(texts: Iterable[Text]) -> str:
    """Inter with the letters that are written, in every weight that is used."""
    letters: dict[int, set[str]] = {}
    for item in texts:
        for span in item.spans:
            letters.setdefault(span.weight or item.weight, set()).update(filter(in_inter, span.text))
    faces = [
        f"@font-face{{font-family:Inter;font-weight:{weight};src:url(data:font/woff;base64,"
        f"{b64encode(embedded(FILES[weight], used)).decode('ascii')}) format('woff')}}"
        for weight, used in sorted(letters.items())
        if used
    ]
    return f"<style>{''.join(faces)}</style>" if faces else ""


def _letters(item: Text) -> str:
    from gui.figures.rendering.painter import letter_outlines

    contours = letter_outlines(item)
    if not contours:
        return ""
    data = "".join(map(_path_data, contours))
    return f'<path aria-label={quoteattr(_clean(item.plain))} d="{data}" fill="{item.colour}"/>'


def _element(item: Item, index: int) -> str:
    match item:
        case Rect():
            corner = f' rx="{_number(item.radius)}"' if item.radius else ""
            return f"<rect {_box(item)}{corner}{_ink(item)}/>"
        case Polygon():
            points = " ".join(f"{_number(x)},{_number(y)}" for x, y in item.points)
            return f'<polygon points="{points}"{_ink(item)}/>'
        case Ellipse():
            rx, ry = item.width / 2, item.height / 2
            centre = f'cx="{_number(item.x + rx)}" cy="{_number(item.y + ry)}"'
            return f'<ellipse {centre} rx="{_number(rx)}" ry="{_number(ry)}"{_ink(item)}/>'
        case Path():
            return f'<path d="{_path_data(item)}"{_ink(item)}/>'
        case Text():
            return _text(item)
        case Picture():
            return _image(item, index)


def _text(item: Text) -> str:
    anchor = f' text-anchor="{item.anchor}"' if item.anchor != "start" else ""
    weight = f' font-weight="{item.weight}"' if item.weight != 400 else ""
    x, y = _number(item.x), _number(item.y)
    turn = f' transform="rotate({_number(item.rotation)} {x} {y})"' if item.rotation else ""
    words = _escaped(item.text) if isinstance(item.text, str) else _spans(item)
    return (
        f'<text x="{x}" y="{y}" font-size="{_number(item.size)}"{weight}{anchor}{turn}'
        f'{_family(item)}{_fixed_length(item)} fill="{item.colour}">{words}</text>'
    )


def _family(item: Text) -> str:
    """The typefaces of a text that is not set in the figure's."""
    if item.font == "inter":
        return ""
    return f" font-family={quoteattr(', '.join(FONTS[item.font]))}"


def _spans(item: Text) -> str:
    """Shifts are relative to the span before, and so is the way back to the line."""
    made, height = [], 0.0
    for span in item.spans:
        rise = span.script * SCRIPT_SHIFT[span.script] * item.size
        settings = f' dy="{_number(height - rise)}"' if rise != height else ""
        settings += f' font-size="{_number(item.size * SCRIPT_SCALE)}"' if span.script else ""
        settings += f' font-weight="{span.weight}"' if span.weight not in (None, item.weight) else ""
        settings += ' font-style="italic"' if span.italic else ""
        words = _escaped(span.text)
        made.append(f"<tspan{settings}>{words}</tspan>" if settings else words)
        height = rise
    return "".join(made)


def _fixed_length(item: Text) -> str:
    """The text's width in Inter: where another face stands in, viewers fit it to the same room."""
    if item.font != "inter" or not item.plain.strip() or not all(map(in_inter, item.plain)):
        return ""  # Inter lacks signs of this text, so its width is not known
    width = spans_width(item.spans, item.size, item.weight)
    return f' textLength="{_number(width)}" lengthAdjust="spacingAndGlyphs"'


def _image(item: Picture, index: int) -> str:
    buffer = io.BytesIO()
    Image.fromarray(magnified(item)).save(buffer, "PNG", optimize=True)
    data = b64encode(buffer.getvalue()).decode("ascii")
    clip, use = "", ""
    if item.radius:
        corner = _number(item.radius)
        clip = f'<clipPath id="c{index}"><rect {_box(item)} rx="{corner}"/></clipPath>'
        use = f' clip-path="url(#c{index})"'
    # Both names of sharp pixels: browsers know the one, renderers of SVG 1.1 the other.
    sharp = "" if item.smooth else ' image-rendering="optimizeSpeed" style="image-rendering:pixelated"'
    return (
        f'{clip}<image {_box(item)} preserveAspectRatio="none"{use}{_rising(item)}{sharp}'
        f' xlink:href="data:image/png;base64,{data}"/>'
    )


def _rising(item: Picture) -> str:
    """The shear of a picture whose right side lies higher than its left one."""
    if not item.rise:
        return ""
    slope = item.rise / item.width
    return f' transform="matrix(1 {-slope:.6g} 0 1 0 {_number(slope * item.x)})"'


def _path_data(item: Path) -> str:
    parts = [f"M{_point(item.start)}"]
    for piece in item.pieces:
        if isinstance(piece, Curve):
            parts.append(f"C{_point(piece.control_1)} {_point(piece.control_2)} {_point(piece.end)}")
        else:
            parts.append(f"L{_point(piece.end)}")
    return "".join(parts) + ("Z" if item.closed else "")


def _ink(item: Ink) -> str:
    fill = f' fill="{item.fill or "none"}"'
    if item.fill is not None and item.fill_opacity != 1:
        fill += f' fill-opacity="{_number(item.fill_opacity)}"'
    if item.stroke is None:
        return fill
    width = f' stroke-width="{_number(item.stroke_width)}"' if item.stroke_width != 1 else ""
    dashes = ",".join(map(_number, item.dashes))
    return f'{fill} stroke="{item.stroke}"{width}' + (f' stroke-dasharray="{dashes}"' if dashes else "")


def _box(item: Rect | Picture) -> str:
    x, y, width, height = map(_number, (item.x, item.y, item.width, item.height))
    return f'x="{x}" y="{y}" width="{width}" height="{height}"'


def _point(point: tuple[float, float]) -> str:
    return f"{_number(point[0])},{_number(point[1])}"


def _number(value: float) -> str:
    """At most three decimals, never an exponent, the same on every machine."""
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _escaped(text: str) -> str:
    return escape(_clean(text))


def _clean(text: str) -> str:
    """Text without what XML cannot hold: control characters and halves of surrogate pairs."""
    return "".join(letter for letter in text if _in_xml(letter))


def _in_xml(letter: str) -> bool:
    if letter < " ":
        return letter in "\t\n"
    return not "\ud800" <= letter <= "\udfff" and letter not in "\ufffe\uffff"


WRITER: Final = Writer(name="svg", title="SVG", endings=(".svg",), write=write, uses=frozenset({"outlines"}))
