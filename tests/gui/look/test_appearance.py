"""Icons in the colours of the theme."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.look.appearance import Appearance


def test_an_icon_is_drawn_once_for_each_theme(qtbot: QtBot, qapp) -> None:
    appearance = Appearance(qapp)
    light = appearance.icon("x")
    assert appearance.icon("x").cacheKey() == light.cacheKey()
    assert appearance.icon("x", size=12).cacheKey() != light.cacheKey()
    assert appearance.icon("x", colour="#ff0000").cacheKey() != light.cacheKey()
    appearance.use("dark")
    assert appearance.icon("x").cacheKey() != light.cacheKey()
    appearance.use("light")


def test_the_theme_of_the_desktop_is_followed(qapp: QApplication) -> None:
    appearance = Appearance(qapp)
    appearance.use("system")
    hints = QApplication.styleHints()
    wanted = "dark" if hints.colorScheme() == Qt.ColorScheme.Dark else "light"
    assert appearance.palette.name == wanted
    appearance.use("light")
