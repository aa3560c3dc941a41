"""Lessons and the window: who follows whom when a lesson begins, points somewhere, or is presented."""

from collections.abc import Callable, Mapping
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDockWidget, QWidget

from engine.errors import EngineError
from engine.formats.files import write_bytes
from gui.canvas.view import CanvasView
from gui.lessons.challenge_session import ChallengeSession
from gui.lessons.lesson_files import LessonFiles
from gui.lessons.lesson_session import LessonSession
from gui.lessons.lesson_work import LessonWork
from gui.lessons.progress import Progress
from gui.look.appearance import Appearance
from gui.panels.lessons import LessonsPanel
from gui.session.baseline import Baseline
from gui.session.jobs import Job, JobHandle
from gui.session.selection import first_look
from gui.session.session import Session
from gui.widgets.maps.map_switches import MapSwitches
from gui.window.conversation import Conversation
from gui.window.docks.scrolled import Scrolled
from presets.challenges.challenge_file import read_challenge
from presets.file_names import is_challenge_file
from presets.lesson import Highlight, Lesson, Picture, filled

if TYPE_CHECKING:
    from gui.lessons.presenter.notes_window import NotesWindow
    from gui.lessons.presenter.presenter import Presenter
    from gui.panels.train import TrainPanel

DOCK: Final = "Lessons"
WIDTH: Final = 336
"""Of the dock once a lesson is read."""
UNIT: Final = 180
"""Height of the layers below a lesson, which has three times as much."""
HANDOUT_KINDS: Final = "PDF (*.pdf);;PowerPoint (*.pptx)"
FIGURE_KINDS: Final = "PDF (*.pdf);;SVG (*.svg);;PNG (*.png);;PowerPoint (*.pptx);;Animation (*.gif)"


