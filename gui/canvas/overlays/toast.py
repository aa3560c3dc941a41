"""A few words at the mouse that say why something was not done; they go by themselves."""

from typing import Final

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QLabel, QWidget

from gui.look.theme import GRID, RADIUS, Palette
from gui.words.sentence_case import sentence

_WIDEST: Final = 376
_SHORTEST_MS: Final = 2500
_MS_FOR_A_LETTER: Final = 50
_OFF: Final = QPoint(14, 18)
"""Beside the cursor, not under it."""


class Toast(QLabel):
    """Lies over the canvas; the mouse does not notice it."""

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    @property
    def said(self) -> str:
        """What is being said; empty when hidden."""
        return "" if self.isHidden() else self.text()

    def say(self, message: str, at: QPoint) -> None:
        """Show this message at a point of the canvas, as long as it takes to read it."""
        self.setText(sentence(message))
        self.setAccessibleName(self.text())
        self.ensurePolished()
        wide = self.fontMetrics().horizontalAdvance(self.text()) + 3 * GRID
        self.setFixedWidth(min(wide, _WIDEST))
        self.setFixedHeight(self.heightForWidth(self.width()))
        room = self._canvas.rect().adjusted(4, 4, -4, -4)
        corner = at + _OFF
        if corner.y() + self.height() > room.bottom():
            corner.setY(at.y() - GRID - self.height())
        self.move(max(min(corner.x(), room.right() - self.width()), room.left()), max(corner.y(), room.top()))
        self.show()
        self.raise_()
        self._timer.start(_SHORTEST_MS + _MS_FOR_A_LETTER * len(message))

    def restyle(self, palette: Palette) -> None:
        """In the theme's warning colour."""
        self.setStyleSheet(
            f"background: {palette.warning}; color: {palette.surface}; border-radius: {RADIUS}px;"
            f" padding: 5px {GRID}px;"
        )

    def hideEvent(self, event: object) -> None:
        self._timer.stop()
