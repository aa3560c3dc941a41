"""Lessons and the window: who follows whom when a lesson begins, points somewhere, or is presented."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer

from gui.jobs import JobHandle
from gui.lessons.figure_job import FigureOrder, WriteFigureJob
from gui.lessons.progress import Progress
from gui.lessons.tutor import Tutor
from gui.panels.lessons import LessonsPanel
from gui.selection import first_look
from presets.lesson import Highlight, Picture, filled

if TYPE_CHECKING:
    from gui.main_window import MainWindow

DOCK: Final = "Lessons"
WIDTH: Final = 336
"""Of the dock once a lesson is read."""
FIGURE_KINDS: Final = "PDF (*.pdf);;SVG (*.svg);;PNG (*.png);;PowerPoint (*.pptx)"


class Teaching:
    """The tutor, its panel, and what they move in the window."""

    def __init__(self, window: "MainWindow") -> None:
        self._window = window
        self.tutor = Tutor(
            window.document,
            window.compute,
            Progress(window.settings),
            may_discard=lambda: window.files.may_discard(),
            parent=window,
        )
        self.panel = LessonsPanel(self.tutor, window.appearance)
        self._jobs: list[JobHandle] = []

    def connect(self) -> None:
        """Once all parts of the window are there."""
        tutor, page = self.tutor, self.panel.page
        tutor.opened.connect(self.on_opened)
        tutor.said.connect(self._window.notice.say)
        self.panel.begun.connect(self.on_begun)
        page.look_wanted.connect(self.look)
        page.figure_wanted.connect(self.export_figure)

    def show(self) -> None:
        """Bring the panel forward."""
        dock = self._window.docks[DOCK]
        dock.show()
        dock.raise_()
        if dock.width() < WIDTH and not dock.isFloating():
            self._window.resizeDocks([dock], [WIDTH], Qt.Orientation.Horizontal)

    def on_begun(self) -> None:
        """A lesson was opened: show its network, and give its text room."""
        self._window.show_canvas()
        self.show()

    def on_opened(self) -> None:
        """Something new is on the canvas: show all of it, and a layer's maps."""
        if self._window.selection.current is None:
            self._window.selection.select(first_look(self._window.document.project.network))
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

    def export_figure(self, picture: Picture) -> None:
        """Ask for a file and write a step's figure of the network as it is."""
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

    def submit(self, job: WriteFigureJob) -> None:
        """Have a file written, and say when it is."""
        handle = self._window.compute.submit(job, self._window)
        handle.finished.connect(self._on_written)
        handle.failed.connect(self._window.notice.say)
        self._jobs.append(handle)

    def _on_written(self, path: Path) -> None:
        self._window.settings.remember_folder("figure", path)
        self._window.status.showMessage(f"{path.name} written", 4000)
