"""What only the lecturer sees, on a second screen: notes, the next step, the clock, the time since then."""

from datetime import datetime
from time import monotonic
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gui.lessons.lesson_jobs import is_quick, quick_reference
from gui.lessons.lesson_session import LessonSession
from gui.lessons.text import Prose
from gui.look.appearance import Appearance, font
from gui.look.theme import GRID
from gui.widgets.surface import Hairline
from presets.lesson import Lesson, filled

CLOCK_PX: Final = 40
TEXT_PX: Final = 22


PAUSE: Final = "…"
"""In the preview, for a number that is worked out when its step comes."""


class NotesWindow(QWidget):
    """Follows the presented lesson; T sets the timer to zero. Below: the next step as it will begin."""

    def __init__(self, tutor: LessonSession, appearance: Appearance) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.setWindowTitle("Notes")
        self.setAccessibleName("Notes of the lecturer")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._tutor = tutor
        self._since = monotonic()
        self.clock, self.timer_label = QLabel(), QLabel()
        self.notes = Prose(appearance, TEXT_PX)
        self.following = Prose(appearance, TEXT_PX)
        row = QHBoxLayout()
        for label in (self.clock, self.timer_label):
            row.addWidget(label)
            row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 3 * GRID)
        column.setSpacing(3 * GRID)
        column.addLayout(row)
        column.addWidget(self.notes, 1)
        column.addWidget(Hairline())
        column.addWidget(self.following, 1)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self._tick = QTimer(self)
        self._tick.setInterval(1000)
        self._tick.timeout.connect(self.show_time)
        self._tick.start()
        tutor.step_changed.connect(self.on_step_changed)
        appearance.palette_changed.connect(self.on_palette_changed)
        self.on_palette_changed()
        self.on_step_changed()
        self.show_time()

    def on_step_changed(self) -> None:
        """The notes of the step at hand, and what comes after it."""
        lesson, number = self._tutor.lesson, self._tutor.number
        if lesson is None:
            return
        step = lesson.pages[number]
        right = ", ".join(asked.choices[asked.right] for asked in step.questions)
        told = step.notes.strip() or f"**{step.title}**"
        reading = self._tutor.reading
        answer = filled(right, {} if reading is None else reading.asked)
        self.notes.say(told + (f"\n\nAnswer: {answer}" if right else ""))
        self.following.say(_preview(lesson, number + 1))
        self.show_time()

    def on_palette_changed(self, palette: object = None) -> None:
        """A new style sheet takes labels' fonts away."""
        for label in (self.clock, self.timer_label):
            label.setFont(font(CLOCK_PX, "semibold"))

    def restart(self) -> None:
        """The timer begins at zero."""
        self._since = monotonic()
        self.show_time()

    def show_time(self) -> None:
        """Clock and timer as they are now."""
        self.clock.setText(datetime.now().strftime("%H:%M"))
        minutes, seconds = divmod(int(monotonic() - self._since), 60)
        lesson = self._tutor.lesson
        planned = f" of {lesson.minutes} min" if lesson is not None else ""
        self.timer_label.setText(f"{minutes}:{seconds:02}{planned}")


def _preview(lesson: Lesson, number: int) -> str:
    """What the step begins with: its text, its question or what it asks to be done."""
    if number == len(lesson.pages):
        return "This is the last page."
    step = lesson.pages[number]
    known = quick_reference(lesson, number) if is_quick(lesson, number) else {}
    numbers = {name: known.get(name, PAUSE) for name in step.quoted}
    parts = [f"Next: **{step.title}**", step.text]
    parts += [f"**{asked.question}**" for asked in step.questions]
    parts += [f"→ {step.task.text}"] if step.task is not None else []
    return filled("\n\n".join(part.strip() for part in parts), numbers)
