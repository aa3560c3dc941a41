"""A sheet of small pictures of every style on six networks, at slide size, to be looked at.

`python -m tests.gui.figures.contact_sheet OUT_FOLDER` writes one PNG for light and one for dark ground.
"""

import io
import sys
from pathlib import Path

import numpy as np
from PIL import Image

import presets
from engine.analysis.analyze import analyze
from engine.execution.executor import Executor
from gui.commands.networks import find_network, find_photograph
from gui.figures.drawing.drawing import Drawing
from gui.figures.figure import Subject, make_figure
from gui.figures.fitting import TARGETS
from gui.figures.rendering.painter import write_png
from gui.figures.style import Options, Style
from gui.figures.styles import STYLES
from gui.figures.worked.effective import with_effective
from gui.figures.worked.photograph_crop import photograph_of
from gui.look.theme import PALETTES, Palette

NETWORKS = ("lenet5", "alexnet", "vgg16", "inception_3a", "resnet18", "unet")
BASELINES = {
    "lenet5": "alexnet", "alexnet": "vgg16", "vgg16": "vgg11", "inception_3a": "inception_3a_naive",
    "resnet18": "resnet34", "unet": "fcn8s",
}  # fmt: skip
CELL = (480, 270)
"""Pixels of a slide on the sheet."""
GAP = 6


def slides(name: str, palettes: tuple[Palette, ...]) -> dict[tuple[str, str], np.ndarray]:
    """(style, palette) → pixels of one network's slides; styles that refuse it are left out."""
    named = find_network(name, None)
    project, (_, scene) = named.project, find_photograph(named, presets.FIRST_PHOTOGRAPH)
    analysis = analyze(project.network)
    maps = {
        result.node_id: result.map for result in Executor().run(project.network, scene, seed=project.seed)
    }
    other = presets.load(BASELINES[name]).project
    target = TARGETS["slide"]
    options = Options(
        width_mm=target.width_mm, height_mm=target.height_mm, min_type_pt=target.min_type_pt, faces=True,
        photograph=photograph_of(project, scene), baseline=(other, analyze(other.network)),
    )  # fmt: skip
    made = {}
    for style in STYLES.values():
        for palette in palettes:
            subject = Subject(project=project, analysis=analysis, palette=palette, maps=maps)
            if not style.problem(project, analysis, options):
                own = _with_effective(style, subject, style.focused(project, analysis, options))
                made[style.name, palette.name] = _slide(make_figure(subject, style, own).drawing, palette)
    return made


def _with_effective(style: Style, subject: Subject, options: Options) -> Options:
    if "effective" not in style.needs or subject.maps is None:
        return options
    return with_effective(subject.project, subject.maps, options)


def _slide(drawing: Drawing, palette: Palette) -> np.ndarray:
    """The drawing in the middle of a slide of its own ground."""
    ground = drawing.background or palette.surface
    slide = Image.new("RGB", CELL, ground)
    scale = 3 * min(CELL[0] / drawing.width, CELL[1] / drawing.height)
    picture = Image.open(io.BytesIO(write_png(drawing, scale))).convert("RGB")
    picture.thumbnail(CELL, Image.Resampling.LANCZOS)
    slide.paste(picture, ((CELL[0] - picture.width) // 2, (CELL[1] - picture.height) // 2))
    return np.asarray(slide)


def main(folder: Path) -> None:
    """Write the sheets."""
    palettes = tuple(PALETTES.values())
    columns = {name: slides(name, palettes) for name in NETWORKS}
    for palette in palettes:
        rows = []
        for style in STYLES:
            blank = np.full((CELL[1], CELL[0], 3), 120, np.uint8)
            cells = [columns[name].get((style, palette.name), blank) for name in NETWORKS]
            rows.append(
                np.concatenate([np.pad(cell, ((GAP, 0), (GAP, 0), (0, 0))) for cell in cells], axis=1)
            )
        Image.fromarray(np.concatenate(rows)).save(folder / f"contact-sheet-{palette.name}.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
