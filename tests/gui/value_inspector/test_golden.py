"""What lenses look like on the screen, pixel by pixel."""

import pytest
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from gui.look.appearance import Appearance
from gui.look.theme import PALETTES
from gui.value_inspector.compose import View, draw_value
from gui.value_inspector.screen import paint_on_screen
from gui.value_inspector.sheet import Spot
from gui.words.number_format import Numbers
from tests.golden_pictures import check_golden, png_of
from tests.gui.value_inspector.lenses import every_kind


@pytest.fixture
def appearance(qapp: QApplication) -> Appearance:
    """The bundled fonts."""
    return Appearance(qapp, "light")


LOOKED_AT = {
    "convolution": {},
    "pointwise": {},
    "ten to four": {"hover": Spot("cell", 2, 3)},
    "doubling": {"reveal": 7},
    "ramp": {"hover": Spot("weight", 1, 2)},
    "maximum": {"hover": Spot("input", 3, 8)},
}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", LOOKED_AT)
def test_a_lens_looks_as_it_was_found_good(appearance: Appearance, name: str, theme: str) -> None:
    view = View(760, 210, **LOOKED_AT[name])  # type: ignore[arg-type]
    picture = draw_value(every_kind()[name], view, PALETTES[theme], Numbers())
    image = QImage(760, 210, QImage.Format.Format_RGB32)
    image.fill(PALETTES[theme].surface)
    painter = QPainter(image)
    paint_on_screen(painter, picture.drawing)
    painter.end()
    check_golden(f"lens {name} {theme}".replace(" ", "_"), png_of(image))
