"""Other ways to a task's network than the lesson's own: a student who goes one of them has done the task."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from engine.analysis.analyze import analyze
from engine.errors import EngineError
from engine.layers.rectifiers import ReLU
from engine.model.network import Network
from engine.model.project import COLUMN, Project
from presets.checks.spoilers import REFUSALS, SPOILERS
from presets.lesson import Maps, NotFound, Task

BELOW: Final = 400.0
"""How far below its place a copy is dropped."""

HARMLESS: Final = ("everything renamed", "stray copies", "another photograph")
"""What a student may have done before: *Show me* goes on from there, in the student's own network."""


def other_ways(task: Task, before: Project, after: Project) -> Iterator[tuple[str, Project]]:
    """(the way, the project it leads to), each that can be gone from the project before to the one after."""
    for name, way in WAYS.items():
        try:
            yield name, way(before, after)
        except (NotFound, EngineError):
            continue  # this task leaves nothing to do so
    if task.slow:
        return  # its solution computes
    for name in HARMLESS:
        try:
            spoiled = SPOILERS[name](before)
        except (NotFound, EngineError):
            continue
        if spoiled is not before:
            yield f"{name}, then shown", task.solution(spoiled)


def refused(
    task: Task, before: Project, after: Project, maps_of: Callable[[Project], Maps] | None = None
) -> Iterator[str]:
    """The ways that are not accepted, each with what the task says is missing. A task that measures maps is
    asked only where there is somebody who computes them."""
    if task.needs_maps and maps_of is None:
        return
    try:
        for name, project in other_ways(task, before, after):
            analysis = analyze(project.network)
            maps = maps_of(project) if task.needs_maps and maps_of is not None else {}
            if not task.done(project, analysis, maps):
                missing = () if task.missing is None else task.missing(project, analysis)
                yield f"{name}: {'; '.join(missing) or 'not taken for done'}"
    except REFUSALS as error:
        yield f"the solution does not work in a student's network: {error}"


def _named(_before: Project, after: Project) -> Project:
    return SPOILERS["everything renamed"](after)


def _in_another_order(before: Project, after: Project) -> Project:
    """All cards first, the last one first, and then the wires: other ids, another order of computation."""
    made, ids = before.remove(*(one for one in before.network.order if one not in after.network)), {}
    for node_id in made.network.order:
        for source in made.network[node_id].inputs:
            made = made.disconnect(source, node_id)
    for node_id in reversed(after.network.order):
        node = after.network[node_id]
        if node_id in before.network:
            ids[node_id] = node_id
            made = made.replace_layer(node_id, node.layer)
        else:
            ids[node_id] = made.network.new_id(node.layer.kind)
            made = made.add(node.layer, after.position(node_id))
    for source, target in after.network.edges:
        made = made.connect(ids[source], ids[target])
    return _weighted(made, {ids[one]: one for one in ids}, after.network)


def _weighted(made: Project, originals: Mapping[str, str], network: Network) -> Project:
    for node_id, original in originals.items():
        weights = made.network.set_weights(node_id, network[original].weights)
        made = made.with_network(weights)
    return made


def _touched(before: Project, after: Project) -> str:
    """The last node that the task adds, or changes."""
    for node_id in reversed(after.network.order):
        node = after.network[node_id]
        was = before.network.nodes.get(node_id)
        if node.inputs and (was is None or (was.layer, was.weights) != (node.layer, node.weights)):
            return node_id
    raise NotFound("a layer that the task adds or changes")


def _copy_in_its_place(before: Project, after: Project) -> Project:
    """Ctrl+D, wired like the original, which goes: the same layer under another id."""
    original = _touched(before, after)
    node, at = after.network[original], after.position(original)
    made, (copy,) = after.paste([replace(node, inputs=())], {original: (at[0], at[1] + BELOW)})
    for source in node.inputs:
        made = made.connect(source, copy)
    for reader in after.network.outputs_of[original]:
        made = made.connect(copy, reader, replacing=original)
    return made.remove(original)


def _copies_left(_before: Project, after: Project) -> Project:
    return SPOILERS["stray copies"](after)


def _grouped(_before: Project, after: Project) -> Project:
    """All but the first layer as one card."""
    inner = [node_id for node_id in after.network.order if after.network[node_id].inputs]
    if len(inner) < 2:
        raise NotFound("two layers to group")
    return after.group(inner, "Mine")


def _rectified(_before: Project, after: Project) -> Project:
    """One ReLU more, after each end: it changes no shape, and what a layer sees as little."""
    made = after
    for node_id in after.network.order:
        if not after.network.outputs_of[node_id] and after.network[node_id].inputs:
            x, y = after.position(node_id)
            made = made.add(ReLU(), (x + COLUMN, y), after=node_id)
    if made is after:
        raise NotFound("an end")
    return made


WAYS: Final[Mapping[str, Callable[[Project, Project], Project]]] = {
    "everything renamed": _named,
    "built in another order": _in_another_order,
    "a copy in its place": _copy_in_its_place,
    "copies left lying about": _copies_left,
    "grouped": _grouped,
    "a ReLU more": _rectified,
}
