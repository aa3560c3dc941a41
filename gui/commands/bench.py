"""`onebyone bench`: how fast the engine is here, beside PyTorch, onnxruntime and OpenVINO where installed.

All contenders compute the same network with the same weights on the same input and take turns in one
process; their outputs are compared first. The engine keeps every block's map after its activation, and so
do PyTorch and whoever is named "all maps"; the others throw their maps away, as the engine does where it is
named "last map".
"""

import argparse
import platform
import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import presets
from engine.analysis.analyze import analyze
from engine.errors import EngineError
from engine.execution.executor import Executor
from engine.image.photograph import Scene
from engine.kernels.fast.host import host
from engine.plan import post_activation
from engine.shapes import count_text
from gui.bench.accuracy import largest_errors
from gui.bench.comparison import FASTEST, OURS, compared, geometric_means, lowest
from gui.bench.contenders import Map, cpp_compiler, installed, versions
from gui.bench.limits import limits, limits_text
from gui.bench.measure import alternated, bandwidth, peak_gflops
from gui.bench.roofline import Machine, layer_text, layers, loss_text
from gui.commands.command import DONE, Command, Parser, UsageError, json_text, say
from gui.commands.networks import Named, find_network, find_photograph
from gui.commands.run import available_threads, threads
from presets.learning.networks import TRAINED

QUICK: Final = (
    "vgg16", "resnet50", "squeezenet1_1", "mobilenet_v2", "googlenet", "densenet121", "unet",
)  # fmt: skip
CLASSICS: Final = (
    "lenet5", "alexnet", "vgg16", "googlenet", "inception_3a", "inception_v3", "xception", "resnet18",
    "resnet50", "densenet121", "resnext50", "convnext_tiny", "squeezenet1_0", "squeezenet1_1", "mobilenet_v1",
    "mobilenet_v2", "shufflenet_v2", "efficientnet_b0", "mnasnet1_0", "mobilenet_v3_large",
    "mobilenet_v3_small", "fcn8s", "unet",
)  # fmt: skip
"""One or two of each family, in the order of the menu: what claims about the engine's speed are made of."""
SIZES: Final = ((112, 112), (224, 224), (448, 448), (1080, 1920))
ROUNDS: Final = 15
_ENOUGH_S: float = 20.0
LESSONS: Final = "Lessons"
PEERS: Final = ("torch", "onnxruntime", "openvino")


