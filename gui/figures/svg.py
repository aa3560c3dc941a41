"""A drawing as SVG 1.1: no Qt, no style sheet, the same bytes for the same drawing."""

import io
from base64 import b64encode
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from PIL import Image

from gui.figures.drawing import Curve, Drawing, Item, Path, Picture, Polygon, Rect, Text
from gui.figures.type_metrics import FAMILIES, text_width

_FAMILY: Final = ", ".join(f"'{name}'" if " " in name else name for name in FAMILIES)


def write(drawing: Drawing) -> bytes:
    """The file's content, UTF-8. Text stays text in Inter, or in a face of about its width."""
    width, height = _number(drawing.width), _number(drawing.height)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        f" font-family={quoteattr(_FAMILY)}>",
    ]
    if drawing.title:
        lines.append(f"<title>{_escaped(drawing.title)}</title>")
    if drawing.background is not None:
        lines.append(f'<rect width="{width}" height="{height}" fill="{drawing.background}"/>')
    for index, item in enumerate(drawing.items):
        lines.append(_element(item, index))
    return ("\n".join([*lines, "</svg>"]) + "\n").encode()


def _element(item: Item, index: int) -> str:
    match item:
        case Rect():
            corner = f' rx="{_number(item.radius)}"' if item.radius else ""
            return f"<rect {_box(item)}{corner}{_ink(item)}/>"
        case Polygon():
            points = " ".join(f"{_number(x)},{_number(y)}" for x, y in item.points)
            return f'<polygon points="{points}"{_ink(item)}/>'
        case Path():
            dashes = ",".join(map(_number, item.dashes))
            ink = _ink(item) + (f' stroke-dasharray="{dashes}"' if dashes else "")
            return f'<path d="{_path_data(item)}"{ink}/>'
        case Text():
            anchor = f' text-anchor="{item.anchor}"' if item.anchor != "start" else ""
            weight = f' font-weight="{item.weight}"' if item.weight != 400 else ""
            return (
                f'<text x="{_number(item.x)}" y="{_number(item.y)}" font-size="{item.size}"{weight}{anchor}'
                f'{_fixed_length(item)} fill="{item.colour}">{_escaped(item.text)}</text>'
            )
        case Picture():
            return _image(item, index)


def _fixed_length(item: Text) -> str:
    """The text's width in Inter: where another face stands in, viewers fit it to the same room."""
    if not item.text.strip() or not all(letter <= "\u024f" or letter in "×·−…–→" for letter in item.text):
        return ""  # Inter lacks signs of this text, so its width is not known
    width = text_width(item.text, item.size, item.weight)
    return f' textLength="{_number(width)}" lengthAdjust="spacingAndGlyphs"'


def _image(item: Picture, index: int) -> str:
    buffer = io.BytesIO()
    Image.fromarray(item.pixels).save(buffer, "PNG", optimize=True)
    data = b64encode(buffer.getvalue()).decode("ascii")
    clip, use = "", ""
    if item.radius:
        corner = _number(item.radius)
        clip = f'<clipPath id="c{index}"><rect {_box(item)} rx="{corner}"/></clipPath>'
        use = f' clip-path="url(#c{index})"'
    # Both names of sharp pixels: browsers know the one, renderers of SVG 1.1 the other.
    return (
        f'{clip}<image {_box(item)} preserveAspectRatio="none"{use} image-rendering="optimizeSpeed"'
        f' style="image-rendering:pixelated" xlink:href="data:image/png;base64,{data}"/>'
    )


def _path_data(item: Path) -> str:
    parts = [f"M{_point(item.start)}"]
    for piece in item.pieces:
        if isinstance(piece, Curve):
            parts.append(f"C{_point(piece.control_1)} {_point(piece.control_2)} {_point(piece.end)}")
        else:
            parts.append(f"L{_point(piece.end)}")
    return "".join(parts) + ("Z" if item.closed else "")


def _ink(item: Rect | Polygon | Path) -> str:
    fill = f' fill="{item.fill or "none"}"'
    if item.stroke is None:
        return fill
    width = f' stroke-width="{_number(item.stroke_width)}"' if item.stroke_width != 1 else ""
    return f'{fill} stroke="{item.stroke}"{width}'


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
    """Text without what XML cannot hold: control characters and halves of surrogate pairs."""
    return escape("".join(letter for letter in text if _in_xml(letter)))


def _in_xml(letter: str) -> bool:
    if letter < " ":
        return letter in "\t\n"
    return not "\ud800" <= letter <= "\udfff" and letter not in "\ufffe\uffff"
