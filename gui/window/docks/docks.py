"""The panels around the canvas: where they stand at first, and how they are brought forward."""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QEnterEvent, QMouseEvent
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QMainWindow, QTabBar, QToolButton, QWidget
from shiboken6 import isValid

from gui.look.appearance import Appearance, font
from gui.look.theme import CAPTION_PX, Palette
from gui.window.docks.arrangement import Arrangement, FloatSizes


def late_dock(dock: QDockWidget, make: Callable[[], object]) -> None:
    """Call `make` once somebody sees the dock: behind another tab nobody does, though Qt calls it visible."""

    def on_visibility_changed(seen: bool) -> None:
        if seen:
            dock.visibilityChanged.disconnect(on_visibility_changed)
            make()

    dock.visibilityChanged.connect(on_visibility_changed)


class DockTitle(QWidget):
    """Drags the dock (an unhandled press does), floats it, hides it. Buttons appear under the mouse."""

    def __init__(self, dock: QDockWidget, appearance: Appearance, enlarge: Callable[[], object]) -> None:
        """`enlarge` gives the dock the full height of the window, or takes it back."""
        super().__init__(dock)
        self._dock = dock
        self._enlarge = enlarge
        self.setToolTip("Double-click: the full height, and back")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._appearance = appearance
        self._name = QLabel(dock.windowTitle())
        self._name.setProperty("caption", True)
        self._name.setFont(font(CAPTION_PX, "medium"))
        self._float = self._button(f"Float {dock.windowTitle()}")
        self._float.clicked.connect(lambda: dock.setFloating(not dock.isFloating()))
        self._hide = self._button(f"Hide {dock.windowTitle()} (View menu brings it back)")
        self._hide.clicked.connect(dock.close)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 6, 2)
        row.setSpacing(2)
        row.addWidget(self._name, 1)
        row.addWidget(self._float)
        row.addWidget(self._hide)
        appearance.palette_changed.connect(self.on_palette_changed)
        self.on_palette_changed(appearance.palette)
        self._show_buttons(False)

    def _button(self, what: str) -> QToolButton:
        button = QToolButton(self)
        button.setIconSize(QSize(12, 12))
        button.setFixedSize(20, 18)
        button.setToolTip(what)
        button.setAccessibleName(what)
        policy = button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        button.setSizePolicy(policy)
        return button

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The full height of the window, or of the screen where the panel floats; and back."""
        if self._dock.isFloating():
            self._dock.setFloating(False)
        else:
            self._enlarge()
        event.accept()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show the buttons."""
        self._show_buttons(True)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Hide the buttons."""
        self._show_buttons(False)
        super().leaveEvent(event)

    def on_palette_changed(self, palette: Palette) -> None:
        """Recolour the icons."""
        self._float.setIcon(self._appearance.icon("maximize-2", size=12))
        self._hide.setIcon(self._appearance.icon("x", size=12))

    def _show_buttons(self, visible: bool) -> None:
        self._float.setVisible(visible)
        self._hide.setVisible(visible)


LEAST_LEFT: Final = 216
"""Width of what stands at the left of the canvas: its tabs can be read."""
SEAMS: Final = 16
"""Wider than what lies between the docks of a row, and at its ends."""
LEFT: Final = Qt.DockWidgetArea.LeftDockWidgetArea
RIGHT: Final = Qt.DockWidgetArea.RightDockWidgetArea
BOTTOM: Final = Qt.DockWidgetArea.BottomDockWidgetArea


class Docks(Mapping[str, QDockWidget]):
    """The docks of a window, by title, in the order in which they were added."""

    def __init__(self, owner: QMainWindow, appearance: Appearance) -> None:
        self._owner = owner
        self._appearance = appearance
        self._docks: dict[str, QDockWidget] = {}
        self._float_sizes = FloatSizes()
        self._settling = QTimer(owner)
        self._settling.setSingleShot(True)
        self._settling.timeout.connect(self._settle_tab_bars)
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
        dock.setTitleBarWidget(DockTitle(dock, self._appearance, lambda: self.arrangement.enlarge(title)))
        self._float_sizes.follow(dock)
        if panel is not None:
            dock.setWidget(panel)
        self._owner.addDockWidget(area, dock)
        dock.dockLocationChanged.connect(self._settle_soon)
        dock.visibilityChanged.connect(self._settle_soon)
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
        # A lesson that is begun is given more; a very small screen has no more than a quarter to give.
        docks["Lessons"].setMinimumWidth(min(LEAST_LEFT, owner.width() // 4))
        owner.tabifyDockWidget(docks["Layers"], docks["Outline"])
        owner.tabifyDockWidget(docks["Outline"], docks["Lessons"])
        owner.tabifyDockWidget(docks["Lessons"], docks["History"])
        docks["Layers"].raise_()
        owner.splitDockWidget(docks["Inspector"], docks["Costs"], Qt.Orientation.Vertical)
        owner.splitDockWidget(docks["Feature maps"], docks["Photograph"], Qt.Orientation.Horizontal)
        owner.tabifyDockWidget(docks["Feature maps"], docks["Arithmetic"])
        owner.tabifyDockWidget(docks["Arithmetic"], docks["Trade-off"])
        owner.tabifyDockWidget(docks["Trade-off"], docks["Why"])
        owner.tabifyDockWidget(docks["Why"], docks["Train"])
        docks["Feature maps"].raise_()
        self._settle_soon()

    @cached_property
    def arrangement(self) -> Arrangement:
        """Who has how much room."""
        return Arrangement(self._owner, self, self.give_first_sizes)

    def _settle_soon(self, *_: object) -> None:
        """Once Qt has done what it is at; a window that closes, or that is gone, has nothing to settle."""
        if isValid(self._owner) and self._owner.isVisible():
            self._settling.start()

    def _settle_tab_bars(self) -> None:
        """Say what a screen reader calls the tabs of panels that share a place, and hide bars that Qt needed
        on the way and leaves behind (seen with Qt 6.11: one lay over the panel at the left)."""
        for bar in self._owner.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
            titles = [bar.tabText(tab) for tab in range(bar.count())]
            bar.setAccessibleName("Panels: " + ", ".join(titles))
            first = self._docks.get(titles[0]) if titles else None
            if first is not None:
                beside = self._owner.tabifiedDockWidgets(first)
                if {first.windowTitle(), *(dock.windowTitle() for dock in beside)} != set(titles):
                    bar.hide()

    def give_first_sizes(self) -> None:
        """Sizes at which every panel can be read; once the window is seen."""
        owner, docks = self._owner, self._docks
        horizontal, vertical = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        left, right = min(LEAST_LEFT, owner.width() // 4), 280
        owner.resizeDocks([docks["Layers"], docks["Inspector"]], [left, right], horizontal)
        owner.resizeDocks([docks["Inspector"], docks["Costs"]], [456, 384], vertical)
        # More than is left between the columns would make the window wider than its screen.
        between = max(0, owner.width() - left - right - SEAMS)
        maps = min(640, between * 2 // 3)
        owner.resizeDocks(
            [docks["Feature maps"], docks["Photograph"]], [maps, min(300, between - maps)], horizontal
        )
        owner.resizeDocks([docks["Feature maps"]], [min(290, owner.height() * 9 // 25)], vertical)
        self._settle_soon()
