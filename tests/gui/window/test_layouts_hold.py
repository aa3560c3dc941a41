"""Another language needs more room, and some people larger letters: no button is cut off, the window fits."""

import math

import pytest
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPushButton, QWidget

from gui.window.main_window import MainWindow

LONGER = 0.4
LETTERS_PX = 20


def lengthen(window: MainWindow) -> int:
    """Make every text of buttons and labels longer, as a translation would; how many there were."""
    changed = 0
    for widget in [*window.findChildren(QAbstractButton), *window.findChildren(QLabel)]:
        words = widget.text()
        if words and not words.startswith("<"):
            widget.setText(words + words[: math.ceil(LONGER * len(words))])
            changed += 1
    return changed


def enlarge(window: MainWindow) -> None:
    """All letters at this height, whatever size they were given."""
    for widget in [window, *window.findChildren(QWidget)]:
        font = QFont(widget.font())
        font.setPixelSize(LETTERS_PX)
        widget.setFont(font)


@pytest.mark.parametrize("what", ["longer texts", "larger letters"])
def test_every_button_has_room_and_the_window_fits_the_screen(
    what: str, whole_window: MainWindow, qapp: QApplication
) -> None:
    for dock in whole_window.docks.values():
        dock.show()
        dock.raise_()
        qapp.processEvents()
    if what == "longer texts":
        assert lengthen(whole_window) > 40
    else:
        enlarge(whole_window)
    qapp.processEvents()
    screen = whole_window.screen().availableGeometry()
    least = whole_window.minimumSizeHint()
    assert least.width() <= screen.width(), f"{least.width()} of {screen.width()}"
    assert least.height() <= screen.height(), f"{least.height()} of {screen.height()}"
    cut = [
        f"{button.text()!r}: {button.width()} of {button.minimumSizeHint().width()}"
        for button in whole_window.findChildren(QPushButton)
        if button.isVisible() and button.width() < button.minimumSizeHint().width()
    ]
    assert not cut, "\n".join(cut)
