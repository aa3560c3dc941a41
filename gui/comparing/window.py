"""Two networks side by side: both canvases, every layer with its counterpart, and the maps of both.

What is selected on one side is selected with its counterpart on the other.
"""

from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

import presets
from engine.analysis.comparison import Comparison
from engine.errors import EngineError
from engine.formats import read_project
from engine.formats.tables.comparison_tables import comparison_table
from engine.formats.tables.typesetting import Table
from engine.model.project import Project
from gui.comparing.figure_export import FigureExport, Shown
from gui.comparing.linked import LEFT, RIGHT, LinkedSelection
from gui.comparing.network_picker import BASELINE, FILE, OPEN, NetworkPicker
from gui.comparing.pairs_model import PairsModel
from gui.comparing.pairs_table import pairs_table
from gui.comparing.side import Side
from gui.comparing.table_export import TableExport
from gui.look.appearance import Appearance
from gui.look.screen import give_size
from gui.look.theme import GRID
from gui.session.baseline import Baseline, CompareJob
from gui.session.compute import ComputeService
from gui.session.document import Document
from gui.session.jobs import JobHandle
from gui.session.settings import Settings
from gui.session.worker import Computed
from gui.widgets.controls.choice_button import ChoiceButton
from gui.widgets.dialogs import PROJECT_KINDS, Dialogs
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.surface import local_numbers
from gui.words.convention import Convention
from gui.words.differences import cost_total, exact_difference, summary

PAIR: Final = ("inception_3a_naive", "inception_3a")
"""The pair that shows what the 1×1 saves."""
WHICH: Final = {"all": "All layers", "changes": "Changes alone"}


LEAST_MAPS: Final = 200
"""Width that the maps of a side can be squeezed to on a small screen: the splitter gives them more."""


