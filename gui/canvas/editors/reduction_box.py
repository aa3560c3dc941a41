"""Asking how wide a 1×1 reduction before a convolution is to be, with what it saves in view."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from engine.edits.reduction import Reduction
from gui.look.appearance import Appearance
from gui.look.theme import GRID
from gui.widgets.charts.reduction_view import ReductionView
from gui.widgets.surface import styled_label

Insert = Callable[[int, bool], object]
"""What is to be done with the width that was chosen, and whether a ReLU is to stand behind it."""


class ReductionBox(QDialog):
    """Enter inserts, Esc does not. Nothing changes before."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._insert: Insert = _nothing
        self.setWindowTitle("Insert a 1×1 reduction")
        self.heading = styled_label(style="title", wrap=True)
        self.view = ReductionView(appearance)
        self.activation = QCheckBox("ReLU after it")
        self.activation.setToolTip("As in GoogLeNet: costs no multiply–adds, and adds a nonlinearity")
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.insert_button = self.buttons.addButton("Insert", QDialogButtonBox.ButtonRole.AcceptRole)
        self.insert_button.setDefault(True)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.accepted.connect(lambda: self._insert(self.view.chosen_width, self.activation.isChecked()))
        self.finished.connect(self._give_focus_back)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        column.setSpacing(GRID + GRID // 2)
        for part in (self.heading, self.view, self.activation, self.buttons):
            column.addWidget(part)
        self.setFixedWidth(400)

    def ask(self, reduction: Reduction, insert: Insert) -> None:
        """Open for this convolution; `insert` is called with the answer, if there is one."""
        self._insert = insert
        self.heading.setText(reduction.title)
        self.view.show_reduction(reduction)
        self.open()
        self.view.slider.setFocus(Qt.FocusReason.PopupFocusReason)

    def _give_focus_back(self) -> None:
        """Not every window manager does."""
        parent = self.parentWidget()
        if parent is not None:
            parent.window().activateWindow()
            parent.setFocus(Qt.FocusReason.ActiveWindowFocusReason)


def _nothing(width: int, activation: bool) -> None:
    """Before the box was first opened."""
