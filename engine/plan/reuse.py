"""Memory that maps take in turn: where nobody asked for a map, others overwrite it when it was last read.

A map lives from the first row that touches it to the last one; rows between two meetings of the threads run
side by side, so that a life counts in such stretches. Large maps are placed first, each at the lowest place
that is free for all of its life (greedy by size: Pisarchyk & Lee, "Efficient Memory Management for Deep
Neural Net Inference", 2020, section 5).
"""

from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np

from engine.kernels.fast.operation_rows import BARRIER
from engine.plan.plan import TRANSIENT, Plan

ALIGNMENT: Final = 64


class Life(NamedTuple):
    """The first and the last moment at which a buffer is touched."""

    first: int
    last: int

    def meets(self, other: "Life") -> bool:
        """Whether there is a moment at which both are touched, or wait to be read."""
        return self.first <= other.last and other.first <= self.last


class Room(NamedTuple):
    """Bytes that a buffer takes in the memory it shares, and when."""

    start: int
    end: int
    life: Life


def with_reused_memory(plan: Plan) -> Plan:
    """The plan with a place for each transient map in the memory that they share."""
    lives = lifetimes(plan)
    buffers = list(plan.buffers)
    rooms: list[Room] = []
    for index in sorted(lives, key=lambda index: -buffers[index].bytes):
        life, size = lives[index], -(-buffers[index].bytes // ALIGNMENT) * ALIGNMENT
        start = 0
        for taken in sorted(room for room in rooms if room.life.meets(life)):
            if start + size <= taken.start:
                break
            start = max(start, taken.end)
        rooms.append(Room(start, start + size, life))
        buffers[index] = replace(buffers[index], offset=start)
    return replace(plan, buffers=tuple(buffers), transient_bytes=max((room.end for room in rooms), default=0))


def lifetimes(plan: Plan) -> dict[int, Life]:
    """When each transient buffer of a plan is touched. A layer's own `forward` has a moment between rows."""
    stops = plan.stops
    begins = plan.rows[:, BARRIER] != 0
    begins[[row for row in stops if row < len(begins)]] = True
    stretch = np.cumsum(begins)
    touched: dict[int, list[int]] = {}
    for row, _, buffer in plan.links.tolist():
        touched.setdefault(buffer, []).append(2 * int(stretch[row]) + 1)
    for row, steps in stops.items():
        moment = 2 * int(stretch[row]) if row < len(stretch) else 2 * int(stretch.max(initial=0)) + 2
        for index in steps:
            for node_id in (plan.steps[index].nodes[-1], *plan.steps[index].reads):
                touched.setdefault(plan.places[node_id].address.buffer, []).append(moment)
    return {
        buffer: Life(min(moments), max(moments))
        for buffer, moments in touched.items()
        if plan.buffers[buffer].role == TRANSIENT
    }
