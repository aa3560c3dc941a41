"""What the arguments NET, --input and --image stand for."""

import dataclasses
import os
import re
from argparse import Action, ArgumentParser, ArgumentTypeError, Namespace
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from assets import sample_photographs
from engine.analysis.analyze import analyze
from engine.errors import PhotographError, ShapeError, quoted
from engine.formats import format_of, read_project
from engine.formats.pytorch.reading import PYTHON, is_reference, read_module, reference_name
from engine.image.cropped import cropped, part_of
from engine.image.image_source import is_bundled, open_image
from engine.image.patterns import is_pattern
from engine.image.photograph import Scene
from engine.model.network import Network
from engine.model.project import Project
from engine.shapes import Shape, shape_of, shape_text
from gui.commands.command import Parser, UsageError, say
from gui.commands.streams import STREAM_NAME, network_ending, standard_input

DEFAULT_PHOTOGRAPH = "astronaut"
MAX_SEED = 2**63 - 1


@dataclass(frozen=True)
class Named:
    """A project and what it is called: the preset's name, or its file's without the ending."""

    name: str
    project: Project
    folder: Path | None = None
    """Where its file lies; a photograph may be named relative to it."""


def add_network(parser: Parser, *, image_help: str = "", optional: bool = False) -> None:
    """The arguments NET and --input, and --image where there is something to say about it."""
    count = "?" if optional else None
    parser.add_argument(
        "net",
        metavar="NET",
        nargs=count,
        help="a preset's name, a project file (.onebyone), a model (.onnx), PyTorch code (module:Name), or -"
        " for standard input",
    )
    add_inputs(parser)
    if image_help:
        parser.add_argument("--image", metavar="IMG", help=f"{image_help}; - for standard input")


def add_inputs(parser: Parser) -> None:
    """The arguments --input and --python, which say how a network is read."""
    parser.add_argument(
        "--input", metavar="CxHxW", type=input_shape, help="another shape of the network's Input"
    )
    add_python(parser)


def add_python(parser: Parser) -> None:
    """The argument --python, which stands for the environment variable for as long as the program runs."""
    parser.add_argument(
        "--python", metavar="EXE", action=_NamePython, help=f"which has PyTorch, for module:Name (${PYTHON})"
    )


class _NamePython(Action):
    """Puts the interpreter where the reader of PyTorch code looks for it."""

    def __call__(self, parser: ArgumentParser, namespace: Namespace, value: Any, *_: object) -> None:
        os.environ[PYTHON] = value


def add_seed(parser: Parser) -> None:
    """The argument --seed."""
    parser.add_argument("--seed", metavar="N", type=_seed, help="of the random weights (the project's own)")


def input_shape(text: str) -> Shape:
    """(C, H, W) from `3x224x224` or `3×224×224`."""
    try:
        return shape_of(text)
    except ShapeError as error:
        raise ArgumentTypeError(str(error)) from None


def find_network(net: str, shape: Shape | None = None) -> Named:
    """The project that NET stands for, its Input of this shape where one is given.

    `UsageError` for an unknown name, `FormatError` for a file that cannot be read.
    """
    named = _find(net, shape)
    if shape is None or _has(named, shape):
        return named
    project = _with_input(named, shape)
    note = growth(named.project.network, project.network, shape)
    if note:
        say(note)
    return dataclasses.replace(named, project=project)


def growth(before: Network, after: Network, shape: Shape) -> str:
    """By how much another input adds to the parameters, and to which layer most; empty where it adds none.

    A dense layer has a weight for every value that comes in, so it grows with the picture.
    """
    old, new = analyze(before), analyze(after)
    if new.totals.parameters <= old.totals.parameters:
        return ""
    pairs = [
        (old.layers[node_id].parameters, new.layers[node_id].parameters, node_id) for node_id in after.order
    ]
    was, now, node_id = max(pairs, key=lambda pair: pair[1] - pair[0])
    return (
        f"with {shape_text(shape)} the network has {new.totals.parameters:,} parameters instead of"
        f" {old.totals.parameters:,}: {node_id} ({after[node_id].label}) has {now:,} instead of {was:,}"
    )


def find_photograph(named: Named, image: str | None) -> tuple[str, Scene]:
    """What --image stands for, else the project's own photograph, else the bundled astronaut.

    `UsageError` for an unknown name or pattern, `PhotographError` for a file that is no image.
    """
    if image == "":
        raise UsageError("--image is empty: it takes a bundled photograph's name, pattern:NAME, or a file")
    if image == STREAM_NAME:
        return image, open_image(str(standard_input(lambda head: ".png")))
    wanted = image or named.project.image or DEFAULT_PHOTOGRAPH
    if is_bundled(wanted):
        try:
            return wanted, open_image(wanted)
        except PhotographError as error:
            raise UsageError(str(error)) if is_pattern(wanted) else error from None
    part, whole = part_of(wanted)
    path = Path(whole)
    if image is None and named.folder is not None and not path.is_absolute():
        path = named.folder / path
    if not os.path.exists(path) and not path.suffix:
        raise UsageError(
            f"there is no photograph {quoted(wanted)}.{_hint(wanted, tuple(sample_photographs()))}"
        )
    return wanted, open_image(cropped(str(path), part))


def _find(net: str, shape: Shape | None = None) -> Named:
    from presets import load, preset_names

    names = preset_names()
    if not net:
        raise UsageError("NET is empty: it takes a preset's name or a file; `onebyone presets` lists them")
    if net in names:
        return Named(net, load(net).project)
    if net == STREAM_NAME:
        return Named("stdin", read_project(standard_input(network_ending), shape), Path())
    path = Path(net)
    if is_reference(net) and not os.path.exists(path):
        if shape is None:
            raise UsageError(f"{quoted(net)} needs the size of its input, as in --input 3x224x224")
        return Named(reference_name(net), read_module(net, shape))
    if path.suffix or os.path.exists(path) or "/" in net:
        return Named(_stem(path), read_project(path, shape), path.parent)
    raise UsageError(f"unknown network {quoted(net)}.{_hint(net, names)}")


def _stem(path: Path) -> str:
    found = format_of(path)
    endings = () if found is None else found.endings
    return next(
        (path.name[: -len(ending)] for ending in endings if path.name.lower().endswith(ending)), path.stem
    )


def _hint(wanted: str, names: tuple[str, ...]) -> str:
    close = get_close_matches(wanted.lower(), names, n=3, cutoff=0.5)
    return f" Did you mean {' or '.join(close)}?" if close else f" There are {', '.join(names)}."


def _has(named: Named, shape: Shape) -> bool:
    """Whether the network was read with this shape, as formats do that need it."""
    return list(named.project.network.inputs.values()) == [shape]


def _with_input(named: Named, shape: Shape) -> Project:
    network = named.project.network
    inputs = [network[node_id] for node_id in network.inputs]
    if len(inputs) != 1:
        raise UsageError(f"--input needs exactly one Input, and {named.name} has {len(inputs)}")
    try:
        return named.project.replace_layer(inputs[0].id, inputs[0].layer.replace(shape=shape))
    except ShapeError as error:
        raise UsageError(f"--input: {error}") from None


def _seed(text: str) -> int:
    if not re.fullmatch("[0-9]{1,19}", text) or int(text) > MAX_SEED:
        raise ArgumentTypeError(f"{quoted(text)} is no whole number between 0 and {MAX_SEED}")
    return int(text)
