"""How a card is painted, near and far. Text is painted, not laid out as items: that keeps panning fast."""

from functools import cache, lru_cache
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPainterPath, QPixmap

from gui.canvas.items.canvas_style import (
    BLOCK_LABEL,
    BLOCK_MAP,
    ICON,
    LEFT_CENTRED,
    NO_BRUSH,
    NO_PEN,
    SMOOTH,
    CanvasStyle,
)
from gui.canvas.items.card import (
    TEXT_LEFT,
    THUMBNAIL_LEFT,
    THUMBNAIL_TOP,
    CardContent,
    fitted_lines,
    fitted_title,
)
from gui.look.appearance import font
from gui.look.theme import CAPTION_PX, CARD_HEIGHT, CARD_WIDTH, RADIUS, THUMBNAIL

CARD: Final = QRectF(0, 0, CARD_WIDTH, CARD_HEIGHT)
BEYOND: Final = 8.0
"""As far as glow and outline reach beyond a card."""
THUMBNAIL_RECT: Final = QRectF(THUMBNAIL_LEFT, THUMBNAIL_TOP, THUMBNAIL, THUMBNAIL)

_STRIPE: Final = 4
_BAR: Final = 3
_TITLE_BASELINE: Final = 22.0
_FIRST_LINE: Final = 38.0
_BELOW_MIDDLE: Final = 54.0
"""There the word "bypassed" keeps clear of the line through the card."""

_LINE: Final = 14.0
_STALE: Final = 0.45
_FRAME: Final = 2.0
_FRAME_GAP: Final = 1.0
"""Pixels on the screen of a selected block's outline, and of the gap within it."""
_BLOCK_LABEL_PX: Final = (CAPTION_PX, CAPTION_PX - 1, CAPTION_PX - 2)
"""Sizes of a block's label on the screen, the best first."""

_LARGEST_LABEL: Final = 44
_BLOCK_MAP_RECT: Final = QRectF(CARD_WIDTH - 60, 8, 56, 56)


class CardPicture:
    """One card ready to be painted: its words are measured and cut once, when they change."""

    def __init__(self, content: CardContent, look: CanvasStyle) -> None:
        self.look = look
        self.content = content
        self.title, self.title_font = fitted_title(content.title, look)
        self.lines = fitted_lines(content, look)
        self._bar = _bar_path(round(content.share * CARD_WIDTH, 1))

    def paint(self, painter: QPainter, thumbnail: QPixmap | None, *, stale: bool, selected: bool) -> None:
        """The card in full, in its own coordinates."""
        look, content = self.look, self.content
        painter.setPen(NO_PEN)
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
            self._map(painter, THUMBNAIL_RECT, thumbnail, stale=stale)
        if selected:
            painter.setPen(look.outline)
            painter.setBrush(NO_BRUSH)
            painter.drawRoundedRect(CARD.adjusted(-1, -1, 1, 1), RADIUS + 1, RADIUS + 1)

    def _words(self, painter: QPainter) -> None:
        look = self.look
        painter.setPen(look.text)
        painter.setFont(self.title_font)
        painter.drawText(QPointF(TEXT_LEFT, _TITLE_BASELINE), self.title)
        painter.setPen(look.secondary)
        painter.setFont(look.caption)
        first = _BELOW_MIDDLE if self.content.bypassed else _FIRST_LINE
        for number, line in enumerate(self.lines):
            painter.drawText(QPointF(TEXT_LEFT, first + _LINE * number), line)
        if len(self.lines) <= 1 and not self.content.bypassed:
            name, ratio = self.content.icon, sharpness(painter)
            icon = look.icon(name, ratio) if name else look.role_icon(self.content.role, ratio)
            draw_icon(painter, QPointF(TEXT_LEFT, 47), icon)
            if self.content.state:
                painter.setPen(look.warning if self.content.state == "drawn" else look.secondary)
                painter.drawText(QPointF(TEXT_LEFT + ICON + 6, 58), self.content.state)

    def paint_block(
        self, painter: QPainter, zoom: float, thumbnail: QPixmap | None, *, stale: bool, selected: bool
    ) -> None:
        """The card from afar: a block in the colour of its kind, with a map and a label while one can be
        made out."""
        look, content = self.look, self.content
        painter.fillRect(CARD, look.roles[content.role])
        if content.problem:
            painter.fillRect(QRectF(CARD_WIDTH - 40, 0, 40, CARD_HEIGHT), look.warning)
        if selected:
            self._frame(painter, zoom)
        with_map = thumbnail is not None and zoom >= BLOCK_MAP
        if with_map and thumbnail is not None:
            self._map(painter, _BLOCK_MAP_RECT, thumbnail, stale=stale)
        if zoom >= BLOCK_LABEL:
            margin = 3 / zoom
            room = CARD.adjusted(margin, 0, -margin, 0)
            if with_map:
                room.setRight(_BLOCK_MAP_RECT.left() - margin / 2)
            pixels, lines = block_label(content.title, round(zoom, 3), round(room.width()))
            label = QFont(look.caption)
            label.setPixelSize(pixels)
            painter.setFont(label)
            painter.setPen(look.on_roles[content.role])
            painter.drawText(room, LEFT_CENTRED, lines)

    def _frame(self, painter: QPainter, zoom: float) -> None:
        """A line around the block, and a gap between them: some blocks are nearly as blue as the line."""
        # From far away it grows inwards: what lies beyond the item's bounds is never wiped away.
        outer = min((_FRAME + _FRAME_GAP) / zoom, BEYOND)
        thick = min((_FRAME + _FRAME_GAP) / zoom, (CARD_HEIGHT / 2 + outer) * 0.7)
        line = outer - thick * _FRAME / (_FRAME + _FRAME_GAP)
        gap = outer - thick
        painter.setPen(NO_PEN)
        for colour, far, near in ((self.look.canvas, line, gap), (self.look.accent, outer, line)):
            ring = QPainterPath()
            ring.addRect(CARD.adjusted(-far, -far, far, far))
            ring.addRect(CARD.adjusted(-near, -near, near, near))
            painter.fillPath(ring, colour)

    def _map(self, painter: QPainter, where: QRectF, thumbnail: QPixmap, *, stale: bool) -> None:
        before = painter.opacity()
        painter.setOpacity(before * (_STALE if stale else 1.0))
        painter.drawPixmap(where, thumbnail, QRectF(thumbnail.rect()))
        painter.setOpacity(before)


