"""A switch that is seen on any ground."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from gui.look.appearance import Appearance
from gui.look.theme import PALETTES
from gui.widgets.controls.check_box import CheckBox


def test_a_click_on_the_text_or_space_switches_it(qtbot: QtBot) -> None:
    box = CheckBox("Fold repeats")
    qtbot.addWidget(box)
    box.show()
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(60, box.height() // 2))
    assert box.isChecked()
    qtbot.keyClick(box, Qt.Key.Key_Space)
    assert not box.isChecked()


def test_its_edge_stands_out_in_both_themes(qtbot: QtBot, qapp) -> None:
    appearance = Appearance(qapp)
    for name, palette in PALETTES.items():
        appearance.use(name)
        box = CheckBox("x")
        qtbot.addWidget(box)
        box.resize(box.sizeHint())
        image = box.grab().toImage()
        column = [image.pixelColor(9, y).lightnessF() for y in range(image.height())]
        ground = QColor(palette.surface).lightnessF()
        assert max(abs(one - ground) for one in column) > 0.25, name
    appearance.use("light")
