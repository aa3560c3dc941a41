"""The view of the layers of two networks, pair by pair."""

from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from gui.comparing.pairs_model import PairsModel


def pairs_table(model: PairsModel) -> QTableView:
    """Whole rows are selected; names share the room that numbers leave."""
    table = QTableView()
    table.setAccessibleName("Layers of both networks")
    table.horizontalHeader().setAccessibleName("Columns of the table")
    table.verticalHeader().setAccessibleName("Rows of the table")
    table.setModel(model)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(24)
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setSectionsClickable(False)
    for column, width in enumerate((0, 0, 64, 70, 70, 72, 52)):
        header.setSectionResizeMode(
            column, QHeaderView.ResizeMode.Fixed if width else QHeaderView.ResizeMode.Stretch
        )
        if width:
            table.setColumnWidth(column, width)
    return table
