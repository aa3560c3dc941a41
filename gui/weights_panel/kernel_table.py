"""Numbers in a grid, coloured by sign and size, to be typed over or turned with the wheel."""

from functools import partial
from itertools import count
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QPen, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
    QWidget,
)

from gui.look.appearance import Appearance, font
from gui.look.colormaps import colour, on_ground
from gui.look.theme import CAPTION_PX
from gui.widgets.controls.typed import is_undo_to_pass
from gui.widgets.settings.expression import ExpressionError, evaluate
from gui.words.number_format import MINUS
from gui.words.sentence_case import sentence

Index = QModelIndex | QPersistentModelIndex

LARGEST: Final = 1e6
"""Numbers typed in lie within ± this."""
ROW: Final = 24
_MOST_ROWS: Final = 9
_NARROWEST: Final = 34
_sweeps = count(1)


class MatrixModel(QAbstractTableModel):
    """A 2-D array as a table. It asks for changes and shows them when they come back."""

    value_wanted = Signal(int, int, float)
    """(row, column, number typed)."""
    value_refused = Signal(str)
    """Why what was typed is no weight."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._values: npt.NDArray[np.float32] = np.zeros((0, 0), dtype=np.float32)
        self._colours: npt.NDArray[np.uint8] = np.zeros((0, 0, 3), dtype=np.uint8)
        self._rows = self._columns = ""
        appearance.palette_changed.connect(self.recolour)

    @property
    def values(self) -> npt.NDArray[np.float32]:
        """What is shown."""
        return self._values

    def show_values(self, values: npt.NDArray[np.float32], rows: str = "", columns: str = "") -> None:
        """Show these numbers; `rows` and `columns` are what the two axes count, for tips."""
        other = values.shape != self._values.shape
        if other:
            self.beginResetModel()
        self._values, self._rows, self._columns = values, rows, columns
        self._paint()
        if other:
            self.endResetModel()
        else:
            self._tell()

    def recolour(self) -> None:
        """The theme has changed."""
        self._paint()
        self._tell()

    def _paint(self) -> None:
        name = on_ground("diverging", dark=self._appearance.palette.name == "dark")
        self._colours = colour(self._values, name) if self._values.size else self._colours[:0]

    def _tell(self) -> None:
        if self._values.size:
            last = self.index(self._values.shape[0] - 1, self._values.shape[1] - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() else self._values.shape[0]

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() else self._values.shape[1]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        at = index.row(), index.column()
        value = float(self._values[at])
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return short_text(value)
            case Qt.ItemDataRole.EditRole:
                return f"{value:.6g}"
            case Qt.ItemDataRole.BackgroundRole:
                return QColor(*(int(part) for part in self._colours[at]))
            case Qt.ItemDataRole.ForegroundRole:
                red, green, blue = (int(part) for part in self._colours[at])
                return QColor("#101317" if 299 * red + 587 * green + 114 * blue > 128_000 else "#FFFFFF")
            case Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignCenter
            case Qt.ItemDataRole.ToolTipRole:
                return f"{self._rows} {at[0]}, {self._columns} {at[1]}: {value:.7g}".replace("-", MINUS)
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Ask for another number; what is none leaves the old one, and is said."""
        if str(value) == self.data(index, role):
            return True  # what is shown is rounded: entered as it was, it changes nothing
        try:
            number = evaluate(str(value))
            if abs(number) > LARGEST:
                raise ExpressionError(f"A weight lies between {MINUS}{LARGEST:g} and {LARGEST:g}")
        except ExpressionError as error:
            self.value_refused.emit(f"{sentence(str(error))}.")
            return False
        self.value_wanted.emit(index.row(), index.column(), float(number))
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable


class _CellLine(QLineEdit):
    """The field in a cell: a command takes over what is typed in it, and undo is the document's."""

    entered = Signal()

    def event(self, event: QEvent) -> bool:
        return is_undo_to_pass(event) or super().event(event)

    def commit(self) -> str | None:
        """Enter it."""
        self.entered.emit()
        return None


class _Cell(QStyledItemDelegate):
    """A cell to its edges in its colour; the style's own would leave no room for four letters."""

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        line = _CellLine(parent)
        line.setFrame(False)
        line.entered.connect(partial(self._enter, line))
        return line

    def _enter(self, line: _CellLine) -> None:
        self.commitData.emit(line)
        self.closeEditor.emit(line)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.fillRect(rect, index.data(Qt.ItemDataRole.BackgroundRole))
        painter.setPen(index.data(Qt.ItemDataRole.ForegroundRole))
        painter.setFont(font(CAPTION_PX))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, index.data())
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(QColor(self._appearance.palette.accent), 2))
            painter.drawRect(rect.adjusted(1, 1, -1, -1))
        painter.restore()


