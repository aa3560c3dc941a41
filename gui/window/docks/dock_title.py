"""The title row of a dock: its name, small and quiet, and two buttons that show when they are wanted."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QToolButton, QWidget

from gui.look.appearance import Appearance, font
from gui.look.theme import CAPTION_PX, Palette


class DockTitle(QWidget):
    """Drags the dock (an unhandled press does), floats it, hides it. Buttons appear under the mouse."""

    def __init__(self, dock: QDockWidget, appearance: Appearance) -> None:
        super().__init__(dock)
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
