"""A lesson on the wall: full screen, large type, text beside canvas and panel; keys and clicker only."""

from collections.abc import Callable
from math import ceil
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QColor, QCursor, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gui.lessons.lesson_jobs import Reading
from gui.lessons.lesson_session import LessonSession
from gui.lessons.presenter.ink import Ink
from gui.lessons.presenter.jump import Jump
from gui.lessons.presenter.key_list import KeyList
from gui.lessons.presenter.keys import Command, command_of
from gui.lessons.presenter.loupe import STEP, Loupe
from gui.lessons.presenter.overlays import Blank, Light
from gui.lessons.presenter.poll import Poll
from gui.lessons.presenter.stage import Stage
from gui.lessons.presenter.text_column import TextColumn
from gui.look.appearance import Appearance, font
from gui.look.theme import Palette

SMALLEST: Final = 0.022
"""Of the screen's height: type that the last row of a lecture hall reads."""


def type_px(height: int) -> int:
    """The size of all type on a screen of this height."""
    return max(14, ceil(SMALLEST * height))


class Presenter(QWidget):
    """One press forward shows the next thing: the answer, what the task does, the next step.

    `keys.BINDINGS` are its keys; `?` lists them. The mouse is a light, or a pen.
    """

    left = Signal()
    timer_restarted = Signal()
    notes_wanted = Signal()

    def __init__(self, tutor: LessonSession, stage: Stage, appearance: Appearance) -> None:
        super().__init__(None, Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint)
        self.setWindowTitle("Lesson")
        self.setAccessibleName("Presenter")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAutoFillBackground(True)
        self._tutor = tutor
        self._appearance = appearance
        self._theme = appearance.name
        self._answers: dict[int, int] = {}
        """By the number of the question, as in `Lesson.questions`."""
        self._asked = 0
        """Which of the questions of the page at hand is shown: a quiz is asked one by one."""
        self._hidden = False
        """Whether what solves the step is kept back."""
        self.px = 0
        self.stage = stage
        self.column = TextColumn(appearance)
        self._foot = QLabel()
        self._board = QWidget(self)
        self._board.setAutoFillBackground(True)
        self._lay_out()
        self._jump = Jump(self)
        self.loupe = Loupe(self._board, self)
        self.ink = Ink(self.loupe, self)
        self.poll = Poll(appearance, self)
        self.key_list = KeyList(self)
        self._light = Light(self)
        self._blank = Blank(self)
        self._overlays = (self.loupe, self.ink, self.poll, self.key_list, self._light, self._blank)
        self._commands: dict[Command, Callable[[], object]] = {
            "forward": self.forward,
            "back": self.back,
            "hide": self.hide_solution,
            "poll": self.open_poll,
            "panel": stage.show_next_panel,
            "panel_before": lambda: stage.show_next_panel(forwards=False),
            "closer": lambda: self.loupe.magnify(STEP, self._mouse()),
            "further": lambda: self.loupe.magnify(1 / STEP, self._mouse()),
            "whole": lambda: self.loupe.toggle(self._mouse()),
            "pen": lambda: self.ink.take_pen(not self.ink.is_writing),
            "colour": self.ink.next_colour,
            "undo": self.ink.undo,
            "clear": self.ink.clear,
            "keep": self.ink.keep,
            "blank": self._blank.toggle,
            "theme": self.switch_theme,
            "notes": self.notes_wanted.emit,
            "timer": self.timer_restarted.emit,
            "keys": self.key_list.toggle,
            "leave": self.leave,
        }
        self._jump.asked.connect(lambda number: tutor.go_to(number - 1))
        self._jump.changed.connect(self._show_foot)
        self.column.choices.answered.connect(self._on_answered)
        tutor.step_changed.connect(self.on_step_changed)
        tutor.reading_changed.connect(self.on_reading_changed)
        tutor.lesson_changed.connect(self._on_lesson_changed)
        tutor.opened.connect(stage.show_network)
        tutor.busy_changed.connect(self._show_foot)
        appearance.palette_changed.connect(self.on_palette_changed)
        self.on_palette_changed(appearance.palette)
        self.on_step_changed(tutor.number)

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(self.column, 1)
        left.addWidget(self._foot)
        row = QHBoxLayout(self._board)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(left, 5)
        row.addWidget(self.stage, 9)

    def present(self) -> None:
        """Fill the screen, and take the keys."""
        from PySide6.QtWidgets import QApplication

        application = QApplication.instance()
        assert application is not None
        application.installEventFilter(self)
        self.showFullScreen()
        self.activateWindow()
        self.setFocus()

    @property
    def is_blank(self) -> bool:
        """Whether the screen is black."""
        return self._blank.isVisible()

    # What keys do

    def forward(self) -> None:
        """Show the next thing."""
        step, reading = self._tutor.step, self._tutor.reading
        if step is None or reading is None:
            return
        asks = self._asked < len(step.questions) and self._question not in self._answers
        if self._hidden:
            self.hide_solution()
        elif self.poll.isVisible() and not self.poll.is_told:
            self.poll.tell()
        elif self.poll.isVisible() and not asks:
            self.poll.hide()
        elif asks:
            self.poll.hide()
            self.column.choices.buttons[step.questions[self._asked].right].click()
        elif step.task is not None and not reading.done:
            if not self._tutor.is_busy:
                self._tutor.show_solution()
        elif self._asked + 1 < len(step.questions):
            self._asked += 1
            self._ask()
            self.on_reading_changed(reading)
        elif self._tutor.is_closing:
            self.close()
        else:
            self._tutor.next()

    def back(self) -> None:
        """The step before."""
        self._tutor.back()

    def hide_solution(self) -> None:
        """Keep back what answers or solves the step, as if nobody had been told; or tell it."""
        step = self._tutor.step
        if step is not None:
            self._hidden = not self._hidden
            self._ask()
            if self._tutor.reading is not None:
                self.on_reading_changed(self._tutor.reading)

    def open_poll(self) -> None:
        """Count hands for the step's question, where it has one; or go back to the step."""
        step, reading = self._tutor.step, self._tutor.reading
        if self.poll.isVisible():
            self.poll.hide()
        elif step is not None and step.questions:
            asked = step.questions[self._asked]
            self.poll.ask(self._question, asked, {} if reading is None else reading.asked)

    def switch_theme(self) -> None:
        """Dark or light, for as long as the lesson is presented."""
        self._appearance.use("light" if self._appearance.palette.name == "dark" else "dark")

    def leave(self) -> None:
        """Put away what lies over the lesson, the newest first; without anything, end."""
        if self.stage.is_typing:
            self.setFocus()
        elif not self.key_list.isHidden():
            self.key_list.hide()
        elif not self.poll.isHidden():
            self.poll.hide()
        elif self.ink.is_writing:
            self.ink.take_pen(False)
            self._show_foot()
        elif self.loupe.zoom > 1.0:
            self.loupe.reset()
        else:
            self.close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys and mouse of this window, whichever part of it has the focus."""
        if not isinstance(watched, QWidget) or watched.window() is not self:
            return False
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseMove:
            if not self.ink.is_writing:
                self._light.follow(self.mapFromGlobal(event.globalPosition().toPoint()))
        elif isinstance(event, QWheelEvent):
            return self._take_wheel(event)
        elif isinstance(event, QKeyEvent) and event.type() in (
            QEvent.Type.KeyPress,
            QEvent.Type.ShortcutOverride,
        ):
            return self._take(event)
        return False

    def _take_wheel(self, event: QWheelEvent) -> bool:
        """With Ctrl the wheel magnifies; without, too, what is magnified already."""
        with_ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        amount = event.angleDelta().y()
        if not amount or not (with_ctrl or self.loupe.zoom > 1.0):
            return False
        at = self.mapFromGlobal(event.globalPosition().toPoint())
        self.loupe.magnify(STEP ** (amount / 120), at)
        return True

    def _take(self, event: QKeyEvent) -> bool:
        key, pressed = Qt.Key(event.key()), event.type() == QEvent.Type.KeyPress
        if self.stage.is_typing and key != Qt.Key.Key_Escape:
            return False
        counts = pressed and not event.isAutoRepeat()
        command = command_of(key, event.modifiers())
        in_poll = not self.poll.isHidden() and Qt.Key.Key_A <= key <= Qt.Key.Key_Z and key != Qt.Key.Key_V
        if in_poll or (not self.poll.isHidden() and key == Qt.Key.Key_Backspace):
            if counts:
                self.poll.take(event)
        elif _is_plain(event) and self._jump.take(key, pressed=counts):
            if pressed:
                self._blank.hide()
        elif command is None:
            return False
        elif counts:
            self._obey(command)
        event.accept()
        return pressed

    def _obey(self, command: Command) -> None:
        if command not in ("keys", "leave"):
            self.key_list.hide()
        if command != "blank":
            self._blank.hide()
        self._commands[command]()
        self._show_foot()

    # What happens elsewhere

    def on_step_changed(self, number: int) -> None:
        """Another step."""
        step = self._tutor.step
        if step is None:
            return
        self._hidden, self._asked = False, 0
        self.poll.hide()
        self.loupe.reset()
        self.ink.show_step(number)
        self._ask()
        self.stage.show_step(step)
        if self._tutor.reading is not None:
            self.on_reading_changed(self._tutor.reading)

    def on_reading_changed(self, reading: Reading) -> None:
        """The step's numbers."""
        step = self._tutor.step
        if step is None:
            return
        self.column.show_reading(step, reading, told=not self._hidden)
        self.loupe.refresh()
        self._show_foot()
        self._fit()

    def on_palette_changed(self, palette: Palette) -> None:
        """Surface and text of the theme."""
        for widget in (self, self._board):
            colours = widget.palette()
            colours.setColor(widget.backgroundRole(), QColor(palette.surface))
            widget.setPalette(colours)
        self.loupe.refresh()
        self._show_foot()
        self.px = 0  # a new style sheet takes labels' fonts away
        self._fit()

    def resizeEvent(self, event: object) -> None:
        """Type follows the screen."""
        super().resizeEvent(event)  # type: ignore[arg-type]  # Qt calls it with a QResizeEvent
        for widget in (self._board, *self._overlays):
            widget.setGeometry(self.rect())
        self._fit()

    def closeEvent(self, event: object) -> None:
        """Give the keys back, and the theme."""
        from PySide6.QtWidgets import QApplication

        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)
        if self._appearance.name != self._theme:
            self._appearance.use(self._theme)
        self.left.emit()
        super().closeEvent(event)  # type: ignore[arg-type]  # Qt calls it with a QCloseEvent

    @property
    def _question(self) -> int:
        """The number of the question that is shown."""
        return self._tutor.number + self._asked

    def _ask(self) -> None:
        step = self._tutor.step
        if step is not None:
            asked = step.questions[self._asked] if step.questions else None
            self.column.show_step(step, asked, None if self._hidden else self._answers.get(self._question))

    def _fit(self) -> None:
        """Type as large as the screen asks for, whatever there is to read, and the newest of it in view."""
        px, margin = type_px(self.height()), round(self.height() / 24)
        if px != self.px:
            self.px = px
            for part in (self.stage, self.poll, self.key_list):
                part.use_size(px)
            self._foot.setFont(font(px))
            self._foot.setContentsMargins(margin, 0, 0, px)
        self.column.use_size(px, margin)
        newest = self.column.outcome.isVisibleTo(self) or self._question in self._answers
        self.column.follow(to_the_end=newest and not self._hidden)

    def _show_foot(self) -> None:
        lesson = self._tutor.lesson
        if lesson is None:
            return
        step = "end" if self._tutor.is_closing else f"{self._tutor.number + 1} / {len(lesson.steps)}"
        place = self._jump.text or step
        parts = [lesson.title, place, "solution hidden" if self._hidden else "", self.ink.text]
        parts.append("working…" if self._tutor.is_busy else "")
        self._foot.setText("  ·  ".join(filter(None, parts)))
        self._foot.setStyleSheet(f"color: {self._appearance.palette.secondary};")

    def _mouse(self) -> QPoint:
        """Where it is; the middle while it is on another screen."""
        at = self.mapFromGlobal(QCursor.pos())
        return at if self.rect().contains(at) else self.rect().center()

    def _on_answered(self, index: int) -> None:
        if not self._hidden:
            self._answers[self._question] = index
        self._fit()

    def _on_lesson_changed(self, lesson: object) -> None:
        self._answers = {}
        self.ink.forget()
        self.poll.forget()
        if lesson is None:
            self.close()


def _is_plain(event: QKeyEvent) -> bool:
    return event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
