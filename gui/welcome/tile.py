"""One preset on the start page: its picture and its name, a button as a whole."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QEnterEvent, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QAbstractButton, QWidget

from gui.look.appearance import Appearance, font
from gui.look.theme import BASE_PX, CAPTION_PX, RADIUS
from gui.welcome.picture import Picture, painted
from presets import Preset

SIZE: Final = QSize(184, 136)
_PICTURE: Final = QSizeF(182, 88)


class Tile(QAbstractButton):
    """Painted by hand; Enter and Space press it."""

    def __init__(self, preset: Preset, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.preset = preset
        self.picture: Picture | None = None
        self._appearance = appearance
        self._pixmap: QPixmap | None = None
        self._is_hovered = False
        self.setText(preset.title)
        self.setAccessibleName(preset.title)
        self.setToolTip(
            "\n".join(part for part in (preset.variant, preset.paper.text, _training(preset)) if part)
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedSize(SIZE)
        appearance.palette_changed.connect(self._on_palette_changed)

    def show_picture(self, picture: Picture) -> None:
        """The picture has been found."""
        self.picture = picture
        self._pixmap = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = self._appearance.palette
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            path = QPainterPath()
            path.addRoundedRect(frame, RADIUS, RADIUS)
            painter.fillPath(path, QColor(palette.hover if self._is_hovered else palette.surface))
            painter.setClipPath(path)
            field = QRectF(QPointF(1, 1), _PICTURE)
            if self.picture is not None:
                if self._pixmap is None:
                    self._pixmap = painted(self.picture, _PICTURE, palette, self.devicePixelRatioF())
                painter.drawPixmap(field.topLeft(), self._pixmap)
            else:
                painter.fillRect(field, QColor(palette.canvas))
            painter.setClipping(False)
            painter.setPen(QColor(palette.text))
            painter.setFont(font(BASE_PX, "medium"))
            self._line(painter, 94, self.preset.title)
            painter.setPen(QColor(palette.secondary))
            painter.setFont(font(CAPTION_PX))
            self._line(painter, 113, self._caption())
            focused = self.hasFocus()
            painter.setPen(QPen(QColor(palette.accent if focused else palette.line), 2 if focused else 1))
            painter.drawPath(path)

    def _caption(self) -> str:
        paper = self.preset.paper
        lead = paper.authors.split(",")[0].split(" et al.")[0].split(" & ")[0]
        trained = " · trained" if self.preset.trained_on else ""
        return f"{lead}{'' if lead == paper.authors else ' et al.'}, {paper.year}{trained}"

    def _line(self, painter: QPainter, top: float, text: str) -> None:
        room = self.width() - 20
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRectF(10, top, room, 18), Qt.AlignmentFlag.AlignVCenter, shown)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._is_hovered = True
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: object) -> None:
        self._is_hovered = False
        self.update()

    def _on_palette_changed(self) -> None:
        self._pixmap = None
        self.update()


def _training(preset: Preset) -> str:
    return f"Trained on {preset.trained_on}" if preset.trained_on else "Untrained: its weights are random"
