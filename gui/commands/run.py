"""`onebyone run`: a photograph through the network, its maps by node id, and the time each took."""

import argparse
import re
import time
from collections.abc import Collection, Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from engine.analysis.analyze import analyze
from engine.errors import FormatError, quoted
from engine.execution.executor import Executor
from engine.formats.weights.input_arrays import read_input_arrays
from engine.formats.weights.npz import ENDING, network_weights, save_arrays
from engine.formats.weights.weight_matching import match_weights
from engine.formats.weights.weights_file import ENDINGS, open_weights, save_weights
from engine.image.input_arrays import InputArrays
from engine.image.photograph import Scene, is_inverted
from engine.kernels.fast.host import core_count
from engine.model.network import Network
from engine.plan import last_maps
from engine.shapes import count_text, shape_text
from gui.commands.answers import Answers, add_answers, answers_to_json, print_answers
from gui.commands.command import (
    STREAM,
    Command,
    Parser,
    UsageError,
    file_name,
    json_text,
    report_problems,
    say,
)
from gui.commands.networks import add_network, add_seed, find_network, find_photograph
from gui.commands.streams import arrays_ending, file_or_input, file_or_output, weights_ending
from gui.commands.warming import results, warm_up
from presets.weight_names import renamings


def _add_arguments(parser: Parser) -> None:
    add_network(parser, image_help="a bundled photograph, pattern:NAME, or an image file (the project's own)")
    add_seed(parser)
    parser.add_argument(
        "--input-array",
        metavar="FILE",
        type=file_name,
        help="instead of a photograph values as they are: .npy or .npz, C×H×W or N×C×H×W, one array an Input",
    )
    add_answers(parser)
    parser.add_argument("--threads", metavar="N", type=threads, help="how many threads compute (all cores)")
    parser.add_argument(
        "--keep",
        choices=("all", "last"),
        default="all",
        help="all maps, or those alone that come out: faster, in little memory (all)",
    )
    parser.add_argument(
        "--save", metavar="OUT.npz", type=_npz, help="write the maps by node id, float32, batch first"
    )
    parser.add_argument(
        "--weights",
        metavar="FILE",
        type=file_name,
        help="take parameters from .safetensors or .npz: by name, else by order and shape",
    )
    parser.add_argument(
        "--save-weights",
        metavar="FILE",
        type=_weights,
        help="write every parameter as id.name, float32, as .safetensors or .npz",
    )
    parser.add_argument("--json", action="store_true", help="as JSON")


def _run(arguments: argparse.Namespace) -> int:
    named = find_network(arguments.net, arguments.input)
    project = named.project
    if arguments.weights is not None:
        names = renamings(project.network, project.groups)
        match = match_weights(
            project.network, open_weights(file_or_input(arguments.weights, weights_ending)), names
        )
        project = project.with_network(match.applied())
        say(match.summary)
    if arguments.input_array is not None and arguments.image is not None:
        raise UsageError("--input-array takes the place of a photograph: leave --image away")
    if arguments.save is STREAM and arguments.save_weights is STREAM:
        raise UsageError("--save - and --save-weights - cannot both go to standard output")
    if arguments.labels is not None and arguments.top is None:
        raise UsageError("--labels names the classes of --top: say how many, as in --top 5")
    answers = None if arguments.top is None else Answers(project, arguments.top, arguments.labels)
    pictures: Sequence[Scene | InputArrays]
    if arguments.input_array is None:
        image, photograph = find_photograph(named, arguments.image)
        pictures = [photograph]
    else:
        image = str(arguments.input_array)
        pictures = read_input_arrays(file_or_input(arguments.input_array, arrays_ending), project.network)
    seed = project.seed if arguments.seed is None else arguments.seed
    executor = Executor(threads=arguments.threads)
    wanted: tuple[str, ...] | None = None
    if arguments.keep == "last":
        wanted = last_maps(project.network)
        if answers is not None and answers.node_id not in wanted:
            wanted = (*wanted, answers.node_id)
    executor.check(project.network, wanted)  # before seconds of compiling
    warm_up(executor)
    began = time.perf_counter()
    maps, times = _maps(executor, project.network, pictures, seed, wanted)
    elapsed_ms = (time.perf_counter() - began) * 1e3
    streamed = STREAM in (arguments.save, arguments.save_weights)
    if arguments.save is not None:
        with file_or_output(arguments.save, f"maps{ENDING}") as path:
            save_arrays(path, maps)
    if arguments.save_weights is not None:
        with file_or_output(arguments.save_weights, f"weights{ENDINGS[0]}") as path:
            save_weights(path, network_weights(project.network, seed))
    records = [
        {"id": node_id, **_statistics(values), "elapsed_ms": times[node_id]}
        for node_id, values in maps.items()
    ]
    head: dict[str, Any] = {"name": named.name, "image": image, "seed": seed, "elapsed_ms": elapsed_ms}
    inverted = _inverted(project.network, pictures[0])
    if inverted:
        head["inverted"] = inverted
    tops = [] if answers is None or answers.node_id not in maps else answers.of(maps[answers.node_id])
    if streamed:  # the bytes are alone there
        pass
    elif arguments.json:
        if answers is not None:
            head |= {"weights": answers.state, "top": answers_to_json(tops)}
        print(json_text(head | {"layers": records}))
    else:
        _print_table(head, records, {one: node.label for one, node in project.network.nodes.items()})
        if inverted:
            print(f"{image} is dark ink on light ground: inverted for {', '.join(inverted)}")
        if answers is not None:
            print_answers(tops, answers.caveat)
    return report_problems(project.network, analyze(project.network))


def _maps(
    executor: Executor,
    network: Network,
    pictures: Sequence[Scene | InputArrays],
    seed: int,
    wanted: Collection[str] | None,
) -> tuple[dict[str, npt.NDArray[np.float32]], dict[str, float]]:
    """The maps by node id, one picture after the other along the batch, and the milliseconds of each."""
    found: dict[str, list[npt.NDArray[np.float32]]] = {}
    times: dict[str, float] = {}
    for picture in pictures:
        for result in results(
            executor, network, picture, seed=seed, wanted=wanted, only_wanted=wanted is not None
        ):
            # With a single picture nothing is copied; otherwise the executor may need the memory again.
            found.setdefault(result.node_id, []).append(
                result.map if len(pictures) == 1 else result.map.copy()
            )
            times[result.node_id] = times.get(result.node_id, 0.0) + result.elapsed_ms
    maps = {node_id: each[0] if len(each) == 1 else np.concatenate(each) for node_id, each in found.items()}
    return maps, times


def _inverted(network: Network, picture: Scene | InputArrays) -> list[str]:
    """The Inputs for which the photograph is turned into its negative."""
    if isinstance(picture, InputArrays):
        return []
    return [
        node.id
        for node in network.nodes.values()
        if node.layer.preprocessing is not None and is_inverted(picture, node.layer.preprocessing)
    ]


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
    maps = count_text(len(records), "map")
    print(f"\n{head['name']} on {head['image']}: {maps} in {head['elapsed_ms']:.1f} ms")


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
    return core_count()


def _npz(text: str) -> Path:
    return _writable(text, (ENDING,))


def _weights(text: str) -> Path:
    return _writable(text, ENDINGS)


def _writable(text: str, endings: tuple[str, ...]) -> Path:
    if text == str(STREAM):
        return STREAM
    path = Path(text)
    if path.suffix.lower() not in endings:
        raise argparse.ArgumentTypeError(f"{quoted(text)} must end in {' or '.join(endings)}")
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
