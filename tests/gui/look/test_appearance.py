"""Icons in the colours of the theme."""

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
