"""What bounds each step: its multiply–adds, or what it moves through L2, the last cache or memory.

Williams, Waterman & Patterson, "Roofline: an insightful visual performance model", CACM 2009. A step takes
at least as long as its arithmetic at the machine's peak, as its register tiles take to be fed from L2, and as
its maps and parameters take from where they are: in the last cache, or in memory. The longest of these bounds
it. What it takes beyond is told apart: lanes and tiles that nobody keeps, tasks that do not share out evenly,
threads that wait for one another, and what does not go on at the same time.
"""

import math
import statistics
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from engine.analysis.analyze import analyze
from engine.analysis.report import Analysis
from engine.execution.executor import Executor
from engine.image.photograph import Scene
from engine.kernels.fast.host import last_cache_bytes
from engine.kernels.fast.operation_rows import BARRIER, TASKS, decode, operation_of
from engine.kernels.fast.operations import ACTIVATIONS, Function
from engine.kernels.fast.packing import STRASSEN
from engine.model.network import Network
from engine.plan import Plan, Step, post_activation
from gui.bench.measure import bandwidth, function_ns, meeting_ms, peak_gflops, read_bandwidth
from gui.bench.traffic import Caches, computed_macs, other_operations, read_again

WARMING: Final = 2
RUNS: Final = 12
L2, LAST, DRAM = "L2", "last cache", "DRAM"
PLACES: Final = (L2, LAST, DRAM)
EXPLAINED: Final = 0.6
"""Of its roof: a step that reaches less is listed with what it loses."""


