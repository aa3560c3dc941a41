"""Figures of networks: a style makes a drawing, a writer replays it."""

from pathlib import Path

from engine.analysis import Analysis
from engine.errors import FormatError
from engine.formats import write_bytes
from engine.project import Project
from gui.figures.style import Maps, Options
from gui.figures.styles import STYLES
from gui.figures.writers import WRITERS
from gui.theme import Palette


def write_figure(
    path: str | Path,
    project: Project,
    analysis: Analysis,
    maps: Maps | None,
    palette: Palette,
    *,
    style: str = "flow",
    options: Options | None = None,
    scale: float = 2.0,
) -> None:
    """Write a figure in the format of the file's ending, completely or not at all.

    `scale` is pixels a unit, for PNG alone. `FormatError` for an unknown ending, a picture too large, or a
    place that cannot be written to.
    """
    path = Path(path)
    writer = WRITERS.get(path.suffix.lower())
    if writer is None:
        raise FormatError(f"{path.name!r} is no figure's name: known endings are {', '.join(WRITERS)}")
    drawing = STYLES[style].draw(project, analysis, maps, palette, options or Options())
    write_bytes(path, writer(drawing, scale))
