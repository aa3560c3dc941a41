"""The list of all lessons with what was done of each."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from assets import sample_lessons
from engine.errors import EngineError
from gui.lessons.challenge_session import key
from gui.lessons.progress import Progress
from gui.look.appearance import Appearance
from gui.look.theme import GRID
from gui.widgets.surface import on_surface, styled_label
from gui.widgets.wrapped_button import WrappedButton
from presets.challenges.challenge import Challenge
from presets.challenges.challenge_file import ENDING as CHALLENGE_ENDING
from presets.challenges.challenge_file import read_challenge
from presets.lesson import Lesson
from presets.written.lesson_file import ENDING, read_lesson

Read = TypeVar("Read")


class Contents(QScrollArea):
    """Each lesson a line: a tick, its title, its length and how far one got."""

    lesson_chosen = Signal(object)
    challenge_chosen = Signal(object)
    file_chosen = Signal(object)
    """The `Path` of a lesson that is written as text."""

    def __init__(
        self, progress: Progress, appearance: Appearance, folder: Path, parent: QWidget | None = None
    ) -> None:
        """`folder` holds lessons of the user's own."""
        super().__init__(parent)
        self._progress = progress
        self._appearance = appearance
        self._folder = folder
        self.buttons: dict[str, WrappedButton] = {}
        self.challenges: dict[str, WrappedButton] = {}
        self._lessons: tuple[Lesson, ...] = ()
        self.said_button = WrappedButton()
        self.said_button.say("What is said, and what is true", "of 1×1 convolutions, with its lesson")
        self.said_button.clicked.connect(self.show_statements)
        self.statements: list[QWidget] = []
        """Below that button, once it was clicked."""
        self._is_unfolded = False
        self._challenges: tuple[Challenge, ...] = ()
        self._inner = QWidget()
        self.column = QVBoxLayout(self._inner)
        self.column.setContentsMargins(GRID // 2, 0, GRID // 2, GRID)
        self.column.setSpacing(0)
        self.setWidget(self._inner)
        self.setWidgetResizable(True)
        self.setAccessibleName("All lessons")
        on_surface(self)
        appearance.palette_changed.connect(self.refresh)

    def showEvent(self, event: QShowEvent) -> None:
        """Make the lines, the first time that they are seen: reading the lessons takes a moment."""
        super().showEvent(event)
        self._fill()

    def _fill(self) -> None:
        if self._lessons:
            return
        from presets.challenges import challenges
        from presets.lessons import lessons

        self._lessons = lessons()
        known = {challenge.id for challenge in challenges()}
        own = [one for path in self._own_files(CHALLENGE_ENDING) if (one := _readable(path, read_challenge))]
        self._challenges = (*challenges(), *(one for one in own if one.id not in known))
        heading = styled_label("Why convolve with a 1×1 kernel?", style="caption", wrap=True)
        heading.setContentsMargins(GRID, 0, GRID, GRID // 2)
        self.column.addWidget(heading)
        for lesson in self._lessons:
            button = WrappedButton()
            button.setToolTip(lesson.summary)
            button.clicked.connect(lambda _=False, lesson=lesson: self.lesson_chosen.emit(lesson))
            self.buttons[lesson.id] = button
            self.column.addWidget(button)
        heading = styled_label("Challenges", style="caption")
        heading.setContentsMargins(GRID, 2 * GRID, GRID, GRID // 2)
        self.column.addWidget(heading)
        for challenge in self._challenges:
            button = WrappedButton()
            button.clicked.connect(lambda _=False, one=challenge: self.challenge_chosen.emit(one))
            self.challenges[challenge.id] = button
            self.column.addWidget(button)
        self._add_files()
        self.column.addSpacing(2 * GRID)
        self.column.addWidget(self.said_button)
        self.column.addStretch(1)
        self.refresh()

    def _add_files(self) -> None:
        """The examples of lessons written as text, and those in the user's folder."""
        heading = styled_label("Written as text", style="caption")
        heading.setContentsMargins(GRID, 2 * GRID, GRID, GRID // 2)
        self.column.addWidget(heading)
        for path in (*sample_lessons().values(), *self._own_files(ENDING)):
            lesson = _readable(path, read_lesson)
            if lesson is None:
                continue
            button = WrappedButton()
            button.setToolTip(lesson.summary)
            button.clicked.connect(lambda _=False, path=path: self.file_chosen.emit(path))
            self.buttons[lesson.id] = button
            self._lessons += (lesson,)
            self.column.addWidget(button)

    def show_statements(self) -> None:
        """What is commonly said, each with what is true, or nothing of it; a click begins the lesson."""
        if not self.statements:
            from presets.statements import statements

            source = ""
            for one in statements():
                if one.source != source:
                    source = one.source
                    self._insert(styled_label(source, style="caption", wrap=True))
                button = WrappedButton()
                button.say(f"“{one.said}”", one.true)
                button.clicked.connect(self.buttons[one.lesson].click)
                self._insert(button)
        self._is_unfolded = not self._is_unfolded
        for widget in self.statements:
            widget.setVisible(self._is_unfolded)
        self.refresh()

    def _insert(self, widget: QWidget) -> None:
        if not isinstance(widget, WrappedButton):
            widget.setContentsMargins(GRID, GRID, GRID, GRID // 2)
        self.statements.append(widget)
        self.column.insertWidget(self.column.count() - 1, widget)

    def _own_files(self, ending: str) -> list[Path]:
        return sorted(self._folder.glob(f"*{ending}")) if self._folder.is_dir() else []

    def refresh(self) -> None:
        """Ticks and counts as they are now."""
        palette = self._appearance.palette
        for lesson in self._lessons:
            done = self._progress.count_done(lesson)
            every = len(lesson.steps)
            icon, colour = ("circle", palette.secondary)
            if done == every:
                icon, colour = "circle-check", palette.good
            elif done:
                icon, colour = "circle-dot", palette.accent
            choices = self._progress.choices(lesson.id)
            asked = lesson.questions
            right = sum(choices.get(number) == one.right for number, one in asked.items())
            told = f" · {right} of {len(asked)} right" if asked and choices else ""
            button = self.buttons[lesson.id]
            button.say(
                lesson.title, f"{lesson.level} · {lesson.minutes} min · {self._progress.state(lesson)}{told}"
            )
            button.show_icon(self._appearance.icon(icon, colour))
            button.paint_as(palette)
        for challenge in self._challenges:
            met = bool(self._progress.done(key(challenge)))
            icon, colour = ("circle-check", palette.good) if met else ("target", palette.secondary)
            button = self.challenges[challenge.id]
            button.say(challenge.title, "met" if met else f"{len(challenge.goals)} goals")
            button.show_icon(self._appearance.icon(icon, colour))
            button.paint_as(palette)
        chevron = "chevron-down" if self._is_unfolded else "chevron-right"
        self.said_button.show_icon(self._appearance.icon(chevron, palette.secondary))
        for widget in (self.said_button, *self.statements):
            if isinstance(widget, WrappedButton):
                widget.paint_as(palette)

    def sizeHint(self) -> QSize:
        """Wide enough for titles."""
        return QSize(260, 400)


def _readable(path: Path, read: Callable[[Path], Read]) -> Read | None:
    """What is in a file; nothing where it has a mistake: its author opens it, and is told."""
    try:
        return read(path)
    except EngineError:
        return None
