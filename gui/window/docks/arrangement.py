"""How the window's room is shared out: all panels, the canvas alone, one panel large, and back again."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QByteArray, QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow


class Arrangement:
    """Changes how much room canvas and panels have, and knows the way back."""

    def __init__(
        self, owner: QMainWindow, docks: Mapping[str, QDockWidget], give_sizes: Callable[[], object]
    ) -> None:
        """`give_sizes` gives the panels the sizes that they have at first."""
        self._give_sizes = give_sizes
        self._owner = owner
        self._docks = docks
        self._first = QByteArray()
        self._before = QByteArray()
        self._large = ""
        self._height = 0

    def remember(self) -> None:
        """The panels stand as nobody has moved them: that is what `reset` brings back."""
        self._first = self._owner.saveState()

    @property
    def state(self) -> QByteArray:
        """Where the panels are, or will be again: what is kept for the next start."""
        return self._owner.saveState() if self._before.isEmpty() else self._before

    @property
    def large(self) -> str:
        """The title of the panel that has the canvas's room; empty for none."""
        return self._large

    @property
    def is_canvas_only(self) -> bool:
        """Whether all panels have been put away at once."""
        return not self._before.isEmpty() and not self._large

    def reset(self) -> None:
        """All panels where they were at the first start."""
        self._back()
        self._owner.restoreState(self._first)
        self._give_sizes()

    def show_canvas_only(self) -> None:
        """Put all panels away, or bring back those that were open."""
        if self.is_canvas_only:
            self._back()
            return
        self._back()
        self._before = self._owner.saveState()
        for dock in self._docks.values():
            dock.hide()

    def enlarge(self, title: str) -> None:
        """Give a panel the full height of the window, or its own back."""
        was_large = self._large == title
        self._back()
        if was_large or self._docks[title].isFloating():
            return
        self._before = self._owner.saveState()
        self._large, self._height = title, self._docks[title].height()
        self._show_middle(False)
        self._docks[title].show()
        self._docks[title].raise_()

    def _back(self) -> None:
        if self._before.isEmpty():
            return
        before, self._before, large, self._large = self._before, QByteArray(), self._large, ""
        self._show_middle(True)
        self._owner.restoreState(before)
        if large:  # the room of a middle that was hidden is given out anew by then
            self._owner.resizeDocks([self._docks[large]], [self._height], Qt.Orientation.Vertical)

    def _show_middle(self, shown: bool) -> None:
        middle = self._owner.centralWidget()
        if middle is not None:
            middle.setVisible(shown)


class FloatSizes(QObject):
    """A panel floats as large as it did the last time, at first as large as half the largest screen."""

    def __init__(self) -> None:
        super().__init__()
        self._sizes: dict[str, QSize] = {}
        """Of those that float now."""
        self._kept: dict[str, QSize] = {}
        """Of those that have floated before."""

    def follow(self, dock: QDockWidget) -> None:
        """Remember this dock's size while it floats."""
        dock.installEventFilter(self)
        dock.topLevelChanged.connect(lambda floating: self._on_top_level_changed(dock, floating))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A floating dock was given another size."""
        if isinstance(watched, QDockWidget) and isinstance(event, QResizeEvent) and watched.isFloating():
            self._sizes[watched.objectName()] = event.size()
        return False

    def _on_top_level_changed(self, dock: QDockWidget, floating: bool) -> None:
        if not floating:
            self._kept[dock.objectName()] = self._sizes.pop(dock.objectName(), dock.size())
            return
        known = self._kept.get(dock.objectName())
        if known is None:
            rooms = [screen.availableSize() for screen in dock.screen().virtualSiblings()]
            known = max(rooms, key=_area, default=dock.size()) / 2
            known = known.expandedTo(dock.size())
        dock.resize(known)


def _area(size: QSize) -> int:
    return size.width() * size.height()
