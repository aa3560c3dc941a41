"""The small chain between two fields that go together."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QWidget

from gui.look.appearance import Appearance


class LinkButton(QToolButton):
    """Checked: one entry sets both fields."""

    def __init__(self, appearance: Appearance, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self.setCheckable(True)
        self.setChecked(True)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedSize(20, 20)
        self.setStyleSheet("QToolButton { padding: 0; background: transparent; }")
        self.toggled.connect(self._show)
        appearance.palette_changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        linked = self.isChecked()
        self.setIcon(self._appearance.icon("link" if linked else "unlink", size=14))
        self.setToolTip("One number for height and width" if linked else "Height and width apart")
