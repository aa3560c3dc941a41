"""Another language needs more room, some people larger letters: nothing is cut off, all fits the screen."""

from collections.abc import Callable, Iterator
from typing import Final

import pytest
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QCheckBox,
    QDialog,
    QGroupBox,
    QLabel,
    QPushButton,
    QRadioButton,
    QTabBar,
    QWidget,
)

from gui.widgets.elided_label import ElidedLabel
from gui.window.main_window import MainWindow

LONGER: Final = 0.4
LETTERS_PX: Final = 20
MORE_WORDS: Final = ("o", "da", "und", "oder", "Karte", "Schicht", "Gewichte", "Faltungen", "Eingangsbild")
"""What a text grows by: words of every length, so that a line breaks where lines do break."""

DIALOGS: Final[dict[str, Callable[[MainWindow], object]]] = {
    "figure": lambda window: window.files.export_figure(),
    "settings": lambda window: window.everything.show_settings(),
    "about": lambda window: window.help.show_about(),
    "keys": lambda window: window.help.show_shortcuts(),
    "layer": lambda window: window.help.show_layer(),
    "pair": lambda window: window.comparing.show_pair(),
    "shares": lambda window: window.comparing.show_shares(),
    "repeat": lambda window: window.canvas.asking.repeat_box.show(),
}


def longer(text: str) -> str:
    """40 % more letters, in words."""
    goal = len(text) * (1 + LONGER)
    while len(text) < goal:
        missing = round(goal - len(text))
        text += " " + next((word for word in reversed(MORE_WORDS) if len(word) < missing), MORE_WORDS[0])
    return text


def lengthen(window: QWidget) -> int:
    """Make every text longer, as a translation would; how many there were."""
    changed = 0
    for widget in [*window.findChildren(QAbstractButton), *window.findChildren(QLabel)]:
        words = widget.text()
        if words and not words.startswith("<") and len(words) > 1:
            widget.setText(longer(words))
            changed += 1
    for group in window.findChildren(QGroupBox):
        group.setTitle(longer(group.title()))
    for bar in window.findChildren(QTabBar):
        for tab in range(bar.count()):
            bar.setTabText(tab, longer(bar.tabText(tab)))
    return changed


def enlarge(window: QWidget) -> None:
    """All letters at this height, whatever size they were given."""
    for widget in [window, *window.findChildren(QWidget)]:
        font = QFont(widget.font())
        font.setPixelSize(LETTERS_PX)
        widget.setFont(font)


def words_of(widget: QWidget) -> str:
    words = getattr(widget, "text", None)
    return words() if callable(words) else ""


def cut_off(window: QWidget) -> Iterator[str]:
    """Every text that is not shown whole, and does not say so with an ellipsis."""
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or widget.window() is not window:
            continue
        name = f"{type(widget).__name__} {words_of(widget)!r}"
        if isinstance(widget, QPushButton | QCheckBox | QRadioButton):
            least = widget.minimumSizeHint().width()
            if widget.width() < least:
                yield f"{name}: {widget.width()} of {least} wide"
        elif isinstance(widget, QLabel) and widget.text() and not isinstance(widget, ElidedLabel):
            if widget.wordWrap():
                least = widget.heightForWidth(widget.width())
                if widget.height() < least:
                    yield f"{name}: {widget.height()} of {least} high at a width of {widget.width()}"
            elif widget.width() < widget.minimumSizeHint().width():
                yield f"{name}: {widget.width()} of {widget.minimumSizeHint().width()} wide"
        elif isinstance(widget, QTabBar):
            needed = sum(widget.tabRect(tab).width() for tab in range(widget.count()))
            if needed > widget.width() and not widget.usesScrollButtons():
                yield f"{name}: tabs of {needed} in {widget.width()}"
        else:
            continue
        parent = widget.parentWidget()
        scrolls = isinstance(parent.parentWidget(), QAbstractScrollArea)
        if not scrolls and not parent.rect().contains(widget.geometry()):
            yield f"{name}: {widget.geometry()} beyond {parent.rect()} of {type(parent).__name__}"


def fits_the_screen(window: QWidget) -> None:
    screen = window.screen().availableGeometry()
    least = window.minimumSizeHint()
    assert least.width() <= screen.width(), f"{least.width()} of {screen.width()}"
    assert least.height() <= screen.height(), f"{least.height()} of {screen.height()}"


def change(window: QWidget, what: str, qapp: QApplication) -> None:
    """Windows beside the main one then take the size that they would open with."""
    if what == "longer texts":
        lengthen(window)
    else:
        enlarge(window)
    qapp.processEvents()
    if isinstance(window, QDialog):
        window.adjustSize()
    for _ in range(3):
        qapp.processEvents()


@pytest.mark.parametrize("what", ["longer texts", "larger letters"])
def test_every_button_has_room_and_the_window_fits_the_screen(
    what: str, whole_window: MainWindow, qapp: QApplication
) -> None:
    for dock in whole_window.docks.values():
        dock.show()
        dock.raise_()
        qapp.processEvents()
    change(whole_window, what, qapp)
    assert len(whole_window.findChildren(QLabel)) > 40
    fits_the_screen(whole_window)
    assert not list(cut_off(whole_window)), "\n".join(cut_off(whole_window))


@pytest.mark.parametrize("what", ["longer texts", "larger letters"])
def test_so_has_every_dialog(what: str, whole_window: MainWindow, qapp: QApplication) -> None:
    faults = []
    for name, show in DIALOGS.items():
        show(whole_window)
        qapp.processEvents()
        dialogs = [
            widget
            for widget in qapp.topLevelWidgets()
            if isinstance(widget, QDialog) and widget.isVisible() and widget is not whole_window
        ]
        assert len(dialogs) == 1, (name, dialogs)
        (dialog,) = dialogs
        change(dialog, what, qapp)
        fits_the_screen(dialog)
        faults += [f"{name}: {fault}" for fault in cut_off(dialog)]
        dialog.close()
        qapp.processEvents()
    assert not faults, "\n".join(faults)