def _add_arguments(parser: Parser) -> None:
    parser.add_argument(
        "nets", metavar="NET", nargs="*", help=f"presets or project files ({len(CLASSICS)} classics)"
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--quick", action="store_true", help=f"{len(QUICK)} networks: {', '.join(QUICK)}")
    which.add_argument("--all", action="store_true", help="every preset but those of the lessons")
    parser.add_argument("--threads", metavar="N", type=threads, help="how many threads compute (all cores)")
    parser.add_argument("--layers", action="store_true", help="what bounds each layer, and what it loses")
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
    told = _teller(arguments)
    peak, asked = peak_gflops(used), limits()
    machine = {
        "machine": platform.machine(), "processor": _processor(), "peak_gflops": peak, "threads": used,
        "vector_width": host().width, "limits": asked, "versions": versions(PEERS),
    }  # fmt: skip
    cores = f"{machine['processor']}, {count_text(used, 'thread')}"
    told(f"{cores}, peak {peak:,.0f} GFLOP/s measured, {limits_text(asked)}")
    if arguments.compile and not (installed("torch") and cpp_compiler()):
        say("torch.compile needs torch and a C++ compiler (CXX, g++, clang++ or cl), so it is left out")
        arguments.compile = False
    roofs = Machine.measured(used, peak) if arguments.layers else None
    results = []
    for net in _asked_for(arguments):
        results.append(_measured_and_told(find_network(net), arguments, used, roofs, told))
    means, least = geometric_means(results), lowest(results)
    for name, ratio in means.items():
        told(_mean_line(name, ratio, least[name], len(results)))
    if arguments.json:
        print(json_text(machine | {"results": results, "geometric_means": means, "lowest": least}))
    for name in PEERS:
        if not installed(name):
            say(f"{name} is not installed, so it is not compared with")
    return DONE


def _measured_and_told(
    named: Named, arguments: argparse.Namespace, used: int, roofs: Machine | None, told: Callable[[str], None]
) -> dict[str, Any]:
    """All that is asked for of one network."""
    record = measured(named, used, compiles=arguments.compile)
    told(_line(record))
    if roofs is not None:
        network, _, photograph = _checked(named, used)
        record["layers"] = layers(network, photograph, named.project.seed, roofs)
        for line in (*map(layer_text, record["layers"]), loss_text(record["layers"])):
            told(f"    {line}")
    if arguments.accuracy:
        errors = record["largest_errors"] = accuracy(named, used)
        text = ", ".join(f"{name} {error:.1e}" for name, error in errors.items())
        told(f"    largest errors against float64, of a map's maximum: {text}")
    if arguments.growth:
        record["growth"] = growth(named, used)
        for one in record["growth"]:
            cores = count_text(one["threads"], "thread")
            told(f"    {one['input']:>12} {cores:>10} {one['median_ms']:10.2f} ms")
    return record


def _teller(arguments: argparse.Namespace) -> Callable[[str], None]:
    """Prints lines for people, and nothing where JSON is asked for."""
    return (lambda line: None) if arguments.json else (lambda line: print(line, flush=True))


def _asked_for(arguments: argparse.Namespace) -> Sequence[str]:
    if arguments.nets:
        return list(arguments.nets)
    if arguments.all:
        return [preset.name for preset in presets.presets() if preset.group != LESSONS]
    return QUICK if arguments.quick else CLASSICS


def _run_scaling(arguments: argparse.Namespace, used: int) -> int:
    from gui.bench.simulated import scaling, scaling_text

    results: list[dict[str, Any]] = []
    gb_per_s = bandwidth(used)
    for net in _asked_for(arguments):
        named = find_network(net)
        network, _, photograph = _checked(named, used)
        found = scaling(network, photograph, named.project.seed, gb_per_s, used)
        results.append({"name": named.name, "scaling": found})
        if not arguments.json:
            print(scaling_text(named.name, found), flush=True)
    if arguments.json:
        print(json_text({"processor": _processor(), "threads": used, "results": results}))
    return DONE


def _run_training(arguments: argparse.Namespace, used: int) -> int:
    from gui.bench import training

    told = _teller(arguments)
    for net in arguments.nets:
        if net not in TRAINED:
            raise UsageError(f"{net!r} is not measured in training; there are {', '.join(TRAINED)}")
    told(f"{_processor()}, {count_text(used, 'thread')}, batch {training.BATCH}, digits")
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


def measured(named: Named, used: int, *, compiles: bool = False) -> dict[str, Any]:
    """Medians of all contenders on one network, and how many times as long as ours each takes.

    compiles: `torch.compile` is one of them. Who is left out, and why, is said.
    """
    network, inputs, photograph = _checked(named, used)
    record = compared(
        network, photograph, inputs, named.project.seed, used, compiles=compiles, rounds=ROUNDS,
        enough_s=_ENOUGH_S,
    )  # fmt: skip
    for name, reason in record["left_out"].items():
        say(f"{named.name}: {name} is left out, {reason}")
    macs = analyze(network).totals.macs
    return {"name": named.name} | record | {"gmacs_per_s": macs / record["median_ms"][OURS] / 1e6}


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
    network, inputs, photograph = _checked(named, used)
    return largest_errors(network, photograph, inputs, seed=named.project.seed, threads=used)


def _checked(named: Named, used: int) -> tuple[Any, dict[str, Map], Scene]:
    """The network, its inputs' maps, its photograph; `UsageError` for a network that cannot run."""
    network = named.project.network
    problems = analyze(network).problems
    if problems:
        raise UsageError(f"{named.name} has problems: {problems[0].message}")
    wanted = [node_id for node_id in network.order if network.nodes[node_id].layer.is_input]
    if not wanted:
        raise UsageError(f"{named.name} has no Input")
    _, photograph = find_photograph(named, None)
    found = Executor(threads=used).run(network, photograph, seed=named.project.seed, wanted=wanted)
    return network, {one.node_id: one.map for one in found}, photograph


def _line(record: Mapping[str, Any]) -> str:
    parts = [f"{name} {ms:.2f} ms" for name, ms in record["median_ms"].items()]
    ratios = ", ".join(f"{name} {ratio:.2f}×" for name, ratio in record["ratio"].items())
    return f"{record['name']:16} {' · '.join(parts)}   {ratios}"


def _mean_line(name: str, mean: float, least: Mapping[str, Any], networks: int) -> str:
    of = "" if least["networks"] == networks else f" of {least['networks']} networks"
    star = "*" if name in {title for title, _, _ in FASTEST} else " "
    return f"{star} geometric mean{of}, {name}: {mean:.2f}, lowest {least['ratio']:.2f} ({least['network']})"


def _processor() -> str:
    import llvmlite.binding as llvm

    return str(llvm.get_host_cpu_name())


COMMAND: Final = Command(
    name="bench",
    help="Measure the engine, beside PyTorch, onnxruntime and OpenVINO where they are installed",
    add_arguments=_add_arguments,
    run=_run,
)