class LessonWiring:
    """The tutor, its panel, and what they move in the window."""

    def __init__(
        self,
        session: Session,
        conversation: Conversation,
        appearance: Appearance,
        *,
        canvas: CanvasView,
        docks: Mapping[str, QDockWidget],
        may_discard: Callable[[], bool],
        show_canvas: Callable[[], object],
        baseline: Baseline,
    ) -> None:
        """`docks` are the window's, by title: a lesson moves them and brings them forward; a
        `baseline` of other work is dropped when a lesson begins."""
        document, compute, owner = session.document, session.compute, conversation.owner
        self._session = session
        self._document = document
        self._selection = session.selection
        self._compute = compute
        self._settings = session.settings
        self._appearance = appearance
        self._canvas = canvas
        self._docks = docks
        self._dialogs = conversation.dialogs
        self._notice = conversation.notice
        self._status = conversation.status
        self._owner = owner
        self._show_canvas = show_canvas
        self._baseline = baseline
        self.files = LessonFiles(owner)
        progress = Progress(session.settings)
        work = LessonWork(session.settings.lesson_work_folder)
        self.tutor = LessonSession(document, compute, progress, may_discard, work, owner)
        self.referee = ChallengeSession(document, progress, may_discard, owner)
        self.panel = LessonsPanel(self.tutor, self.referee, appearance, session.settings.lessons_folder)
        self.presenter: Presenter | None = None
        self.notes: NotesWindow | None = None
        self._trains: list[TrainPanel] = []
        """Those of the presenter's stage."""
        self._parted = False
        """Whether a lesson put the layers below itself."""
        self._jobs: list[JobHandle] = []
        self._connect()
        docks[DOCK].setWidget(Scrolled(self.panel))

    def _connect(self) -> None:
        tutor, page = self.tutor, self.panel.page
        tutor.opened.connect(self.on_opened)
        self.referee.opened.connect(self.on_opened)
        tutor.said.connect(self._notice.say)
        self.panel.begun.connect(self.on_begun)
        tutor.lesson_changed.connect(self.on_left_lesson)
        self.referee.challenge_changed.connect(self.on_left_lesson)
        page.look_wanted.connect(self.look)
        page.figure_wanted.connect(self.export_figure)
        page.presenting_wanted.connect(self.present)
        page.handout_wanted.connect(self.export_handout)
        page.hand_in_wanted.connect(self.hand_in)
        page.next_lesson_wanted.connect(self.begin_next)
        self.panel.contents.file_chosen.connect(self.open_file)
        self.files.refused.connect(self._notice.say)
        self.files.saved.connect(self.on_saved)

    def show(self) -> None:
        """Bring the panel forward."""
        dock = self._docks[DOCK]
        dock.show()
        dock.raise_()
        if dock.width() < WIDTH and not dock.isFloating():
            self._owner.resizeDocks([dock], [WIDTH], Qt.Orientation.Horizontal)

    def show_contents(self) -> None:
        """The list of all lessons, or the one that is open."""
        self.show()
        self.panel.setFocus()

    def begin(self, lesson: Lesson) -> None:
        """Open a lesson, as from the list."""
        self.panel.open(lesson)

    def begin_next(self, lesson: Lesson) -> None:
        """Open the lesson that the one at hand offers at its end."""
        offered = self.tutor.lesson.next if self.tutor.lesson is not None else ""
        if lesson.file_text:
            self.open_file(Path(offered))
        else:
            self.begin(lesson)

    def open_file(self, path: Path) -> None:
        """Open a lesson, which is read again whenever it is saved, or a challenge."""
        if is_challenge_file(path):
            self._open_challenge(path)
            return
        lesson = self.files.read(path)
        if lesson is not None:
            self._settings.remember_file(str(path))
            self.panel.open(lesson)

    def _open_challenge(self, path: Path) -> None:
        try:
            challenge = read_challenge(path)
        except EngineError as error:
            self._notice.say(str(error))
        else:
            self._settings.remember_file(str(path))
            self.show()
            self.panel.open_challenge(challenge)

    def on_saved(self, lesson: Lesson) -> None:
        """The file of the lesson was saved: its new edition, if it is the one that is open."""
        if self.tutor.lesson is not None and self.tutor.lesson.file_text:
            self._notice.clear()
            self.tutor.take_edition(lesson)
            self._status.showMessage(f"“{lesson.title}” read again", 4000)

    def hand_in(self) -> None:
        """Ask for a name and a file, and write what was done in the lesson."""
        from gui.lessons.handing_in import answer_of  # as below
        from presets.written.answer import ENDING, MOST_LETTERS, written

        lesson = self.tutor.lesson
        if lesson is None:
            self.show()
            self._notice.say("choose a lesson first, then hand its answers in")
            return
        name = self._dialogs.text(self._owner, "Hand in", "Your name, as your teacher knows it:", "")
        if not name or not name.strip():
            return
        suggestion = Path(self._settings.folder("answer")) / f"{lesson.id}{ENDING}"
        kinds = f"Answers (*{ENDING})"
        path = self._dialogs.file_to_save(self._owner, "Hand in", str(suggestion), kinds)
        if path is None:
            return
        student = name.strip()[:MOST_LETTERS]
        answer = answer_of(lesson, self.tutor.progress, student, self._document.project)
        try:
            write_bytes(path, written(answer))
        except EngineError as error:
            self._notice.say(str(error))
        else:
            self._settings.remember_folder("answer", path)
            self._status.showMessage(f"{path.name} written", 4000)

    def on_begun(self) -> None:
        """A lesson was opened: show its network, and give its text room."""
        if self._baseline.pinned is not None:
            self._baseline.unpin()
        self._show_canvas()
        self.show()
        self._put_layers_below()

    def _put_layers_below(self) -> None:
        """Layers are needed while a lesson is read: where both are tabs of one place, they share it."""
        window = self._owner
        lessons, layers = self._docks[DOCK], self._docks["Layers"]
        if layers in window.tabifiedDockWidgets(lessons):
            # Split beside a dock that has tabs, it would become one more of them.
            window.removeDockWidget(layers)
            area = window.dockWidgetArea(lessons)
            window.addDockWidget(area, layers, Qt.Orientation.Vertical)
            layers.show()
            window.resizeDocks([lessons, layers], [3 * UNIT, UNIT], Qt.Orientation.Vertical)
            self._parted = True

    def on_left_lesson(self, begun: object) -> None:
        """Back in the list, both are tabs again, where they were before; maps have the user's colours."""
        if begun is None:
            self._lend("")
        if begun is None and self._parted:
            window = self._owner
            self._parted = False
            lessons = self._docks[DOCK]
            others = window.tabifiedDockWidgets(lessons)
            tabs = [dock for dock in self._docks.values() if dock is lessons or dock in others]
            for before, after in pairwise([self._docks["Layers"], *tabs]):
                window.tabifyDockWidget(before, after)
            lessons.raise_()

    def on_opened(self, new: tuple[str, ...]) -> None:
        """Something new is on the canvas: show all of it, and a layer's maps."""
        if new:
            self._selection.select(new[-1:])
        elif self._selection.current is None:
            document = self._document
            self._selection.select(first_look(document.analysis) or document.project.network.order[:1])
        QTimer.singleShot(0, self._owner, self._canvas.fit_all)

    def look(self, highlight: Highlight) -> None:
        """Go to where a step points: select its layers, bring its panel forward."""
        network = self._document.project.network
        nodes = [node_id for node_id in highlight.nodes if node_id in network]
        if nodes:
            self._selection.select(nodes)
        self._lend(highlight.colours)
        dock = self._docks.get(highlight.panel)
        if dock is not None:
            dock.show()
            dock.raise_()

    def _lend(self, colours: str) -> None:
        """Colours for the maps that a step speaks of; those of the user again for none."""
        switches = self._docks["Feature maps"].findChild(MapSwitches)
        if isinstance(switches, MapSwitches):
            switches.lend(colours)

    def present(self) -> None:
        """Fill the screen with the lesson; without one, show the list to choose from."""
        if self.tutor.lesson is None:
            self.show()
            self._notice.say("choose a lesson first, then present it with F5")
        elif self.presenter is None:
            from gui.lessons.presenter.panels import stage_panels
            from gui.lessons.presenter.presenter import Presenter
            from gui.lessons.presenter.stage import Stage, StageCanvas

            panels = stage_panels(self._session, self._appearance, self._baseline, self._make_train)
            stage = Stage(StageCanvas(self._session, self._appearance), panels)
            self.presenter = Presenter(self.tutor, stage, self._appearance)
            self.presenter.left.connect(self._on_left)
            self.presenter.notes_wanted.connect(self.switch_notes)
            if self._owner.windowHandle() is not None:
                self.presenter.setScreen(self._owner.windowHandle().screen())
            self.presenter.present()
            if len(QGuiApplication.screens()) > 1:
                self.switch_notes()
                self.presenter.activateWindow()

    def _make_train(self) -> QWidget:
        """A panel of training for the stage: its thread ends with the presenter."""
        from gui.autosave.kept_runs import begin_run
        from gui.panels.train import TrainPanel

        parts = (self._document, self._selection, self._compute, self._appearance)
        panel = TrainPanel(*parts, partial(begin_run, self._settings.trainings_folder))
        self._trains.append(panel)
        return panel

    def switch_notes(self) -> None:
        """The window of notes, clock and timer, on another screen where there is one; or none."""
        presenter, notes = self.presenter, self.notes
        if notes is not None:
            notes.close()
        elif presenter is not None:
            from gui.lessons.presenter.notes_window import NotesWindow

            notes = self.notes = NotesWindow(self.tutor, self._appearance)
            notes.destroyed.connect(self._on_notes_gone)
            presenter.left.connect(notes.close)
            presenter.timer_restarted.connect(notes.restart)
            others = [screen for screen in QGuiApplication.screens() if screen is not self._owner.screen()]
            if others:
                notes.setGeometry(others[0].availableGeometry())
            notes.show()

    def _on_notes_gone(self) -> None:
        self.notes = None

    def _on_left(self) -> None:
        self.presenter = None
        for panel in self._trains:
            panel.close_run()
        self._trains.clear()
        self._owner.activateWindow()

    def export_figure(self, picture: Picture) -> None:
        """Ask for a file and write a step's figure of the network as it is."""
        from gui.lessons.handouts.figure_job import (  # a start need not wait for writers
            FigureOrder,
            WriteFigureJob,
        )

        tutor = self.tutor
        suggestion = Path(self._settings.folder("figure")) / f"{self._document.title}.pdf"
        path = self._dialogs.file_to_save(self._owner, "Export figure", str(suggestion), FIGURE_KINDS)
        if path is None or tutor.step is None:
            return
        numbers = {} if tutor.reading is None else tutor.reading.numbers
        order = FigureOrder(
            picture=picture,
            caption=filled(picture.caption, numbers),
            project=self._document.project,
            analysis=self._document.analysis,
            palette=self._appearance.palette,
            channels_last=self._settings.channels_last,
        )
        self.submit(WriteFigureJob(order=order, path=path))

    def export_handout(self) -> None:
        """Ask for a file and write the whole lesson as PDF or PowerPoint."""
        from gui.lessons.handouts.forms import FORMS  # as above
        from gui.lessons.handouts.handout import HandoutJob, check_ending

        lesson = self.tutor.lesson
        if lesson is None:
            self.show()
            self._notice.say("choose a lesson first, then export it as a handout")
            return
        titles = [form.title for form in FORMS]
        chosen = self._dialogs.choice(self._owner, "Export handout", "For what, and for whom:", titles)
        if chosen is None:
            return
        form = FORMS[chosen]
        suggestion = Path(self._settings.folder("figure")) / f"{lesson.id}-{form.version}.pdf"
        path = self._dialogs.file_to_save(self._owner, "Export handout", str(suggestion), HANDOUT_KINDS)
        if path is None:
            return
        try:
            check_ending(path)
        except EngineError as error:
            self._notice.say(str(error))
        else:
            self._status.showMessage(f"Writing {path.name} …", 60_000)
            self.submit(HandoutJob(lesson, path, form))

    def submit(self, job: Job) -> None:
        """Have a file written, and say when it is."""
        handle = self._compute.submit(job, self._owner)
        handle.finished.connect(self._on_written)
        handle.failed.connect(self._notice.say)
        self._jobs.append(handle)

    def _on_written(self, path: Path) -> None:
        self._settings.remember_folder("figure", path)
        self._status.showMessage(f"{path.name} written", 4000)
