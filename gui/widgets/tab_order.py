"""The Tab key goes through a panel as it is read: as its layouts put things, not as they were made."""

from collections.abc import Iterator
from functools import partial
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLayout, QScrollArea, QWidget


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
    for place in _places(layout):
        if isinstance(place, QLayout):
            yield from _within(place)
        else:
            yield from _widgets(place)


def _places(layout: QLayout) -> list[QWidget | QLayout]:
    """The widgets and layouts in a layout, as they are read.

    They are asked where they are, not `itemAt`: PySide keeps the item that this gives as long as the
    layout. Once the widget is gone, so is Qt's item, and whatever comes to stand at its address is
    taken for the item.
    """
    owner: QWidget | None = layout.parentWidget()
    if owner is None:
        return []
    around = owner.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
    widgets: list[QWidget | QLayout] = [widget for widget in around if layout.indexOf(widget) >= 0]
    layouts = layout.findChildren(QLayout, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return sorted([*widgets, *layouts], key=partial(_reading_order, layout))


def _reading_order(layout: QLayout, part: QWidget | QLayout) -> tuple[int, ...]:
    place = layout.indexOf(part)
    if not isinstance(layout, QGridLayout):
        return (place,)
    position: tuple[int, ...] = tuple(layout.getItemPosition(place))  # type: ignore[arg-type]  # PySide says object
    return (*position[:2], place)
