"""A chain of boxes broken into lines, so that it fits a slide or a page with the largest type."""

from collections.abc import Sequence
from typing import Final

from gui.figures.chain.chain import Chain
from gui.figures.chain.chain_box import TYPE
from gui.figures.chain.chain_line import ChainLine
from gui.figures.chain.lattice import broken
from gui.figures.drawing.axes import Axes
from gui.figures.drawing.drawing import Item, Text
from gui.figures.drawing.item_bounds import extent_of_all, moved
from gui.figures.sketch import Sketch
from gui.figures.style import Options
from gui.look.theme import Palette

_MOST_LINES: Final = 12
_LONG: Final = 1.3
"""Lines this much longer than there is room make type too small."""


def chain_items(seen: Sketch, palette: Palette, options: Options, width: float, height: float) -> list[Item]:
    """The chain in as many lines as make its type largest within this width and height."""
    if not seen.symbols:
        return [Text(x=0, y=0, text="No layers yet", size=TYPE, colour=palette.secondary)]
    axes = Axes(down=options.direction != "right")
    chain = Chain(seen, axes, palette, options)
    best: list[Item] = []
    most = 0.0
    ways = _ways(chain, chain.grid.breaks, len(seen.symbols))
    longest = max(sum(chain.lengths[column] for column in line) for line in ways[-1])
    if options.width_mm is not None and longest > _LONG * (height if axes.down else width):
        # A shortcut over everything keeps it in one line: numbered ends break it too.
        ways += _ways(chain, chain.loose, len(seen.symbols))[1:]
    for lines in ways:
        made = _side_by_side(chain, lines, axes)
        (left, top), (right, bottom) = extent_of_all(made)
        scale = min(width / (right - left), height / (bottom - top))
        # One more line must be worth it.
        if scale > 1.04 * most:
            best, most = made, scale
        if most >= 1:
            break
    return best


def _ways(chain: Chain, breaks: frozenset[int], count: int) -> list[list[range]]:
    """The chain in one line, two, three, … as far as it can be broken."""
    total = sum(chain.lengths)
    found: list[list[range]] = []
    for wanted in range(1, min(_MOST_LINES, count) + 1):
        for slack in (1.02, 1.2) if wanted > 1 else (1.0,):
            lines = broken(chain.lengths, breaks, total / wanted * slack)
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
        last = index == len(lines) - 1
        following = None if last else lines[index + 1]
        items = list(ChainLine(chain, line, following, first=index == 0, last=last).items())
        (left, top), (right, bottom) = extent_of_all(items)
        if axes.down:
            made += [moved(item, offset - left, 0.0) for item in items]
            offset += right - left + 16
        else:
            made += [moved(item, 0.0, offset - top) for item in items]
            offset += bottom - top + 22
    return made
