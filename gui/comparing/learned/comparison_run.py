"""The thread that trains networks in turn to compare them: looked at now and then, ended within a moment."""

import sys
from dataclasses import dataclass
from threading import Thread
from time import monotonic
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from engine.errors import EngineError, reason_of
from engine.training.comparing.comparison import Learned, Listener, compare_learned, learned_of
from engine.training.runs import Run
from engine.training.trainer import Trainer
from gui.comparing.learned.kept_comparison import KeptComparison
from gui.session.unexpected import in_words

_LOOK_MS: Final = 50


class _GivenUp(Exception):
    """Raised out of a comparison that is to end."""


@dataclass(frozen=True)
class Progress:
    """Where it is."""

    title: str = ""
    """The network that is trained."""
    seed: int = 0
    step: int = 0
    steps: int = 0
    """Of this run in all."""
    made: int = 0
    """Runs that are made."""

    def share(self, runs: int) -> float:
        """Of so many runs."""
        return (self.made + (self.step / self.steps if self.steps else 0)) / max(1, runs)


class ComparisonRun(QObject):
    """At most one at a time."""

    advanced = Signal()
    """There is other `progress`, or other `learned`."""
    ended = Signal(str)
    """All runs are made (empty), or why not."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.kept: KeptComparison | None = None
        """What is compared."""
        self.progress = Progress()
        self.warning = ""
        """A file that cannot be written."""
        self.began: tuple[float, float] | None = None
        """When the first step was made here, and the share of the whole that had been made before."""
        self._runs: dict[str, list[Run]] = {}
        self._thread: Thread | None = None
        self._is_given_up = False
        self._problem = ""
        # The thread may outlive this object, so it tells nobody: it is looked at.
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_MS)
        self._look.timeout.connect(self._on_look)

    @property
    def is_running(self) -> bool:
        """Whether it is at work."""
        return self._thread is not None

    @property
    def learned(self) -> list[Learned]:
        """What there is so far: of every network as many seeds as of the others, or the first alone."""
        if self.kept is None:
            return []
        count = max(1, min(map(len, self._runs.values())))
        return learned_of(self.kept.networks, {title: runs[:count] for title, runs in self._runs.items()})

    @property
    def total(self) -> int:
        """Runs in all."""
        return 0 if self.kept is None else len(self.kept.networks) * self.kept.count

    @property
    def is_done(self) -> bool:
        """Whether all are made."""
        return self.kept is not None and sum(map(len, self._runs.values())) == self.total

    def start(self, kept: KeptComparison) -> None:
        """Begin, or go on where it was."""
        self.cancel()
        self.kept, self.progress, self.warning, self._problem = kept, Progress(), "", ""
        self._runs = {title: [] for title in kept.networks}
        self._is_given_up, self.began = False, None
        self._thread = Thread(target=self._work, args=(kept,), name="comparing", daemon=True)
        self._thread.start()
        self._look.start()

    def cancel(self, patience: float = 3.0) -> bool:
        """End; what is made is kept. Whether it ended within so many seconds."""
        self._look.stop()
        thread, self._thread = self._thread, None
        self._is_given_up = True
        if thread is not None:
            thread.join(patience)
        return thread is None or not thread.is_alive()

    def _on_look(self) -> None:
        self.advanced.emit()
        if self._thread is not None and not self._thread.is_alive():
            self._thread = None
            self._look.stop()
            self.advanced.emit()
            self.ended.emit(self._problem)

    # on the thread -------------------------------------------------------------------------------------
    def _work(self, kept: KeptComparison) -> None:
        listener = Listener(
            made=self._on_made, stepped=self._on_step, warn=self._on_warned, checkpoint=self._checkpoint
        )
        try:
            compare_learned(kept.networks, kept.plan, kept.seeds, files=kept.file, listener=listener)
            kept.finish()
        except _GivenUp:
            pass
        except EngineError as error:
            self._problem = str(error)
        except OSError as error:
            self._problem = reason_of(error)
        except Exception as error:
            sys.excepthook(type(error), error, error.__traceback__)  # writes it to the log
            self._problem = f"unexpected {in_words(error)}"

    def _checkpoint(self) -> None:
        if self._is_given_up:
            raise _GivenUp

    def _on_step(self, title: str, trainer: Trainer) -> None:
        seed, made = trainer.settings.seed, sum(map(len, self._runs.values()))
        self.progress = Progress(title, seed, trainer.step_number, trainer.steps, made)
        if self.began is None:
            self.began = monotonic(), self.progress.share(self.total)

    def _on_made(self, title: str, run: Run) -> None:
        self._runs[title].append(run)
        self.progress = Progress(made=sum(map(len, self._runs.values())))
        self._checkpoint()

    def _on_warned(self, text: str) -> None:
        self.warning = text
