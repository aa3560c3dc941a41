"""A lesson's figures: what a style needs to draw one, and writing it on the compute thread."""

from dataclasses import dataclass, replace
from pathlib import Path

from engine.analysis.analyze import Analysis, analyze
from engine.image.photograph import Scene
from engine.model.project import Project
from gui.figures.figure import Subject, find_style, write_figure
from gui.figures.style import Options, Style
from gui.figures.worked.effective import with_effective
from gui.figures.worked.photograph_crop import photograph_of
from gui.lessons.lesson_jobs import maps_of
from gui.look.theme import Palette
from gui.session.jobs import Desk
from presets import load
from presets.lesson import Maps, Picture


@dataclass(frozen=True, kw_only=True, eq=False)
class FigureOrder:
    """A figure of a project as a lesson wants it, its caption filled in."""

    picture: Picture
    caption: str
    project: Project
    analysis: Analysis
    palette: Palette
    channels_last: bool = False

    def prepared(self, scene: Scene, maps: Maps) -> tuple[Subject, Style, Options]:
        """What the figure is of, and all that has to be computed for it."""
        style = find_style(self.picture.style)
        options = Options(**{"channels_last": self.channels_last} | dict(self.picture.options))
        options = replace(options, caption=self.caption, photograph=photograph_of(self.project, scene))
        if self.picture.beside:
            other = load(self.picture.beside).project
            options = replace(options, baseline=(other, analyze(other.network)))
        options = style.focused(self.project, self.analysis, options)
        if "effective" in style.needs:
            options = with_effective(self.project, maps, options)
        subject = Subject(project=self.project, analysis=self.analysis, palette=self.palette, maps=maps)
        return subject, style, options


@dataclass(frozen=True, kw_only=True, eq=False)
class WriteFigureJob:
    """Write the figure to a file; the ending chooses the format."""

    order: FigureOrder
    path: Path

    def work(self, desk: Desk) -> Path:
        """Where it was written."""
        project = self.order.project
        scene = desk.photograph(project.image or "astronaut")
        subject, style, options = self.order.prepared(scene, maps_of(desk, project))
        desk.checkpoint()
        write_figure(self.path, subject, style, options)
        return self.path
