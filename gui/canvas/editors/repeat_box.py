"""Asking how many times some layers are to stand in a row."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QSpinBox, QVBoxLayout, QWidget

from engine.edits.repeat import MOST_TIMES
from gui.look.theme import GRID
from gui.widgets.surface import styled_label


class RepeatBox(QDialog):
    """Enter repeats, Esc does not. Nothing changes before."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Repeat")
        self._take: Callable[[int], object] = int
        self.times = QSpinBox()
        self.times.setRange(2, MOST_TIMES)
        self.times.setValue(3)
        self.times.setAccessibleName("How many times in all")
        about = styled_label(style="secondary", wrap=True)
        about.setText("Each copy reads the one before; what follows reads the last.")
        form = QFormLayout()
        form.addRow("Times in all", self.times)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        accept = buttons.addButton("Repeat", QDialogButtonBox.ButtonRole.AcceptRole)
        accept.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.accepted.connect(lambda: self._take(self.times.value()))
        self.finished.connect(lambda: parent.setFocus(Qt.FocusReason.ActiveWindowFocusReason))
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        column.setSpacing(GRID + GRID // 2)
        column.addLayout(form)
        column.addWidget(about)
        column.addWidget(buttons)
        self.setMinimumWidth(320)

    def ask(self, take: Callable[[int], object]) -> None:
        """Open; `take` is called with the answer, if there is one."""
        self._take = take
        self.open()
        self.times.setFocus(Qt.FocusReason.PopupFocusReason)
        self.times.selectAll()
