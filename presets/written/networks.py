"""The network that a lesson file begins with: a preset, a project file beside it, or a `network` block.

    input: Input shape=3x64x64
    conv1: Conv2d out_channels=16 kernel_size=3
    skip: Conv2d out_channels=16 kernel_size=1 after input
    sum: Add after conv1, skip

A line without `after` reads from the line before.
"""

import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

import presets
from engine.errors import EngineError, quoted
from engine.formats import read_project
from engine.layout.layout import lay_out
from engine.model.network import Network, Node
from engine.model.project import Project
from presets.written.document import FencedBlock, LessonMistake, Line
from presets.written.layer_line import layer_line

_NAME: Final = re.compile(r"\w+")
"""Names such as `5x5_direct` are quoted where an expression asks for them: `macs('5x5_direct')`."""
PROJECT_ENDING: Final = ".onebyone"
MOST_LAYERS: Final = 2000


def network_block(block: FencedBlock) -> Project:
    """The network of a block, laid out. `LessonMistake`."""
    nodes: list[Node] = []
    lines = block.filled_lines
    if len(lines) > MOST_LAYERS:
        raise LessonMistake(block.line, f"{len(lines)} layers: at most {MOST_LAYERS} fit in a lesson")
    for line in lines:
        node_id, colon, rest = line.text.partition(":")
        what, after, sources = rest.partition(" after ")
        if not colon or not _NAME.fullmatch(node_id.strip()) or not what.strip():
            raise LessonMistake(line.number, "a layer is written “name: Kind setting=value … after OTHER”")
        inputs = tuple(one.strip() for one in sources.split(",")) if after else ()
        layer = layer_line(what, line.number).made(line.number)
        if not after and nodes and not layer.is_input:
            inputs = (nodes[-1].id,)
        _check(node_id.strip(), inputs, nodes, line)
        try:
            nodes.append(Node(id=node_id.strip(), layer=layer, inputs=inputs))
            Network(nodes)
        except EngineError as error:
            raise LessonMistake(line.number, str(error)) from None
    if not nodes:
        raise LessonMistake(
            block.line, "the network has no layers: “input: Input shape=3x64x64” is the first"
        )
    network = Network(nodes)
    return Project(network=network, positions=lay_out(network))


def _check(node_id: str, inputs: tuple[str, ...], nodes: list[Node], line: Line) -> None:
    known = [node.id for node in nodes]
    if node_id in known:
        raise LessonMistake(line.number, f"two layers are called {quoted(node_id)}")
    for source in inputs:
        if source not in known:
            raise LessonMistake(line.number, f"{quoted(source)} stands in no line above this one")


def named_network(name: Line, folder: Path) -> tuple[Project, tuple[str, ...]]:
    """The network of this name, and the preset that it is. `LessonMistake`."""
    if name.text.endswith(PROJECT_ENDING):
        if Path(name.text).name != name.text or "\\" in name.text:
            raise LessonMistake(
                name.number,
                f"{quoted(name.text)} is not beside the lesson: put the file into the same folder",
            )
        try:
            return read_project(folder / name.text), ()
        except EngineError as error:
            raise LessonMistake(name.number, str(error)) from None
    try:
        return _preset(name.text), (name.text,)
    except EngineError as error:
        raise LessonMistake(
            name.number, f"{error} Or name a project file beside the lesson: NAME{PROJECT_ENDING}."
        ) from None


@cache
def _preset(name: str) -> Project:
    project = presets.load(name).project
    return replace(project, image=project.image or "astronaut")
