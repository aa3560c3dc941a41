"""What stands where a result will appear: why it is not there, or how far the work is."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from gui.look.theme import GRID
from gui.widgets.surface import styled_label


class Waiting(QWidget):
    """A sentence in the middle, and a thin bar below it while something is under way."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = styled_label(style="secondary", wrap=True)
        self._label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedSize(160, 4)
        self._bar.setAccessibleName("Progress")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addStretch(1)
        column.addWidget(self._label)
        column.addWidget(self._bar, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        self.say("")

    @property
    def text(self) -> str:
        """What it says."""
        return self._label.text()

    @property
    def is_busy(self) -> bool:
        """Whether the bar is shown."""
        return not self._bar.isHidden()

    def say(self, text: str) -> None:
        """Show a sentence without a bar."""
        self._label.setText(text)
        self._bar.hide()

    def show_busy(self, text: str) -> None:
        """Show a sentence and the bar."""
        self._label.setText(text)
        self._bar.show()

    def show_progress(self, done: int, total: int) -> None:
        """Move the bar."""
        self._bar.setRange(0, max(total, 1))
        self._bar.setValue(done)
