"""What a widget really paints: its texts with the size of their letters."""

import re
from collections.abc import Iterator
from xml.etree import ElementTree

from PySide6.QtCore import QBuffer, QIODevice, QPoint, QSize
from PySide6.QtGui import QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

SVG = "{http://www.w3.org/2000/svg}"


def written(widget: QWidget) -> list[tuple[str, float]]:
    """Every text that the widget paints, with the size of its letters on the screen."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture = QSvgGenerator()
    picture.setOutputDevice(buffer)
    picture.setSize(QSize(widget.width(), widget.height()))
    with QPainter(picture) as painter:
        widget.render(painter, QPoint())
    root = ElementTree.fromstring(bytes(buffer.data().data()))

    def walk(element: ElementTree.Element, scale: float) -> Iterator[tuple[str, float]]:
        found = re.match(r"matrix\(([-\d.e]+),", element.get("transform", ""))
        scale *= abs(float(found[1])) if found else 1.0
        if element.tag == f"{SVG}text" and (element.text or "").strip():
            yield element.text or "", scale * float(element.get("font-size", "0"))
        for inner in element:
            yield from walk(inner, scale)

    return list(walk(root, 1.0))
