"""A panel that needs more room than a small screen has: what does not fit is scrolled to."""

from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from gui.widgets.surface import on_surface

_LEAST: Final = QSize(144, 120)


class Scrolled(QScrollArea):
    """As large as there is room for; below the panel's least size there are scroll bars."""

    def __init__(self, panel: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._panel = panel
        self.setAccessibleName(panel.accessibleName())
        self.setWidget(panel)
        on_surface(self)

    def minimumSizeHint(self) -> QSize:
        """That of the panel, but no more than a small screen can give."""
        return self._panel.minimumSizeHint().boundedTo(_LEAST)
