"""What is said of a run: where it is in two lines, what an edit did to it, and what is wrong."""

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gui.look.theme import GRID
from gui.training.runner import Runner
from gui.training.status_text import status_text
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.surface import styled_label
from gui.words.sentence_case import sentence


class RunLines(QWidget):
    """Between `first` and `last`, and below them; what is said has as many lines as it needs."""

    def __init__(self, first: QWidget, last: Sequence[QWidget], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.status = ElidedLabel()
        self.detail = ElidedLabel(style="caption")
        self.note = styled_label(style="secondary", wrap=True)
        self.problem = styled_label(style="warning", wrap=True)
        self.problem.hide()
        beside = QVBoxLayout()
        beside.setSpacing(0)
        beside.addWidget(self.status)
        beside.addWidget(self.detail)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(first)
        row.addLayout(beside, 1)
        for widget in last:
            row.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 2)
        column.addLayout(row)
        column.addWidget(self.note)
        column.addWidget(self.problem)

    def show_run(self, runner: Runner | None, speed: float, note: str, *, was_edited: bool) -> None:
        """Where it is; what else there is to say, empty for nothing. speed: steps a second; was_edited: the
        network is another one by now."""
        status, detail = status_text(runner, speed, was_edited=was_edited)
        self.status.setText(status)
        self.detail.setText(detail)
        self.detail.setVisible(bool(detail))
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self.show_problem(runner.problem if runner is not None else "")

    def show_problem(self, problem: str) -> None:
        """In a sentence; empty for none."""
        text = f"{sentence(problem)}." if problem and not problem.endswith(".") else sentence(problem)
        if text != self.problem.text():
            self.problem.setText(text)
        self.problem.setVisible(bool(problem))
