"""The quiet ground that a panel's content lies on, and the two kinds of plain text on it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QAbstractScrollArea, QLabel, QWidget

from gui.look.theme import GRID
from gui.words.number_format import Numbers

MARGIN = 2 * GRID - 4
"""Room between a panel's edge and its content."""


class Surface(QWidget):
    """A panel: surface colour, and a name for assistive tools."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)


class Hairline(QWidget):
    """A line across a panel."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(1)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Mid)


def on_surface(area: QAbstractScrollArea) -> None:
    """Let the surface show through a scroll area and its content."""
    area.setBackgroundRole(QPalette.ColorRole.Base)
    area.viewport().setBackgroundRole(QPalette.ColorRole.Base)


def styled_label(text: str = "", *, style: str = "", wrap: bool = False) -> QLabel:
    """A label in one of the theme's styles: "caption", "secondary", "title", "warning" or none."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wrap)
    if style:
        label.setProperty(style, "true")
    return label


def local_numbers() -> Numbers:
    """Numbers as they are written everywhere."""
    return Numbers()
