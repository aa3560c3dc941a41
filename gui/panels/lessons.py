"""The lessons panel: the list, or the step at hand."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from gui.lessons.challenge_page import ChallengePage
from gui.lessons.challenge_session import ChallengeSession
from gui.lessons.contents import Contents
from gui.lessons.lesson_session import LessonSession
from gui.lessons.page import LessonPage
from gui.look.appearance import Appearance
from gui.widgets.surface import Surface
from presets.challenges.challenge import Challenge
from presets.lesson import Lesson


class LessonsPanel(Surface):
    """Shows what the tutor is at."""

    begun = Signal()
    """A lesson was chosen in the list, and opened."""

    def __init__(
        self,
        tutor: LessonSession,
        referee: ChallengeSession,
        appearance: Appearance,
        folder: Path,
        parent: QWidget | None = None,
    ) -> None:
        """`folder` holds lessons of the user's own."""
        super().__init__("Lessons", parent)
        self.tutor = tutor
        self.referee = referee
        self.contents = Contents(tutor.progress, appearance, folder)
        self.page = LessonPage(tutor, appearance)
        self.challenge_page = ChallengePage(referee, appearance)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.contents)
        self.stack.addWidget(self.page)
        self.stack.addWidget(self.challenge_page)
        self.stack.currentChanged.connect(self._on_page_changed)
        self._on_page_changed(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.stack)
        self.contents.lesson_chosen.connect(self.open)
        self.contents.challenge_chosen.connect(self.open_challenge)
        tutor.lesson_changed.connect(self.on_lesson_changed)
        referee.challenge_changed.connect(self.on_challenge_changed)

    def _on_page_changed(self, current: int) -> None:
        """The list is narrower than a page: only what is seen says how much room it needs."""
        seen, hidden = QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored
        for index, page in enumerate((self.contents, self.page, self.challenge_page)):
            page.setSizePolicy(seen if index == current else hidden, seen)

    def on_lesson_changed(self, lesson: Lesson | None) -> None:
        """The page of the lesson, or the list."""
        self.stack.setCurrentWidget(self.contents if lesson is None else self.page)
        if lesson is None:
            self.contents.refresh()

    def on_challenge_changed(self, challenge: Challenge | None) -> None:
        """The page of the challenge, or the list."""
        self.stack.setCurrentWidget(self.contents if challenge is None else self.challenge_page)
        if challenge is None:
            self.contents.refresh()

    def open_challenge(self, challenge: Challenge) -> None:
        """Begin a challenge."""
        if self.referee.begin(challenge):
            self.tutor.leave()
            self.stack.setCurrentWidget(self.challenge_page)
            self.begun.emit()

    def open(self, lesson: Lesson) -> None:
        """Begin a lesson where it was left; one that was finished begins anew."""
        if self.tutor.begin(lesson):
            self.referee.leave()
            self.stack.setCurrentWidget(self.page)
            self.begun.emit()
