"""The wheel over what has not the focus scrolls, and changes nothing: every field of every window."""

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QScrollBar,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from engine.model.project import Project
from gui.widgets.settings.number_box import NumberBox
from gui.window.main_window import MainWindow
from tests.gui.window.conftest import open_everything

FIELDS = (QAbstractSpinBox, QComboBox, QAbstractSlider, QAbstractItemView, QTabBar)


def fields() -> Iterator[QWidget]:
    for widget in QApplication.allWidgets():
        # Windows that are not seen are those of menus that pyqtgraph makes, and this program does not show.
        if isinstance(widget, FIELDS) and not isinstance(widget, QScrollBar) and widget.window().isVisible():
            yield widget


def state(field: QWidget) -> Any:
    """What the field stands on."""
    if isinstance(field, NumberBox):
        return field.value, field.lineEdit().text()
    if isinstance(field, QAbstractSlider):
        return field.value()
    if isinstance(field, QAbstractItemView):
        return field.currentIndex().row(), len(field.selectedIndexes())
    if isinstance(field, QComboBox | QTabBar):
        return field.currentIndex()
    raise AssertionError(f"what does {type(field).__name__} stand on?")


def turn(field: QWidget, steps: int) -> None:
    target = field.viewport() if isinstance(field, QAbstractItemView) else field
    place = QPointF(target.rect().center())
    event = QWheelEvent(
        place,
        target.mapToGlobal(place),
        QPoint(),
        QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(target, event)


def changed_by_the_wheel(project: Project, window: MainWindow) -> list[str]:
    changed = []
    for field in fields():
        if field.hasFocus():
            continue
        before = state(field)
        for steps in (1, -1, -3):
            turn(field, steps)
        if state(field) != before or window.document.project is not project:
            changed.append(
                f"{type(field).__name__} {field.accessibleName()!r} in {field.window().objectName()}"
            )
    return changed


def test_the_wheel_changes_nothing_that_has_not_the_focus(qtbot: QtBot, whole_window: MainWindow) -> None:
    window = whole_window
    window.inspector.show_more(True)
    open_everything(window)
    kinds: set[type] = set()
    for node_id in window.document.project.network.nodes:
        window.selection.select([node_id])
        window.activateWindow()
        window.canvas.setFocus()
        QApplication.processEvents()
        assert changed_by_the_wheel(window.document.project, window) == []
        kinds |= {type(field) for field in fields()}
    assert len(kinds) > 6
