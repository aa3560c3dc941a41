"""Layers in a chain of small boxes: their words, their sizes, and where the chain may be broken."""

from typing import Final

from gui.figures.chain.chain_box import COLOURS, SUM, BoxText, box_text, is_sign
from gui.figures.chain.lattice import lattice
from gui.figures.drawing.axes import Axes
from gui.figures.sketch import Sketch
from gui.figures.style import Options
from gui.figures.tints import chosen
from gui.look.theme import Palette

_STEP: Final = 14.0
"""Between boxes in a row, along the chain."""
_BESIDE: Final = 10.0
"""Between branches."""


class Chain:
    """The boxes of a sketch: their words, one size for all, and the columns they stand in."""

    def __init__(self, seen: Sketch, axes: Axes, palette: Palette, options: Options) -> None:
        self.seen, self.axes, self.palette, self.options = seen, axes, palette, options
        self.colours = chosen(COLOURS, options)
        kept = [run.symbols for run in seen.runs]
        # No line ends below a shortcut from the page before.
        kept += [(next(iter(seen.symbols)), link.target) for link in seen.entering if link.skip]
        self.grid = lattice(seen.trunk, [(link.source, link.target) for link in seen.links], kept)
        trunk = [(link.source, link.target) for link in seen.links if not link.skip]
        self.loose = lattice(seen.trunk, trunk, kept).breaks
        """After which columns lines may end where shortcuts are broken too."""
        joins = [len(seen.into[one]) for one, s in seen.symbols.items() if s.layer.family == "concat"]
        modules = max(joins, default=0) > 2
        self.texts: dict[str, BoxText] = {
            one: box_text(symbol, options, modules=modules) for one, symbol in seen.symbols.items()
        }
        boxes = [self.texts[one] for one, symbol in seen.symbols.items() if not is_sign(symbol)]
        self.width = max((text.width for text in boxes), default=40.0)
        self.height = max((text.height for text in boxes), default=20.0)
        along, across = axes.size(self.width, self.height)
        self.pitch = across + _BESIDE
        branched = any(len(column) > 1 for column in self.grid.columns)
        step = _STEP + (5.0 if branched else 0.0) + (0.0 if axes.down else 10.0)
        signs = [all(is_sign(seen.symbols[one]) for one in column) for column in self.grid.columns]
        self.lengths = [(2 * SUM if sign else along) + step for sign in signs]
        """Of each lattice column, along the chain."""
