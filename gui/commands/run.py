"""`onebyone run`: a photograph through the network, every map by node id, and the time each took."""

import argparse
import json
import os
import re
import time
from collections.abc import Mapping
from math import isfinite
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from engine.analysis.analyze import analyze
from engine.errors import FormatError, quoted
from engine.execution.executor import Executor
from engine.formats.npz import ENDING, network_weights, read_arrays, save_arrays, with_arrays
from engine.shapes import shape_text
from gui.commands.command import Command, Parser, report_problems
from gui.commands.networks import add_network, add_seed, find_network, find_photograph


def _add_arguments(parser: Parser) -> None:
    add_network(parser, image_help="a bundled photograph, pattern:NAME, or an image file (the project's own)")
    add_seed(parser)
    parser.add_argument("--threads", metavar="N", type=threads, help="how many threads compute (all cores)")
    parser.add_argument(
        "--save", metavar="OUT.npz", type=_npz, help="write every map by node id, float32, batch first"
    )
    parser.add_argument(
        "--weights", metavar="IN.npz", type=Path, help="take parameters from id.name arrays, as saved"
    )
    parser.add_argument(
        "--save-weights", metavar="OUT.npz", type=_npz, help="write every parameter as id.name, float32"
    )
    parser.add_argument("--json", action="store_true", help="as JSON")


def _run(arguments: argparse.Namespace) -> int:
    named = find_network(arguments.net, arguments.input)
    project = named.project
    image, photograph = find_photograph(named, arguments.image)
    if arguments.weights is not None:
        network, _ = with_arrays(project.network, read_arrays(arguments.weights), arguments.weights.name)
        project = project.with_network(network)
    seed = project.seed if arguments.seed is None else arguments.seed
    began = time.perf_counter()
    maps: dict[str, npt.NDArray[np.float32]] = {}
    records: list[dict[str, Any]] = []
    for result in Executor(threads=arguments.threads).run(project.network, photograph, seed=seed):
        maps[result.node_id] = result.map
        records.append({"id": result.node_id, **_statistics(result.map), "elapsed_ms": result.elapsed_ms})
    elapsed_ms = (time.perf_counter() - began) * 1e3
    if arguments.save is not None:
        save_arrays(arguments.save, maps)
    if arguments.save_weights is not None:
        save_arrays(arguments.save_weights, network_weights(project.network, seed))
    head = {"name": named.name, "image": image, "seed": seed, "elapsed_ms": elapsed_ms}
    if arguments.json:
        print(json.dumps(head | {"layers": records}, indent=2, ensure_ascii=False))
    else:
        _print_table(head, records, {one: node.label for one, node in project.network.nodes.items()})
    return report_problems(project.network, analyze(project.network))


def _statistics(values: npt.NDArray[np.float32]) -> dict[str, Any]:
    """Shape without the batch, and the range; None for what is no finite number."""
    with np.errstate(invalid="ignore", over="ignore"):
        found = {"minimum": values.min(), "mean": values.mean(dtype=np.float64), "maximum": values.max()}
    numbers = {name: float(value) if isfinite(value) else None for name, value in found.items()}
    return {"shape": list(values.shape[1:]), **numbers}


def _print_table(head: dict[str, Any], records: list[dict[str, Any]], labels: Mapping[str, str]) -> None:
    rows = [("Node", "Layer", "Output", "Minimum", "Mean", "Maximum", "ms")]
    for record in records:
        numbers = (_number(record[name]) for name in ("minimum", "mean", "maximum"))
        elapsed = f"{record['elapsed_ms']:.2f}"
        shape = shape_text(tuple(record["shape"]))
        rows.append((record["id"], labels[record["id"]], shape, *numbers, elapsed))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = (
            cell.rjust(width) if column >= 2 else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        print("  ".join(cells).rstrip())
    print(f"\n{head['name']} on {head['image']}: {len(records)} maps in {head['elapsed_ms']:.1f} ms")


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}".replace("-", "−")


def threads(text: str) -> int:
    """How many threads --threads stands for."""
    most = available_threads()
    if not re.fullmatch("[0-9]{1,6}", text) or not 1 <= int(text) <= most:
        raise argparse.ArgumentTypeError(
            f"{quoted(text)} is no whole number between 1 and {most}, this machine's cores"
        )
    return int(text)


def available_threads() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _npz(text: str) -> Path:
    path = Path(text)
    if path.suffix.lower() != ENDING:
        raise argparse.ArgumentTypeError(f"{quoted(text)} must end in {ENDING}")
    # Said before minutes of computing rather than after.
    if not path.parent.is_dir():
        raise FormatError(f"cannot write {quoted(text)}: there is no folder {quoted(path.parent)}")
    return path


COMMAND: Final = Command(
    name="run",
    help="Run a photograph through the network and time every layer",
    add_arguments=_add_arguments,
    run=_run,
)
