"""How a row of costs is painted: one cell of the wide table, or a whole layer in two lines."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QHeaderView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gui.look.appearance import Appearance, font
from gui.look.theme import CAPTION_PX, GRID, RADIUS, ROLE_COLOURS
from gui.widgets.costs.costs_model import ROW, Column, CostRow

if TYPE_CHECKING:
    from gui.widgets.costs.costs_table import CostsTable

NUMBERS: Final[tuple[Column, ...]] = tuple(column for column in Column if column != Column.LAYER)
"""The columns whose values can be explained."""
LINE: Final = 24
"""Height of a row of one line, and of the header."""
_NUMBER = 52
_ROOM_FOR_ALL: Final = 252
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class CostsDelegate(QStyledItemDelegate):
    """Paints one cell of the wide table, or a whole layer in two lines."""

    def __init__(self, appearance: Appearance, table: "CostsTable") -> None:
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
        for column, place in two_line_columns(low, compared=self._table.is_compared).items():
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

    def __init__(self, appearance: Appearance, table: "CostsTable") -> None:
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
        for column, place in two_line_columns(
            rect.adjusted(6, 0, -6, 0), compared=self._table.is_compared
        ).items():
            painter.drawText(place, _LEFT if column == Column.SHAPE else _RIGHT, names[column])
        painter.restore()

    def sizeHint(self) -> QSize:
        """One caption."""
        return QSize(super().sizeHint().width(), LINE)


def two_lines(rect: QRect) -> tuple[QRect, QRect]:
    """Where a layer's first and second line stand in its row."""
    inner = rect.adjusted(6, 3, -6, -3)
    top = QRect(inner.left(), inner.top(), inner.width(), inner.height() // 2)
    return top, top.translated(0, inner.height() // 2)


def two_line_columns(line: QRect, *, compared: bool = False) -> dict[Column, QRect]:
    """Where the quiet figures stand on a layer's second line; a difference takes more room than memory."""
    right, top, height = line.right() + 1, line.top(), line.height()
    # Enough for 110.7 K, 401.4 KB, 163 … 491, and a shape like 128×112×112; the field gives way first.
    spare = max(0, line.width() - _ROOM_FOR_ALL) // 4
    memory, parameters = 58 + spare, 50 + spare
    field = max(40, 66 - max(0, _ROOM_FOR_ALL - line.width())) + spare
    if compared:
        memory, parameters, field = 94 + spare, 44 + spare, 34 + spare
    return {
        Column.SHAPE: QRect(line.left(), top, line.width() - field - memory - parameters, height),
        Column.PARAMETERS: QRect(right - field - memory - parameters, top, parameters, height),
        Column.MEMORY: QRect(right - field - memory, top, memory, height),
        Column.FIELD: QRect(right - field, top, field, height),
    }
