"""The thread that trains. The window asks it things between two steps, and looks at what it has come to.

Nothing of Qt is known here. A trainer belongs to this thread alone: whatever else wants something of it
hands in a question (`ask`), which is answered between two steps.
"""

import sys
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from threading import Condition, Thread
from time import monotonic
from typing import Any, Final, TypeVar

import numpy as np

from engine.errors import EngineError, TrainingError
from engine.model.network import Network
from engine.training.data.examples import CHOOSE, HELD_OUT, TRAIN
from engine.training.history import History
from engine.training.runs import Plan, trainer_of
from engine.training.scores import Score
from engine.training.tasks.linear_floor import LinearFloor, linear_floor
from engine.training.trainer import Trainer
from gui.session.unexpected import in_words
from gui.training.moments import Moments

Answer = TypeVar("Answer")
Question = Callable[[Trainer], Any]

READING: Final = "reading"
PAUSED: Final = "paused"
RUNNING: Final = "running"
DONE: Final = "done"
FAILED: Final = "failed"
"""What the thread is at; after `FAILED` it is over, unless there is a trainer: then it has paused."""

SCORING_SHARE: Final = 0.05
"""Of the time may go into looking at pictures that are not learned from."""


class _Interrupted(Exception):
    """Out of a step that is not to be finished: nothing has changed."""


