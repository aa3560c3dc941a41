"""Neighbours of a card, as the arrow keys go to them. Plain numbers."""

from collections.abc import Mapping
from typing import Final

from engine.model.project import Point

_DIRECTIONS: Final[Mapping[str, Point]] = {
    "left": (-1.0, 0.0),
    "right": (1.0, 0.0),
    "up": (0.0, -1.0),
    "down": (0.0, 1.0),
}


def neighbour(positions: Mapping[str, Point], node_id: str, direction: str) -> str | None:
    """The nearest card that way ("left", "right", "up" or "down"), sideways distance counting more."""
    dx, dy = _DIRECTIONS[direction]
    x, y = positions[node_id]
    best: tuple[float, str] | None = None
    for other, (ox, oy) in positions.items():
        ahead = (ox - x) * dx + (oy - y) * dy
        across = abs((ox - x) * dy) + abs((oy - y) * dx)
        # Inside a cone of that direction: what lies rather beside than ahead is another key's neighbour.
        if other != node_id and ahead > 0 and across <= 2.5 * ahead:
            rank = (ahead + 2 * across, other)
            best = rank if best is None or rank < best else best
    return None if best is None else best[1]
