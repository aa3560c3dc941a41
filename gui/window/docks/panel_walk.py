"""Going to panels by keyboard: to one by its number, from one to the next, and back to the canvas."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDockWidget, QWidget

from gui.widgets.tab_order import takers


class PanelWalk:
    """Brings panels before those that share their place, and gives them the keyboard."""

    def __init__(self, docks: Mapping[str, QDockWidget], leave: Callable[[], object]) -> None:
        """`leave` gives the keyboard back to the canvas."""
        self._docks = docks
        self._leave = leave

    def is_in_front(self, title: str) -> bool:
        """Whether anything of the panel is seen: behind another tab nobody sees what Qt calls visible."""
        dock = self._docks[title]
        return dock.isVisible() and not dock.visibleRegion().isEmpty()

    def is_open(self, title: str) -> bool:
        """Whether the panel is there, be it behind another tab."""
        return not self._docks[title].isHidden()

    def switch(self, title: str) -> None:
        """Show the panel before all others at its place, the keyboard in it; from within it, go back."""
        dock = self._docks[title]
        if self.has_focus(title) and self.is_in_front(title):
            self._leave()
            return
        dock.show()
        dock.raise_()
        if dock.isFloating():
            dock.activateWindow()
        _take_focus(dock)

    def step(self, step: int) -> None:
        """Go to the next panel that is open (or the previous one: −1), past the last to the canvas."""
        shown = [title for title, dock in self._docks.items() if not dock.isHidden()]
        places = ["", *shown]
        here = next((title for title in shown if self.has_focus(title)), "")
        title = places[(places.index(here) + step) % len(places)]
        if title:
            self.switch(title)
        else:
            self._leave()

    def hide_focused(self) -> None:
        """Put the panel away that has the keyboard."""
        for title, dock in self._docks.items():
            if self.has_focus(title):
                dock.hide()
                self._leave()
                return

    def has_focus(self, title: str) -> bool:
        """Whether the keyboard is in the panel."""
        focused = QApplication.focusWidget()
        return focused is not None and self._docks[title].isAncestorOf(focused)


def _take_focus(dock: QDockWidget) -> None:
    """To the first thing in the panel that takes keys, as Tab would."""
    panel: QWidget | None = dock.widget()
    if panel is None:
        return
    first = next((widget for widget in takers(panel) if widget.isVisible() and widget.isEnabled()), None)
    if first is not None:
        first.setFocus(Qt.FocusReason.ShortcutFocusReason)
    else:
        panel.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        panel.setFocus(Qt.FocusReason.ShortcutFocusReason)
