"""Whether a network goes down and up again with skips across, as a U-Net does, and what lies on which level.

Ronneberger, Fischer & Brox, "U-Net: Convolutional networks for biomedical image segmentation", MICCAI 2015.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True)
class Levels:
    """What lies on each level on the way down and on the way up, the uppermost first; and below them."""

    steps: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    bottom: tuple[str, ...]


def u_levels(
    sources: Mapping[str, tuple[str, ...]], heights: Mapping[str, int | None], *, strict: bool = True
) -> Levels | None:
    """The levels of things in topological order with what each reads and the rows of its maps; None where
    the network is no U. `strict` allows no other branches than the skips from one side to the other.

    A skip leads from one side of the smallest maps to the other; each lies within the one above it.
    """
    order = list(sources)
    place = {one: index for index, one in enumerate(order)}
    sized = [(height, place[one]) for one, height in heights.items() if height is not None]
    across: list[tuple[int, int]] = []
    least = min((height for height, _ in sized), default=0)
    lowest = [index for height, index in sized if height == least]
    for one, own in sources.items():
        across += [
            (place[source], place[one])
            for source in own
            if any(place[source] < index < place[one] for index in lowest) and place[source] + 1 < place[one]
        ]
    across = sorted(set(across))
    nested = all(a[0] < b[0] and a[1] > b[1] for a, b in pairwise(across))
    if len(across) < 2 or not nested or _grows_nowhere(heights, order, across):
        return None
    if strict and not _is_chain_beside(sources, order, place, across):
        return None
    steps = []
    before, after = 0, len(order)
    for source, target in across:
        steps.append((tuple(order[before : source + 1]), tuple(order[target:after])))
        before, after = source + 1, target
    return Levels(tuple(steps), tuple(order[before:after]))


def _grows_nowhere(
    heights: Mapping[str, int | None], order: list[str], across: list[tuple[int, int]]
) -> bool:
    """Whether maps are not smaller inside a skip than at its ends: then it is no U."""
    for source, target in across:
        inner = [heights[one] for one in order[source + 1 : target]]
        sizes = [height for height in inner if height is not None]
        end = heights[order[target]]
        if not sizes or end is None or min(sizes) >= end:
            return True
    return False


def _is_chain_beside(
    sources: Mapping[str, tuple[str, ...]],
    order: list[str],
    place: Mapping[str, int],
    across: list[tuple[int, int]],
) -> bool:
    """Whether everything but the skips is one chain."""
    skips = set(across)
    for index, one in enumerate(order):
        others = [source for source in sources[one] if (place[source], index) not in skips]
        if others != ([order[index - 1]] if index else []):
            return False
    return True
