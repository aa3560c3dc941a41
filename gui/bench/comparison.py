"""The engine beside its peers on one network: outputs compared first, then all in turn, then the ratios.

The engine keeps every block's map after its activation, and so do PyTorch and whoever is named "all maps";
the others throw their maps away, as the engine does where it is named "last map". A peer that cannot be had,
fails, or computes something else is left out by itself, and that is said.
"""

import statistics
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

import numpy as np

from engine.execution.executor import Executor
from engine.image.photograph import Scene
from engine.model.network import Network
from engine.plan import post_activation
from gui.bench.contenders import (
    Map,
    Task,
    compiled_torch_task,
    installed,
    onnx_task,
    openvino_task,
    parameters,
    torch_task,
)
from gui.bench.measure import alternated, median_ratio

OURS: Final = "onebyone"
OURS_WITHOUT_MAPS: Final = "onebyone, last map"
ALL_OURS: Final = (OURS, OURS_WITHOUT_MAPS)
DISCARDING: Final = ("onnxruntime", "openvino")
"""Peers that are asked for what comes out alone, and throw all other maps away."""
COMPILED: Final = ("torch compile", "torch compile, all maps")
FASTEST: Final = (
    ("torch, the better format", "ratio", ("torch", "torch channels_last")),
    ("the faster of those that throw maps away", "ratio", DISCARDING),
    ("the faster of those asked for all maps", "ratio", ("onnxruntime, all maps", "openvino, all maps")),
    ("the faster of those that throw maps away, as the engine does", "ratio_last_map", DISCARDING),
)
"""What is claimed of the engine: the fastest of several peers on each network."""
AGREEMENT: Final = 1e-3
"""Outputs may differ by so much of their largest value; more, and the comparison is worth nothing."""


def compared(
    network: Network,
    photograph: Scene,
    inputs: Mapping[str, Map],
    seed: int,
    threads: int,
    *,
    compiles: bool,
    rounds: int,
    enough_s: float,
) -> dict[str, Any]:
    """Medians of all contenders, and how many times as long as the engine each takes.

    inputs: the maps of the network's Inputs, for the peers; compiles: `torch.compile` is one of them;
    rounds, enough_s: as many turns, or as long, as `alternated` is given. `left_out`: why, by peer.
    """
    ends = tuple(node_id for node_id in network.order if not network.outputs_of[node_id])
    wanted = post_activation(network)
    tasks: dict[str, Task] = {
        OURS: _engine_task(network, photograph, seed, threads, wanted, only_wanted=False),
        OURS_WITHOUT_MAPS: _engine_task(network, photograph, seed, threads, ends, only_wanted=True),
    }
    kept = tuple(node_id for node_id in network.order if node_id in wanted and node_id not in inputs)
    ours = tasks[OURS]()
    differences, left_out = {OURS_WITHOUT_MAPS: difference(ours, tasks[OURS_WITHOUT_MAPS]())}, {}
    for name, make in peers(network, inputs, seed, threads, ends, kept, compiles=compiles).items():
        try:
            task = make()
            differences[name] = difference(ours, task())
        except Exception as error:  # whatever a peer meets is its own affair
            left_out[name] = f"it fails: {type(error).__name__}: {_first_line(error)}"
            continue
        if differences[name] < AGREEMENT:
            tasks[name] = task
        else:  # deep drawn networks make much of a rounding
            left_out[name] = f"its maps differ by {differences[name]:.1e} of the largest value"
    times = alternated(tasks, rounds=rounds, enough_s=enough_s)
    return {
        "median_ms": {name: statistics.median(time) for name, time in times.items()},
        "ratio": {
            name: median_ratio(time, times[OURS]) for name, time in times.items() if name not in ALL_OURS
        },
        "ratio_last_map": {
            name: median_ratio(times[name], times[OURS_WITHOUT_MAPS]) for name in DISCARDING if name in times
        },
        "differences": differences,
        "left_out": left_out,
        "rounds": len(times[OURS]),
    }


def peers(
    network: Network, inputs: Mapping[str, Map], seed: int, threads: int, ends: tuple[str, ...],
    kept: tuple[str, ...], *, compiles: bool,
) -> dict[str, Callable[[], Task]]:  # fmt: skip
    """Each peer that is installed, by name, still to be made."""
    weights = parameters(network, seed)
    made: dict[str, Callable[[], Task]] = {}
    if installed("torch"):
        made["torch"] = partial(torch_task, network, inputs, weights, threads)
        made["torch channels_last"] = partial(
            torch_task, network, inputs, weights, threads, channels_last=True
        )
    for name, task in (("onnxruntime", onnx_task), ("openvino", openvino_task)):
        if installed("onnx") and installed(name):
            made[name] = partial(task, network, inputs, weights, threads, ends)
            made[f"{name}, all maps"] = partial(task, network, inputs, weights, threads, kept)
    if compiles:
        for name, outputs in zip(COMPILED, (ends, kept), strict=True):
            made[name] = partial(compiled_torch_task, network, inputs, weights, threads, outputs)
    return made


def difference(ours: Mapping[str, Map], theirs: Mapping[str, Map]) -> float:
    """The largest difference of any common map, as a part of its largest value."""
    worst = 0.0
    for node_id in ours.keys() & theirs.keys():
        a, b = ours[node_id], np.asarray(theirs[node_id])
        worst = max(worst, float(np.abs(a - b.reshape(a.shape)).max()) / (float(np.abs(b).max()) or 1.0))
    return worst


def geometric_means(results: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Over all networks, of how many times as long as the engine a peer takes, and the fastest of several."""
    return {
        name: statistics.geometric_mean(ratios.values()) for name, ratios in _ratios_by_name(results).items()
    }


def lowest(results: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """By peer, and by the fastest of several: the network with the smallest ratio, and of how many it is."""
    found = {}
    for name, ratios in _ratios_by_name(results).items():
        network = min(ratios, key=ratios.__getitem__)
        found[name] = {"network": network, "ratio": ratios[network], "networks": len(ratios)}
    return found


def _ratios_by_name(results: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, float]]:
    """By peer, or title of several: the ratio on each network."""
    ratios: dict[str, dict[str, float]] = {}
    for record in results:
        for name, ratio in record["ratio"].items():
            ratios.setdefault(name, {})[record["name"]] = ratio
        for title, key, names in FASTEST:
            if found := [record[key][name] for name in names if name in record.get(key, {})]:
                ratios.setdefault(title, {})[record["name"]] = min(found)
    return ratios


def _engine_task(
    network: Network, photograph: Scene, seed: int, threads: int, wanted: Sequence[str] | frozenset[str],
    *, only_wanted: bool,
) -> Task:  # fmt: skip
    executor = Executor(threads=threads)

    def once() -> Mapping[str, Map]:
        executor.forget()
        run = executor.run(network, photograph, seed=seed, wanted=wanted, only_wanted=only_wanted)
        return {result.node_id: result.map for result in run}

    return once


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:200] if lines else "no message"
