"""The comparison as a figure: drawn and written on the compute thread."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from engine.analysis.analyze import Analysis
from engine.model.project import Project
from gui.figures.drawing.drawing import Drawing
from gui.figures.figure import Subject, find_style, write_figure
from gui.figures.style import Options
from gui.look.theme import PALETTES
from gui.receptive_view.writing import STILL, WriteDrawing, kinds_of
from gui.session.compute import ComputeService
from gui.session.jobs import Desk, Job, JobHandle
from gui.session.settings import Settings
from gui.widgets.dialogs import Dialogs

STYLE: Final = "comparison"
KINDS: Final = "PDF (*.pdf);;SVG (*.svg);;PNG (*.png);;PowerPoint (*.pptx);;TikZ (*.tex)"


@dataclass(frozen=True)
class Shown:
    """A network under the name it has in the comparison."""

    title: str
    project: Project
    analysis: Analysis

    @property
    def named(self) -> Project:
        """The project, called so."""
        return replace(self.project, title=self.title)


@dataclass(frozen=True)
class WriteComparison:
    """A job: the answer is a note on the figure's type, or empty."""

    left: Shown
    right: Shown
    theme: str
    path: Path

    def work(self, desk: Desk) -> str:
        desk.checkpoint()
        palette = PALETTES[self.theme]
        subject = Subject(project=self.right.named, analysis=self.right.analysis, palette=palette)
        options = Options(baseline=(self.left.named, self.left.analysis))
        return write_figure(self.path, subject, find_style(STYLE), options)


class FigureExport(QObject):
    """Asks for a file and has the figure written."""

    said = Signal(str)
    """What was done, or why it was not."""

    def __init__(self, compute: ComputeService, dialogs: Dialogs, settings: Settings, owner: QWidget) -> None:
        super().__init__(owner)
        self._compute, self._dialogs, self._settings, self._owner = compute, dialogs, settings, owner
        self._job: JobHandle | None = None

    def save_maps(self, title: str, drawing: Drawing | None) -> None:
        """The maps of one side as they are shown."""
        if drawing is None:
            self.said.emit("Select a layer first: there are no maps to export")
            return
        folder = Path(self._settings.folder("figure"))
        path = self._dialogs.file_to_save(
            self._owner, "Export feature maps", str(folder / f"{title} maps.png"), kinds_of(STILL)
        )
        if path is not None:
            self._write(WriteDrawing(drawing, path), path)

    def save(self, left: Shown, right: Shown, theme: str) -> None:
        """The ending chooses the format."""
        suggestion = str(Path(self._settings.folder("figure")) / f"{left.title} and {right.title}.pdf")
        path = self._dialogs.file_to_save(self._owner, "Export comparison", suggestion, KINDS)
        if path is not None:
            self._write(WriteComparison(left, right, theme, path), path)

    def _write(self, job: Job, path: Path) -> None:
        self._settings.remember_folder("figure", path)
        self.said.emit(f"Writing {path.name}…")
        self._job = self._compute.submit(job, self)
        self._job.finished.connect(lambda _: self.said.emit(f"{path.name} written"))
        self._job.failed.connect(self.said)
