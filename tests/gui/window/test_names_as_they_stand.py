"""Names are never read as HTML, wherever they stand."""

from PySide6.QtCore import QEvent, QModelIndex, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QLabel, QToolTip
from pytestqt.qtbot import QtBot

from gui.window.main_window import MainWindow
from gui.words.literal import literal

NAME = "<h1>Big</h1> & <i>slanted</i>"


def test_what_looks_like_html_is_escaped_and_keeps_its_lines() -> None:
    assert literal("Conv 3×3 · 64\nOutput 64×8×8") == "Conv 3×3 · 64\nOutput 64×8×8"
    escaped = literal("<h1>Big</h1>\nsecond")
    assert "&lt;h1&gt;Big&lt;/h1&gt;\nsecond" in escaped
    assert "pre-wrap" in escaped


def test_no_label_and_no_tip_takes_a_name_for_html(qtbot: QtBot, whole_window: MainWindow) -> None:
    window, document = whole_window, whole_window.document
    node_id = document.project.network.order[1]
    document.edit("Rename", lambda project: project.rename(node_id, NAME))
    document.edit("Group", lambda project: project.group(project.network.order[2:4], NAME))
    for title in ("Outline", "Arithmetic", "History", "Feature maps", "Trade-off"):
        window.docks.show(title)
        QApplication.processEvents()
    for chosen in ({node_id}, set(), set(document.project.groups.nodes("group_1"))):
        window.selection.select(chosen)
        QApplication.processEvents()
        for label in window.findChildren(QLabel):
            if "<h1>" in label.text():
                assert label.textFormat() == Qt.TextFormat.PlainText, label.objectName() or label.text()
    canvas = window.canvas
    place = canvas.mapFromScene(canvas.canvas_scene.nodes[node_id].card.center())
    tip = QHelpEvent(QEvent.Type.ToolTip, place, canvas.viewport().mapToGlobal(place))
    QApplication.sendEvent(canvas.viewport(), tip)
    assert "&lt;h1&gt;" in QToolTip.text()
    QToolTip.hideText()
    model = window.late.outline.model
    rows = [model.index(row, 0, QModelIndex()) for row in range(model.rowCount(QModelIndex()))]
    tips = [row.data(Qt.ItemDataRole.ToolTipRole) for row in rows]
    assert not any("<h1>" in str(text) for text in tips)
