"""A chain of small boxes with shortcuts at its side: figure 3 of the GoogLeNet and of the ResNet paper.

Szegedy et al., "Going deeper with convolutions", CVPR 2015; He et al., "Deep residual learning for image
recognition", CVPR 2016.
"""

from collections.abc import Sequence
from typing import Final

from engine.analysis import Analysis
from engine.project import Project
from gui.figures.axes import Axes
from gui.figures.boxes import cropped, extent_of_all, moved
from gui.figures.chain import Chain
from gui.figures.chain_box import COLOURS, SMALL, TYPE
from gui.figures.drawing import Drawing, Item, Text
from gui.figures.folding import folded
from gui.figures.lattice import broken
from gui.figures.legend import legend
from gui.figures.scaling import room
from gui.figures.sketch import Sketch, sketch
from gui.figures.style import Maps, Options, Style
from gui.figures.tints import KINDS, figure_kind, paper
from gui.theme import Palette

MARGIN: Final = 24.0
_MOST_LINES: Final = 12
_PAGE: Final = 1.6
"""Width to height of a figure whose height nobody limits."""


def draw(
    project: Project, analysis: Analysis, maps: Maps | None, palette: Palette, options: Options
) -> Drawing:
    """The network as a column of boxes, long ones as several side by side."""
    seen = sketch(project.network, analysis)
    if options.fold:
        seen = folded(seen)
    background = None if options.transparent else paper(palette)
    items = _items(seen, palette, options)
    if options.legend and seen.symbols:
        (left, _), (right, bottom) = extent_of_all(items)
        kinds = {figure_kind(symbol.layer) for symbol in seen.symbols.values()}
        meaning = {name: COLOURS[kind] for kind, name in KINDS.items() if kind in kinds}
        items = [*items, *legend(meaning, palette, left, bottom + 20, right - left)]
    return cropped(items, MARGIN, background=background, title=project.title)


def _items(seen: Sketch, palette: Palette, options: Options) -> list[Item]:
    if not seen.symbols:
        return [Text(x=0, y=0, text="No layers yet", size=TYPE, colour=palette.secondary)]
    axes = Axes(down=options.direction != "right")
    chain = Chain(seen, axes, palette, options)
    width, height = room(options, SMALL)
    height = height or width / _PAGE
    best: list[Item] = []
    most = 0.0
    for lines in _ways(chain, len(seen.symbols)):
        made = _side_by_side(chain, lines, axes)
        (left, top), (right, bottom) = extent_of_all(made)
        scale = min((width - 2 * MARGIN) / (right - left), (height - 2 * MARGIN) / (bottom - top))
        # One more line must be worth it.
        if scale > 1.04 * most:
            best, most = made, scale
        if most >= 1:
            break
    return best


def _ways(chain: Chain, count: int) -> list[list[range]]:
    """The chain in one line, two, three, … as far as it can be broken."""
    total = sum(chain.lengths)
    found: list[list[range]] = []
    for wanted in range(1, min(_MOST_LINES, count) + 1):
        lines = broken(chain.lengths, chain.grid.breaks, total / wanted * (1.08 if wanted > 1 else 1.0))
        # Lines of very different lengths look like a mistake: one stretch cannot be broken.
        longest = max(sum(chain.lengths[column] for column in line) for line in lines)
        if lines not in found and (wanted == 1 or total / len(lines) > 0.6 * longest):
            found.append(lines)
    return found


def _side_by_side(chain: Chain, lines: Sequence[range], axes: Axes) -> list[Item]:
    """All lines, each beside or below the one before, and the wires that lead from one to the next."""
    made: list[Item] = []
    offset = 0.0
    for index, line in enumerate(lines):
        items = chain.line(line, first=index == 0, last=index == len(lines) - 1)
        (left, top), (right, bottom) = extent_of_all(items)
        if axes.down:
            made += [moved(item, offset - left, 0.0) for item in items]
            offset += right - left + 22
        else:
            made += [moved(item, 0.0, offset - top) for item in items]
            offset += bottom - top + 22
    return made


STYLE: Final = Style(
    name="column",
    title="Column",
    draw=draw,
    about="A chain of small boxes, shortcuts at its side: GoogLeNet's and ResNet's figure 3",
    uses=frozenset({"transparent", "direction", "fold", "legend", "labels"}),
)
