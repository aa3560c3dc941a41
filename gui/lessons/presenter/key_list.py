"""The list of the presenter's keys, over the lesson."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from gui.lessons.presenter.keys import BINDINGS, JUMP, POLL
from gui.look.appearance import font
from gui.look.theme import GRID
from gui.widgets.surface import Surface


class KeyList(Surface):
    """Two columns of a key and what it does; any key takes it away."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("Keys of the presenter", parent)
        self._labels: list[QLabel] = []
        grid = self._grid = QGridLayout(self)
        lines = [(binding.shown, binding.words) for binding in BINDINGS]
        lines[2:2] = [JUMP]
        lines += [(f"Vote: {keys}", words) for keys, words in POLL]
        half = (len(lines) + 1) // 2
        for number, line in enumerate(lines):
            row, column = number % half, 2 * (number // half)
            for shift, text in enumerate(line):
                label = QLabel(text)
                label.setTextFormat(Qt.TextFormat.PlainText)
                label.setWordWrap(bool(shift))
                label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
                self._labels.append(label)
                grid.addWidget(label, row, column + shift)
        for column in (1, 3):
            grid.setColumnStretch(column, 1)
        grid.setRowStretch(half, 1)
        grid.setHorizontalSpacing(3 * GRID)
        self.hide()

    def use_size(self, px: int) -> None:
        """All type in these pixels."""
        self._grid.setContentsMargins(2 * px, 2 * px, 2 * px, px)
        for number, label in enumerate(self._labels):
            label.setFont(font(px, "regular" if number % 2 else "semibold"))

    def toggle(self) -> None:
        """Show it, or take it away."""
        self.setVisible(self.isHidden())
        self.raise_()
