"""`onebyone bench`: how fast the engine is here, beside PyTorch where it is installed."""

import argparse
import importlib
import json
import statistics
import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any, Final

from engine.analysis import analyze
from engine.executor import Executor
from engine.formats.pytorch import pytorch_code
from engine.network import Network
from engine.photograph import Photograph, fill_input
from gui.commands.command import DONE, Command, Parser, UsageError, say
from gui.commands.networks import Named, find_network, find_photograph
from gui.commands.run import available_threads, threads

DEFAULT_NETWORKS: Final = ("inception_3a", "resnet18", "vgg16")
_LEAST_RUNS: Final = 3
_MOST_RUNS: Final = 50
_ENOUGH_S: Final = 2.0


def _add_arguments(parser: Parser) -> None:
    parser.add_argument(
        "nets", metavar="NET", nargs="*", help=f"presets or project files ({', '.join(DEFAULT_NETWORKS)})"
    )
    parser.add_argument("--threads", metavar="N", type=threads, help="how many threads compute (all cores)")
    parser.add_argument("--json", action="store_true", help="as JSON")


def _run(arguments: argparse.Namespace) -> int:
    used = arguments.threads or available_threads()
    records = []
    if not arguments.json:
        print(f"{'network':20}  {'what':26}  {'median ms':>10}  {'GMAC/s':>8}  runs   ({used} threads)")
    for net in arguments.nets or DEFAULT_NETWORKS:
        for record in measured(find_network(net), used):
            records.append(record)
            if not arguments.json:
                _print(record)
    if arguments.json:
        print(json.dumps({"threads": used, "results": records}, indent=2, ensure_ascii=False))
    elif find_spec("torch") is None:
        say("PyTorch is not installed, so there is nothing to compare with")
    return DONE


def measured(named: Named, threads: int) -> list[dict[str, Any]]:
    """Time and speed of one network; median over runs after one to warm up.

    "every map" is what the window asks for, "result only" what PyTorch computes.
    """
    network = named.project.network
    analysis = analyze(network)
    if analysis.problems:
        raise UsageError(f"{named.name} has problems: {analysis.problems[0].message}")
    if not any(node.layer.kind == "Input" for node in network.nodes.values()):
        raise UsageError(f"{named.name} has no Input")
    _, photograph = find_photograph(named, None)
    executor = Executor(threads=threads)
    ends = frozenset(node_id for node_id in network.order if not network.outputs_of[node_id])

    def compute(wanted: frozenset[str] | None) -> Callable[[], None]:
        def once() -> None:
            executor.forget()
            for _ in executor.run(network, photograph, wanted=wanted):
                pass

        return once

    tasks = {"onebyone, every map": compute(None), "onebyone, result only": compute(ends)}
    if find_spec("torch") is not None:
        tasks["torch, result only"] = _torch_task(network, photograph, threads)
    made = []
    for what, task in tasks.items():
        times = _times_ms(task)
        median = statistics.median(times)
        speed = analysis.totals.macs / median / 1e6
        made.append(
            {"name": named.name, "what": what, "median_ms": median, "gmacs_per_s": speed, "runs": len(times)}
        )
    return made


def _times_ms(task: Callable[[], None]) -> list[float]:
    task()
    times: list[float] = []
    began = time.perf_counter()
    while len(times) < _LEAST_RUNS or (len(times) < _MOST_RUNS and time.perf_counter() - began < _ENOUGH_S):
        start = time.perf_counter()
        task()
        times.append((time.perf_counter() - start) * 1e3)
    return times


def _torch_task(network: Network, photograph: Photograph, threads: int) -> Callable[[], None]:
    torch = importlib.import_module("torch")
    torch.set_num_threads(threads)
    scope: dict[str, Any] = {"__name__": "measured"}
    exec(pytorch_code(network, "Measured"), scope)
    module = scope["Measured"]().eval()
    layers = (network.nodes[node_id].layer for node_id in network.order)
    shapes = [layer.output_shape() for layer in layers if layer.kind == "Input"]
    inputs = [torch.tensor(fill_input(photograph, shape)) for shape in shapes]

    def once() -> None:
        with torch.inference_mode():
            module(*inputs)

    return once


def _print(record: dict[str, Any]) -> None:
    print(
        f"{record['name']:20}  {record['what']:26}  {record['median_ms']:10.2f}"
        f"  {record['gmacs_per_s']:8.1f}  {record['runs']:4}",
        flush=True,
    )


COMMAND: Final = Command(
    name="bench",
    help="Measure the engine, beside PyTorch where it is installed",
    add_arguments=_add_arguments,
    run=_run,
)
