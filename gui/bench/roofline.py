"""What bounds each step: its multiply–adds, or its maps and parameters on their way (the roofline).

Williams, Waterman & Patterson, "Roofline: an insightful visual performance model", CACM 2009. A step takes
at least its multiply–adds at the machine's peak, and at least what it reads and writes once at the speed of
where that is: memory for maps that are written past the caches, and for parameters of networks that do not
fit into the last cache, which holds everything else.
"""

import math
import statistics
from typing import Any, Final

from engine.analysis.analyze import analyze
from engine.execution.executor import Executor
from engine.image.photograph import Scene
from engine.kernels.fast.host import last_cache_bytes
from engine.kernels.fast.operations import decode
from engine.model.network import Network
from engine.plan import Plan, Step, post_activation
from gui.bench.measure import bandwidth

WARMING: Final = 2
RUNS: Final = 12


def layers(network: Network, scene: Scene, seed: int, used: int, peak: float) -> list[dict[str, Any]]:
    """Time and speed of each step, the maps after the activations kept, and what it is bound by.

    GFLOP/s and their share of the peak count the direct algorithm, so Winograd may exceed it; its own
    multiply–adds are fewer, and those are what it is bound by.
    """
    wanted = post_activation(network)
    executor = Executor(threads=used)
    times: dict[str, list[float]] = {}
    for _ in range(RUNS):
        executor.forget()
        for result in executor.run(network, scene, seed=seed, wanted=wanted):
            times.setdefault(result.node_id, []).append(result.elapsed_ms)
    plan = executor.plan(network, wanted)
    fits = plan.bytes_of("map", "weights") <= last_cache_bytes()
    gb_per_s = {"cache": bandwidth(used, last_cache_bytes() // 4), "memory": bandwidth(used)}
    streamed = {step.nodes[-1] for step in plan.steps if _streams(plan, step)}
    made = []
    for step in plan.steps:
        spent = times.get(step.nodes[-1], [])[WARMING:]
        if not spent or not (step.rows or step.forward):
            continue
        ms = max(statistics.median(spent), 1e-6)
        moved = _moved(network, step, streamed, fits)
        roofs = {place: moved[place] / gb_per_s[place] / 1e6 for place in gb_per_s}
        computing = 2 * step.macs * _share_of_direct(plan, step) / peak / 1e6
        bound_by = "compute" if computing >= sum(roofs.values()) else max(roofs, key=roofs.__getitem__)
        gflops = 2 * step.macs / ms / 1e6
        made.append(
            {
                "step": f"{step.nodes[0]} ({step.algorithm})",
                "ms": ms,
                "gflops": gflops,
                "of_peak": gflops / peak,
                "bytes": sum(moved.values()),
                "bound_by": bound_by,
                "of_roof": max(computing, sum(roofs.values())) / ms,
            }
        )
    executor.close()
    return made


def _streams(plan: Plan, step: Step) -> bool:
    return any(getattr(decode(plan.rows[row]), "streams", 0) for row in step.rows)


def _moved(network: Network, step: Step, streamed: set[str], fits: bool) -> dict[str, int]:
    """Bytes that the step reads and writes once, by where they are."""
    analysis = analyze(network)
    moved = {"cache": 0, "memory": 0}
    for node_id in step.nodes:
        report = analysis.layers[node_id]
        for source, shape in zip(network.nodes[node_id].inputs, report.input_shapes, strict=True):
            if source not in step.nodes:
                moved["memory" if source in streamed else "cache"] += 4 * math.prod(shape)
        moved["cache" if fits else "memory"] += 4 * report.parameters
    written = 4 * math.prod(analysis.layers[step.nodes[-1]].output_shape or ())
    moved["memory" if step.nodes[-1] in streamed else "cache"] += written
    return moved


def _share_of_direct(plan: Plan, step: Step) -> float:
    """How many of the direct algorithm's multiply–adds are done: fewer in Winograd's, n² for (r·m)²."""
    packings = [one.packing for one in plan.weights.values() if one.node == step.nodes[0]]
    tiles = [(one.tile, one.shape[2]) for one in packings if one.tile]
    return min((((m + r - 1) / (r * m)) ** 2 for m, r in tiles), default=1.0)
