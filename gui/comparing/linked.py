"""What is selected on one side is selected with its counterpart on the other, and in the table."""

from functools import partial

from PySide6.QtCore import QItemSelectionModel, QObject
from PySide6.QtWidgets import QTableView

from engine.analysis.comparison import Comparison
from gui.comparing.pairs_model import PairsModel
from gui.comparing.side import Side
from gui.session.selection import first_look

LEFT, RIGHT = 0, 1


class LinkedSelection(QObject):
    """Keeps both sides and the table of pairs together."""

    def __init__(self, sides: tuple[Side, Side], table: QTableView, model: PairsModel) -> None:
        super().__init__(table)
        self._sides, self._table, self._model = sides, table, model
        self._comparison: Comparison | None = None
        self._following = False
        for place, side in enumerate(sides):
            side.selection.selection_changed.connect(partial(self._on_selected, place))
        table.selectionModel().selectionChanged.connect(self._on_rows_selected)

    def show_comparison(self, comparison: Comparison) -> None:
        """Other counterparts; where nothing is selected, the first change is, so that maps are seen."""
        self._comparison = comparison
        if not any(side.selection.ids for side in self._sides):
            self._select_first(comparison)
        self.refresh()

    def refresh(self) -> None:
        """Select on the left and in the table what is selected on the right."""
        self._on_selected(RIGHT, self._sides[RIGHT].selection.ids)

    def _select_first(self, comparison: Comparison) -> None:
        changed = [pair.after for pair in comparison.pairs if pair.change in ("changed", "inserted")]
        first = next((one.node_id for one in changed if one is not None), None)
        right = self._sides[RIGHT]
        right.show_selected(frozenset({first}) if first else first_look(right.document.analysis))

    def _on_selected(self, place: int, ids: frozenset[str]) -> None:
        if self._following or self._comparison is None:
            return
        self._following = True
        known = self._comparison.by_node if place == RIGHT else self._comparison.by_former_node
        found = set()
        for node_id in ids & known.keys():
            other = known[node_id].before if place == RIGHT else known[node_id].after
            if other is not None:
                found.add(other.node_id)
        self._sides[LEFT if place == RIGHT else RIGHT].show_selected(frozenset(found))
        self._select_rows(self._model.rows_of(ids, after=place == RIGHT))
        self._following = False

    def _on_rows_selected(self) -> None:
        if self._following:
            return
        self._following = True
        pairs = [self._model.pairs[index.row()] for index in self._table.selectionModel().selectedRows()]
        self._sides[LEFT].show_selected(frozenset(pair.before.node_id for pair in pairs if pair.before))
        self._sides[RIGHT].show_selected(frozenset(pair.after.node_id for pair in pairs if pair.after))
        self._following = False

    def _select_rows(self, rows: list[int]) -> None:
        chosen, flags = self._table.selectionModel(), QItemSelectionModel.SelectionFlag
        chosen.clearSelection()
        for row in rows:
            chosen.select(self._model.index(row, 0), flags.Select | flags.Rows)
        if rows:
            self._table.scrollTo(self._model.index(rows[0], 0))
