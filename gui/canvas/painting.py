"""How a card is painted, near and far. Text is painted, not laid out as items: that keeps panning fast."""

from functools import cache
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPainterPath, QPixmap

from gui.canvas.card import TEXT_LEFT, THUMBNAIL_LEFT, THUMBNAIL_TOP, CardContent, fitted_lines, fitted_title
from gui.canvas.look import BLOCK_LABEL, ICON, Look
from gui.theme import CAPTION_PX, CARD_HEIGHT, CARD_WIDTH, RADIUS, THUMBNAIL

CARD: Final = QRectF(0, 0, CARD_WIDTH, CARD_HEIGHT)
THUMBNAIL_RECT: Final = QRectF(THUMBNAIL_LEFT, THUMBNAIL_TOP, THUMBNAIL, THUMBNAIL)

_STRIPE: Final = 4
_BAR: Final = 3
_TITLE_BASELINE: Final = 22.0
_FIRST_LINE: Final = 38.0
_LINE: Final = 14.0
_STALE: Final = 0.45
_BLOCK_LABEL_PX: Final = CAPTION_PX


class CardPicture:
    """One card ready to be painted: its words are measured and cut once, when they change."""

    def __init__(self, content: CardContent, look: Look) -> None:
        self.look = look
        self.content = content
        self.title, self.title_font = fitted_title(content.title, look)
        self.lines = fitted_lines(content, look)
        self._bar = _bar_path(round(content.share * CARD_WIDTH, 1))

    def paint(self, painter: QPainter, thumbnail: QPixmap | None, *, stale: bool, selected: bool) -> None:
        """The card in full, in its own coordinates."""
        look, content = self.look, self.content
        painter.setPen(Qt.PenStyle.NoPen)
        if selected:
            painter.setBrush(look.glow)
            painter.drawRoundedRect(CARD.adjusted(-4, -4, 4, 4), RADIUS + 4, RADIUS + 4)
        else:
            painter.setBrush(look.shadow)
            painter.drawRoundedRect(CARD.adjusted(0, 1, 0, 2), RADIUS, RADIUS)
        painter.setBrush(look.surface)
        painter.setPen(look.hairline)
        painter.drawRoundedRect(CARD.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        role = look.roles[content.role]
        painter.fillPath(_stripe_path(), role)
        if content.share:
            painter.fillPath(self._bar, role)
        self._words(painter)
        if thumbnail is not None:
            painter.setOpacity(painter.opacity() * (_STALE if stale else 1.0))
            painter.drawPixmap(THUMBNAIL_RECT, thumbnail, QRectF(thumbnail.rect()))
            painter.setOpacity(painter.opacity() / (_STALE if stale else 1.0))
        if selected:
            painter.setPen(look.outline)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(CARD.adjusted(-1, -1, 1, 1), RADIUS + 1, RADIUS + 1)

    def _words(self, painter: QPainter) -> None:
        look = self.look
        painter.setPen(look.text)
        painter.setFont(self.title_font)
        painter.drawText(QPointF(TEXT_LEFT, _TITLE_BASELINE), self.title)
        painter.setPen(look.secondary)
        painter.setFont(look.caption)
        for number, line in enumerate(self.lines):
            painter.drawText(QPointF(TEXT_LEFT, _FIRST_LINE + _LINE * number), line)
        if len(self.lines) <= 1:
            icon = look.role_icon(self.content.role, sharpness(painter))
            draw_icon(painter, QPointF(TEXT_LEFT, 47), icon)

    def paint_block(self, painter: QPainter, zoom: float, *, selected: bool) -> None:
        """The card from afar: a block in the colour of its kind, with a label while one can be read."""
        look, content = self.look, self.content
        painter.fillRect(CARD, look.roles[content.role])
        if content.problem:
            painter.fillRect(QRectF(CARD_WIDTH - 40, 0, 40, CARD_HEIGHT), look.warning)
        if selected:
            margin = 3 / zoom
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.accent)
            frame = QPainterPath()
            frame.addRect(CARD.adjusted(-margin, -margin, margin, margin))
            frame.addRect(CARD.adjusted(-margin / 3, -margin / 3, margin / 3, margin / 3))
            painter.drawPath(frame)
        if zoom >= BLOCK_LABEL:
            label = QFont(look.caption)
            label.setPixelSize(min(round(_BLOCK_LABEL_PX / zoom), 44))
            painter.setFont(label)
            painter.setPen(look.on_roles[content.role])
            margin = 3 / zoom
            room = CARD.adjusted(margin, 0, -margin, 0)
            lines = _short(content.title, QFontMetricsF(label), room)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, lines)


def sharpness(painter: QPainter) -> float:
    """Pixels of an icon for one canvas unit: the screen's ratio, doubled where it is scaled anyway."""
    device = painter.device()
    ratio = device.devicePixelRatio() if device is not None else 1.0
    return ratio * (1 if painter.worldTransform().m11() == 1 else 2)


def draw_icon(painter: QPainter, corner: QPointF, icon: QPixmap) -> None:
    """An icon, smoothly scaled; maps are not, their values are to be seen as they are."""
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawPixmap(QRectF(corner.x(), corner.y(), ICON, ICON), icon, QRectF(icon.rect()))
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)


def _short(title: str, metrics: QFontMetricsF, room: QRectF) -> str:
    """As much of a title as can be read in the room: on one line, on two, or its first words."""
    if metrics.horizontalAdvance(title) <= room.width():
        return title
    head, _, tail = title.partition(" · ")
    lines = [head, tail] if tail and 2 * metrics.lineSpacing() <= room.height() else [head]
    for number, line in enumerate(lines):
        words = line.split()
        while len(words) > 1 and metrics.horizontalAdvance(" ".join(words)) > room.width():
            words.pop()
        lines[number] = metrics.elidedText(" ".join(words), Qt.TextElideMode.ElideRight, room.width())
    return "\n".join(lines)


@cache
def _card_path() -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(CARD, RADIUS, RADIUS)
    return path


@cache
def _stripe_path() -> QPainterPath:
    strip = QPainterPath()
    strip.addRect(QRectF(0, 0, _STRIPE, CARD_HEIGHT))
    return _card_path().intersected(strip)


def _bar_path(width: float) -> QPainterPath:
    strip = QPainterPath()
    strip.addRect(QRectF(0, CARD_HEIGHT - _BAR, width, _BAR))
    return _card_path().intersected(strip)
