"""Icons in the colours of the theme."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.layers import layer_kinds
from gui.look.appearance import Appearance, icon_pixmap, layer_icon


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


def test_every_kind_has_an_icon_of_its_own() -> None:
    drawn = {}
    for kind, layer in layer_kinds().items():
        name = layer_icon(layer())
        assert name == f"kinds/{kind}", (
            f"{kind} shares the icon of its role: draw assets/icons/kinds/{kind}.svg"
        )
        drawn[kind] = icon_pixmap(name, "#000000", 32).toImage()
    shown = {kind: bytes(image.constBits()) for kind, image in drawn.items()}
    assert len(set(shown.values())) == len(shown)


def test_a_pointwise_convolution_is_told_from_others() -> None:
    names = {layer_icon(entry.layer) for entry in layer_kinds()["Conv2d"].palette()}
    assert names == {"kinds/Conv2d", "circle-dot"}