class Runner:
    """One run: `start`, then `go`, `pause`, `ask`, and `close` at the end. Any thread may call these."""

    def __init__(
        self,
        network: Network,
        plan: Plan,
        *,
        on_open: Question = lambda trainer: None,
        on_step: Question = lambda trainer: None,
    ) -> None:
        """Both are called on the thread of training: with a new trainer, and after every step. Where a step
        cannot be kept (`EngineError`), that is said, and training goes on."""
        self.network, self.plan = network, plan
        self.state = READING
        self.problem = ""
        """Why it stopped, in one line for people."""
        self.read: tuple[int, int] = (0, 0)
        """Pictures read, and how many there are."""
        self.trainer: Trainer | None = None
        """For questions, and for looking at its history, which only grows."""
        self.floor: LinearFloor | None = None
        """What principal components keep, beside a network that gives its pictures back; known at the end."""
        self.moments = Moments()
        self.pause_between = 0.0
        """Seconds between two steps: slow motion."""
        self._on_open, self._on_step = on_open, on_step
        self._wake = Condition()
        self._questions: deque[tuple[Question, Future[Any]]] = deque()
        self._steps_to_go = 0.0
        self._whole: History | None = None
        """Of a run that was wound back: what lies after the moment, until another step is made there."""
        self._is_closing = False
        self._last_score = (0.0, 0.0)
        """When it was made, and the seconds it took."""
        self._has_scored = False
        self._thread = Thread(target=self._run, name="training", daemon=True)

    @property
    def step_number(self) -> int:
        """Steps made so far."""
        return 0 if self.trainer is None else self.trainer.step_number

    @property
    def never_began(self) -> bool:
        """Whether network, data and settings did not fit: there is nothing to go on with."""
        return self.state == FAILED and self.trainer is None

    def start(self) -> None:
        """Read the data, and wait for `go`."""
        self._thread.start()

    def go(self, steps: float = float("inf")) -> None:
        """Make so many steps from here; as many as there are, at most."""
        with self._wake:
            self._steps_to_go = steps
            if self.trainer is not None:  # else it may have failed already, and that is to be said
                self.problem = ""
            self._wake.notify()

    def pause(self) -> None:
        """Stop within milliseconds; a step that is not finished changes nothing."""
        with self._wake:
            self._steps_to_go = 0
            self._wake.notify()

    def ask(self, question: Callable[[Trainer], Answer]) -> "Future[Answer]":
        """Have this answered between two steps."""
        future: Future[Answer] = Future()
        with self._wake:
            if self._is_closing or not self._thread.is_alive():
                future.set_exception(TrainingError("the training is over"))
            else:
                self._questions.append((question, future))
                self._wake.notify()
        return future

    def wind_back(self, step: int) -> "Future[int]":
        """Pause, and go back (or on) to the kept moment nearest before this step; the step that it is."""
        self.pause()

        def go_there(trainer: Trainer) -> int:
            self._whole = self._whole or trainer.history
            trainer.restore(self.moments.at(step), self._whole)
            self.state = PAUSED
            return trainer.step_number

        return self.ask(go_there)

    def ask_step(self, question: Callable[[Trainer], Answer]) -> "Future[Answer]":
        """Pause, and have a question answered that itself makes the next step."""
        self.pause()

        def stepping(trainer: Trainer) -> Answer:
            if trainer.is_done:
                raise TrainingError("all steps are made: wind back, or train on, to take one apart")
            answer = question(trainer)
            self._whole = None
            self.moments.keep(trainer, now=True)
            self.state = DONE if trainer.is_done else PAUSED
            return answer

        return self.ask(stepping)

    def close(self, patience: float = 1.5) -> bool:
        """End the thread; whether it ended within so many seconds."""
        with self._wake:
            self._is_closing = True
            self._wake.notify()
        if self._thread.is_alive():
            self._thread.join(patience)
        return not self._thread.is_alive()

    # on the thread -------------------------------------------------------------------------------------
    def _run(self) -> None:
        try:
            trainer = trainer_of(self.network, self.plan, self._on_read)
            trainer.measures_norms = True  # whenever the layers are looked at, the last step's are there
            self._on_open(trainer)
            self.trainer = trainer
        except _Interrupted:
            return
        except Exception as error:
            self._fail(error)
            return
        self.state = DONE if trainer.is_done else PAUSED
        self.moments.keep(self.trainer)
        while True:
            with self._wake:
                while not self._has_to_do():
                    if self.state == RUNNING:
                        self.state = PAUSED
                    self._wake.wait()
                if self._is_closing:
                    break
                question = self._questions.popleft() if self._questions else None
            try:
                if question is not None:
                    self._answer(*question)
                else:
                    self._go_on(self.trainer)
            except _Interrupted:
                continue
            except Exception as error:
                self._fail(error)
        for _, future in self._questions:
            future.cancel()

    def _has_to_do(self) -> bool:
        return self._is_closing or bool(self._questions) or self._steps_to_go > 0

    def _answer(self, question: Question, future: "Future[Any]") -> None:
        assert self.trainer is not None
        try:
            answer = question(self.trainer)
        except Exception as error:
            future.set_exception(error)
        else:
            future.set_result(answer)

    def _go_on(self, trainer: Trainer) -> None:
        if trainer.is_done:
            self._steps_to_go = 0
            self.state = DONE
            return
        self.state = RUNNING
        if not trainer.history.scores:
            self._score(trainer)
        trainer.step(self._checkpoint)
        self._whole = None
        with self._wake:
            self._steps_to_go -= 1
        self.moments.keep(trainer, now=trainer.is_done)
        self._keep(trainer)
        made, took = self._last_score
        epoch = trainer.settings.steps_per_epoch(trainer.examples.count(TRAIN))
        is_due = trainer.is_done or trainer.step_number % epoch == 0
        if is_due or monotonic() - made > took / SCORING_SHARE:
            self._score(trainer)
        if trainer.is_done:
            held_out(trainer)
            if trainer.task.gives_back and self.floor is None:
                self.floor = linear_floor(trainer.network, trainer.goal.output_id, trainer.examples)
            self.state = DONE
            self._steps_to_go = 0
        elif self.pause_between:
            with self._wake:
                self._wake.wait(self.pause_between)

    def _keep(self, trainer: Trainer) -> None:
        try:
            self._on_step(trainer)
        except (EngineError, OSError) as error:
            self.problem = f"{str(error).rstrip('.')}. Training goes on; it cannot be taken up after a crash"
            self._on_step = lambda trainer: None

    def _score(self, trainer: Trainer) -> None:
        start = monotonic()
        if trainer.examples.count(CHOOSE):
            with np.errstate(all="ignore"):  # a step whose numbers are none says so itself
                trainer.score(CHOOSE, checkpoint=self._checkpoint)
        took = monotonic() - start if self._has_scored else 0.0  # the first one prepares kernels
        self._has_scored = True
        self._last_score = monotonic(), took

    def _checkpoint(self) -> None:
        if self._is_closing or self._steps_to_go <= 0:
            raise _Interrupted

    def _on_read(self, done: int, total: int) -> None:
        self.read = done, total
        if self._is_closing:
            raise _Interrupted

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, EngineError):
            sys.excepthook(type(error), error, error.__traceback__)  # writes it to the log
        with self._wake:
            self._steps_to_go = 0
            self.problem = str(error) if isinstance(error, EngineError) else f"unexpected {in_words(error)}"
            self.state = FAILED


def held_out(trainer: Trainer) -> Score | None:
    """How well it does on the pictures that are held out, scored once for every step asked about."""
    known = trainer.history.of(HELD_OUT)
    if known and known[-1].step == trainer.step_number:
        return known[-1]
    with np.errstate(all="ignore"):
        return trainer.score(HELD_OUT) if trainer.examples.count(HELD_OUT) else None
