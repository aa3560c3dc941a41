"""A lesson on the wall: full screen, large type, text beside canvas and maps; keys and clicker only."""

from collections.abc import Callable, Mapping
from math import ceil
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from gui.lessons.choices import Choices
from gui.lessons.lesson_jobs import Reading
from gui.lessons.lesson_session import LessonSession
from gui.lessons.presenter.jump import Jump
from gui.lessons.presenter.overlays import Blank, Light
from gui.lessons.prose import table
from gui.lessons.text import Prose
from gui.look.appearance import Appearance, font
from gui.look.theme import Palette
from gui.widgets.surface import on_surface
from presets.lesson import Step, filled

FORWARD: Final = (Qt.Key.Key_PageDown, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Space, Qt.Key.Key_Return)
BACK: Final = (Qt.Key.Key_PageUp, Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Backspace)
BLANK: Final = (Qt.Key.Key_B, Qt.Key.Key_Period)
TIMER: Final = (Qt.Key.Key_T,)
LEAVE: Final = (Qt.Key.Key_Escape, Qt.Key.Key_F5)


USUAL: Final = "Feature maps"
"""The panel of steps that speak of none."""
SMALLEST: Final = 0.022
"""Of the screen's height: type that the last row of a lecture hall reads."""


def type_px(height: int) -> int:
    """The size of all type on a screen of this height."""
    return max(14, ceil(SMALLEST * height))


