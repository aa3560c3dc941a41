"""What an empty canvas says: what to do first."""

from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from gui.look.appearance import font
from gui.look.theme import GRID, TITLE_PX, Palette

FIRST_PRESET: Final = "inception_3a"


class EmptyHint(QObject):
    """A few words and a button in the middle of the canvas. Drops on the words reach the canvas."""

    preset_requested = Signal(str)

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._words = QLabel("Drop a layer here, or press Tab", canvas)
        self._words.setFont(font(TITLE_PX, "semibold"))
        self._words.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._button = QPushButton("Open Inception 3a", canvas)
        self._button.setProperty("primary", True)
        self._button.setToolTip("Open the inception module 3a on a photograph")
        self._button.clicked.connect(lambda: self.preset_requested.emit(FIRST_PRESET))

    def set_visible(self, visible: bool) -> None:
        """Show or hide the words and the button."""
        self._words.setVisible(visible)
        self._button.setVisible(visible)

    def restyle(self, palette: Palette) -> None:
        """Write in the theme's colours."""
        self._words.setStyleSheet(f"color: {palette.secondary}; background: transparent;")

    def place(self) -> None:
        """Go to the middle of the canvas."""
        self._words.adjustSize()
        self._button.adjustSize()
        centre = self._canvas.rect().center()
        self._words.move(centre.x() - self._words.width() // 2, centre.y() - self._words.height() - GRID)
        self._button.move(centre.x() - self._button.width() // 2, centre.y() + GRID)
