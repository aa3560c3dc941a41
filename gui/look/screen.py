"""Windows that fit the screen they open on."""

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QWidget

FRAME: Final = QSize(8, 40)
"""Room for a frame and a title bar, whose size nobody knows before the window is shown."""


def room_on_screen(window: QWidget) -> QSize:
    """How large the window may be without leaving its screen, panels of the desktop aside."""
    return window.screen().availableGeometry().size() - FRAME


def give_size(window: QWidget, width: int, height: int) -> None:
    """Give a window that is not shown yet this size, or what of it the screen has room for."""
    layout = window.layout()
    if layout is not None:
        layout.activate()  # else it keeps the window at what it needed when it was last laid out
    window.resize(QSize(width, height).boundedTo(room_on_screen(window)))


def fill_if_small(window: QWidget, width: int, height: int) -> None:
    """As `give_size`; where the screen is too small for it, the window fills the screen."""
    give_size(window, width, height)
    if window.size() != QSize(width, height):
        window.setWindowState(window.windowState() | Qt.WindowState.WindowMaximized)
