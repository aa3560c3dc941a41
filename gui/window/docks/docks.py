"""The panels around the canvas: where they stand at first, and how they are brought forward."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from gui.look.appearance import Appearance
from gui.window.docks.dock_title import DockTitle
from gui.window.docks.late_dock import late_dock

LEAST_LEFT: Final = 216
"""Width of what stands at the left of the canvas: its tabs can be read."""
LEFT: Final = Qt.DockWidgetArea.LeftDockWidgetArea
RIGHT: Final = Qt.DockWidgetArea.RightDockWidgetArea
BOTTOM: Final = Qt.DockWidgetArea.BottomDockWidgetArea


class Docks(Mapping[str, QDockWidget]):
    """The docks of a window, by title, in the order in which they were added."""

    def __init__(self, owner: QMainWindow, appearance: Appearance) -> None:
        self._owner = owner
        self._appearance = appearance
        self._docks: dict[str, QDockWidget] = {}
        owner.setDockNestingEnabled(True)
        owner.setCorner(Qt.Corner.BottomLeftCorner, LEFT)
        owner.setCorner(Qt.Corner.BottomRightCorner, RIGHT)

    def __getitem__(self, title: str) -> QDockWidget:
        return self._docks[title]

    def __iter__(self) -> Iterator[str]:
        return iter(self._docks)

    def __len__(self) -> int:
        return len(self._docks)

    def add(self, title: str, area: Qt.DockWidgetArea, panel: QWidget | None = None) -> QDockWidget:
        """A dock with its panel."""
        dock = QDockWidget(title, self._owner)
        dock.setObjectName(f"dock {title}")
        dock.setTitleBarWidget(DockTitle(dock, self._appearance))
        if panel is not None:
            dock.setWidget(panel)
        self._owner.addDockWidget(area, dock)
        self._docks[title] = dock
        return dock

    def add_late(self, title: str, area: Qt.DockWidgetArea, panel: Callable[[], QWidget]) -> None:
        """A dock whose panel is made, imports and all, when it is first seen or asked for."""
        late_dock(self.add(title, area), panel)

    def show(self, title: str) -> None:
        """Show this panel, and bring it before those that share its place."""
        self._docks[title].show()
        self._docks[title].raise_()

    def arrange(self) -> None:
        """As they stand when nobody has moved them."""
        owner, docks = self._owner, self._docks
        docks["Lessons"].setMinimumWidth(LEAST_LEFT)  # a lesson that is begun is given more
        owner.tabifyDockWidget(docks["Layers"], docks["Outline"])
        owner.tabifyDockWidget(docks["Outline"], docks["Lessons"])
        owner.tabifyDockWidget(docks["Lessons"], docks["History"])
        docks["Layers"].raise_()
        owner.splitDockWidget(docks["Inspector"], docks["Costs"], Qt.Orientation.Vertical)
        owner.splitDockWidget(docks["Feature maps"], docks["Photograph"], Qt.Orientation.Horizontal)
        owner.tabifyDockWidget(docks["Feature maps"], docks["Arithmetic"])
        owner.tabifyDockWidget(docks["Arithmetic"], docks["Trade-off"])
        owner.tabifyDockWidget(docks["Trade-off"], docks["Why"])
        docks["Feature maps"].raise_()

    def give_first_sizes(self) -> None:
        """Sizes at which every panel can be read; once the window is seen."""
        owner, docks = self._owner, self._docks
        horizontal, vertical = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        owner.resizeDocks([docks["Layers"], docks["Inspector"]], [LEAST_LEFT, 280], horizontal)
        owner.resizeDocks([docks["Inspector"], docks["Costs"]], [456, 384], vertical)
        owner.resizeDocks([docks["Feature maps"], docks["Photograph"]], [640, 300], horizontal)
        owner.resizeDocks([docks["Feature maps"]], [min(290, owner.height() * 9 // 25)], vertical)
