"""Where the user stands in a lesson. Watches the document, notices what is done, and does it when asked.

The network stays the user's: every change of the tutor's is an edit that can be undone, and leaving a lesson
leaves the network as it is.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.model.project import Project
from gui.lessons.lesson_jobs import (
    Reading,
    ReadJob,
    ReferenceJob,
    SetUpJob,
    Solved,
    SolveJob,
    is_quick,
    known,
    quick_reference,
    read,
)
from gui.lessons.lesson_work import LessonWork
from gui.lessons.progress import Progress
from gui.session.compute import ComputeService
from gui.session.document import Document
from gui.session.jobs import JobHandle
from presets.lesson import Lesson, Step

TOO_DIFFERENT = "Your network was too different: this is the lesson's own. Undo brings yours back."


class LessonSession(QObject):
    """The lesson, the step, and what it reads in the document."""

    lesson_changed = Signal(object)
    """The `Lesson` that was begun, or None."""
    step_changed = Signal(int)
    reading_changed = Signal(object)
    """The `Reading` of the step at hand."""
    task_done = Signal()
    """The task at hand was just noticed to be done."""
    busy_changed = Signal(bool)
    """Whether something asked for is being worked on."""
    said = Signal(str)
    """One line for the user."""
    opened = Signal(object)
    """Another network is there, or part of it is new and should be seen: the ids of new nodes."""

    def __init__(
        self,
        document: Document,
        compute: ComputeService,
        progress: Progress,
        may_discard: Callable[[], bool],
        work: LessonWork,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._compute = compute
        self.progress = progress
        self._may_discard = may_discard
        self._work = work
        self._owner = ""
        """The id of the lesson whose network is open, also after it was left; empty for other networks."""
        self._opening = self._is_finished = False
        self._is_same_network = False
        """Whether the last change left the network as it was."""
        self._done: set[int] = set()
        """Steps whose task was found done since the lesson was begun, or before it was left."""
        self.is_touched = False
        """Whether the network was changed since the step began."""
        self.lesson: Lesson | None = None
        self.number = 0
        """The step at hand, counted from 0."""
        self.reading: Reading | None = None
        self._asked: JobHandle | None = None
        self._read: JobHandle | None = None
        self._referring: JobHandle | None = None
        self._reference: dict[int, Mapping[str, str]] = {}
        """Numbers of steps once they are done, for what the user's network lacks."""
        self._opened: set[int] = set()
        document.project_changed.connect(self.on_project_changed)
        document.file_changed.connect(self.on_file_changed)

    @property
    def step(self) -> Step | None:
        """The step at hand, or the page that closes the lesson."""
        return None if self.lesson is None else self.lesson.pages[self.number]

    @property
    def is_busy(self) -> bool:
        """Whether something asked for is being worked on."""
        return self._asked is not None

    @property
    def is_last(self) -> bool:
        """Whether no step follows."""
        return self.lesson is not None and self.number == len(self.lesson.steps) - 1

    @property
    def is_closing(self) -> bool:
        """Whether all steps are behind the user: what was found is told, and the quiz asked."""
        return self.lesson is not None and self.number == len(self.lesson.steps)

    def begin(self, lesson: Lesson) -> bool:
        """Open the lesson where it was left, with the network that was built there; one that was finished
        begins anew, and keeps its ticks. Whether it was opened.

        Unsaved work of the user's own is asked about, as before opening a preset; that of a lesson is kept.
        """
        if not self._may_discard():
            return False
        done = self.progress.done(lesson.id)
        left = [number for number in range(len(lesson.steps)) if number not in done]
        kept = self._work.kept(lesson.id)
        place = self.progress.place(lesson.id) if kept is not None else (left[0] if left else 0)
        self._forget_jobs()
        self.lesson, self.number, self._opened = lesson, min(place, len(lesson.steps) - 1), set()
        self._done = set(done) if kept is not None or left else set()
        self.reading = None
        self._reference = {}
        self.lesson_changed.emit(lesson)
        self._replace(lesson, lesson.start() if kept is None else kept)
        self.opened.emit(())
        if self.number and kept is None:
            self.set_up()
        self._show()
        return True

    def take_edition(self, lesson: Lesson) -> None:
        """The lesson's file was saved: go on in its new edition, with the network at hand."""
        self._forget_jobs()
        self.lesson, self.number = lesson, min(self.number, len(lesson.steps))
        self.reading, self._reference = None, {}
        self.lesson_changed.emit(lesson)
        self._show()

    def keep(self) -> bool:
        """Keep the network of a lesson, so that nobody need be asked; False where it is the user's own."""
        if not self._owner:
            return False
        if self.lesson is not None and self.lesson.id == self._owner:
            self.progress.leave(self._owner, self.number)
        return self._is_finished or self._work.keep(self._owner, self._document.project)

    def _replace(self, lesson: Lesson, project: Project) -> None:
        self._opening = True
        try:
            self._document.replace(project)
        finally:
            self._opening = False
        self._owner, self._is_finished = lesson.id, False

    def on_file_changed(self, path: Path | None) -> None:
        """Another project was opened, or this one was saved to a file: it is no longer the lesson's.

        One that was only laid out anew, for a canvas of another width, still is.
        """
        if not self._opening and (path is not None or not self._is_same_network):
            self._owner = ""

    def leave(self) -> None:
        """Back to the list; the network stays as it is."""
        if self.lesson is not None:
            self.progress.leave(self.lesson.id, self.number)
            self._forget_jobs()
            self.lesson, self.reading = None, None
            self.lesson_changed.emit(None)

    def go_to(self, number: int) -> None:
        """Another step of the lesson; going on from one that asks for nothing means that it was read."""
        if self.lesson is None or not 0 <= number < len(self.lesson.pages) or number == self.number:
            return
        forwards = number > self.number
        if forwards:
            self.mark_read()
        self.number = number
        opens = self.lesson.pages[number].opens
        if forwards and opens is not None and number not in self._opened:
            self._opened.add(number)
            self._document.edit(f"Lesson: {self.lesson.pages[number].title}", lambda _: opens())
            self.opened.emit(())
        self._is_finished = self.is_closing and self._finish(self.lesson)
        self._show()

    def next(self) -> None:
        """The step that follows; after the last one what closes the lesson, and then the list.

        A task that was left out is done first: the next step builds on it.
        """
        step = self.step
        if step is None:
            return
        if step.task is not None and not self.was_done:
            self.show_solution(and_then=self._go_on)
        else:
            self._go_on()

    def mark_read(self) -> None:
        """The step at hand asks for nothing, and was read."""
        if self.lesson is not None and not self.is_closing and self.lesson.pages[self.number].task is None:
            self.progress.mark(self.lesson.id, self.number)

    def _go_on(self) -> None:
        if self.is_closing:
            self.leave()
        else:
            self.go_to(self.number + 1)

    def _finish(self, lesson: Lesson) -> bool:
        """With all steps done the lesson begins anew next time, with its own network; whether they are."""
        done = self.progress.done(lesson.id) >= set(range(len(lesson.steps)))
        if done:
            self._work.forget(lesson.id)
        return done

    @property
    def was_done(self) -> bool:
        """Whether the task at hand is done, or was before something else was tried."""
        return self.is_done or self.number in self._done

    def back(self) -> None:
        """The step before."""
        self.go_to(self.number - 1)

    @property
    def is_done(self) -> bool:
        """Whether the task at hand was found done, as far as it was looked for."""
        return self.reading is not None and self.reading.done

    def show_solution(self, and_then: Callable[[], None] = lambda: None) -> None:
        """Do the task at hand, as one edit that can be undone; then go on, done or not."""
        step = self.step
        if self.lesson is not None and step is not None and step.task is not None and not self.is_done:
            job = SolveJob(self.lesson, self.number, self._document.project)
            self._ask(job, f"Show me: {step.title}", and_then)

    def set_up(self) -> None:
        """Bring the network that the step at hand begins with, as one edit that can be undone."""
        if self.lesson is not None:
            title = self.lesson.pages[self.number].title
            self._ask(SetUpJob(self.lesson, self.number), f"Set up: {title}")

    def on_project_changed(self, before: Project, after: Project) -> None:
        """Look again, where something changed that a lesson reads."""
        self._is_same_network = before.network is after.network
        same = self._is_same_network and before.image == after.image and before.seed == after.seed
        if self.lesson is not None and not same:
            self.is_touched = True
            self._look()

    def _show(self) -> None:
        lesson, number = self.lesson, self.number
        if lesson is None:
            return
        if self._referring is not None:
            self._referring.cancel()
            self._referring = None
        self.is_touched = False
        wanted = number not in self._reference
        if wanted and is_quick(lesson, number):
            self._reference[number] = quick_reference(lesson, number)
            wanted = False
        self.step_changed.emit(number)
        self._look()
        if wanted:
            self._referring = self._compute.submit(ReferenceJob(lesson, number), self)
            self._referring.finished.connect(lambda found: self._on_reference(number, found))

    def _on_reference(self, number: int, found: object) -> None:
        assert isinstance(found, Mapping)
        self._referring = None
        self._reference[number] = found
        if self.reading is not None:
            self._take(self.reading)

    def _look(self) -> None:
        step = self.step
        if step is None:
            return
        if self._read is not None:
            self._read.cancel()
            self._read = None
        self._take(read(step, self._document.project, self._document.analysis, {}))
        if step.needs_maps:
            job = ReadJob(step, self._document.project, self._document.analysis)
            self._read = self._compute.submit(job, self)
            self._read.finished.connect(self._take)

    def _take(self, reading: object) -> None:
        assert isinstance(reading, Reading)
        step = self.step
        if step is None or self.lesson is None or reading.project is not self._document.project:
            return
        reference = self._reference.get(self.number, {})
        reading = replace(
            reading,
            numbers=known(reading.numbers, reference),
            asked={**reading.numbers, **reference},
            missing=reading.missing if self.is_touched else (),
        )
        self.reading = reading
        if step.task is not None and reading.done:
            first = self.number not in self._done
            self._done.add(self.number)
            self.progress.mark(self.lesson.id, self.number)
            self.reading_changed.emit(reading)
            if first:
                self.task_done.emit()
        else:
            self.reading_changed.emit(reading)

    def _ask(self, job: SolveJob | SetUpJob, text: str, and_then: Callable[[], None] = lambda: None) -> None:
        """Have a job done that gives a project; its answer is one edit, unless the user went on meanwhile."""
        if self._asked is not None:
            self._asked.cancel()
        before = self._document.project
        self._asked = self._compute.submit(job, self)

        def answer(found: object) -> None:
            self._end_of_asking()
            made = found.project if isinstance(found, Solved) else found
            assert isinstance(made, Project)
            if self._document.project is before and self._document.edit(text, lambda _: made):
                self.opened.emit(
                    tuple(node_id for node_id in made.network.order if node_id not in before.network)
                )
                if isinstance(found, Solved) and found.is_own:
                    self.said.emit(TOO_DIFFERENT)
            and_then()

        def fail(message: str) -> None:
            self._end_of_asking()
            self.said.emit(message)
            and_then()

        self._asked.finished.connect(answer)
        self._asked.failed.connect(fail)
        self.busy_changed.emit(True)

    def _end_of_asking(self) -> None:
        self._asked = None
        self.busy_changed.emit(False)

    def _forget_jobs(self) -> None:
        for job in (self._asked, self._read, self._referring):
            if job is not None:
                job.cancel()
        if self._asked is not None:
            self.busy_changed.emit(False)
        self._asked = self._read = self._referring = None
