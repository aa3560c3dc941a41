"""Drawings through Qt: PDF with embedded fonts, PNG at any scale, and painting for a preview.

The one file of the figures that knows Qt. Works without a display.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QBuffer, QByteArray, QHashSeed, QIODevice, QMarginsF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QFontMetricsF,
    QGuiApplication,
    QImage,
    QImageWriter,
    QPageSize,
    QPainter,
    QPainterPath,
    QPdfWriter,
    QPen,
    QPolygonF,
    QTransform,
)

from assets import font_paths
from engine.errors import FormatError
from gui.figures.drawing.drawing import (
    Curve,
    Drawing,
    Ellipse,
    Ink,
    Item,
    Line,
    Path,
    Picture,
    Polygon,
    Rect,
    Span,
    Text,
)
from gui.figures.drawing.heads import without_heads
from gui.figures.drawing.magnified import magnified
from gui.figures.rendering.pdf_dates import undated
from gui.figures.text.type_metrics import FONTS, SCRIPT_SCALE, SCRIPT_SHIFT
from gui.look.theme import FONT_FAMILIES

MAX_PIXELS: Final = 400_000_000
"""Largest PNG; it takes 1.6 GB while it is painted."""

POINTS_PER_UNIT: Final = 72 / 96
SLANT: Final = 0.2126
"""Tangent of the 12° by which italics lean: the bundled typeface has none of its own."""

_SET_AT: Final = 100
"""Pixels in which all type is set before it is scaled: it runs equally wide at any size and zoom."""

_ANCHORS: Final = {"start": 0.0, "middle": 0.5, "end": 1.0}
_application: QGuiApplication | None = None


def write_pdf(drawings: Sequence[Drawing], *, outlines: bool = False) -> bytes:
    """A page of each drawing's size, 1 unit = 0.75 pt, text as text with its fonts embedded, or as shapes.

    The same bytes for the same drawings.
    """
    start()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPageSize(_page_size(drawings[0]))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    writer.setTitle(drawings[0].title)
    writer.setCreator("OneByOne")
    # Qt rounds glyph positions to device pixels: a fine grid keeps the letters' spacing.
    writer.setResolution(9600)
    # Fonts are embedded in the order of a hash table, which Qt otherwise shuffles in every process.
    QHashSeed.setDeterministicGlobalSeed()
    with QPainter(writer) as painter:
        for number, drawing in enumerate(drawings):
            if number:
                writer.setPageSize(_page_size(drawing))
                writer.newPage()
            painter.save()
            painter.scale(100, 100)
            items = tuple(
                replace(item, pixels=magnified(item)) if isinstance(item, Picture) else item
                for item in drawing.items
            )
            paint(painter, replace(drawing, items=items), outlines=outlines)
            painter.restore()
    QHashSeed.resetRandomGlobalSeed()
    return undated(bytes(buffer.data().data()))


def _page_size(drawing: Drawing) -> QPageSize:
    size = QSizeF(drawing.width * POINTS_PER_UNIT, drawing.height * POINTS_PER_UNIT)
    return QPageSize(size, QPageSize.Unit.Point, "figure", QPageSize.SizeMatchPolicy.ExactMatch)


def write_png(drawing: Drawing, scale: float = 1.0) -> bytes:
    """The drawing at `scale` pixels a unit, transparent where it has no background; `FormatError` if huge."""
    image = picture(drawing, scale).convertToFormat(QImage.Format.Format_ARGB32)
    dots_per_metre = round(96 * scale / 0.0254)
    image.setDotsPerMeterX(dots_per_metre)
    image.setDotsPerMeterY(dots_per_metre)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not QImageWriter(buffer, QByteArray(b"png")).write(image):
        raise FormatError("the picture could not be written as PNG")
    return bytes(buffer.data().data())


def raster(drawing: Drawing, scale: float = 1.0) -> npt.NDArray[np.uint8]:
    """The drawing as an (H, W, 4) array, alpha not multiplied into the colours; `FormatError` if huge."""
    image = picture(drawing, scale).convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 4 * image.width()].reshape(image.height(), image.width(), 4).copy()


def picture(drawing: Drawing, scale: float = 1.0) -> QImage:
    """The drawing at `scale` pixels a unit, ready to be shown; `FormatError` if huge. Any thread may call."""
    width, height = (max(1, round(side * scale)) for side in (drawing.width, drawing.height))
    if width * height > MAX_PIXELS:
        raise FormatError(
            f"the picture would have {width:,}×{height:,} pixels. A smaller scale, or SVG or PDF, helps."
        )
    start()
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    if image.isNull():
        raise FormatError(f"there is not enough memory for a picture of {width:,}×{height:,} pixels")
    image.fill(Qt.GlobalColor.transparent)
    with QPainter(image) as painter:
        painter.scale(width / max(drawing.width, 1e-9), height / max(drawing.height, 1e-9))
        paint(painter, drawing)
    return image


def paint(painter: QPainter, drawing: Drawing, *, outlines: bool = False) -> None:
    """Replay the drawing, its origin at the painter's, one unit one unit of the painter's."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if drawing.background is not None:
        painter.fillRect(QRectF(0, 0, drawing.width, drawing.height), QColor(drawing.background))
    for item in without_heads(drawing.items):
        if outlines and isinstance(item, Text):
            painter.fillPath(_letters(item), QColor(item.colour))
        else:
            _paint_item(painter, item)


