"""`onebyone bench`: how fast the engine is here, beside PyTorch, onnxruntime and OpenVINO where installed.

All contenders compute the same network with the same weights on the same input and take turns in one
process; their outputs are compared first. The engine keeps every block's map after its activation, and so
do PyTorch and whoever is named "all maps"; the others throw their maps away, as the engine does where it is
named "last map".
"""

import argparse
import platform
import statistics
from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np

import presets
from engine.analysis.analyze import analyze
from engine.errors import EngineError
from engine.execution.executor import Executor
from engine.plan import post_activation
from gui.bench.accuracy import largest_errors
from gui.bench.contenders import (
    Map,
    compiled_torch_task,
    cpp_compiler,
    installed,
    onnx_task,
    openvino_task,
    parameters,
    torch_task,
)
from gui.bench.measure import alternated, bandwidth, median_ratio, peak_gflops
from gui.bench.roofline import layers
from gui.commands.command import DONE, Command, Parser, UsageError, json_text, say
from gui.commands.networks import Named, find_network, find_photograph
from gui.commands.run import available_threads, threads
from presets.learning.networks import TRAINED

QUICK: Final = (
    "vgg16", "resnet50", "squeezenet1_1", "mobilenet_v2", "googlenet", "densenet121", "unet",
)  # fmt: skip
SIZES: Final = ((112, 112), (224, 224), (448, 448), (1080, 1920))
ROUNDS: Final = 15
_ENOUGH_S: float = 20.0
OURS: Final = "onebyone"
OURS_WITHOUT_MAPS: Final = "onebyone, last map"
ALL_OURS: Final = (OURS, OURS_WITHOUT_MAPS)
DISCARDING: Final = ("onnxruntime", "openvino")
"""Peers that are asked for what comes out alone, and throw all other maps away."""
FASTEST: Final = (
    ("torch, the better format", "ratio", ("torch", "torch channels_last")),
    ("the faster of those that throw maps away", "ratio", DISCARDING),
    ("the faster of those asked for all maps", "ratio", ("onnxruntime, all maps", "openvino, all maps")),
    ("the faster of those that throw maps away, as the engine does", "ratio_last_map", DISCARDING),
)
LESSONS: Final = "Lessons"
AGREEMENT: Final = 1e-3
"""Outputs may differ by so much of their largest value; more, and the comparison is worth nothing."""


def _add_arguments(parser: Parser) -> None:
    parser.add_argument("nets", metavar="NET", nargs="*", help="presets or project files (all classics)")
    parser.add_argument("--quick", action="store_true", help=f"{len(QUICK)} networks: {', '.join(QUICK)}")
    parser.add_argument("--threads", metavar="N", type=threads, help="how many threads compute (all cores)")
    parser.add_argument("--layers", action="store_true", help="each layer's share of the machine's peak")
    parser.add_argument(
        "--compile",
        action="store_true",
        help="beside torch.compile, too, which takes a C++ compiler and minutes",
    )
    parser.add_argument(
        "--simulate-threads", action="store_true", help="how far the plans would scale, to 64 threads"
    )
    parser.add_argument(
        "--growth",
        action="store_true",
        help="time by input size (112…1080p) and threads; of training, by batch",
    )
    parser.add_argument("--accuracy", action="store_true", help="largest error against double precision")
    parser.add_argument("--train", action="store_true", help=f"steps of training ({', '.join(TRAINED)})")
    parser.add_argument("--json", action="store_true", help="as JSON")


def _run(arguments: argparse.Namespace) -> int:
    used = arguments.threads or available_threads()
    if arguments.train:
        return _run_training(arguments, used)
    if arguments.simulate_threads:
        return _run_scaling(arguments, used)
    peak = peak_gflops(used)
    machine = {"machine": platform.machine(), "processor": _processor(), "peak_gflops": peak, "threads": used}

    def told(line: str) -> None:
        if not arguments.json:
            print(line, flush=True)

    told(f"{machine['processor']}, {used} threads, peak {peak:,.0f} GFLOP/s measured")
    compiles = arguments.compile
    if compiles and not (installed("torch") and cpp_compiler()):
        say("torch.compile needs torch and a C++ compiler (CXX, g++, clang++ or cl), so it is left out")
        compiles = False
    results: list[dict[str, Any]] = []
    for net in arguments.nets or (QUICK if arguments.quick else classics()):
        named = find_network(net)
        record = measured(named, used, compiles=compiles)
        told(_line(record))
        if arguments.layers:
            record["layers"] = _layers(named, used, peak)
            for step in record["layers"]:
                speed = f"{step['gflops']:8.0f} GFLOP/s {step['of_peak']:5.0%} of the peak"
                roof = f"{step['of_roof']:5.0%} of what {step['bound_by']} allows"
                told(f"    {step['step']:44} {step['ms']:8.3f} ms {speed} {roof}")
        if arguments.accuracy:
            errors = record["largest_errors"] = accuracy(named, used)
            text = ", ".join(f"{name} {error:.1e}" for name, error in errors.items())
            told(f"    largest errors against float64, of a map's maximum: {text}")
        if arguments.growth:
            record["growth"] = growth(named, used)
            for one in record["growth"]:
                told(f"    {one['input']:>12} {one['threads']} threads {one['median_ms']:10.2f} ms")
        results.append(record)
    means = geometric_means(results)
    for name, ratio in means.items():
        told(f"geometric mean, {name}: {ratio:.2f}")
    if arguments.json:
        record = machine | {"results": results, "geometric_means": means}
        print(json_text(record))
    for name in ("torch", "onnxruntime", "openvino"):
        if not installed(name):
            say(f"{name} is not installed, so it is not compared with")
    return DONE


