"""The part of a map that is looked at: the same share of every map, so that zoom is linked. No Qt."""

from dataclasses import dataclass
from typing import Final

Box = tuple[int, int, int, int]
"""First row, row after the last, first column, column after the last."""

SMALLEST: Final = 1 / 64


@dataclass(frozen=True)
class Region:
    """Left and top edge and extent, as shares of the map's width and height."""

    left: float = 0.0
    top: float = 0.0
    extent: float = 1.0

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out."""
        return self.extent >= 1

    def box(self, height: int, width: int) -> Box:
        """Whole rows and columns of a map of this size: at least two of each, where it has them."""
        rows = _span(self.top, self.extent, height)
        columns = _span(self.left, self.extent, width)
        return (*rows, *columns)

    def zoomed(self, factor: float, across: float, down: float) -> "Region":
        """Magnified by this factor around a point given as shares of what is seen now."""
        extent = min(1.0, max(SMALLEST, self.extent / factor))
        left = self.left + across * (self.extent - extent)
        top = self.top + down * (self.extent - extent)
        return _inside(left, top, extent)

    def moved(self, across: float, down: float) -> "Region":
        """Moved by shares of what is seen now."""
        return _inside(self.left + across * self.extent, self.top + down * self.extent, self.extent)


WHOLE: Final = Region()


def _inside(left: float, top: float, extent: float) -> Region:
    return Region(max(0.0, min(left, 1 - extent)), max(0.0, min(top, 1 - extent)), extent)


def _span(first: float, extent: float, size: int) -> tuple[int, int]:
    count = min(size, max(2, round(extent * size)))
    begin = max(0, min(size - count, round(first * size)))
    return begin, begin + count
