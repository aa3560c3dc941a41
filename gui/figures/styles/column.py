"""A chain of small boxes with shortcuts at its side: figure 3 of the GoogLeNet and of the ResNet paper.

Szegedy et al., "Going deeper with convolutions", CVPR 2015; He et al., "Deep residual learning for image
recognition", CVPR 2016.
"""

from typing import Final

from engine.analysis.analyze import Analysis
from engine.model.project import Project
from gui.figures.chain.chain_box import COLOURS, SMALL
from gui.figures.chain.chain_lines import chain_items
from gui.figures.chain.paging import sketch_on
from gui.figures.drawing.drawing import Drawing
from gui.figures.drawing.item_bounds import cropped, extent_of_all
from gui.figures.flow.folding import folded
from gui.figures.sketch import sketch
from gui.figures.slabs.scaling import room
from gui.figures.style import Maps, Options, Style
from gui.figures.text.legend import legend
from gui.figures.tints import FAMILIES, chosen, paper
from gui.look.theme import Palette

MARGIN: Final = 24.0
_PAGE: Final = 1.6
"""Width to height of a figure whose height nobody limits."""


def draw(
    project: Project, analysis: Analysis, maps: Maps | None, palette: Palette, options: Options
) -> Drawing:
    """The network as a column of boxes, long ones as several side by side."""
    seen = sketch(project.network, analysis)
    if options.fold:
        seen = folded(seen)
    seen = sketch_on(seen, options.page)
    background = None if options.transparent else paper(palette)
    width, height = room(options, SMALL)
    height = height or width / _PAGE
    items = chain_items(seen, palette, options, width - 2 * MARGIN, height - 2 * MARGIN)
    if options.legend and seen.symbols:
        (left, _), (right, bottom) = extent_of_all(items)
        kinds = {symbol.layer.family for symbol in seen.symbols.values()}
        colours = chosen(COLOURS, options)
        meaning = {name: colours[kind] for kind, name in FAMILIES.items() if kind in kinds}
        items = [*items, *legend(meaning, palette, left, bottom + 20, right - left, width - 2 * MARGIN)]
    return cropped(items, MARGIN, background=background, title=project.title)


STYLE: Final = Style(
    name="column",
    title="Column",
    draw=draw,
    about="A chain of small boxes, shortcuts at its side: GoogLeNet's and ResNet's figure 3",
    uses=frozenset({"transparent", "direction", "fold", "legend", "labels", "colours", "colour", "notation"}),
    splits=True,
    ends=True,
)