def _run_scaling(arguments: argparse.Namespace, used: int) -> int:
    from gui.bench.simulated import scaling, scaling_text

    results: list[dict[str, Any]] = []
    gb_per_s = bandwidth(used)
    for net in arguments.nets or (QUICK if arguments.quick else classics()):
        named = find_network(net)
        network, _ = _checked(named, used)
        _, photograph = find_photograph(named, None)
        found = scaling(network, photograph, named.project.seed, gb_per_s, used)
        results.append({"name": named.name, "scaling": found})
        if not arguments.json:
            print(scaling_text(named.name, found), flush=True)
    if arguments.json:
        print(json_text({"processor": _processor(), "threads": used, "results": results}))
    return DONE


def _run_training(arguments: argparse.Namespace, used: int) -> int:
    from gui.bench import training

    def told(line: str) -> None:
        if not arguments.json:
            print(line, flush=True)

    for net in arguments.nets:
        if net not in TRAINED:
            raise UsageError(f"{net!r} is not measured in training; there are {', '.join(TRAINED)}")
    told(f"{_processor()}, {used} threads, batch {training.BATCH}, digits")
    results = []
    for net in arguments.nets or TRAINED:
        batches = training.BATCHES if arguments.growth else (training.BATCH,)
        for batch in batches:
            record = training.step_times(net, used, batch)
            results.append(record)
            ratios = "".join(f", {name} {ratio:.2f}×" for name, ratio in record["ratio"].items())
            ms, per_s, us = (record[key][OURS] for key in ("median_ms", "steps_per_s", "us_a_picture"))
            told(
                f"{net:12} batch {batch:4} {ms:9.2f} ms a step, {us:7.1f} µs a picture,"
                f" {per_s:7.1f} steps/s{ratios}"
            )
    goals = [] if arguments.nets else [training.time_to(share, used) for share in training.GOALS]
    for goal in goals:
        words = f"best {goal['best']:.1%}" if goal["seconds"] is None else f"{goal['seconds']:.1f} s of steps"
        told(f"lenet5: {goal['accuracy']:.1%} of 1,000 held out: {words}, {goal['epochs']:.0f} epochs")
    if arguments.json:
        record = {"processor": _processor(), "threads": used, "results": results, "goals": goals}
        print(json_text(record))
    if not installed("torch"):
        say("torch is not installed, so it is not compared with")
    return DONE


def classics() -> list[str]:
    """All well-known networks: every preset but those of the lessons, in the order of the menu."""
    return [preset.name for preset in presets.presets() if preset.group != LESSONS]


def measured(named: Named, used: int, *, compiles: bool = False) -> dict[str, Any]:
    """Medians of all contenders on one network, and how many times as long as ours each takes.

    compiles: `torch.compile` is one of them.
    """
    network, inputs = _checked(named, used)
    wanted = post_activation(network)
    executor = Executor(threads=used)
    _, photograph = find_photograph(named, None)
    seed = named.project.seed

    def ours() -> Mapping[str, Map]:
        executor.forget()
        return {
            result.node_id: result.map
            for result in executor.run(network, photograph, seed=seed, wanted=wanted)
        }

    ends = tuple(node_id for node_id in network.order if not network.outputs_of[node_id])
    forgetful = Executor(threads=used)

    def ours_without_maps() -> Mapping[str, Map]:
        forgetful.forget()
        run = forgetful.run(network, photograph, seed=seed, wanted=ends, only_wanted=True)
        return {result.node_id: result.map for result in run}

    tasks: dict[str, Callable[[], Mapping[str, Map]]] = {OURS: ours, OURS_WITHOUT_MAPS: ours_without_maps}
    weights = parameters(network, seed)
    if installed("torch"):
        tasks["torch"] = torch_task(network, inputs, weights, used)
        tasks["torch channels_last"] = torch_task(network, inputs, weights, used, channels_last=True)
    kept = tuple(node_id for node_id in network.order if node_id in wanted and node_id not in inputs)
    for name, task in (("onnxruntime", onnx_task), ("openvino", openvino_task)):
        if installed(name) and installed("onnx"):
            tasks[name] = task(network, inputs, weights, used, ends)
            tasks[f"{name}, all maps"] = task(network, inputs, weights, used, kept)
    if compiles:
        tasks["torch compile"] = compiled_torch_task(network, inputs, weights, used, ends)
        tasks["torch compile, all maps"] = compiled_torch_task(network, inputs, weights, used, kept)
    differences = {name: _difference(tasks[OURS](), task()) for name, task in tasks.items() if name != OURS}
    for name, difference in differences.items():
        if not difference < AGREEMENT:  # deep drawn networks make much of a rounding
            say(f"{named.name}: {name} is left out, its maps differ by {difference:.1e} of the largest value")
            del tasks[name]
    times = alternated(tasks, rounds=ROUNDS, enough_s=_ENOUGH_S)
    macs = analyze(network).totals.macs
    median = statistics.median(times[OURS])
    return {
        "name": named.name,
        "median_ms": {name: statistics.median(time) for name, time in times.items()},
        "ratio": {
            name: median_ratio(time, times[OURS]) for name, time in times.items() if name not in ALL_OURS
        },
        "ratio_last_map": {
            name: median_ratio(times[name], times[OURS_WITHOUT_MAPS]) for name in DISCARDING if name in times
        },
        "gmacs_per_s": macs / median / 1e6,
        "differences": differences,
        "rounds": len(times[OURS]),
    }


