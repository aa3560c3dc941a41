"""The end of a lesson: how far one got, the quiz, and the lesson that comes next."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from engine.errors import EngineError
from gui.lessons.choices import Choices
from gui.lessons.progress import Progress
from gui.look.appearance import Appearance
from gui.look.theme import GRID
from gui.widgets.surface import styled_label
from gui.widgets.wrapped_button import WrappedButton
from presets.lesson import Lesson
from presets.lessons import following


class Closing(QWidget):
    """Answers are kept with the predictions; the first to each question counts."""

    answered = Signal(object)
    """The `Choices` in which there is a reply now."""
    next_wanted = Signal(object)
    """The `Lesson` to begin."""

    def __init__(self, progress: Progress, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._progress = progress
        self._appearance = appearance
        self._lesson: Lesson | None = None
        self._offered: Lesson | None = None
        self._tick = QLabel()
        self.tally = styled_label(style="secondary", wrap=True)
        self.questions: list[Choices] = []
        self.next_button = WrappedButton()
        self._quiz = QVBoxLayout()
        self._quiz.setSpacing(3 * GRID)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self._tick, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.tally, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * GRID)
        column.addLayout(row)
        column.addLayout(self._quiz)
        column.addWidget(self.next_button)
        self.next_button.clicked.connect(lambda _=False: self.next_wanted.emit(self._offered))
        appearance.palette_changed.connect(self._show)

    def show_end(self, lesson: Lesson) -> None:
        """The end of this lesson."""
        self._lesson = lesson
        try:
            self._offered = following(lesson)
        except EngineError:
            self._offered = None  # `lessons --check` tells its author
        for old in self.questions:
            old.hide()
            old.deleteLater()
        self.questions = []
        chosen = self._progress.choices(lesson.id)
        for number, asked in enumerate(lesson.quiz, start=len(lesson.steps)):
            choices = Choices(self._appearance)
            choices.ask(asked, chosen.get(number))
            choices.answered.connect(
                lambda index, number=number, asked=choices: self._on_answered(number, index, asked)
            )
            self.questions.append(choices)
            self._quiz.addWidget(choices)
        self._show()

    def fill(self, numbers: Mapping[str, str]) -> None:
        """Fill the numbers in."""
        for choices in self.questions:
            choices.fill(numbers)

    def _on_answered(self, number: int, index: int, asked: Choices) -> None:
        if self._lesson is not None:
            self._progress.choose(self._lesson.id, number, index)
            self._show()
            self.answered.emit(asked)

    def _show(self) -> None:
        lesson, palette = self._lesson, self._appearance.palette
        if lesson is None:
            return
        steps = set(range(len(lesson.steps)))
        done, chosen = self._progress.done(lesson.id) & steps, self._progress.choices(lesson.id)
        right = sum(chosen.get(number) == asked.right for number, asked in lesson.questions.items())
        told = f"{len(done)} of {len(steps)} steps done"
        if lesson.questions:
            told += f"  ·  {right} of {len(lesson.questions)} questions answered right"
        self.tally.setText(told)
        icon, colour = ("circle-check", palette.good) if done == steps else ("circle-dot", palette.accent)
        self._tick.setPixmap(self._appearance.icon(icon, colour).pixmap(16, 16))
        self._tick.setAccessibleName("Done" if done == steps else "Not all done")
        self.next_button.setVisible(self._offered is not None)
        if self._offered is not None:
            self.next_button.say(f"Next lesson: {self._offered.title}", self._offered.summary)
            self.next_button.show_icon(self._appearance.icon("graduation-cap", palette.accent))
            self.next_button.paint_as(palette, edge=palette.accent)