class Presenter(QWidget):
    """One press forward shows the next thing: the answer, what the task does, the next step.

    Page Down, right, down, space and Enter go forward, Page Up, left and up go back; digits (after G or
    without) go to a step; B blanks the screen; T sets the timer to zero; the mouse is a light; Esc leaves.

    Type keeps its size: what is longer than the screen is scrolled to where it grows. `canvas` and `panels`
    (by title, each made when a step first speaks of it) are views of the same document, for this window.
    """

    left = Signal()
    timer_restarted = Signal()

    def __init__(
        self,
        tutor: LessonSession,
        canvas: QWidget,
        panels: Mapping[str, Callable[[], QWidget]],
        appearance: Appearance,
    ) -> None:
        super().__init__(None, Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint)
        self.setWindowTitle("Lesson")
        self.setAccessibleName("Presenter")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAutoFillBackground(True)
        self._tutor = tutor
        self._appearance = appearance
        self._answers: dict[int, int] = {}
        """By the number of the question, as in `Lesson.questions`."""
        self._asked = 0
        """Which of the questions of the page at hand is shown."""
        self.px = 0
        self._title = QLabel()
        self._title.setWordWrap(True)
        self.text = Prose(appearance)
        self.choices = Choices(appearance)
        self._table = Prose(appearance)
        self.task = Prose(appearance)
        self.outcome = Prose(appearance)
        self._foot = QLabel()
        self._scroll = QScrollArea()
        self._panels = panels
        self._made: dict[str, QWidget] = {}
        self.stage = QStackedWidget()
        self._right = QVBoxLayout()
        self._lay_out(canvas)
        self._jump = Jump(self)
        self._jump.asked.connect(lambda number: tutor.go_to(number - 1))
        self._jump.changed.connect(self._show_foot)
        self._light = Light(self)
        self._blank = Blank(self)
        self.choices.answered.connect(self._on_answered)
        tutor.step_changed.connect(self.on_step_changed)
        tutor.reading_changed.connect(self.on_reading_changed)
        tutor.lesson_changed.connect(self._on_lesson_changed)
        tutor.busy_changed.connect(self._show_foot)
        appearance.palette_changed.connect(self.on_palette_changed)
        self.on_palette_changed(appearance.palette)
        self.on_step_changed(tutor.number)

    def _lay_out(self, canvas: QWidget) -> None:
        inner = QWidget()
        self._column = QVBoxLayout(inner)
        for widget in (self._title, self.text, self.choices, self._table, self.task, self.outcome):
            self._column.addWidget(widget)
        self._column.addStretch(1)
        self._scroll.setWidget(inner)
        self._scroll.setWidgetResizable(True)
        for bar in (self._scroll.setHorizontalScrollBarPolicy, self._scroll.setVerticalScrollBarPolicy):
            bar(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        on_surface(self._scroll)
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(self._scroll, 1)
        left.addWidget(self._foot)
        self._right.setSpacing(0)
        self._right.addWidget(canvas, 3)
        self._right.addWidget(self.stage, 2)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(left, 2)
        row.addLayout(self._right, 3)

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

    def forward(self) -> None:
        """Show the next thing."""
        step, reading = self._tutor.step, self._tutor.reading
        if step is None or reading is None:
            return
        if step.questions and self._question not in self._answers:
            self.choices.buttons[step.questions[self._asked].right].click()
        elif step.task is not None and not reading.done:
            if not self._tutor.is_busy:
                self._tutor.show_solution()
        elif self._asked + 1 < len(step.questions):
            self._ask(step, self._asked + 1)
            self.on_reading_changed(reading)
        elif self._tutor.is_closing:
            self.close()
        else:
            self._tutor.next()

    def back(self) -> None:
        """The step before."""
        self._tutor.back()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys and mouse of this window, whichever part of it has the focus."""
        if not isinstance(watched, QWidget) or watched.window() is not self:
            return False
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseMove:
            self._light.follow(self.mapFromGlobal(event.globalPosition().toPoint()))
        if isinstance(event, QKeyEvent) and event.type() in (
            QEvent.Type.KeyPress,
            QEvent.Type.ShortcutOverride,
        ):
            return self._take(event)
        return False

    def _take(self, event: QKeyEvent) -> bool:
        key, pressed = Qt.Key(event.key()), event.type() == QEvent.Type.KeyPress
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if plain and self._jump.take(key, pressed=pressed and not event.isAutoRepeat()):
            event.accept()
            if pressed:
                self._blank.hide()
            return pressed
        calls = (
            (FORWARD, self.forward),
            (BACK, self.back),
            (LEAVE, self.close),
            (BLANK, self._blank.toggle),
            (TIMER, self.timer_restarted.emit),
        )
        for keys, call in calls:
            if key in keys and plain:
                event.accept()
                if pressed and not event.isAutoRepeat():
                    if keys is not BLANK:
                        self._blank.hide()
                    call()
                return pressed
        return False

    def on_step_changed(self, number: int) -> None:
        """Another step."""
        step = self._tutor.step
        if step is None:
            return
        self._title.setText(step.title)
        self._show_stage(step.highlight.panel if step.highlight is not None else "")
        self._ask(step, 0)
        self._table.setVisible(step.comparison is not None)
        self.task.setVisible(step.task is not None)
        if self._tutor.reading is not None:
            self.on_reading_changed(self._tutor.reading)

    @property
    def _question(self) -> int:
        """The number of the question that is shown."""
        return self._tutor.number + self._asked

    def _ask(self, step: Step, index: int) -> None:
        """One of the page's questions: a quiz is asked one by one."""
        self._asked = index
        self.choices.setVisible(bool(step.questions))
        if step.questions:
            self.choices.ask(step.questions[index], self._answers.get(self._question))

    def _show_stage(self, title: str) -> None:
        """The panel that the step speaks of fills the stage; without one the canvas has most of it."""
        shown = title if title in self._panels else USUAL
        if shown not in self._made:
            self._made[shown] = self._panels[shown]()
            self.stage.addWidget(self._made[shown])
        self.stage.setCurrentWidget(self._made[shown])
        canvas, panel = (1, 3) if shown == title else (3, 2)
        self._right.setStretch(0, canvas)
        self._right.setStretch(1, panel)

    def on_reading_changed(self, reading: Reading) -> None:
        """The step's numbers."""
        step = self._tutor.step
        if step is None:
            return
        numbers = dict(reading.numbers)
        done = step.task is not None and reading.done
        self.text.say(filled(step.text, numbers))
        self.choices.fill(reading.asked)
        if step.comparison is not None:
            self._table.say(table(step.comparison, numbers))
        if step.task is not None:
            mark = "✓" if done else "→"
            self.task.say(f"{mark} {filled(step.task.text, numbers)}", weight="semibold")
        self.outcome.setVisible(done and bool(step.outcome))
        self.outcome.say(filled(step.outcome, numbers))
        self._show_foot()
        self._fit()

    def on_palette_changed(self, palette: Palette) -> None:
        """Surface and text of the theme."""
        made = self.palette()
        made.setColor(self.backgroundRole(), QColor(palette.surface))
        self.setPalette(made)

    def resizeEvent(self, event: object) -> None:
        """Type follows the screen."""
        super().resizeEvent(event)  # type: ignore[arg-type]  # Qt calls it with a QResizeEvent
        self._light.setGeometry(self.rect())
        self._blank.setGeometry(self.rect())
        self._fit()

    def closeEvent(self, event: object) -> None:
        """Give the keys back."""
        from PySide6.QtWidgets import QApplication

        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)
        self.left.emit()
        super().closeEvent(event)  # type: ignore[arg-type]  # Qt calls it with a QCloseEvent

    def _fit(self) -> None:
        """Type as large as the screen asks for, whatever there is to read, and the newest of it in view."""
        margin = round(self.height() / 24)
        self._column.setContentsMargins(margin, margin, margin, margin // 2)
        px = type_px(self.height())
        if px != self.px:
            self._use(px)
        QTimer.singleShot(0, self, self._follow)

    def _follow(self) -> None:
        """Scroll to where the step grew: it begins at its top, and an answer or outcome is seen whole."""
        bar = self._scroll.verticalScrollBar()
        newest = self.outcome.isVisible() or self._question in self._answers
        bar.setValue(bar.maximum() if newest else 0)

    def _use(self, px: int) -> None:
        self.px = px
        self._column.setSpacing(px)
        self._title.setFont(font(round(px * 1.5), "semibold"))
        self._foot.setFont(font(px))
        self._foot.setContentsMargins(self._column.contentsMargins().left(), 0, 0, px)
        for prose in (self.text, self._table, self.task, self.outcome):
            prose.use_size(px)
        self.choices.use_size(px)

    def _show_foot(self) -> None:
        lesson = self._tutor.lesson
        if lesson is not None:
            working = "  ·  working…" if self._tutor.is_busy else ""
            step = "end" if self._tutor.is_closing else f"{self._tutor.number + 1} / {len(lesson.steps)}"
            place = self._jump.text or step
            self._foot.setText(f"{lesson.title}  ·  {place}{working}")
            self._foot.setStyleSheet(f"color: {self._appearance.palette.secondary};")

    def _on_answered(self, index: int) -> None:
        self._answers[self._question] = index
        self._fit()

    def _on_lesson_changed(self, lesson: object) -> None:
        if lesson is None:
            self.close()
