"""Lessons and the window: who follows whom when a lesson begins, points somewhere, or is presented."""

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer

from engine.errors import EngineError
from gui.canvas.view import CanvasView
from gui.lessons.challenge_session import ChallengeSession
from gui.lessons.lesson_session import LessonSession
from gui.lessons.progress import Progress
from gui.panels.feature_maps import FeatureMapsPanel
from gui.panels.lessons import LessonsPanel
from gui.session.jobs import Job, JobHandle
from gui.session.selection import first_look
from presets.lesson import Highlight, Lesson, Picture, filled

if TYPE_CHECKING:
    from gui.lessons.presenter.presenter import Presenter
    from gui.window.main_window import MainWindow

DOCK: Final = "Lessons"
WIDTH: Final = 336
"""Of the dock once a lesson is read."""
UNIT: Final = 180
"""Height of the layers below a lesson, which has three times as much."""
FIGURE_KINDS: Final = "PDF (*.pdf);;SVG (*.svg);;PNG (*.png);;PowerPoint (*.pptx);;Animation (*.gif)"


class LessonWiring:
    """The tutor, its panel, and what they move in the window."""

    def __init__(self, window: "MainWindow") -> None:
        self._window = window
        progress = Progress(window.settings)

        def may_discard() -> bool:  # the files are made after this
            return window.files.may_discard()

        self.tutor = LessonSession(window.document, window.compute, progress, may_discard, window)
        self.referee = ChallengeSession(window.document, progress, may_discard, window)
        self.panel = LessonsPanel(self.tutor, self.referee, window.appearance)
        self.presenter: Presenter | None = None
        self._parted = False
        """Whether a lesson put the layers below itself."""
        self._jobs: list[JobHandle] = []
        self._connect()
        window.docks[DOCK].setWidget(self.panel)

    def _connect(self) -> None:
        tutor, page = self.tutor, self.panel.page
        tutor.opened.connect(self.on_opened)
        self.referee.opened.connect(self.on_opened)
        tutor.said.connect(self._window.notice.say)
        self.panel.begun.connect(self.on_begun)
        tutor.lesson_changed.connect(self.on_left_lesson)
        self.referee.challenge_changed.connect(self.on_left_lesson)
        page.look_wanted.connect(self.look)
        page.figure_wanted.connect(self.export_figure)
        page.presenting_wanted.connect(self.present)
        page.handout_wanted.connect(self.export_handout)

    def show(self) -> None:
        """Bring the panel forward."""
        dock = self._window.docks[DOCK]
        dock.show()
        dock.raise_()
        if dock.width() < WIDTH and not dock.isFloating():
            self._window.resizeDocks([dock], [WIDTH], Qt.Orientation.Horizontal)

    def show_contents(self) -> None:
        """The list of all lessons, or the one that is open."""
        self.show()
        self.panel.setFocus()

    def begin(self, lesson: Lesson) -> None:
        """Open a lesson, as from the list."""
        self.panel.open(lesson)

    def on_begun(self) -> None:
        """A lesson was opened: show its network, and give its text room."""
        self._window.show_canvas()
        self.show()
        self._put_layers_below()

    def _put_layers_below(self) -> None:
        """Layers are needed while a lesson is read: where both are tabs of one place, they share it."""
        window = self._window
        lessons, layers = window.docks[DOCK], window.docks["Layers"]
        if layers in window.tabifiedDockWidgets(lessons):
            # Split beside a dock that has tabs, it would become one more of them.
            window.removeDockWidget(layers)
            area = window.dockWidgetArea(lessons)
            window.addDockWidget(area, layers, Qt.Orientation.Vertical)
            layers.show()
            window.resizeDocks([lessons, layers], [3 * UNIT, UNIT], Qt.Orientation.Vertical)
            self._parted = True

    def on_left_lesson(self, begun: object) -> None:
        """Back in the list, both are tabs again, where they were before."""
        if begun is None and self._parted:
            window = self._window
            self._parted = False
            lessons = window.docks[DOCK]
            others = window.tabifiedDockWidgets(lessons)
            tabs = [one for one in window.docks.values() if one is lessons or one in others]
            for before, after in pairwise([window.docks["Layers"], *tabs]):
                window.tabifyDockWidget(before, after)
            lessons.raise_()

    def on_opened(self, new: tuple[str, ...]) -> None:
        """Something new is on the canvas: show all of it, and a layer's maps."""
        if new:
            self._window.selection.select(new[-1:])
        elif self._window.selection.current is None:
            document = self._window.document
            self._window.selection.select(first_look(document.analysis) or document.project.network.order[:1])
        QTimer.singleShot(0, self._window, self._window.canvas.fit_all)

    def look(self, highlight: Highlight) -> None:
        """Go to where a step points: select its layers, bring its panel forward."""
        network = self._window.document.project.network
        nodes = [node_id for node_id in highlight.nodes if node_id in network]
        if nodes:
            self._window.selection.select(nodes)
        dock = self._window.docks.get(highlight.panel)
        if dock is not None:
            dock.show()
            dock.raise_()

    def present(self) -> None:
        """Fill the screen with the lesson; without one, show the list to choose from."""
        window = self._window
        if self.tutor.lesson is None:
            self.show()
            window.notice.say("choose a lesson first, then present it with F5")
        elif self.presenter is None:
            parts = (window.document, window.selection, window.compute, window.appearance)
            canvas, maps = CanvasView(*parts), FeatureMapsPanel(*parts)
            maps.switches.hide()
            from gui.lessons.presenter.presenter import Presenter

            self.presenter = Presenter(self.tutor, canvas, maps, window.appearance)
            self.presenter.left.connect(self._on_left)
            self.tutor.opened.connect(canvas.fit_all)
            if window.windowHandle() is not None:
                self.presenter.setScreen(window.windowHandle().screen())
            self.presenter.present()
            QTimer.singleShot(0, canvas, canvas.fit_all)

    def _on_left(self) -> None:
        self.presenter = None
        self._window.activateWindow()

    def export_figure(self, picture: Picture) -> None:
        """Ask for a file and write a step's figure of the network as it is."""
        from gui.lessons.handouts.figure_job import (  # a start need not wait for writers
            FigureOrder,
            WriteFigureJob,
        )

        window, tutor = self._window, self.tutor
        suggestion = Path(window.settings.folder("figure")) / f"{window.document.title}.pdf"
        path = window.dialogs.file_to_save(window, "Export figure", str(suggestion), FIGURE_KINDS)
        if path is None or tutor.step is None:
            return
        numbers = {} if tutor.reading is None else tutor.reading.numbers
        order = FigureOrder(
            picture=picture,
            caption=filled(picture.caption, numbers),
            project=window.document.project,
            analysis=window.document.analysis,
            palette=window.appearance.palette,
            channels_last=window.settings.channels_last,
        )
        self.submit(WriteFigureJob(order=order, path=path))

    def export_handout(self) -> None:
        """Ask for a file and write the whole lesson as PDF or PowerPoint."""
        from gui.lessons.handouts.handout import KINDS, HandoutJob, check_ending  # as above

        window, lesson = self._window, self.tutor.lesson
        if lesson is None:
            self.show()
            window.notice.say("choose a lesson first, then export it as a handout")
            return
        suggestion = Path(window.settings.folder("figure")) / f"{lesson.id}.pdf"
        path = window.dialogs.file_to_save(window, "Export handout", str(suggestion), KINDS)
        if path is None:
            return
        try:
            check_ending(path)
        except EngineError as error:
            window.notice.say(str(error))
        else:
            window.status.showMessage(f"Writing {path.name} …", 60_000)
            self.submit(HandoutJob(lesson, path))

    def submit(self, job: Job) -> None:
        """Have a file written, and say when it is."""
        handle = self._window.compute.submit(job, self._window)
        handle.finished.connect(self._on_written)
        handle.failed.connect(self._window.notice.say)
        self._jobs.append(handle)

    def _on_written(self, path: Path) -> None:
        self._window.settings.remember_folder("figure", path)
        self._window.status.showMessage(f"{path.name} written", 4000)
