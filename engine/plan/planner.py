"""From a network to a plan: what is needed and fused, where maps lie, which algorithm, in which order."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from engine.kernels.fast import columns as col
from engine.model.network import Network
from engine.plan.bounds import check_bounds
from engine.plan.fusion import Group, fuse
from engine.plan.lowering import Lowering
from engine.plan.places import Address
from engine.plan.plan import Plan, Step
from engine.plan.rows import Row, Work
from engine.plan.streaming import choose_streams
from engine.shapes import Shape


@dataclass(frozen=True, kw_only=True)
class Given:
    """A map that exists already: how it lies in its memory, and how many bytes from its first value on."""

    pixel: int
    row: int
    channel: int
    bytes: int


def make_plan(
    network: Network,
    shapes: Mapping[str, Shape],
    *,
    wanted: Collection[str],
    given: Mapping[str, Given] | None = None,
    direct: Collection[str] = (),
) -> Plan:
    """The plan that yields the maps of `wanted`.

    shapes: of every node that can be computed; given: maps that need not be; direct: convolutions for which
    Winograd is ruled out. `AssertionError` if a step could touch memory beyond its buffers.
    """
    given = given or {}
    needed = _needed(network, shapes, wanted, given)
    groups = fuse(network, needed, wanted, shapes)
    lowering = Lowering(network, shapes, groups, given, frozenset(direct))
    scheduled: list[tuple[int, Group, Work | None]] = []
    levels: dict[str, int] = {}
    for group in groups:
        sources = [levels.get(source, 0) for node in group.nodes for source in network.nodes[node].inputs]
        level = levels[group.output] = 1 + max(sources, default=0)
        levels.update(dict.fromkeys(group.nodes, level))
        scheduled.append((level, group, lowering.lower(group, level)))
    scheduled.sort(key=lambda item: item[0])
    rows, placed = _arrange(scheduled)
    steps = tuple(
        lowering.step(group, work, level, tuple(at))
        for (level, group, work), at in zip(scheduled, placed, strict=True)
    )
    plan = _assemble(lowering, rows, steps)
    choose_streams(plan, rows)
    check_bounds(plan)
    return plan


def _needed(
    network: Network, shapes: Mapping[str, Shape], wanted: Collection[str], given: Collection[str]
) -> set[str]:
    """What has to be computed: the wanted maps and what they depend on, back to the given ones."""
    found: set[str] = set()
    waiting = [node_id for node_id in wanted if node_id in shapes]
    while waiting:
        node_id = waiting.pop()
        if node_id not in found and node_id not in given:
            found.add(node_id)
            waiting += network.nodes[node_id].inputs
    return found


def _arrange(scheduled: list[tuple[int, Group, Work | None]]) -> tuple[list[Row], list[list[int]]]:
    """All rows in order, phase by phase within a level, and the rows of each step.

    A layer's own `forward` (no work) stands between pieces of the table: it closes its level.
    """
    rows: list[Row] = []
    placed: list[list[int]] = [[] for _ in scheduled]
    first = 0
    while first < len(scheduled):
        end = first
        while end < len(scheduled) and scheduled[end][0] == scheduled[first][0]:
            end += 1
        works = [(index, work) for index in range(first, end) if (work := scheduled[index][2])]
        together = [(index, work) for index, work in works if not work.alone]
        for mixed in (together, *([one] for one in works if one[1].alone)):
            for phase in range(max((len(work.phases) for _, work in mixed), default=0)):
                for index, work in mixed:
                    for row in work.phases[phase : phase + 1]:
                        placed[index] += range(len(rows), len(rows) + len(row))
                        rows += row
        first = end
    return rows, placed


def _assemble(lowering: Lowering, rows: list[Row], steps: tuple[Step, ...]) -> Plan:
    table = np.zeros((len(rows), col.COLUMNS), np.int64)
    bounds = np.zeros((len(rows), 2), np.float32)
    links: list[tuple[int, int, int]] = []
    reading: set[str] = set()
    writing: set[str] = set()
    for index, row in enumerate(rows):
        for column, value in row.values.items():
            if isinstance(value, Address):
                links.append((index, column, value.buffer))
                value = value.offset
            table[index, column] = value
        bounds[index] = row.low, row.high
        reads, writes = set(row.reads), set(row.writes)
        if reads & writing or writes & writing or writes & reading:
            table[index, col.BARRIER] = 1
            reading, writing = set(), set()
        reading |= reads
        writing |= writes
    return Plan(
        steps=steps,
        rows=table,
        bounds=bounds,
        links=np.array(links, np.int64).reshape(-1, 3),
        buffers=tuple(lowering.buffers),
        weights=lowering.weights,
        places=lowering.places,
        work=np.array([row.work for row in rows], np.float64),
        table_bytes=max([lowering.table_bytes, 1024]),
        scratch_bytes=lowering.scratch_bytes,
        widest_bytes=lowering.widest_bytes,
    )
