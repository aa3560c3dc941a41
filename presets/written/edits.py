"""How a lesson's own solution changes the network, a line each:

add squeeze: Conv2d out_channels=16 kernel_size=1 after input
add pool: MaxPool2d after conv5 below        (in a new line of cards)
insert squeeze: Conv2d out_channels=16 kernel_size=1 before conv2
set conv1: stride=2
remove pool
connect a to b        disconnect a from b
convert dense1        (Linear layers as convolutions)
photograph coins
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from assets import sample_photographs
from engine.edits.dense_layers import as_convolutions
from engine.errors import EngineError, quoted
from engine.layout.layout import lay_out
from engine.model.project import Project
from presets.editing import append
from presets.lesson import NotFound
from presets.written.document import LessonMistake, Line, meant
from presets.written.layer_line import layer_line, settings_of
from presets.written.places import located

Find = Callable[[Project], dict[str, str]]
"""Where the lesson's places stand in a project."""


@dataclass(frozen=True)
class Edit:
    """One line, read: what it makes of a project in which these names are known. It adds names to them."""

    line: int
    text: str
    make: Callable[[Project, dict[str, str]], Project]


def made(edits: Sequence[Edit], project: Project, find: Find) -> Project:
    """The project with all edits done. `NotFound` or an `EngineError` where it is too different."""
    names: dict[str, str] = {}
    for edit in edits:
        # A name that an edit gave stays with that layer; the others are looked up as things stand now.
        project = edit.make(project, given := {**find(project), **names})
        names |= {name: node_id for name, node_id in given.items() if name in _named(edit.text)}
    return project


def _named(text: str) -> tuple[str, ...]:
    match = _ADDING.fullmatch(text)
    return (match[2],) if match is not None else ()


_ADDING: Final = re.compile(r"(add|insert)\s+(\w+)\s*:\s*(.+?)\s+(after|before)\s+(\S+)(\s+below)?")
FORMS: Final = {
    "add": "add NAME: Kind setting=value after LAYER",
    "insert": "insert NAME: Kind setting=value before LAYER",
    "set": "set LAYER: setting=value",
    "remove": "remove LAYER",
    "connect": "connect LAYER to LAYER",
    "disconnect": "disconnect LAYER from LAYER",
    "convert": "convert LAYER",
    "photograph": "photograph NAME",
}


def read_edit(line: Line) -> Edit:
    """The edit in a line. `LessonMistake`."""
    word = line.text.split()[0] if line.text.split() else ""
    if word not in FORMS:
        raise LessonMistake(line.number, f"unknown edit {quoted(word)}. {meant(word, tuple(FORMS))}")
    make = _READERS[word](line)
    if make is None:
        raise LessonMistake(line.number, f"{quoted(line.text)} is not written as “{FORMS[word]}”")
    return Edit(line.number, line.text, make)


Make = Callable[[Project, dict[str, str]], Project]


def _adding(line: Line) -> Make | None:
    match = _ADDING.fullmatch(line.text)
    if match is None or (match[1] == "add") != (match[4] == "after") or (match[6] and match[1] != "add"):
        return None
    below = bool(match[6])
    layer = layer_line(match[3], line.number).made(line.number)

    def make(project: Project, names: dict[str, str]) -> Project:
        place = located(match[5], project.network, names)
        if match[1] == "add":
            row = 0 if below else len(project.network.outputs_of[place])
            after = append(project, layer, after=place, row=row, below=below)
        else:
            sources = project.network[place].inputs
            if not sources:
                raise NotFound(f"a wire into {place}")
            after = project.insert_on_edge(layer, (sources[0], place), project.position(place))
            after = replace(after, positions=lay_out(after.network))
        names[match[2]] = next(one for one in after.network.order if one not in project.network)
        return after

    return make


def _setting(line: Line) -> Make | None:
    match = re.fullmatch(r"set\s+(\S+?)\s*:\s*(.+)", line.text)
    if match is None:
        return None
    words = match[2].split()

    def make(project: Project, names: dict[str, str]) -> Project:
        place = located(match[1], project.network, names)
        layer = project.network[place].layer
        return project.replace_layer(place, layer.replace(**settings_of(layer.kind, words, line.number)))

    return make


def _removing(line: Line) -> Make | None:
    match = re.fullmatch(r"remove\s+(\S+)", line.text)
    if match is None:
        return None
    return lambda project, names: project.remove(located(match[1], project.network, names))


def _wiring(line: Line) -> Make | None:
    match = re.fullmatch(r"(connect)\s+(\S+)\s+to\s+(\S+)|(disconnect)\s+(\S+)\s+from\s+(\S+)", line.text)
    if match is None:
        return None
    source, target = match[2] or match[5], match[3] or match[6]

    def make(project: Project, names: dict[str, str]) -> Project:
        ends = located(source, project.network, names), located(target, project.network, names)
        return project.connect(*ends) if match[1] else project.disconnect(*ends)

    return make


def _converting(line: Line) -> Make | None:
    match = re.fullmatch(r"convert\s+(\S+)", line.text)
    if match is None:
        return None

    def make(project: Project, names: dict[str, str]) -> Project:
        place = located(match[1], project.network, names)
        return project.with_network(as_convolutions(project.network, place).network)

    return make


def _photograph(line: Line) -> Make | None:
    match = re.fullmatch(r"photograph\s+(\S+)", line.text)
    if match is None:
        return None
    photograph(match[1], line.number)
    return lambda project, names: replace(project, image=match[1])


def photograph(name: str, line: int) -> str:
    """The name of a photograph that comes with the program. `LessonMistake`."""
    known = sample_photographs()
    if name not in known:
        raise LessonMistake(line, f"no photograph is called {quoted(name)}. {meant(name, tuple(known))}")
    return name


_READERS: Final[dict[str, Callable[[Line], Make | None]]] = {
    "add": _adding,
    "insert": _adding,
    "set": _setting,
    "remove": _removing,
    "connect": _wiring,
    "disconnect": _wiring,
    "convert": _converting,
    "photograph": _photograph,
}

REFUSALS: Final = (NotFound, EngineError, KeyError)
"""What an edit raises in a network that is too different."""