@dataclass(frozen=True)
class Machine:
    """What the threads that compute can do together."""

    threads: int
    gflops: float
    gb_per_s: Mapping[str, float]
    """By place."""
    meeting_ms: float
    caches: Caches
    function_ns: Mapping[int, float]
    """A value of each function that is no clamp."""

    @classmethod
    def measured(cls, threads: int, gflops: float | None = None) -> "Machine":
        """This one; gflops: its peak, where that is known already."""
        caches, last = Caches.here(), last_cache_bytes()
        return cls(
            threads=threads,
            gflops=peak_gflops(threads) if gflops is None else gflops,
            gb_per_s={
                L2: read_bandwidth(threads, caches.l2 // 2),
                LAST: bandwidth(threads, last // 4),
                DRAM: bandwidth(threads),
            },
            meeting_ms=meeting_ms(threads),
            caches=caches,
            function_ns={one: function_ns(threads, one) for one in (Function.LEAKY, *ACTIVATIONS.values())},
        )


def layers(network: Network, scene: Scene, seed: int, machine: Machine) -> list[dict[str, Any]]:
    """Time and speed of each step, the maps after the activations kept, what bounds it, and what it loses.

    GFLOP/s and their share of the peak count the direct algorithm, so Winograd may exceed it; its own
    multiply–adds are fewer, and those are what it is bound by.
    """
    wanted = post_activation(network)
    executor = Executor(threads=machine.threads)
    times: dict[str, list[float]] = {}
    for _ in range(RUNS):
        executor.forget()
        for result in executor.run(network, scene, seed=seed, wanted=wanted):
            times.setdefault(result.node_id, []).append(result.elapsed_ms)
    plan = executor.plan(network, wanted)
    executor.close()
    fits = plan.bytes_of("map", "weights") <= last_cache_bytes()
    streamed = streamed_nodes(plan)
    analysis = analyze(network)
    made = []
    for step, within in steps_apart(plan):
        spent = times.get(step.nodes[-1], [])[WARMING:]
        if not spent or not (step.rows or step.forward):
            continue
        ms = max(statistics.median(spent), 1e-6)
        moved = moved_bytes(network, analysis, step, streamed, fits=fits, within=within)
        made.append(_against_roofs(plan, step, machine, moved, ms))
    return made


def _against_roofs(
    plan: Plan, step: Step, machine: Machine, moved: Mapping[str, int], ms: float
) -> dict[str, Any]:
    roofs = roofs_ms(plan, step, machine, moved)
    bound_by = max(roofs, key=roofs.__getitem__)
    gflops = 2 * step.macs / ms / 1e6
    loss = max(0.0, ms - roofs[bound_by])
    found = losses_ms(plan, step, machine, roofs)
    return {
        "step": f"{step.nodes[0]} ({step.algorithm})",
        "ms": ms,
        "gflops": gflops,
        "of_peak": gflops / machine.gflops,
        "bytes": sum(moved.values()),
        "bound_by": bound_by,
        "of_roof": roofs[bound_by] / ms,
        "roofs_ms": roofs,
        "loss_ms": loss,
        "losses_ms": found | {"not explained": max(0.0, loss - sum(found.values()))},
    }


def roofs_ms(plan: Plan, step: Step, machine: Machine, moved: Mapping[str, int]) -> dict[str, float]:
    """What the step takes at least: for its arithmetic, and for what comes through each of PLACES."""
    through = {L2: float(sum(moved.values())), LAST: float(moved[LAST]), DRAM: float(moved[DRAM])}
    functions = others = 0.0
    for row in step.rows:
        kind, words = operation_of(plan.rows[row]), decode(plan.rows[row])
        again = read_again(kind, words, machine.caches)
        through[L2] += again.l2 + again.last
        through[LAST] += again.last
        others += other_operations(kind, words)
        values = words.output_channels * words.output_height * words.output_width
        functions += values * machine.function_ns.get(getattr(words, "function", Function.CLAMP), 0.0) / 1e6
    operations = step.macs * share_of_direct(plan, step) + others
    arithmetic = 2 * operations / machine.gflops / 1e6 + functions
    return {"compute": arithmetic} | {
        place: through[place] / machine.gb_per_s[place] / 1e6 for place in PLACES
    }


def losses_ms(plan: Plan, step: Step, machine: Machine, roofs: Mapping[str, float]) -> dict[str, float]:
    """What a step may take beyond its roof, each cause by itself: none is certain to be felt whole."""
    longest = max(roofs.values())
    computed = sum(computed_macs(operation_of(plan.rows[row]), decode(plan.rows[row])) for row in step.rows)
    useful = step.macs * share_of_direct(plan, step)
    wasted = max(0.0, computed - useful) * 2 / machine.gflops / 1e6
    tasks = [int(plan.rows[row][TASKS]) for row in step.rows]
    threads = machine.threads
    uneven = [math.ceil(count / threads) * threads / count - 1 for count in tasks if count]
    meetings = sum(int(plan.rows[row][BARRIER]) for row in step.rows)
    return {
        "empty lanes and overlapping tiles": max(0.0, roofs["compute"] + wasted - longest) if wasted else 0.0,
        "tasks that do not share out evenly": longest * max(uneven, default=0.0),
        "threads that wait for one another": meetings * machine.meeting_ms,
        "computing and moving one after the other": sum(roofs.values()) - longest,
    }


def layer_text(layer: Mapping[str, Any]) -> str:
    """A line of what a step takes and is bound by, and one of what it loses where that is much."""
    speed = f"{layer['gflops']:8.0f} GFLOP/s {layer['of_peak']:5.0%} of the peak"
    roof = f"{layer['of_roof']:5.0%} of what {layer['bound_by']} allows"
    line = f"{layer['step']:44} {layer['ms']:8.3f} ms {speed} {roof}"
    if layer["of_roof"] >= EXPLAINED:
        return line
    causes = sorted(layer["losses_ms"].items(), key=lambda cause: -cause[1])
    told = ", ".join(f"{ms:.3f} {cause}" for cause, ms in causes if ms >= 0.05 * layer["loss_ms"])
    return f"{line}\n        {layer['loss_ms']:.3f} ms beyond it: {told}"


def loss_text(layers: Collection[Mapping[str, Any]]) -> str:
    """How much of the time lies beyond the roofs, and in which steps."""
    whole, beyond = sum(one["ms"] for one in layers), sum(one["loss_ms"] for one in layers)
    far = [one for one in layers if one["of_roof"] < EXPLAINED]
    unexplained = sum(one["losses_ms"]["not explained"] for one in layers)
    by_bound = {
        name: sum(one["ms"] for one in layers if one["bound_by"] == name) for name in ("compute", *PLACES)
    }
    bounds = ", ".join(f"{name} {ms:.2f} ms" for name, ms in by_bound.items() if ms)
    return (
        f"steps take {whole:.2f} ms (bound by {bounds}); {beyond:.2f} ms lie beyond their roofs,"
        f" {sum(one['loss_ms'] for one in far):.2f} in {len(far)} steps below {EXPLAINED:.0%};"
        f" {unexplained:.2f} not explained"
    )


def steps_apart(plan: Plan) -> list[tuple[Step, tuple[Step, ...]]]:
    """Each step that rows of its own do, with those that they do on the way."""
    within = plan.done_within
    taken = {index for found in within.values() for index in found}
    return [
        (step, tuple(plan.steps[one] for one in within.get(index, ())))
        for index, step in enumerate(plan.steps)
        if index not in taken
    ]


def streamed_nodes(plan: Plan) -> set[str]:
    """Those whose maps are written past the caches."""
    found = set()
    for step, within in steps_apart(plan):
        for one, word in ((step, "streams"), *((other, "prepared_streams") for other in within)):
            if any(getattr(decode(plan.rows[row]), word, 0) for row in step.rows):
                found.add(one.nodes[-1])
    return found


def moved_bytes(
    network: Network, analysis: Analysis, step: Step, streamed: Collection[str] = (), *, fits: bool = False,
    within: Sequence[Step] = (),
) -> dict[str, int]:  # fmt: skip
    """Bytes that the step reads and writes once, by where they are: the last cache or memory.

    within: steps that it does on the way; streamed: nodes whose maps are written past the caches; fits:
    whether the last one holds all maps and parameters. Elsewhere memory has the parameters, and gives a line
    before it is written in the caches, and takes it when others need its place.
    """
    moved = {LAST: 0, DRAM: 0}
    steps = (*within, step)
    nodes = [node_id for one in steps for node_id in one.nodes]
    for node_id in nodes:
        report = analysis.layers[node_id]
        for source, shape in zip(network.nodes[node_id].inputs, report.input_shapes, strict=True):
            if source not in nodes:
                moved[DRAM if source in streamed else LAST] += 4 * math.prod(shape)
        moved[LAST if fits else DRAM] += 4 * report.parameters
    for one in steps:
        written = 4 * math.prod(analysis.layers[one.nodes[-1]].output_shape or ())
        moved[DRAM if one.nodes[-1] in streamed else LAST] += written
        if not fits and one.nodes[-1] not in streamed:
            moved[DRAM] += 2 * written
    return moved


def share_of_direct(plan: Plan, step: Step) -> float:
    """How many of the direct multiply–adds are done: Winograd does n² for (r·m)², Strassen 7 of 8."""
    packings = [one.packing for one in plan.weights.values() if one.node == step.nodes[0]]
    if any(one.form == STRASSEN for one in packings):
        return 7 / 8
    tiles = [(one.tile, one.shape[2]) for one in packings if one.tile]
    return min((((m + r - 1) / (r * m)) ** 2 for m, r in tiles), default=1.0)