class CompareWindow(QDialog):
    """Not modal. A side that shows the open network follows its edits."""

    def __init__(
        self,
        document: Document,
        compute: ComputeService,
        baseline: Baseline,
        appearance: Appearance,
        settings: Settings,
        dialogs: Dialogs,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Side by side")
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        give_size(self, 1280, 860)
        self._document, self._compute, self._baseline = document, compute, baseline
        self._settings, self._dialogs = settings, dialogs
        self.sides = (Side(compute, appearance, self), Side(compute, appearance, self))
        self.shown = [BASELINE, OPEN]
        """What each side shows: `OPEN`, `BASELINE`, a preset's name or `FILE`."""
        self.comparison: Comparison | None = None
        self._job: JobHandle | None = None
        self._is_fitted = False

        self.pickers = tuple(
            NetworkPicker(f"The network on the {where}", lambda: baseline.pinned is not None)
            for where in ("left", "right")
        )
        self.totals = ElidedLabel()
        self.counts = ElidedLabel(style="caption")
        self.model = PairsModel(appearance, self)
        self.table = pairs_table(self.model)
        self._linked = LinkedSelection(self.sides, self.table, self.model)
        self.export = TableExport(self.account, "comparison", dialogs, settings)
        self._pair_button = QPushButton("Inception 3a")
        self._pair_button.setToolTip("What the 1×1 saves: the naive module and the one with reductions")
        self._pair_button.setAutoDefault(False)
        self._swap = QPushButton("Swap")
        self._swap.setToolTip("Exchange left and right")
        self._swap.setAutoDefault(False)
        self._figure = QPushButton("Figure…")
        self._figure.setToolTip("Save both networks with what they cost as a figure")
        self._figure.setAutoDefault(False)
        self.figure_export = FigureExport(compute, dialogs, settings, self)
        self.which = ChoiceButton("Which layers are listed", WHICH, "all")
        self._appearance = appearance
        self._lay_out()

        self._figure.clicked.connect(self.save_figure)
        self.figure_export.said.connect(self.counts.setText)
        self.which.chosen.connect(self._on_which_chosen)
        self._pair_button.clicked.connect(self.show_pair)
        self._swap.clicked.connect(self.swap)
        self.export.said.connect(self.counts.setText)
        for place, side in enumerate(self.sides):
            other = self.sides[LEFT if place == RIGHT else RIGHT]
            side.feature_maps.change.compare_with(partial(self._map_of_counterpart, place))
            other.maps.run_finished.connect(side.feature_maps.on_other_changed)
            switches = side.feature_maps.switches
            for asked in (switches.export_clicked, switches.figure_clicked):
                asked.connect(partial(self._save_maps, side))
        for place in (LEFT, RIGHT):
            self.pickers[place].picked.connect(partial(self._on_picked, place))
        document.project_changed.connect(self._on_project_changed)
        baseline.changed.connect(self._on_baseline_changed)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(GRID)
        head.addWidget(self.totals, 1)
        for button in (self.which, self._pair_button, self._swap, self.export, self._figure):
            head.addWidget(button)
        canvases, maps = QSplitter(Qt.Orientation.Horizontal), QSplitter(Qt.Orientation.Horizontal)
        for side, picker in zip(self.sides, self.pickers, strict=True):
            canvases.addWidget(_titled(picker, side.canvas))
            maps.addWidget(side.feature_maps)
            side.feature_maps.setMinimumWidth(LEAST_MAPS)
        lower = QSplitter(Qt.Orientation.Horizontal)
        lower.addWidget(self.table)
        lower.addWidget(maps)
        lower.setSizes([560, 700])
        whole = QSplitter(Qt.Orientation.Vertical)
        whole.addWidget(canvases)
        whole.addWidget(lower)
        whole.setSizes([430, 370])
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID, GRID, GRID, 4)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(whole, 1)
        column.addWidget(self.counts)

    # What is shown

    def show_networks(self, left: str, right: str) -> None:
        """Show two networks: each `OPEN`, `BASELINE` or a preset's name."""
        self.shown = [left, right]
        for place in (LEFT, RIGHT):
            self._refresh(place)
        self._compare()

    def show_baseline(self) -> None:
        """The open network beside the baseline, or beside itself for others to be picked."""
        self.show_networks(BASELINE, OPEN)

    def show_pair(self) -> None:
        """The naive Inception module 3a, and the one with 1×1 reductions; the 5×5 branch selected."""
        self.show_networks(*PAIR)
        self.sides[RIGHT].show_selected(frozenset({"5x5"}))

    def swap(self) -> None:
        """Exchange left and right."""
        left, right = self.sides
        projects = [(side.title, side.document.project) for side in (right, left)]
        self.shown.reverse()
        for place, (title, project) in enumerate(projects):
            self._show(place, title, project)
        self._compare()

    def account(self) -> Table | None:
        """The comparison as a table; None until it has been found."""
        if self.comparison is None:
            return None
        return comparison_table(self.comparison, *(side.title for side in self.sides))

    def save_figure(self) -> None:
        """Ask for a file and write the comparison as a figure."""
        left, right = (
            Shown(side.title, side.document.project, side.document.analysis) for side in self.sides
        )
        self.figure_export.save(left, right, self._appearance.palette.name)

    def _save_maps(self, side: Side) -> None:
        self.figure_export.save_maps(side.title, side.feature_maps.drawing())

    def show_convention(self, convention: Convention) -> None:
        """Count costs in another way."""
        self.model.show_comparison(self.comparison, convention)
        self._show_totals()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._is_fitted:
            self._is_fitted = True
            for side in self.sides:
                side.canvas.fit_all()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nobody waits for what nobody sees."""
        for side in self.sides:
            side.maps.give_up()
        super().closeEvent(event)

    def _on_picked(self, place: int, choice: str) -> None:
        if choice == FILE:
            folder = self._settings.folder("project")
            path = self._dialogs.file_to_open(self, "Compare with", folder, PROJECT_KINDS)
            if path is None:
                return
            try:
                project = read_project(path)
            except EngineError as error:
                self.counts.setText(str(error))
                return
            self.shown[place] = FILE
            self._show(place, path.stem, project)
        else:
            self.shown[place] = choice
            self._refresh(place)
        self._compare()

    def _refresh(self, place: int) -> None:
        choice, pinned = self.shown[place], self._baseline.pinned
        if choice == BASELINE and pinned is not None:
            self._show(place, f"{pinned.title} (baseline)", pinned.project)
        elif choice in (OPEN, BASELINE):
            self._show(place, f"{self._document.title} (open)", self._document.project)
        elif choice != FILE:
            preset = presets.load(choice)
            self._show(place, preset.title, preset.project)

    def _show(self, place: int, title: str, project: Project) -> None:
        # One photograph for both, or their maps could not be compared.
        self.sides[place].show_network(title, project, self._document.project.image)
        self.pickers[place].show_title(title)

    def _compare(self) -> None:
        if self._job is not None:
            self._job.cancel()
        left, right = (side.document.analysis for side in self.sides)
        self._job = self._compute.submit(CompareJob(left, right), self)
        self._job.finished.connect(self._on_compared)

    def _on_compared(self, comparison: object) -> None:
        assert isinstance(comparison, Comparison)
        self.comparison = comparison
        self.model.show_comparison(comparison, self.model.convention)
        self._show_totals()
        self._linked.show_comparison(comparison)
        for side in self.sides:
            side.feature_maps.on_other_changed()

    def _map_of_counterpart(self, place: int, node_id: str) -> Computed | None:
        """Of the layer that stands for this one on the other side."""
        if self.comparison is None:
            return None
        is_right = place == RIGHT
        pairs = self.comparison.by_node if is_right else self.comparison.by_former_node
        pair = pairs.get(node_id)
        counterpart = None if pair is None else pair.before if is_right else pair.after
        if counterpart is None:
            return None
        return self.sides[LEFT if is_right else RIGHT].maps.result(counterpart.node_id)

    def _show_totals(self) -> None:
        if self.comparison is None:
            return
        numbers, convention = local_numbers(), self.model.convention
        parameters = exact_difference(self.comparison.total("parameters"), numbers, "parameters")
        cost = exact_difference(cost_total(self.comparison, convention), numbers, convention.name)
        self.totals.setText(f"{parameters}  ·  {cost}")
        self.counts.setText(summary(self.comparison))

    def _on_which_chosen(self, which: str) -> None:
        self.model.show_changes_alone(which == "changes")
        self._linked.refresh()

    # What changed elsewhere

    def _on_project_changed(self, before: Project, after: Project) -> None:
        if self.isHidden():
            return
        places = [place for place in (LEFT, RIGHT) if self._follows(place)]
        if before.image != after.image:
            places = [LEFT, RIGHT]
        if before != after and places:
            for place in places:
                if self.shown[place] == FILE:
                    side = self.sides[place]
                    self._show(place, side.title, side.document.project)
                else:
                    self._refresh(place)
            self._compare()

    def _follows(self, place: int) -> bool:
        return self.shown[place] == OPEN or (self.shown[place] == BASELINE and self._baseline.pinned is None)

    def _on_baseline_changed(self) -> None:
        if not self.isHidden() and BASELINE in self.shown:
            self._refresh(self.shown.index(BASELINE))
            self._compare()


def _titled(picker: NetworkPicker, canvas: QWidget) -> QWidget:
    widget = QWidget()
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2)
    column.addWidget(picker, 0, Qt.AlignmentFlag.AlignLeft)
    column.addWidget(canvas, 1)
    return widget
