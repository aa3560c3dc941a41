"""A button that says which network a side shows, and offers the others."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton, QWidget

import presets
from gui.look.appearance import font
from gui.look.theme import BASE_PX

OPEN = "open"
BASELINE = "baseline"
FILE = "file"


class NetworkPicker(QToolButton):
    """The open network, the baseline, a project file, or any preset."""

    picked = Signal(str)
    """`OPEN`, `BASELINE`, `FILE`, or a preset's name."""

    def __init__(self, what: str, has_baseline: Callable[[], bool], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._has_baseline = has_baseline
        self._what = what
        self.setToolTip(what)
        self.setFont(font(BASE_PX, "semibold"))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        menu = QMenu(self)
        menu.aboutToShow.connect(self._fill)
        self.setMenu(menu)

    def show_title(self, title: str) -> None:
        """Say which network it is."""
        self.setText(f"{title} ▾")
        self.setAccessibleName(f"{self._what}: {title}")

    def _fill(self) -> None:
        menu = self.menu()
        menu.clear()
        menu.addAction("The open network", partial(self.picked.emit, OPEN))
        menu.addAction("The baseline", partial(self.picked.emit, BASELINE)).setEnabled(self._has_baseline())
        menu.addAction("A project file…", partial(self.picked.emit, FILE))
        menu.addSeparator()
        groups: dict[str, QMenu] = {}
        for preset in presets.presets():
            if preset.group not in groups:
                groups[preset.group] = menu.addMenu(preset.group)
            groups[preset.group].addAction(preset.title, partial(self.picked.emit, preset.name))
