"""The table of costs: all columns where there is room, else two lines a layer; bars on a shared axis."""

from typing import Final

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QFontMetrics,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableView,
    QToolTip,
    QWidget,
)

from engine.analysis.comparison import Comparison
from gui.look.appearance import Appearance, font
from gui.look.theme import CAPTION_PX
from gui.widgets.costs.costs_model import Column, CostsModel
from gui.widgets.costs.costs_painting import (
    LINE,
    NUMBERS,
    CostsDelegate,
    CostsHeader,
    two_line_columns,
    two_lines,
)
from gui.widgets.number_label import ACTIVATING
from gui.widgets.surface import on_surface

WIDE: Final = 500
"""From this width on every column has its place."""

_COLUMN_WIDTHS: Final = {
    Column.COST: 132,
    Column.SHAPE: 84,
    Column.PARAMETERS: 62,
    Column.MEMORY: 66,
    Column.FIELD: 62,
}
_TWO_LINES = 38
_UNMODIFIED: Final = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)


class CostsTable(QTableView):
    """A view of a `CostsModel`. A click on a number, or Enter after Left and Right, asks to explain it."""

    number_activated = Signal(int, object)
    """The row, and the `Column` of the number."""

    def __init__(self, model: CostsModel, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._costs = model
        self.setAccessibleName("Costs of each layer")
        self.verticalHeader().setAccessibleName("Rows of the table")
        self.setModel(model)
        self.setItemDelegate(CostsDelegate(appearance, self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(8)
        header = CostsHeader(appearance, self)
        self.setHorizontalHeader(header)
        header.setAccessibleName("Columns of the table")
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setMinimumSectionSize(8)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(Column.LAYER, QHeaderView.ResizeMode.Stretch)
        on_surface(self)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self._hovered: tuple[int, Column] | None = None
        self._pressed: tuple[int, Column] | None = None
        self._column = Column.COST
        self._by_keys = False
        self.is_wide = True
        self._spread(False)

    @property
    def is_compared(self) -> bool:
        """Whether differences from a baseline are shown."""
        return self._costs.comparison is not None

    def show_comparison(self, comparison: Comparison | None) -> None:
        """Tell differences from a baseline, or no more."""
        self._costs.show_comparison(comparison)
        self.setColumnWidth(Column.MEMORY, 112 if self.is_compared else _COLUMN_WIDTHS[Column.MEMORY])
        self.viewport().update()
        self.horizontalHeader().viewport().update()

    def select_lines(self, lines: list[int]) -> None:
        """Highlight exactly these rows, and bring the first into view."""
        chosen = self.selectionModel()
        flags = QItemSelectionModel.SelectionFlag
        chosen.clearSelection()
        for line in lines:
            chosen.select(self._costs.index(line, 0), flags.Select | flags.Rows)
        if lines:
            first = self._costs.index(lines[0], 0)
            chosen.setCurrentIndex(first, flags.NoUpdate)
            self.scrollTo(first)

    def selected_lines(self) -> list[int]:
        """The highlighted rows, top to bottom."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def copy(self) -> None:
        """Put the highlighted rows (all where none is) on the clipboard, with exact numbers."""
        lines = self.selected_lines() or list(range(self._costs.rowCount()))
        QGuiApplication.clipboard().setText(self._costs.tab_separated(lines))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+C copies rows, not one cell; Left and Right walk a row's numbers, Enter explains one."""
        self._by_keys = True
        line = self.currentIndex().row()
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            step = 1 if event.key() == Qt.Key.Key_Right else -1
            place = NUMBERS.index(self._column) + step
            self._column = NUMBERS[max(0, min(place, len(NUMBERS) - 1))]
        elif event.key() in ACTIVATING and event.modifiers() in _UNMODIFIED and line >= 0:
            self._activate(line, self._column)
        else:
            super().keyPressEvent(event)
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select the row; a number waits for the release."""
        self._by_keys = False
        self._pressed = None
        if event.button() == Qt.MouseButton.LeftButton and not event.modifiers():
            self._pressed = self.number_at(event.position().toPoint())
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on a number explains it."""
        super().mouseReleaseEvent(event)
        pressed, self._pressed = self._pressed, None
        if pressed is not None and pressed == self.number_at(event.position().toPoint()):
            self._activate(*pressed)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show which numbers can be clicked."""
        super().mouseMoveEvent(event)
        self._hover(self.number_at(event.position().toPoint()))

    def viewportEvent(self, event: QEvent) -> bool:
        """A number tells its exact value; nothing is under a mouse that has left."""
        if event.type() == QEvent.Type.Leave:
            self._hover(None)
        elif isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            found = self.number_at(event.pos())
            if found is not None:
                text = self._costs.index(*found).data(Qt.ItemDataRole.ToolTipRole)
                QToolTip.showText(event.globalPos(), text, self)
                return True
        return super().viewportEvent(event)

    def number_rect(self, line: int, column: Column) -> QRect:
        """Where a number's digits stand on the viewport."""
        text = self._costs.index(line, column).data()
        if self.is_wide:
            place = self.visualRect(self._costs.index(line, column)).adjusted(6, 0, -6, 0)
        else:
            top, low = two_lines(self.visualRect(self._costs.index(line, 0)))
            place = top if column == Column.COST else two_line_columns(low, compared=self.is_compared)[column]
        metrics = QFontMetrics(font(CAPTION_PX))
        width = min(metrics.horizontalAdvance(text), place.width())
        is_left = column == Column.SHAPE and not self.is_wide
        left = place.left() if is_left else place.right() + 1 - width
        height = min(metrics.height() + 2, place.height())
        return QRect(left, place.center().y() - height // 2, width, height)

    def number_at(self, point: QPoint) -> tuple[int, Column] | None:
        """The row and column of the number there; None beside numbers, and where none is known."""
        line = self.rowAt(point.y())
        if line < 0:
            return None
        for column in NUMBERS:
            if self._costs.quantity(line, column) and self.number_rect(line, column).contains(point):
                return line, column
        return None

    def is_marked(self, line: int, column: Column) -> bool:
        """Whether the number is under the mouse, or the one that Enter would explain."""
        if self._hovered == (line, column):
            return True
        here = (self.currentIndex().row(), self._column)
        return self._by_keys and self.hasFocus() and here == (line, column)

    def _activate(self, line: int, column: Column) -> None:
        if self._costs.quantity(line, column):
            self.number_activated.emit(line, column)

    def _hover(self, number: tuple[int, Column] | None) -> None:
        if number != self._hovered:
            self._hovered = number
            hand = Qt.CursorShape.PointingHandCursor
            self.viewport().setCursor(hand if number is not None else Qt.CursorShape.ArrowCursor)
            self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use the room there is."""
        super().resizeEvent(event)
        if (self.viewport().width() >= WIDE) != self.is_wide:
            self._spread(not self.is_wide)

    def sizeHint(self) -> QSize:
        """Some rows of two lines."""
        return QSize(240, 6 * _TWO_LINES)

    def _spread(self, wide: bool) -> None:
        self.is_wide = wide
        for column, width in _COLUMN_WIDTHS.items():
            self.setColumnHidden(column, not wide)
            wide_enough = 112 if column == Column.MEMORY and self.is_compared else width
            self.setColumnWidth(column, wide_enough)
        self.verticalHeader().setDefaultSectionSize(LINE if wide else _TWO_LINES)
