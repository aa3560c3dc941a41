"""One step of a lesson as a page: text, question, task, table, and where to go from there."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QScrollArea, QToolButton, QVBoxLayout, QWidget

from gui.lessons.choices import Choices
from gui.lessons.closing import Closing
from gui.lessons.lesson_jobs import Reading
from gui.lessons.lesson_session import LessonSession
from gui.lessons.prose import table
from gui.lessons.text import Prose
from gui.look.appearance import Appearance, font
from gui.look.theme import GRID, TITLE_PX, Palette
from gui.widgets.surface import MARGIN, Hairline, on_surface, styled_label
from presets.lesson import Highlight, Lesson, Step, filled


class LessonPage(QWidget):
    """Shows the tutor's step, and reports what is clicked to it."""

    look_wanted = Signal(object)
    """Go to where the step's `Highlight` points."""
    figure_wanted = Signal(object)
    """Export the step's `Picture`."""
    presenting_wanted = Signal()
    handout_wanted = Signal()
    hand_in_wanted = Signal()
    next_lesson_wanted = Signal(object)
    """Begin this `Lesson`, which the one at hand offers at its end."""

    def __init__(self, tutor: LessonSession, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tutor = tutor
        self._appearance = appearance
        self._hints = 0
        self._title = styled_label(wrap=True)
        self._title.setFont(font(TITLE_PX, "semibold"))
        self._place = styled_label(style="caption")
        self.text = Prose(appearance)
        self.choices = Choices(appearance)
        self._task_icon = QLabel()
        self.task = Prose(appearance)
        self._hint = Prose(appearance)
        self.missing = Prose(appearance)
        self.outcome = Prose(appearance)
        self._table = Prose(appearance)
        self.closing = Closing(tutor.progress, appearance)
        self._source = styled_label(style="caption", wrap=True)
        self.leave_button = self._tool("list", "All lessons", tutor.leave)
        self.present_button = self._tool("presentation", "Present (F5)", self.presenting_wanted.emit)
        self.handout_button = self._tool("file-text", "Export as a handout…", self.handout_wanted.emit)
        self.set_up_button = self._tool(
            "rotate-ccw", "Set the step up: bring the network that it begins with", tutor.set_up
        )
        self.look_button = self._push("Look here", self._on_look)
        self.hint_button = self._push("Hint", self._on_hint)
        self.solve_button = self._push("Show me", tutor.show_solution)
        self.figure_button = self._push("Export figure…", self._on_figure)
        self.hand_in_button = self._push("Hand in…", self.hand_in_wanted.emit)
        self.hand_in_button.setToolTip("Write what you did as a file for your teacher")
        self.back_button = self._push("Back", tutor.back)
        self.next_button = self._push("Next", tutor.next)
        self._lay_out()
        self.choices.answered.connect(self._on_answered)
        self.closing.next_wanted.connect(self.next_lesson_wanted)
        self.closing.answered.connect(self._show_reply)
        tutor.step_changed.connect(self.on_step_changed)
        tutor.reading_changed.connect(self.on_reading_changed)
        tutor.busy_changed.connect(self._on_busy_changed)
        appearance.palette_changed.connect(self.on_palette_changed)
        self.on_palette_changed(appearance.palette)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(MARGIN - 4, 0, MARGIN, 0)
        head.setSpacing(2)
        head.addWidget(self.leave_button)
        head.addWidget(self._place, 1)
        for tool in (self.set_up_button, self.handout_button, self.present_button):
            head.addWidget(tool)
        inner = QWidget()
        inner.setAutoFillBackground(False)
        column = QVBoxLayout(inner)
        column.setContentsMargins(MARGIN, GRID // 2, MARGIN, MARGIN)
        column.setSpacing(GRID + GRID // 2)
        self._task_box = QWidget()
        box = QVBoxLayout(self._task_box)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(GRID)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self._task_icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.task, 1)
        box.addLayout(row)
        box.addWidget(self.missing)
        box.addWidget(self._hint)
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID)
        for button in (self.solve_button, self.hint_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        box.addLayout(buttons)
        figures = QHBoxLayout()
        figures.setSpacing(GRID)
        figures.addWidget(self.look_button)
        figures.addWidget(self.figure_button)
        figures.addStretch(1)
        for widget in (self._title, self.text):
            column.addWidget(widget)
        column.addWidget(self.choices)
        column.addWidget(self._table)
        column.addWidget(self._task_box)
        column.addWidget(self.outcome)
        column.addWidget(self.closing)
        column.addLayout(figures)
        column.addWidget(self._source)
        column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setAccessibleName("Step of the lesson")
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(inner)
        on_surface(self._scroll)
        foot = QHBoxLayout()
        foot.setContentsMargins(MARGIN, GRID, MARGIN, GRID)
        foot.addWidget(self.back_button)
        foot.addStretch(1)
        foot.addWidget(self.hand_in_button)
        foot.addWidget(self.next_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addWidget(self._scroll, 1)
        whole.addWidget(Hairline())
        whole.addLayout(foot)

    def on_step_changed(self, number: int) -> None:
        """Another step: its fixed parts now, its numbers with the reading."""
        lesson, step = self._tutor.lesson, self._tutor.step
        if lesson is None or step is None:
            return
        self._hints = 0
        self._title.setText(step.title)
        place = "end" if self._tutor.is_closing else f"{number + 1} of {len(lesson.steps)}"
        self._place.setText(f"{_short(lesson)}  ·  {place}")
        self._place.setToolTip(lesson.title)
        self.choices.setVisible(step.prediction is not None)
        if step.prediction is not None:
            self.choices.ask(step.prediction, self._tutor.progress.choices(lesson.id).get(number))
        self.closing.setVisible(self._tutor.is_closing)
        if self._tutor.is_closing:
            self.closing.show_end(lesson)
        self._task_box.setVisible(step.task is not None)
        self._table.setVisible(step.comparison is not None and self._was_asked(step))
        self.figure_button.setVisible(step.figure is not None)
        self.look_button.setVisible(step.highlight is not None)
        self._source.setText(f"Source: {lesson.source}")
        self._source.setVisible(self._tutor.is_last or number == 0)
        self.back_button.setEnabled(number > 0)
        self.hand_in_button.setVisible(self._tutor.is_last or self._tutor.is_closing)
        self._name_next(done=step.task is None)
        self._scroll.verticalScrollBar().setValue(0)
        if step.highlight is not None:
            self.look_wanted.emit(step.highlight)

    def on_reading_changed(self, reading: Reading) -> None:
        """The step's numbers, and whether its task is done."""
        step = self._tutor.step
        if step is None:
            return
        numbers = dict(reading.numbers)
        self.text.say(filled(step.text, numbers))
        self.choices.fill(reading.asked)
        self.closing.fill(reading.asked)
        if step.comparison is not None:
            self._table.say(table(step.comparison, numbers))
        done = step.task is not None and reading.done
        if step.task is not None:
            self.task.say(filled(step.task.text, numbers), weight="semibold")
            hints = [filled(hint, numbers) for hint in step.task.hints[: self._hints]]
            self._hint.say("\n\n".join(hints))
            self._hint.setVisible(bool(hints) and not done)
            self.missing.say("\n".join(f"- Still missing: {one}." for one in reading.missing))
            self.missing.setVisible(bool(reading.missing))
        appeared = done and bool(step.outcome) and self.outcome.isHidden() and self._tutor.is_touched
        self.outcome.setVisible(done and bool(step.outcome))
        self.outcome.say(filled(step.outcome, numbers))
        self._mark(done)
        if appeared:
            QTimer.singleShot(0, self, self._show_outcome)

    def _show_outcome(self) -> None:
        """What a task led to is worth seeing: bring it into view."""
        self._scroll.ensureWidgetVisible(self.outcome, 0, GRID)

    def on_palette_changed(self, palette: Palette) -> None:
        """Recolour icons."""
        for button in (self.leave_button, self.present_button, self.handout_button, self.set_up_button):
            button.setIcon(self._appearance.icon(button.property("icon_name")))
        reading, step = self._tutor.reading, self._tutor.step
        self._mark(reading is not None and reading.done and step is not None and step.task is not None)

    def _mark(self, done: bool) -> None:
        palette, step = self._appearance.palette, self._tutor.step
        undone_now, done = not done, done or (step is not None and self._tutor.was_done)
        name, colour = ("circle-check", palette.good) if done else ("circle", palette.accent)
        self._task_icon.setPixmap(self._appearance.icon(name, colour).pixmap(16, 16))
        self._task_icon.setAccessibleName("Done" if done else "To do")
        asks = step is not None and step.task is not None
        self.solve_button.setVisible(asks and undone_now)
        more = step is not None and step.task is not None and self._hints < len(step.task.hints)
        self.hint_button.setVisible(more and undone_now)
        self._name_next(done=done or not asks)
        primary = done or not asks
        if self.next_button.property("primary") != primary:
            self.next_button.setProperty("primary", primary)
            self.next_button.style().unpolish(self.next_button)
            self.next_button.style().polish(self.next_button)

    def _name_next(self, *, done: bool) -> None:
        """What the button at the end does: a task left out is done on the way."""
        text = "All lessons" if self._tutor.is_closing else "Finish" if self._tutor.is_last else "Next"
        self.next_button.setText(text if done else "Skip")
        self.next_button.setToolTip("" if done else "Have the task done for you, and go on")

    def _on_busy_changed(self, busy: bool) -> None:
        self.solve_button.setEnabled(not busy)
        self.solve_button.setText("Working…" if busy else "Show me")
        self.set_up_button.setEnabled(not busy)
        self.next_button.setEnabled(not busy)

    def _on_answered(self, index: int) -> None:
        if self._tutor.lesson is not None:
            self._tutor.progress.choose(self._tutor.lesson.id, self._tutor.number, index)
        step = self._tutor.step
        self._table.setVisible(step is not None and step.comparison is not None)
        self._show_reply(self.choices)

    def _was_asked(self, step: Step) -> bool:
        """Whether nothing is left to be predicted: a table before that would tell the answer."""
        lesson = self._tutor.lesson
        answered = lesson is not None and self._tutor.number in self._tutor.progress.choices(lesson.id)
        return step.prediction is None or answered

    def _show_reply(self, choices: QWidget) -> None:
        """What is said to an answer makes its question higher: bring the end of it into view."""
        QTimer.singleShot(0, choices, lambda: self._scroll.ensureWidgetVisible(choices, 0, GRID))

    def _on_hint(self) -> None:
        self._hints += 1
        if self._tutor.reading is not None:
            self.on_reading_changed(self._tutor.reading)

    def _on_look(self) -> None:
        step = self._tutor.step
        if step is not None and isinstance(step.highlight, Highlight):
            self.look_wanted.emit(step.highlight)

    def _on_figure(self) -> None:
        step = self._tutor.step
        if step is not None and step.figure is not None:
            self.figure_wanted.emit(step.figure)

    def _push(self, text: str, call: object) -> QPushButton:
        button = QPushButton(text)
        button.clicked.connect(lambda _=False: call())  # type: ignore[operator]  # a function or a signal
        return button

    def _tool(self, icon: str, about: str, call: object) -> QToolButton:
        button = QToolButton()
        button.setProperty("icon_name", icon)
        button.setToolTip(about)
        button.setAccessibleName(about)
        button.setFixedSize(24, 24)
        button.setStyleSheet("QToolButton { padding: 0; }")
        button.clicked.connect(lambda _=False: call())  # type: ignore[operator]  # as above
        return button


def _short(lesson: Lesson) -> str:
    """The lesson's title as far as there is room for it beside the buttons."""
    return lesson.title if len(lesson.title) <= 24 else lesson.title[:23].rstrip() + "…"