def _layers(named: Named, used: int, peak: float) -> list[dict[str, Any]]:
    network, _ = _checked(named, used)
    _, photograph = find_photograph(named, None)
    return layers(network, photograph, named.project.seed, used, peak)


def growth(named: Named, used: int) -> list[dict[str, Any]]:
    """Median time by input size on all threads, and by threads at the network's own size."""
    runs: list[tuple[tuple[int, int] | None, int]] = [(size, used) for size in SIZES]
    runs += [(None, count) for count in range(1, used + 1)]
    made = []
    for size, count in runs:
        try:
            made.append(_timed(named, size, count))
        except EngineError as error:
            say(f"{named.name} at {size}: {error}")
    return made


def _timed(named: Named, size: tuple[int, int] | None, count: int) -> dict[str, Any]:
    layers = [node.layer for node in named.project.network.nodes.values() if node.layer.is_input]
    shape = (layers[0].output_shape()[0], *(size or layers[0].output_shape()[1:]))
    project = find_network(named.name, shape).project
    _, photograph = find_photograph(named, None)
    executor = Executor(threads=count)
    wanted = post_activation(project.network)

    def once() -> None:
        executor.forget()
        for _ in executor.run(project.network, photograph, seed=project.seed, wanted=wanted):
            pass

    times = alternated({OURS: once}, rounds=5, enough_s=3.0)[OURS]
    executor.close()
    text = "×".join(map(str, shape))
    return {"input": text, "threads": count, "median_ms": statistics.median(times)}


def accuracy(named: Named, used: int) -> dict[str, float]:
    """The largest error of any map, as a part of that map's largest value, by contender."""
    network, inputs = _checked(named, used)
    _, photograph = find_photograph(named, None)
    return largest_errors(network, photograph, inputs, seed=named.project.seed, threads=used)


def geometric_means(results: list[dict[str, Any]]) -> dict[str, float]:
    """Over all networks, of how many times as long as the engine a peer takes, and the fastest of several."""
    ratios: dict[str, list[float]] = {}
    for record in results:
        for name, ratio in record["ratio"].items():
            ratios.setdefault(name, []).append(ratio)
        for title, key, names in FASTEST:
            if found := [record[key][name] for name in names if name in record.get(key, {})]:
                ratios.setdefault(title, []).append(min(found))
    return {name: statistics.geometric_mean(ratio) for name, ratio in ratios.items()}


def _checked(named: Named, used: int) -> tuple[Any, dict[str, Map]]:
    """The network, and its inputs' maps; `UsageError` for a network that cannot run."""
    network = named.project.network
    problems = analyze(network).problems
    if problems:
        raise UsageError(f"{named.name} has problems: {problems[0].message}")
    wanted = [node_id for node_id in network.order if network.nodes[node_id].layer.is_input]
    if not wanted:
        raise UsageError(f"{named.name} has no Input")
    _, photograph = find_photograph(named, None)
    found = Executor(threads=used).run(network, photograph, seed=named.project.seed, wanted=wanted)
    return network, {one.node_id: one.map for one in found}


def _difference(ours: Mapping[str, Map], theirs: Mapping[str, Map]) -> float:
    """The largest difference of any common map, as a part of its largest value."""
    worst = 0.0
    for node_id in ours.keys() & theirs.keys():
        a, b = ours[node_id], np.asarray(theirs[node_id])
        worst = max(worst, float(np.abs(a - b.reshape(a.shape)).max()) / (float(np.abs(b).max()) or 1.0))
    return worst


def _line(record: Mapping[str, Any]) -> str:
    parts = [f"{name} {ms:.2f} ms" for name, ms in record["median_ms"].items()]
    ratios = ", ".join(f"{name} {ratio:.2f}×" for name, ratio in record["ratio"].items())
    return f"{record['name']:16} {' · '.join(parts)}   {ratios}"


def _processor() -> str:
    import llvmlite.binding as llvm

    return str(llvm.get_host_cpu_name())


COMMAND: Final = Command(
    name="bench",
    help="Measure the engine, beside PyTorch, onnxruntime and OpenVINO where they are installed",
    add_arguments=_add_arguments,
    run=_run,
)
