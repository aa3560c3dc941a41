"""What is done here, as in PyTorch, beside Keras and ONNX."""

from typing import Final

from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from engine.training.conventions import CONVENTIONS

HEADINGS: Final = ("", "Here and PyTorch", "Keras", "ONNX")
_CELL: Final = 24


class ConventionsTable(QTableWidget):
    """A row for each question; hovering tells its source."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(len(CONVENTIONS), len(HEADINGS), parent)
        self.setAccessibleName("Conventions of training, here and elsewhere")
        self.setHorizontalHeaderLabels(list(HEADINGS))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_CELL)
        self.horizontalHeader().setAccessibleName("Columns of the table")
        self.verticalHeader().setAccessibleName("Rows of the table")
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMinimumSize(160, 80)
        for row, one in enumerate(CONVENTIONS):
            for column, text in enumerate((one.about, one.here, one.keras, one.onnx)):
                item = QTableWidgetItem(text)
                item.setToolTip(f"{text}\nSource: {one.source}")
                self.setItem(row, column, item)