class KernelTable(QTableView):
    """The table: typing replaces a number, the wheel and +/− step that of the chosen cell."""

    value_edited = Signal(int, int, float, str)
    """(row, column, number, sweep): all steps at one cell have the same sweep; typed ones have none."""
    cell_chosen = Signal(int, int)

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.matrix = MatrixModel(appearance)
        self.setModel(self.matrix)
        self.matrix.value_wanted.connect(
            lambda row, column, value: self.value_edited.emit(row, column, value, "")
        )
        self.matrix.value_refused.connect(self._on_refused)
        self._sweep = ""
        self.setAccessibleName("Kernel")
        self.setFont(font(CAPTION_PX))
        self.horizontalHeader().hide()
        self.verticalHeader().hide()
        self.horizontalHeader().setAccessibleName("Columns of the kernel")
        self.verticalHeader().setAccessibleName("Rows of the kernel")
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.horizontalHeader().setMinimumSectionSize(16)
        self.setShowGrid(False)
        self.setItemDelegate(_Cell(appearance, self))
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.AnyKeyPressed | QAbstractItemView.EditTrigger.DoubleClicked
        )
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.selectionModel().currentChanged.connect(self._on_current_changed)

    def show_values(self, values: npt.NDArray[np.float32], rows: str, columns: str) -> None:
        """Show these numbers, in cells as wide as there is room."""
        other = values.shape != self.matrix.values.shape
        self.matrix.show_values(values, rows, columns)
        if other:
            fits = values.shape[1] * _NARROWEST <= 252
            mode = QHeaderView.ResizeMode.Stretch if fits else QHeaderView.ResizeMode.Fixed
            self.horizontalHeader().setSectionResizeMode(mode)
            if not fits:
                self.horizontalHeader().setDefaultSectionSize(_NARROWEST + 6)
            bar = 0 if fits else self.horizontalScrollBar().sizeHint().height()
            self.setFixedHeight(min(len(values), _MOST_ROWS) * ROW + 2 * self.frameWidth() + bar)

    def sizeHint(self) -> QSize:
        """As narrow as the panel wants it."""
        return QSize(120, super().sizeHint().height())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step the number below the mouse where it is the chosen one; else the form scrolls."""
        here = self.indexAt(event.position().toPoint())
        if self.hasFocus() and here.isValid() and here == self.currentIndex():
            self.step(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        elif self.verticalScrollBar().maximum() or self.horizontalScrollBar().maximum():
            super().wheelEvent(event)
        else:
            event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """+ steps up and Ctrl+− down; digits and − type."""
        ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() == Qt.Key.Key_Plus or (ctrl and event.key() == Qt.Key.Key_Minus):
            self.step(1 if event.key() == Qt.Key.Key_Plus else -1)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """A new sweep begins."""
        self._sweep = ""
        super().focusInEvent(event)

    def step(self, steps: int) -> None:
        """Change the chosen number by tenths (hundredths below 0.1)."""
        at = self.currentIndex()
        if at.isValid():
            value = float(self.matrix.values[at.row(), at.column()])
            size = 0.1 if abs(value) >= 0.1 or value == 0 else 0.01
            if not self._sweep:
                self._sweep = f"kernel {next(_sweeps)}"
            wanted = min(max(round(value + steps * size, 6), -LARGEST), LARGEST)
            self.value_edited.emit(at.row(), at.column(), wanted, self._sweep)

    def _on_refused(self, reason: str) -> None:
        below = self.visualRect(self.currentIndex()).bottomLeft()
        QToolTip.showText(self.viewport().mapToGlobal(below), reason, self)

    def _on_current_changed(self, current: QModelIndex, _before: QModelIndex) -> None:
        self._sweep = ""
        if current.isValid():
            self.cell_chosen.emit(current.row(), current.column())


def short_text(value: float) -> str:
    """Two places, in as few letters as a small cell has room for: 0.5, −1.25, 0.00 for what is nearly 0."""
    if value == 0:
        return "0"
    text = f"{value:.2f}" if abs(value) < 100 else f"{value:.3g}"
    if "." in text and "e" not in text and abs(value) >= 0.005:
        text = text.rstrip("0").rstrip(".")
    return text.replace("-", MINUS).replace("e+0", "e")
