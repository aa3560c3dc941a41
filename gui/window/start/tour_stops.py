"""What the tour shows: the canvas, maps, what a value sees, costs, layers to drop, lessons."""

from functools import partial

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QTabBar, QWidget

from gui.welcome.tour import Stop
from gui.window.docks.docks import Docks


def tour_stops(window: QWidget, canvas: QWidget, docks: Docks) -> tuple[Stop, ...]:
    """The stops in their order; a panel behind another one, or hidden, is shown by its tab, or left out."""
    panel = partial(_panel, window, docks)
    return (
        Stop(
            title="A network at work",
            text=(
                "Each card is a layer and shows its strongest map of the photograph. Amber cards are"
                " 1×1 convolutions. Click one to look at it."
            ),
            where=lambda: _place(window, canvas),
        ),
        Stop(
            title="All maps of a layer",
            text="One map for each channel of the selected layer. Click a map to see it large.",
            where=lambda: panel("Feature maps"),
        ),
        Stop(
            title="Point at a value",
            text="Point anywhere on a map: a box in the photograph shows what that value sees.",
            where=lambda: _both(panel("Feature maps"), panel("Photograph")),
        ),
        Stop(
            title="What it costs",
            text="Parameters, MACs, memory. Click any number to see how it was computed.",
            where=lambda: panel("Costs"),
        ),
        Stop(
            title="Change it",
            text=(
                "Drag a layer onto a wire. Or select a convolution and press R: a 1×1 before it, and"
                " what that saves. Ctrl+Z takes anything back."
            ),
            where=lambda: panel("Layers"),
        ),
        Stop(
            title="Why convolve with a 1×1 kernel?",
            text="Lessons answer that in a few minutes each. The tour is in the Help menu.",
            where=lambda: _tab(window, "Lessons") or panel("Lessons"),
        ),
    )


def _place(window: QWidget, widget: QWidget) -> QRect | None:
    """Where the widget is seen."""
    if widget.visibleRegion().isEmpty():
        return None
    return QRect(widget.mapTo(window, QPoint()), widget.size())


def _panel(window: QWidget, docks: Docks, title: str) -> QRect | None:
    dock = docks[title]
    if dock.isFloating() or dock.isHidden():
        return None
    return _place(window, dock) or _tab(window, title)


def _both(one: QRect | None, other: QRect | None) -> QRect | None:
    """The least place that holds both; None without the second."""
    return other if one is None or other is None else one | other


def _tab(window: QWidget, title: str) -> QRect | None:
    """Where the panel's tab is seen: behind another panel, it is all there is of it."""
    for bar in window.findChildren(QTabBar):
        for index in range(bar.count()):
            if bar.tabText(index) == title and bar.parent() is window and bar.isVisible():
                rect = bar.tabRect(index)
                return QRect(bar.mapTo(window, rect.topLeft()), rect.size())
    return None
