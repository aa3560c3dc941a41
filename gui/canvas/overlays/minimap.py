"""The whole network small in a corner, a frame around what is seen; there while not all of it is."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from gui.look.theme import CARD_HEIGHT, CARD_WIDTH, GRID, RADIUS

if TYPE_CHECKING:
    from gui.canvas.camera import Camera

SIZE: Final = QSize(168, 112)
_MARGIN: Final = 8.0
_SOON_MS: Final = 60
"""Cards are painted anew at most so often while they are moved."""


class Minimap(QWidget):
    """A press, or a drag, brings that part of the network into the middle."""

    def __init__(self, camera: "Camera") -> None:
        super().__init__(camera)
        self._camera = camera
        self._wanted = True
        self._cards: QPixmap | None = None
        self._rect = QRectF()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON_MS)
        self._soon.timeout.connect(self._on_soon)
        self.setFixedSize(SIZE)
        self.setAccessibleName("Minimap")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.hide()

    @property
    def is_wanted(self) -> bool:
        """Whether it is shown when not all of the network is seen."""
        return self._wanted

    def set_wanted(self, wanted: bool) -> None:
        """Show it, when there is something to show, or never."""
        self._wanted = wanted
        self._on_soon()

    def on_cards_changed(self) -> None:
        """Cards came, went or moved."""
        if not self._soon.isActive() and self._wanted:
            self._soon.start()

    def on_view_changed(self) -> None:
        """Another part of the network is seen."""
        needed = not self._rect.isEmpty() and not self._camera.visible_rect.contains(self._rect)
        self.setVisible(self._wanted and needed and self._camera.isVisible())
        self.update()

    def stop(self) -> None:
        """The canvas is hidden."""
        self._soon.stop()

    def restyle(self) -> None:
        """Paint with another theme."""
        self._cards = None
        self.update()

    def place(self) -> None:
        """Go to the corner of the canvas."""
        self.move(
            self._camera.width() - self.width() - GRID - GRID // 2,
            self._camera.height() - self.height() - GRID - GRID // 2,
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Look there."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._look_at(event.position())
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on looking where the mouse is."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._look_at(event.position())
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The canvas below is not to hear of it."""
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, cards, frame."""
        look = self._camera.canvas_scene.look
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            ground = QColor(look.surface)
            ground.setAlpha(235)
            painter.setPen(look.hairline)
            painter.setBrush(ground)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
            if self._cards is None or self._cards.devicePixelRatio() != self.devicePixelRatioF():
                self._cards = self._painted_cards()
            painter.drawPixmap(0, 0, self._cards)
            scale, off = self._fit()
            seen = self._camera.visible_rect
            frame = QRectF(seen.topLeft() * scale + off, seen.size() * scale)
            painter.setClipRect(self.rect().adjusted(1, 1, -1, -1))
            painter.setPen(QPen(look.accent, 1.5))
            shade = QColor(look.accent)
            shade.setAlpha(24)
            painter.setBrush(shade)
            painter.drawRoundedRect(frame, 2, 2)

    def _painted_cards(self) -> QPixmap:
        """The cards in the colours of their kinds: painted once, and again when they change."""
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(SIZE * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        scale, off = self._fit()
        with QPainter(pixmap) as painter:
            width, height = max(CARD_WIDTH * scale, 1.5), max(CARD_HEIGHT * scale, 1.5)
            look = self._camera.canvas_scene.look
            for item in self._camera.canvas_scene.nodes.values():
                if item.isVisible():
                    corner = item.pos() * scale + off
                    painter.fillRect(
                        QRectF(corner.x(), corner.y(), width, height), look.roles[item.content.role]
                    )
        return pixmap

    def _fit(self) -> tuple[float, QPointF]:
        """Pixels for a canvas unit, and where the scene's origin lies."""
        rect = self._rect
        if rect.isEmpty():
            return 1.0, QPointF()
        room = QRectF(self.rect()).adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        scale = min(room.width() / rect.width(), room.height() / rect.height())
        return scale, room.center() - rect.center() * scale

    def _look_at(self, at: QPointF) -> None:
        scale, off = self._fit()
        self._camera.look_at((at - off) / scale)

    def _on_soon(self) -> None:
        self._cards = None
        self._rect = self._camera.canvas_scene.cards_area
        self.on_view_changed()
