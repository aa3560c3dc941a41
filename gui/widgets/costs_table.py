"""The table of costs: all columns where there is room, else two lines a layer; bars on a shared axis."""

from typing import Final

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
    QWidget,
)

from gui.appearance import Appearance, font
from gui.theme import CAPTION_PX, GRID, RADIUS, ROLE_COLOURS
from gui.widgets.costs_model import ROW, Column, CostRow, CostsModel
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
NUMBERS: Final[tuple[Column, ...]] = tuple(column for column in Column if column != Column.LAYER)
"""The columns whose values can be explained."""
_LINE, _TWO_LINES = 24, 38
_NUMBER = 52
_ROOM_FOR_ALL: Final = 252
_UNMODIFIED: Final = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class CostsTable(QTableView):
    """A view of a `CostsModel`. A click on a number, or Enter after Left and Right, asks to explain it."""

    number_activated = Signal(int, object)
    """The row, and the `Column` of the number."""

    def __init__(self, model: CostsModel, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._costs = model
        self.setAccessibleName("Costs of each layer")
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
            place = top if column == Column.COST else two_line_columns(low)[column]
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
            self.setColumnWidth(column, width)
        self.verticalHeader().setDefaultSectionSize(_LINE if wide else _TWO_LINES)


class CostsDelegate(QStyledItemDelegate):
    """Paints one cell of the wide table, or a whole layer in two lines."""

    def __init__(self, appearance: Appearance, table: CostsTable) -> None:
        super().__init__(table)
        self._appearance = appearance
        self._table = table
        self._font = font(CAPTION_PX)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Ground, then bar, then text."""
        row: CostRow = index.data(ROW)
        rect, state = option.rect, option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, rect, state, index.column())
        if self._table.is_wide:
            self._paint_cell(painter, rect, index, row)
        else:
            self._paint_two_lines(painter, rect, index, row)
        painter.restore()

    def _paint_ground(self, painter: QPainter, rect: QRect, state: QStyle.StateFlag, column: int) -> None:
        colours = self._appearance.palette
        selected = bool(state & QStyle.StateFlag.State_Selected)
        if not selected and not state & QStyle.StateFlag.State_MouseOver:
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.selected if selected else colours.hover))
        if self._table.is_wide:
            painter.drawRect(rect)
        else:
            painter.drawRoundedRect(rect.adjusted(0, 1, 0, -1), RADIUS, RADIUS)

    def _paint_cell(
        self, painter: QPainter, rect: QRect, index: QModelIndex | QPersistentModelIndex, row: CostRow
    ) -> None:
        colours = self._appearance.palette
        column = index.column()
        inner = rect.adjusted(6, 0, -6, 0)
        if column == Column.LAYER:
            colour = colours.warning if row.report.problems else colours.text
            self._write(painter, inner, index.data(), colour, _LEFT)
            return
        if column == Column.COST:
            bar = QRect(inner.left(), inner.top(), inner.width() - _NUMBER - GRID, inner.height())
            self._paint_bar(painter, bar, row)
        colour = self._emphasis(row) if column == Column.COST else colours.secondary
        marked = self._table.is_marked(index.row(), Column(column))
        self._write(painter, inner, index.data(), colour, _RIGHT, marked)

    def _paint_two_lines(
        self, painter: QPainter, rect: QRect, index: QModelIndex | QPersistentModelIndex, row: CostRow
    ) -> None:
        colours = self._appearance.palette
        top, low = two_lines(rect)
        length = max(44, min(112, top.width() // 4))
        name = top.adjusted(0, 0, -_NUMBER - length - GRID, 0)
        bar = QRect(name.right() + 1, top.top(), length, top.height())
        self._write(painter, name, row.label, colours.warning if row.report.problems else colours.text, _LEFT)
        self._paint_bar(painter, bar, row)
        texts = [index.sibling(index.row(), column).data() for column in Column]
        marked: dict[Column, bool] = {
            column: self._table.is_marked(index.row(), column) for column in NUMBERS
        }
        self._write(painter, top, texts[Column.COST], self._emphasis(row), _RIGHT, marked[Column.COST])
        for column, place in two_line_columns(low).items():
            side = _LEFT if column == Column.SHAPE else _RIGHT
            self._write(painter, place, texts[column], colours.secondary, side, marked[column])

    def _paint_bar(self, painter: QPainter, place: QRect, row: CostRow) -> None:
        if not row.cost:
            return
        axis = QRectF(place.left(), place.center().y() - 2, place.width(), 5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._appearance.palette.hover))
        painter.drawRoundedRect(axis, 2.5, 2.5)
        # Something is never nothing: at least two pixels.
        painter.setBrush(QColor(ROLE_COLOURS[row.role]))
        filled = QRectF(axis.left(), axis.top(), max(2.0, row.share * axis.width()), 5)
        painter.drawRoundedRect(filled, min(2.5, filled.width() / 2), 2.5)

    def _emphasis(self, row: CostRow) -> str:
        """Costs are what the panel is about; layers without one step back."""
        return self._appearance.palette.text if row.cost else self._appearance.palette.secondary

    def _write(
        self,
        painter: QPainter,
        place: QRect,
        text: str,
        colour: str,
        side: Qt.AlignmentFlag,
        marked: bool = False,
    ) -> None:
        face = QFont(self._font)
        face.setUnderline(marked)
        painter.setFont(face)
        painter.setPen(QColor(colour))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, side, shown)


class CostsHeader(QHeaderView):
    """The columns' names; where layers have two lines, those of the second line's figures."""

    def __init__(self, appearance: Appearance, table: CostsTable) -> None:
        super().__init__(Qt.Orientation.Horizontal, table)
        self._appearance = appearance
        self._table = table

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        """One name, or four."""
        if self._table.is_wide:
            super().paintSection(painter, rect, logicalIndex)
            return
        colours = self._appearance.palette
        names = [self._table.model().headerData(column, Qt.Orientation.Horizontal) for column in Column]
        painter.save()
        painter.fillRect(rect, QColor(colours.surface))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), QColor(colours.line))
        painter.setFont(font(CAPTION_PX))
        painter.setPen(QColor(colours.secondary))
        for column, place in two_line_columns(rect.adjusted(6, 0, -6, 0)).items():
            painter.drawText(place, _LEFT if column == Column.SHAPE else _RIGHT, names[column])
        painter.restore()

    def sizeHint(self) -> QSize:
        """One caption."""
        return QSize(super().sizeHint().width(), _LINE)


def two_lines(rect: QRect) -> tuple[QRect, QRect]:
    """Where a layer's first and second line stand in its row."""
    inner = rect.adjusted(6, 3, -6, -3)
    top = QRect(inner.left(), inner.top(), inner.width(), inner.height() // 2)
    return top, top.translated(0, inner.height() // 2)


def two_line_columns(line: QRect) -> dict[Column, QRect]:
    """Where the quiet figures stand on a layer's second line."""
    right, top, height = line.right() + 1, line.top(), line.height()
    # Enough for 110.7 K, 401.4 KB, 163 … 491, and a shape like 128×112×112; the field gives way first.
    spare = max(0, line.width() - _ROOM_FOR_ALL) // 4
    memory, parameters = 58 + spare, 50 + spare
    field = max(40, 66 - max(0, _ROOM_FOR_ALL - line.width())) + spare
    return {
        Column.SHAPE: QRect(line.left(), top, line.width() - field - memory - parameters, height),
        Column.PARAMETERS: QRect(right - field - memory - parameters, top, parameters, height),
        Column.MEMORY: QRect(right - field - memory, top, memory, height),
        Column.FIELD: QRect(right - field, top, field, height),
    }
