"""What a presented step says: its text, question, task and outcome, in one size of type."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from gui.lessons.choices import Choices
from gui.lessons.lesson_jobs import Reading
from gui.lessons.prose import table
from gui.lessons.text import Prose
from gui.look.appearance import Appearance, font
from gui.widgets.surface import on_surface
from presets.lesson import Prediction, Step, filled


class TextColumn(QScrollArea):
    """Type keeps its size: what is longer than the screen is scrolled to where it grows."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._title = QLabel()
        self._title.setWordWrap(True)
        self.text = Prose(appearance)
        self.choices = Choices(appearance)
        self.table = Prose(appearance)
        self.task = Prose(appearance)
        self.outcome = Prose(appearance)
        inner = QWidget()
        self._column = QVBoxLayout(inner)
        for widget in (self._title, self.text, self.choices, self.table, self.task, self.outcome):
            self._column.addWidget(widget)
        self._column.addStretch(1)
        self.setWidget(inner)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        on_surface(self)

    def show_step(self, step: Step, asked: Prediction | None, answer: int | None) -> None:
        """Another step, and one of its questions, answered like this before."""
        self._title.setText(step.title)
        self.choices.setVisible(asked is not None)
        if asked is not None:
            self.choices.ask(asked, answer)
        self.task.setVisible(step.task is not None)

    def show_reading(self, step: Step, reading: Reading, *, told: bool) -> None:
        """The step's numbers; without what gives its solution away unless it is `told`."""
        numbers: Mapping[str, str] = dict(reading.numbers)
        done = told and step.task is not None and reading.done
        self.text.say(filled(step.text, numbers))
        self.choices.fill(reading.asked)
        self.table.setVisible(told and step.comparison is not None)
        if step.comparison is not None:
            self.table.say(table(step.comparison, dict(numbers)))
        if step.task is not None:
            self.task.say(f"{'✓' if done else '→'} {filled(step.task.text, numbers)}", weight="semibold")
        self.outcome.setVisible(done and bool(step.outcome))
        self.outcome.say(filled(step.outcome, numbers))

    def use_size(self, px: int, margin: int) -> None:
        """All type in these pixels, the title half as large again."""
        self._column.setContentsMargins(margin, margin, margin, margin // 2)
        self._column.setSpacing(px)
        self._title.setFont(font(round(px * 1.5), "semibold"))
        for prose in (self.text, self.table, self.task, self.outcome):
            prose.use_size(px)
        self.choices.use_size(px)

    def follow(self, *, to_the_end: bool) -> None:
        """Scroll to where the step grew, or to where it begins; once it is laid out."""
        bar = self.verticalScrollBar()
        QTimer.singleShot(0, self, lambda: bar.setValue(bar.maximum() if to_the_end else 0))
