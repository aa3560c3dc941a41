"""The Tab key goes through a panel as it is read: as its layouts put things, not as they were made."""

from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLayout, QLayoutItem, QScrollArea, QWidget


def tab_as_read(panel: QWidget) -> None:
    """Bring the panel's fields and buttons into the order of its layouts, row by row."""
    for before, after in pairwise(takers(panel)):
        QWidget.setTabOrder(before, after)


def takers(panel: QWidget) -> list[QWidget]:
    """What Tab stops at in a panel, as it is read."""
    return [widget for widget in _widgets(panel) if widget.focusPolicy() & Qt.FocusPolicy.TabFocus]


def _widgets(widget: QWidget) -> Iterator[QWidget]:
    if isinstance(widget, QScrollArea):
        inner: QWidget | None = widget.widget()
        if inner is not None:
            yield from _widgets(inner)
        return
    yield widget
    layout: QLayout | None = widget.layout()
    if layout is not None:
        yield from _within(layout)


def _within(layout: QLayout) -> Iterator[QWidget]:
    for item in _items(layout):
        widget: QWidget | None = item.widget()
        inner: QLayout | None = item.layout()
        if widget is not None:
            yield from _widgets(widget)
        elif inner is not None:
            yield from _within(inner)


def _items(layout: QLayout) -> list[QLayoutItem]:
    places = range(layout.count())
    if isinstance(layout, QGridLayout):
        places = sorted(places, key=lambda place: tuple(layout.getItemPosition(place))[:2])  # type: ignore[assignment,arg-type]  # PySide says object; it is a tuple of four
    return [item for place in places if (item := layout.itemAt(place)) is not None]