def letter_outlines(item: Text) -> list[Path]:
    """The letters' contours in the drawing's units; together they are to be filled by the non-zero rule."""
    start()
    path = _letters(item)
    made: list[Path] = []
    index, count = 0, path.elementCount()
    while index < count:
        first = path.elementAt(index)
        index += 1
        pieces: list[Line | Curve] = []
        while index < count and not path.elementAt(index).isMoveTo():
            here = path.elementAt(index)
            if here.isCurveTo():
                ends = [path.elementAt(index + step) for step in range(3)]
                pieces.append(Curve(*((float(end.x), float(end.y)) for end in ends)))
                index += 3
            else:
                pieces.append(Line((float(here.x), float(here.y))))
                index += 1
        if pieces:
            made.append(Path(start=(first.x, first.y), pieces=tuple(pieces), closed=True, fill=item.colour))
    return made


def _letters(item: Text) -> QPainterPath:
    whole = QPainterPath()
    whole.setFillRule(Qt.FillRule.WindingFill)
    for span, font, place in _set(item):
        letters = QPainterPath()
        letters.addText(QPointF(0, 0), font, span.text)
        whole.addPath(place.map(letters))
    return whole


def _paint_item(painter: QPainter, item: Item) -> None:
    match item:
        case Rect():
            _use_ink(painter, item)
            painter.drawRoundedRect(_box(item), item.radius, item.radius)
        case Ellipse():
            _use_ink(painter, item)
            painter.drawEllipse(_box(item))
        case Polygon():
            _use_ink(painter, item)
            painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in item.points]))
        case Path():
            _use_ink(painter, item)
            painter.drawPath(_path(item))
        case Text():
            _paint_text(painter, item)
        case Picture():
            _paint_picture(painter, item)


def _paint_text(painter: QPainter, item: Text) -> None:
    painter.setPen(QColor(item.colour))
    for span, font, place in _set(item):
        painter.save()
        painter.setTransform(place, True)
        painter.setFont(font)
        painter.drawText(QPointF(0, 0), span.text)
        painter.restore()


def _set(item: Text) -> Iterator[tuple[Span, QFont, QTransform]]:
    """Each piece of a line, the font it is set in, and the way from there to the drawing."""
    fonts = [face(item, span) for span in item.spans]
    sizes = [item.size * (SCRIPT_SCALE if span.script else 1.0) / _SET_AT for span in item.spans]
    # The fonts' own metrics: those of a painter are rounded to its device's pixels.
    advances = [
        QFontMetricsF(font).horizontalAdvance(span.text) * size
        for span, font, size in zip(item.spans, fonts, sizes, strict=True)
    ]
    x = -_ANCHORS[item.anchor] * sum(advances)
    for span, font, size, advance in zip(item.spans, fonts, sizes, advances, strict=True):
        place = QTransform.fromTranslate(item.x, item.y)
        place.rotate(item.rotation)
        place.translate(x, -span.script * SCRIPT_SHIFT[span.script] * item.size)
        if span.italic:
            place.shear(-SLANT, 0)
        place.scale(size, size)
        yield span, font, place
        x += advance


def _paint_picture(painter: QPainter, item: Picture) -> None:
    rows, columns = item.pixels.shape[:2]
    data = item.pixels.tobytes()
    image = QImage(data, columns, rows, 3 * columns, QImage.Format.Format_RGB888)
    painter.save()
    if item.radius:
        clip = QPainterPath()
        clip.addRoundedRect(_box(item), item.radius, item.radius)
        painter.setClipPath(clip)
    if item.rise:
        slope = item.rise / item.width
        painter.setTransform(QTransform(1, -slope, 0, 1, 0, slope * item.x), True)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, item.smooth)
    painter.drawImage(_box(item), image)
    painter.restore()


def _path(item: Path) -> QPainterPath:
    path = QPainterPath(QPointF(*item.start))
    for piece in item.pieces:
        if isinstance(piece, Curve):
            path.cubicTo(QPointF(*piece.control_1), QPointF(*piece.control_2), QPointF(*piece.end))
        else:
            path.lineTo(QPointF(*piece.end))
    if item.closed:
        path.closeSubpath()
    return path


def _use_ink(painter: QPainter, item: Ink) -> None:
    if item.stroke is None:
        painter.setPen(Qt.PenStyle.NoPen)
    else:
        pen = QPen(QColor(item.stroke), item.stroke_width)
        # SVG's own caps and joins.
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setJoinStyle(Qt.PenJoinStyle.SvgMiterJoin)
        pen.setMiterLimit(4)
        if item.dashes:
            # As in SVG, an odd number of lengths is gone through twice.
            lengths = item.dashes * (1 + len(item.dashes) % 2)
            pen.setDashPattern([length / item.stroke_width for length in lengths])
        painter.setPen(pen)
    if item.fill is None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
    else:
        colour = QColor(item.fill)
        colour.setAlphaF(item.fill_opacity)
        painter.setBrush(colour)


def _box(item: Rect | Ellipse | Picture) -> QRectF:
    return QRectF(item.x, item.y, item.width, item.height)


def face(item: Text, span: Span) -> QFont:
    """What a piece of a text is set in, `_SET_AT` pixels large whatever its size."""
    font = QFont()
    # Figures look the same anywhere. What the window's font has and this one does not say, painters add.
    font.setFeature(QFont.Tag("tnum"), 0)
    font.setFamilies(list(FONT_FAMILIES) if item.font == "inter" else list(FONTS[item.font]))
    font.setPixelSize(_SET_AT)
    font.setWeight(QFont.Weight(span.weight or item.weight))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


def start() -> None:
    """Begin a Qt without a display where none is running yet, and make the bundled fonts known."""
    global _application
    if QGuiApplication.instance() is None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        _application = QGuiApplication(["onebyone"])
    if FONT_FAMILIES[0] not in QFontDatabase.families():
        for path in font_paths():
            QFontDatabase.addApplicationFont(str(path))
