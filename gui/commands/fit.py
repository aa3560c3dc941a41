"""`onebyone fit`: weights fitted to a photograph, layer by layer, saved with the project."""

import argparse
import dataclasses
import time
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.analysis.analyze import analyze
from engine.errors import FormatError, quoted
from engine.execution.executor import Executor
from engine.fitting.layer import KMEANS, METHODS, RESTORE
from engine.fitting.network import fit_network
from engine.formats import write_project
from engine.image.image_source import image_title, with_file
from engine.model.network import Network
from engine.shapes import count_text
from gui.commands.command import STREAM, Command, Parser, UsageError, report_problems
from gui.commands.networks import add_network, add_seed, find_network, find_photograph
from gui.commands.progress import tell
from gui.commands.streams import STREAM_NAME, file_or_output


def _add_arguments(parser: Parser) -> None:
    add_network(parser, image_help="a bundled photograph, pattern:NAME, or an image file (the project's own)")
    add_seed(parser)
    parser.add_argument(
        "-o",
        "--output",
        metavar="OUT.onebyone",
        type=_project_file,
        required=True,
        help="the project",
    )
    parser.add_argument(
        "--method",
        choices=(*METHODS, RESTORE),
        default=KMEANS,
        help="k-means of whitened patches, PCA, or 1×1s that give earlier maps back (kmeans)",
    )
    parser.add_argument("--layers", metavar="ID,…", help="only these convolutions (all of them)")


def _run(arguments: argparse.Namespace) -> int:
    if arguments.image == STREAM_NAME:
        raise UsageError("--image -: the project is to name its photograph, so that takes a file")
    named = find_network(arguments.net, arguments.input)
    project = named.project
    image, photograph = find_photograph(named, arguments.image)
    seed = project.seed if arguments.seed is None else arguments.seed
    chosen = None if arguments.layers is None else [one.strip() for one in arguments.layers.split(",")]
    for node_id in chosen or ():
        if node_id not in project.network:
            raise UsageError(f"--layers: there is no node {quoted(node_id)} in {named.name}")
    executor = Executor()

    def map_of(network: Network, node_id: str) -> npt.NDArray[np.float32]:
        tell(f"fitting {node_id}")
        for result in executor.run(network, photograph, seed=seed, wanted=[node_id]):
            if result.node_id == node_id:
                return result.map
        raise FormatError(f"the map of {quoted(node_id)} cannot be computed: a layer above it has a problem")

    began = time.perf_counter()
    about = image_title(image)
    made = fit_network(project.network, chosen, map_of, method=arguments.method, about=about)
    elapsed = time.perf_counter() - began
    network = project.network
    for node_id, weights in made.items():
        network = network.set_weights(node_id, weights)
    reference = with_file(image, lambda name: str(Path(name).absolute()))
    project = dataclasses.replace(project.with_network(network), image=reference, seed=seed)
    with file_or_output(arguments.output, "fitted.onebyone") as path:
        for node_id, weights in made.items():
            print(f"{node_id}: {weights.text}")
        write_project(path, project)
        layers = count_text(len(made), "layer")
        print(f"\n{named.name} on {image}: {layers} fitted in {elapsed:.2f} s, {path.name}")
    return report_problems(network, analyze(network))


def _project_file(text: str) -> Path:
    if text == STREAM_NAME:
        return STREAM
    path = Path(text)
    if path.suffix.lower() != ".onebyone":
        raise argparse.ArgumentTypeError(f"{quoted(text)} must end in .onebyone")
    if not path.parent.is_dir():
        raise FormatError(f"cannot write {quoted(text)}: there is no folder {quoted(path.parent)}")
    return path


COMMAND: Final = Command(
    name="fit",
    help="Fit the weights to a photograph, layer by layer",
    add_arguments=_add_arguments,
    run=_run,
)
