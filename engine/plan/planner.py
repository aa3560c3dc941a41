"""From a network to a plan: what is needed and fused, where maps lie, which algorithm, in which order."""

from collections.abc import Collection, Mapping

import numpy as np

from engine.kernels.fast.operation_rows import WORDS, encode
from engine.kernels.fast.places import Address, MapLayout
from engine.model.network import Network
from engine.plan.bounds import check_bounds
from engine.plan.builder import PlanBuilder, StepBuilder
from engine.plan.cores import planned_cores, planning_for
from engine.plan.fusion import fuse
from engine.plan.lowering import lower
from engine.plan.plan import Plan, Step
from engine.plan.preparation import Lowered, take_in
from engine.plan.reuse import with_reused_memory
from engine.plan.rows import Row
from engine.plan.streaming import streamed
from engine.shapes import Shape
from engine.weights import Checkpoint, go_on


def make_plan(
    network: Network,
    shapes: Mapping[str, Shape],
    *,
    wanted: Collection[str],
    only_wanted: bool = False,
    given: Mapping[str, MapLayout] | None = None,
    without_winograd: Collection[str] = (),
    checkpoint: Checkpoint = go_on,
) -> Plan:
    """The plan that yields the maps of `wanted`.

    shapes: of every node that can be computed; only_wanted: other maps are overwritten when they were last
    read, so that the plan takes little memory; given: maps that need not be; without_winograd: convolutions
    for which Winograd and Strassen are ruled out; `checkpoint()` may raise to end it. `AssertionError` if a
    step could touch memory beyond its buffers.
    """
    given = given or {}
    needed = _needed(network, shapes, wanted, given)
    groups = fuse(network, needed, wanted, shapes)
    builder = PlanBuilder(network, shapes, groups, given, frozenset(without_winograd))
    lowered: list[Lowered] = []
    levels: dict[str, int] = {}
    with planning_for(planned_cores()):  # asking the system takes some files: once a plan, not for each step
        for group in groups:
            checkpoint()
            sources = [levels.get(source, 0) for node in group.nodes for source in network.nodes[node].inputs]
            level = levels[group.output] = 1 + max(sources, default=0)
            levels.update(dict.fromkeys(group.nodes, level))
            step = StepBuilder(builder, group, level)
            lowered.append((step, lower(step)))
    lowered.sort(key=lambda item: item[0].level)
    unkept = needed.difference(wanted) if only_wanted else ()
    taken = take_in(lowered, needed, unkept)
    rows, placed = _arrange(lowered)
    for index, other in taken:
        placed[index] = placed[other]
    checkpoint()
    steps = tuple(
        step.described(work, tuple(numbers)) for (step, work), numbers in zip(lowered, placed, strict=True)
    )
    transient = builder.let_go(wanted) if only_wanted else set()
    network_bytes = builder.buffers.bytes_of("map", "weights")
    plan = _assemble(builder, streamed(rows, network_bytes, transient), steps)
    if transient:
        plan = with_reused_memory(plan)
    checkpoint()
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


def _arrange(lowered: list[Lowered]) -> tuple[list[Row], list[list[int]]]:
    """All rows in order, phase by phase within a level, and the rows of each step.

    A layer's own `forward` (no work) stands between chunks of the table: it closes its level.
    """
    rows: list[Row] = []
    placed: list[list[int]] = [[] for _ in lowered]
    first = 0
    while first < len(lowered):
        end = first
        while end < len(lowered) and lowered[end][0].level == lowered[first][0].level:
            end += 1
        works = [(index, work) for index in range(first, end) if (work := lowered[index][1])]
        together = [(index, work) for index, work in works if not work.alone]
        for mixed in (together, *([work] for work in works if work[1].alone)):
            for phase in range(max((len(work.phases) for _, work in mixed), default=0)):
                for index, work in mixed:
                    for row in work.phases[phase : phase + 1]:
                        placed[index] += range(len(rows), len(rows) + len(row))
                        rows += row
        first = end
    return rows, placed


def _assemble(builder: PlanBuilder, rows: list[Row], steps: tuple[Step, ...]) -> Plan:
    table: list[list[int]] = []
    links: list[tuple[int, int, int]] = []
    reading: set[str] = set()
    writing: set[str] = set()
    for index, row in enumerate(rows):
        reads, writes = set(row.reads), set(row.writes)
        barrier = bool(reads & writing or writes & writing or writes & reading)
        if barrier:
            reading, writing = set(), set()
        reading |= reads
        writing |= writes
        words = encode(row.operation, barrier=barrier)
        links += [
            (index, place, word.buffer) for place, word in enumerate(words) if isinstance(word, Address)
        ]
        table.append([word.offset if isinstance(word, Address) else word for word in words])
    return Plan(
        steps=steps,
        rows=np.array(table, np.int64).reshape(-1, WORDS),
        links=np.array(links, np.int64).reshape(-1, 3),
        buffers=tuple(builder.buffers),
        weights=builder.weights.packed,
        places=builder.maps.places,
        work=np.array([row.work for row in rows], np.float64),
        table_bytes=builder.table_bytes,
        scratch_bytes=builder.scratch_bytes,
        widest_bytes=builder.widest_bytes,
    )
