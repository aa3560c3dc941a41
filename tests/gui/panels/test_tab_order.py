"""Tab goes through the inspector as it is read."""

from itertools import pairwise

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QScrollArea, QWidget
from pytestqt.qtbot import QtBot

import presets
from gui.look.appearance import Appearance
from gui.panels.inspector import InspectorPanel
from gui.session.document import Document
from gui.session.selection import Selection


def visited(panel: QWidget, count: int) -> list[QWidget]:
    """The stops of Tab in the panel from its first field on."""
    stops, widget = [], panel
    for _ in range(400):
        widget = widget.nextInFocusChain()
        if isinstance(widget, QScrollArea):
            continue
        if panel.isAncestorOf(widget) and widget.isVisible() and widget.focusPolicy().value & 1:
            stops.append(widget)
    return list(dict.fromkeys(stops))[:count]


def test_tab_follows_the_lines_of_the_inspector_whatever_was_shown_before(
    qtbot: QtBot, appearance: Appearance
) -> None:
    document = Document(presets.load("inception_3a").project)
    selection = Selection(document)
    panel = InspectorPanel(document, selection, appearance)
    qtbot.addWidget(panel)
    panel.resize(300, 900)
    with qtbot.waitExposed(panel):
        panel.show()
    order = document.project.network.order
    for node_id in (order[-1], order[0], order[1], order[-2], order[1]):
        selection.select({node_id})
        qtbot.wait(10)
        places = []
        for widget in visited(panel, 60):
            at = widget.mapTo(panel, QPoint(0, widget.height() // 2))
            places.append((at.y(), at.x(), widget.accessibleName()))
        rows = [y for y, _, _ in places]
        assert all(below - above > -12 for above, below in pairwise(rows)), "\n".join(map(str, places))
