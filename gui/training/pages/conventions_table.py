"""What is done here, as in PyTorch, beside Keras and ONNX."""

from typing import Final

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from engine.training.conventions import CONVENTIONS
from gui.look.appearance import font

HEADINGS: Final = ("Here and PyTorch", "Keras", "ONNX")


class ConventionsTable(QTableWidget):
    """A question over its three answers; hovering tells the source."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(2 * len(CONVENTIONS), len(HEADINGS), parent)
        self.setAccessibleName("Conventions of training, here and elsewhere")
        self.setHorizontalHeaderLabels(list(HEADINGS))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setShowGrid(False)
        self.setWordWrap(True)
        self.verticalHeader().hide()
        self.horizontalHeader().setAccessibleName("Columns of the table")
        self.verticalHeader().setAccessibleName("Rows of the table")
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMinimumSize(160, 60)
        for row, one in enumerate(CONVENTIONS):
            question = QTableWidgetItem(one.about)
            question.setFont(font(weight="semibold"))
            question.setToolTip(f"Source: {one.source}")
            self.setItem(2 * row, 0, question)
            self.setSpan(2 * row, 0, 1, len(HEADINGS))
            for column, text in enumerate((one.here, one.keras, one.onnx)):
                item = QTableWidgetItem(text)
                item.setToolTip(f"{text}\nSource: {one.source}")
                self.setItem(2 * row + 1, column, item)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As many lines as the answers need in this width."""
        super().resizeEvent(event)
        self.resizeRowsToContents()
