"""A figure in one call, for notebooks and scripts: it shows itself there, and saves itself to any format."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from engine.analysis.analyze import analyze
from engine.model.network import Network
from engine.model.project import Project
from gui.figures.figure import Subject, find_style, make_figure, write_figure
from gui.figures.style import Options, Style
from gui.figures.writer import Finish
from gui.figures.writers import WRITERS
from gui.look.theme import PALETTES


@dataclass(frozen=True, eq=False)
class Drawn:
    """A figure of a network; the last line of a notebook's cell shows it."""

    subject: Subject
    style: Style
    options: Options

    def _repr_svg_(self) -> str:
        write = WRITERS["svg"].write
        assert write is not None
        return write(make_figure(self.subject, self.style, self.options).drawing, Finish()).decode("utf-8")

    def save(self, path: str | Path) -> str:
        """Write it; the ending chooses the format. A note on its type, or empty; `FormatError`."""
        return write_figure(path, self.subject, self.style, self.options)


def draw(
    subject: Network | Project,
    style: str = "flow",
    *,
    image: str | None = None,
    theme: str = "light",
    **options: Any,
) -> Drawn:
    """The network in one of the styles that `onebyone export --list` names, with the style's own `options`
    (`layer="conv1"`, `fold=True`, `faces=True`, `width_mm=84`, …); `FormatError` for what it cannot draw.

    image: a bundled photograph's name or a file, where real maps are wanted; a style that is empty without
    takes the project's own.
    """
    project = subject if isinstance(subject, Project) else Project(network=subject)
    analysis = analyze(project.network)
    chosen = find_style(style)
    given = chosen.focused(project, analysis, Options(**options, explicit=frozenset(options)))
    drawn = Drawn(Subject(project=project, analysis=analysis, palette=PALETTES[theme]), chosen, given)
    wanted = chosen.needs & {"maps", "photograph", "effective"} or given.faces or given.ends
    if image is None and not wanted:
        return drawn
    return _with_maps(drawn, image)


def _with_maps(drawn: Drawn, image: str | None) -> Drawn:
    from engine.execution.executor import Executor
    from engine.image.image_source import open_image
    from gui.figures.worked.effective import with_effective
    from gui.figures.worked.photograph_crop import photograph_of

    project = drawn.subject.project
    scene = open_image(image or project.image or "astronaut")
    results = Executor().run(project.network, scene, seed=project.seed)
    maps = {result.node_id: result.map for result in results}
    options = replace(drawn.options, photograph=photograph_of(project, scene))
    if "effective" in drawn.style.needs:
        options = with_effective(project, maps, options)
    return Drawn(replace(drawn.subject, maps=maps), drawn.style, options)
