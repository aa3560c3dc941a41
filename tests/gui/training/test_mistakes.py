"""The confusion matrix: whatever its classes are called, each cell tells them whole."""

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.look.appearance import Appearance
from gui.training.pages.mistakes import TIP, ConfusionView

CLASSES = ("triangles with a long name", "triangles with another", "discs")
COUNTS = np.arange(1000, 1012).reshape(3, 4)
"""One column more than there are classes: the network may have more values."""


def test_the_tip_of_a_cell_names_both_classes_and_counts(qtbot: QtBot, qapp: QApplication) -> None:
    view = ConfusionView(Appearance(qapp))
    qtbot.addWidget(view)
    view.resize(300, 120)
    assert view.words(QPointF(10, 10)) == TIP
    view.show_counts(COUNTS, CLASSES)
    view.show()
    for (true, named), count in np.ndenumerate(COUNTS):
        taken_for = [*CLASSES, "value 3"][named]
        words = view.words(QPointF(view.cell(true, named).center()))
        assert words == f"{count:,} of class {CLASSES[true]} taken for {taken_for}"
    for place, name in enumerate(CLASSES):
        assert view.words(QPointF(view.cell(place, -1).center())) == name
        assert view.words(QPointF(view.cell(-1, place).center())) == name
    assert view.words(QPointF(view.cell(-1, -1).center())) == TIP
    with qtbot.waitSignal(view.cell_clicked) as clicked:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.cell(2, 3).center())
    assert clicked.args == [2, 3]


def test_names_that_look_alike_at_their_beginnings_are_cut_where_the_cell_ends(
    qtbot: QtBot, qapp: QApplication
) -> None:
    view = ConfusionView(Appearance(qapp))
    qtbot.addWidget(view)
    view.resize(1200, 120)
    pictures = []
    for classes in (CLASSES, (CLASSES[0], CLASSES[0], CLASSES[2])):
        view.show_counts(COUNTS, classes)
        pictures.append(view.grab().toImage())
    assert pictures[0] != pictures[1]
