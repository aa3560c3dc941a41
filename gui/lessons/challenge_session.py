"""The challenge that is tried: looks at its goals after every edit."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from gui.lessons.progress import Progress
from gui.session.document import Document
from presets.challenges.challenge import Challenge


class ChallengeSession(QObject):
    """Opens challenges, and says which goals are met. The network stays the user's."""

    challenge_changed = Signal(object)
    """The `Challenge` that was begun, or None."""
    judged = Signal(object)
    """Which goals are met, in their order."""
    opened = Signal(object)
    """As the tutor's: another network is there; the ids of new nodes."""

    def __init__(
        self,
        document: Document,
        progress: Progress,
        may_discard: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self.progress = progress
        self._may_discard = may_discard
        self.challenge: Challenge | None = None
        document.project_changed.connect(self.judge)

    def begin(self, challenge: Challenge) -> bool:
        """Open its first network, asking about unsaved work; whether it was opened."""
        if not self._may_discard():
            return False
        self.challenge = challenge
        self.challenge_changed.emit(challenge)
        self._document.replace(challenge.start())
        self.opened.emit(())
        self.judge()
        return True

    def leave(self) -> None:
        """Back to the list; the network stays."""
        if self.challenge is not None:
            self.challenge = None
            self.challenge_changed.emit(None)

    def start_over(self) -> None:
        """The first network again, as one edit."""
        if self.challenge is not None:
            start = self.challenge.start()
            if self._document.edit(f"Start over: {self.challenge.title}", lambda _: start):
                self.opened.emit(())

    def show_solution(self) -> None:
        """One of many solutions, as one edit."""
        if self.challenge is not None:
            solved = self.challenge.solution(self.challenge.start())
            if self._document.edit(f"Show me: {self.challenge.title}", lambda _: solved):
                self.opened.emit(solved.network.order)

    def now(self) -> tuple[str, ...]:
        """How things stand with each goal."""
        if self.challenge is None:
            return ()
        project, analysis = self._document.project, self._document.analysis
        return tuple(goal.now(project, analysis) for goal in self.challenge.goals)

    def judge(self) -> None:
        """Look at the goals."""
        if self.challenge is None:
            return
        met = self.challenge.met(self._document.project, self._document.analysis)
        if all(met):
            self.progress.mark(key(self.challenge), 0)
        self.judged.emit(met)


def key(challenge: Challenge) -> str:
    """Under which its progress is kept."""
    return f"challenge {challenge.id}"
