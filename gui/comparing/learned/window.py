"""What networks learn: several trained on the same data with the same seeds, while one goes on working.

What is closed lies in files, and goes on when the window is opened again.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from engine.errors import EngineError, reason_of
from engine.formats import read_project
from engine.formats.tables.typesetting import Table
from engine.training.comparing.learned_table import learned_table
from engine.training.runs import Plan
from gui.comparing.learned.chart import LearnedChart
from gui.comparing.learned.comparison_run import ComparisonRun
from gui.comparing.learned.contestants import Contestants
from gui.comparing.learned.kept_comparison import (
    KeptComparison,
    begin_comparison,
    drop_others,
    left_comparisons,
)
from gui.comparing.learned.outcome_table import OutcomeTable
from gui.comparing.learned.words import CLUSTER, plan_text, progress_text
from gui.comparing.table_export import TableExport
from gui.figures.learned_chart import write_learned_chart
from gui.look.appearance import Appearance
from gui.look.screen import give_size
from gui.look.theme import GRID
from gui.session.baseline import Baseline
from gui.session.session import Session
from gui.widgets.dialogs import PROJECT_KINDS, Dialogs
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.settings.number_box import NumberBox
from gui.widgets.surface import styled_label
from gui.words.sentence_case import sentence
from presets.learning.networks import reduced_pair

MOST_SEEDS: Final = 20
USUAL_SEEDS: Final = 3
FIGURES: Final = "SVG (*.svg);;PDF (*.pdf);;PNG (*.png)"


class LearnedWindow(QDialog):
    """Not modal. `plan` is how networks are trained: as the tab Train has it."""

    def __init__(
        self,
        session: Session,
        baseline: Baseline,
        appearance: Appearance,
        dialogs: Dialogs,
        plan: Callable[[], Plan],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("What networks learn")
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        give_size(self, 1000, 600)
        self._plan, self._dialogs, self._settings = plan, dialogs, session.settings
        self._said = ""
        document, selection = session.document, session.selection
        self.run = ComparisonRun(self)
        self.contestants = Contestants(
            document,
            lambda: selection.current,
            lambda: None if baseline.pinned is None else baseline.pinned.project,
        )
        self.pair = QPushButton("3×3 against 1×1")
        self.pair.setToolTip(
            "Train a 3×3 convolution on all maps, and one after a 1×1 reduction, and compare what they learn."
            " They take the place of the networks listed below"
        )
        self.seeds = NumberBox(1, MOST_SEEDS)
        self.seeds.setAccessibleName("Seeds")
        self.seeds.setToolTip("How often each network is trained: the spread says how much is luck")
        self.seeds.show_value(USUAL_SEEDS)
        self.train = QPushButton("Train all")
        self.train.setProperty("primary", True)
        self.train.setToolTip(CLUSTER)
        self.export = TableExport(self.account, "what they learned", dialogs, session.settings)
        self.figure = QPushButton("Figure…")
        self.figure.setToolTip("Save the chart as a figure")
        self.chart = LearnedChart(appearance)
        self.table = OutcomeTable()
        self.about = styled_label(style="caption", wrap=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.bar.setAccessibleName("Progress")
        self.status = ElidedLabel()
        self._lay_out()
        for button in (self.pair, self.train, self.figure):
            button.setAutoDefault(False)
        self.pair.clicked.connect(self.compare_pair)
        self.train.clicked.connect(self._on_train)
        self.figure.clicked.connect(self.save_figure)
        self.export.said.connect(self._say)
        self.contestants.changed.connect(self._on_contestants)
        self.contestants.file_wanted.connect(self._on_file)
        self.run.advanced.connect(self._show)
        self.run.ended.connect(self._on_ended)
        self._show()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(GRID)
        for widget in (self.contestants.add_button, self.contestants.remove_button, self.pair):
            head.addWidget(widget)
        head.addStretch(1)
        head.addWidget(styled_label("Seeds", style="secondary"))
        self.seeds.setFixedWidth(56)
        head.addWidget(self.seeds)
        for button in (self.train, self.export, self.figure):
            head.addWidget(button)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.contestants, 1)
        column.addWidget(self.about)
        column.setSpacing(GRID)
        right = QWidget()
        results = QVBoxLayout(right)
        results.setContentsMargins(0, 0, 0, 0)
        results.addWidget(self.chart, 3)
        results.addWidget(self.table, 2)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(left)
        split.addWidget(right)
        split.setSizes([240, 740])
        split.setStretchFactor(1, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, GRID)
        whole.setSpacing(GRID)
        whole.addLayout(head)
        whole.addWidget(split, 1)
        whole.addWidget(self.bar)
        whole.addWidget(self.status)

    # what people do ------------------------------------------------------------------------------------
    def begin(self) -> None:
        """Opened: what was left goes on to be shown; else the open network is the first."""
        if self.run.kept is None and not self.contestants.networks:
            left = next(left_comparisons(self._settings.comparisons_folder), None)
            if left is not None:
                self.take_up(left)
            else:
                self.contestants.add_usual()
        self._show_status()

    def take_up(self, kept: KeptComparison) -> None:
        """Go on with a comparison that was left; what is made of it is shown."""
        if self.run.kept is not None and self.run.kept.folder == kept.folder:
            return
        self._let_go()
        self.contestants.show_networks(dict(kept.networks))
        self.seeds.show_value(kept.count)
        self._start(kept)

    def compare_pair(self) -> None:
        """A 3×3 on all maps against a 1×1 and a 3×3, at once."""
        if not self.run.is_running:
            self.contestants.show_networks(reduced_pair(3))
            self._on_train()

    def _on_train(self) -> None:
        """Begin, stop, or go on with what was stopped."""
        if self.run.is_running:
            self.run.cancel()
            self._say("Stopped. What is made is kept: Go on continues where it was")
            return
        kept = self.run.kept
        if kept is not None and self._is_same(kept):
            self._start(kept)
            return
        try:
            plan = self._plan()
            self._let_go()
            folder = self._settings.comparisons_folder
            kept = begin_comparison(folder, self.contestants.networks, plan, int(self.seeds.value or 1))
            drop_others(folder, kept)
        except EngineError as error:
            self._say(str(error))
        except OSError as error:
            self._say(f"the comparison cannot be kept in {folder}: {reason_of(error)}")
        else:
            self._start(kept)

    def _is_same(self, kept: KeptComparison) -> bool:
        """Whether this is what is wanted, and not made to its end."""
        wanted = (list(self.contestants.networks.items()), int(self.seeds.value or 1))
        return wanted == (list(kept.networks.items()), kept.count) and not self.run.is_done

    def _start(self, kept: KeptComparison) -> None:
        self._say("")
        self.run.start(kept)
        self._show()

    def _let_go(self) -> None:
        """Of what was compared before: it lies in its files."""
        self.run.cancel()
        if self.run.kept is not None:
            self.run.kept.leave()

    def _on_contestants(self) -> None:
        self._say("")
        self._show()

    def _on_file(self) -> None:
        path = self._dialogs.file_to_open(
            self, "Compare with", self._settings.folder("project"), PROJECT_KINDS
        )
        if path is not None:
            try:
                self.contestants.add(path.stem, read_project(path).network)
            except EngineError as error:
                self._say(str(error))

    def save_figure(self) -> None:
        """Ask for a file, and write the chart."""
        suggestion = str(Path(self._settings.folder("figure")) / "what they learned.svg")
        path = self._dialogs.file_to_save(self, "Save the chart", suggestion, FIGURES)
        if path is None:
            return
        try:
            write_learned_chart(path, self.run.learned, self.chart.amount.current)
        except EngineError as error:
            self._say(str(error))
            return
        self._settings.remember_folder("figure", path)
        self._say(f"{path.name} written")

    def account(self) -> Table | None:
        """What there is so far, as a table."""
        learned = self.run.learned
        return learned_table(learned) if learned else None

    def changeEvent(self, event: QEvent) -> None:
        """Back from the window behind, where the tab Train may have changed."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self._show_status()

    def closeEvent(self, event: QCloseEvent) -> None:
        """What is made lies in its files, and goes on when the window is opened again."""
        self.run.cancel()
        super().closeEvent(event)

    def leave(self) -> None:
        """The program goes."""
        self._let_go()
        self.close()

    # what is seen --------------------------------------------------------------------------------------
    def _on_ended(self, problem: str) -> None:
        self._say(problem or "")
        self._show()

    def _say(self, text: str) -> None:
        self._said = sentence(f"{text.rstrip('.')}.") if text else ""
        self._show_status()

    def _show(self) -> None:
        learned = self.run.learned
        self.chart.show_learned(learned, is_running=self.run.is_running)
        self.table.show_table(self.account())
        self.table.setVisible(bool(learned))
        self.export.setEnabled(bool(learned))
        self.figure.setEnabled(bool(learned))
        self._show_status()

    def _show_status(self) -> None:
        run, kept = self.run, self.run.kept
        running = run.is_running
        goes_on = not running and kept is not None and self._is_same(kept)
        self.train.setText("Stop" if running else "Go on" if goes_on else "Train all")
        self.train.setEnabled(running or bool(self.contestants.networks))
        self.contestants.setEnabled(not running)
        self.pair.setEnabled(not running)
        self.seeds.setEnabled(not running)
        self.bar.setRange(0, 1000)
        self.bar.setValue(round(1000 * run.progress.share(run.total)))
        self.bar.setVisible(running)
        try:
            plan = kept.plan if kept is not None and (running or goes_on or run.is_done) else self._plan()
            self.about.setText(f"{plan_text(plan)}, as the tab Train has it. {CLUSTER}")
        except EngineError as error:
            self.about.setText(str(error))
        self.status.setText(self._said or run.warning or progress_text(run))
