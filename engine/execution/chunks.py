"""Cutting a plan into chunks: maps appear during a long run, and a layer's own `forward` gets its turn.

Each cut wakes the other threads again and runs Python on cold caches. So a plan that is known to be quick is
not cut where nothing but its length asks for it, and a chunk of little work is left to one thread.
"""

from collections.abc import Iterator
from typing import Final

from engine.plan import Plan

FIRST_WORK: Final = 0.4e9
"""Multiply–adds of the first chunk: an edit shows its map after some milliseconds. Each chunk is twice as…"""
CHUNK_WORK: Final = 2.0e9
"""…long as the one before, up to so many: some ten milliseconds."""

ALONE_WORK: Final = 3e6
"""Multiply–adds of a chunk up to which one thread does it: to wake others takes 20 to 150 µs."""
QUICK_MS: Final = 100.0
"""A run that takes no longer need not show its first maps before it ends."""


def chunks(plan: Plan, *, quick: bool = False) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """(first row, end row, steps whose `forward` follows), in order; a quick plan is cut for those alone."""
    total = len(plan.rows)
    stops = _stops(plan)
    first = 0
    work = 0.0
    limit = FIRST_WORK
    for row in range(total + 1):
        if row in stops:
            yield first, row, tuple(stops[row])
            first, work = row, 0.0
        if row == total:
            if row > first or not stops:
                yield first, row, ()
        else:
            work += float(plan.work[row])
            if work >= limit and not quick:
                yield first, row + 1, ()
                first, work = row + 1, 0.0
                limit = min(2 * limit, CHUNK_WORK)


def _stops(plan: Plan) -> dict[int, list[int]]:
    """Row before which steps without rows of their own must be done → those steps, level by level."""
    first_of_level: dict[int, int] = {}
    for step in plan.steps:
        if step.rows:
            first_of_level[step.level] = min(first_of_level.get(step.level, len(plan.rows)), *step.rows)
    stops: dict[int, list[int]] = {}
    for index, step in enumerate(plan.steps):
        if step.forward:
            later = [row for level, row in first_of_level.items() if level >= step.level]
            stops.setdefault(min(later, default=len(plan.rows)), []).append(index)
    return stops
