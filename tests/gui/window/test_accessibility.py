"""Everything that a screen reader stops at says what it is."""

from PySide6.QtWidgets import QAbstractScrollArea, QComboBox, QTabBar, QWidget

from gui.window.main_window import MainWindow
from tests.gui.window.conftest import open_everything


def chain(widget: QWidget) -> str:
    """The widget and what it stands in."""
    parts = []
    parent: QWidget | None = widget
    while parent is not None:
        parts.append(f"{type(parent).__name__} {parent.accessibleName() or parent.objectName()!r}")
        parent = parent.parentWidget()
    return " in ".join(parts)


def test_scroll_areas_lists_of_choices_and_tabs_have_names(whole_window: MainWindow) -> None:
    open_everything(whole_window)
    whole_window.selection.select({"c3"})
    for kind in (QAbstractScrollArea, QTabBar, QComboBox):
        found = whole_window.findChildren(kind)
        assert found
        unnamed = [chain(widget) for widget in found if not widget.accessibleName()]
        assert not unnamed, "\n".join(unnamed)