def sharpness(painter: QPainter) -> float:
    """Pixels of an icon for one canvas unit: the screen's ratio, doubled where it is scaled anyway."""
    device = painter.device()
    ratio = device.devicePixelRatio() if device is not None else 1.0
    return ratio * (1 if painter.worldTransform().m11() == 1 else 2)


def draw_icon(painter: QPainter, corner: QPointF, icon: QPixmap) -> None:
    """An icon, smoothly scaled; maps are not, their values are to be seen as they are."""
    painter.setRenderHint(SMOOTH)
    painter.drawPixmap(QRectF(corner.x(), corner.y(), ICON, ICON), icon, QRectF(icon.rect()))
    painter.setRenderHint(SMOOTH, False)


@lru_cache(maxsize=1024)
def block_label(title: str, zoom: float, width: int) -> tuple[int, str]:
    """The size of a block's label in canvas units, and as much of the title as can be read in this width:
    on more lines before it is set smaller, and smaller before anything is left out."""
    sizes = [min(round(pixels / zoom), _LARGEST_LABEL) for pixels in _BLOCK_LABEL_PX]
    head, _, tail = title.partition(" · ")
    words, rest = head.split(), [tail] if tail else []
    whole = [[title], [head, *rest], [*words, *rest]]
    fewer = [[" ".join(words[:number])] for number in range(len(words) - 1, 0, -1)]
    if len(words) == 2 and words[1][0].isdigit() and not rest:
        fewer.append([f"{words[0][:3]}. {words[1]}"])  # `Inc. 4a`: what tells blocks of a row apart
    for ways in (whole, [[head], words], *([way] for way in fewer)):
        for size in sizes:
            metrics = QFontMetricsF(font(size))
            for lines in ways:
                wide = max(map(metrics.horizontalAdvance, lines))
                if wide <= width and len(lines) * metrics.lineSpacing() <= CARD_HEIGHT:
                    return size, "\n".join(lines)
    metrics = QFontMetricsF(font(sizes[-1]))
    return sizes[-1], metrics.elidedText(head, Qt.TextElideMode.ElideRight, width)


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


@lru_cache(maxsize=1024)
def _bar_path(width: float) -> QPainterPath:
    strip = QPainterPath()
    strip.addRect(QRectF(0, CARD_HEIGHT - _BAR, width, _BAR))
    return _card_path().intersected(strip)
