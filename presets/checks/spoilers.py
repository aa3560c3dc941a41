"""What a student may make of a lesson's network beside its path; a lesson has to live with all of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from engine.analysis.analyze import analyze
from engine.errors import EngineError
from engine.layers import Layer, layer_kinds
from engine.model.network import Network, Node
from engine.model.project import Project
from presets.lesson import NotFound, State, Step, numbers

REFUSALS: Final = (NotFound, EngineError, KeyError)
"""What a solution may raise in a network that is too different: the lesson's own is brought instead."""


def spoiled(project: Project) -> Iterator[tuple[str, Project]]:
    """(what was done, the project after it), each from the same project."""
    for name, spoil in SPOILERS.items():
        try:
            yield name, spoil(project)
        except (NotFound, EngineError):
            continue  # it cannot be done to this network


def faults(step: Step, project: Project) -> list[str]:
    """Exceptions that nobody expects when a step reads this project, or is asked to solve it."""
    found = []
    analysis = analyze(project.network)
    state = State(project, analysis)
    task = step.task

    def tried(what: str, call: Callable[[], object], *allowed: type[Exception]) -> None:
        try:
            call()
        except allowed:
            pass
        except Exception as error:
            found.append(f"{what}: {type(error).__name__}: {error}")

    tried("numbers", lambda: numbers(step, state))
    if task is not None:
        tried("done", lambda: task.done(project, analysis, {}))
        missing = task.missing
        if missing is not None:
            tried("missing", lambda: missing(project, analysis))
        if not task.slow:
            tried("solution", lambda: task.solution(project), *REFUSALS)
    return found


def _last(project: Project) -> str:
    """The last node that reads from another."""
    for node_id in reversed(project.network.order):
        if project.network.nodes[node_id].inputs:
            return node_id
    raise NotFound("a layer")


def _inputs(project: Project) -> list[str]:
    return [node_id for node_id in project.network.order if project.network.nodes[node_id].layer.is_input]


def _convolutions(project: Project) -> list[str]:
    nodes = project.network.nodes
    return [node_id for node_id in project.network.order if nodes[node_id].layer.is_convolution]


def _stray_copies(project: Project) -> Project:
    """Ctrl+D on every convolution: copies that nothing is wired to."""
    for node_id in _convolutions(project):
        project = project.add(project.network[node_id].layer, (0.0, 900.0))
    return project


def _wired_copy(project: Project) -> Project:
    """The first convolution once more, from the same source: computed before what follows."""
    first = next(iter(_convolutions(project)), _last(project))
    node = project.network[first]
    return project.add(node.layer, (0.0, 900.0), after=node.inputs[0] if node.inputs else None)


def _second_output(project: Project) -> Project:
    return project.add(_made("Conv2d"), (0.0, 900.0), after=next(iter(project.network.order), None))


def _made(kind: str) -> Layer:
    return layer_kinds()[kind]()


def _half_wired(project: Project) -> Project:
    node_id = _last(project)
    return project.disconnect(project.network[node_id].inputs[0], node_id)


def _wrong_order(project: Project) -> Project:
    """The first two convolutions with their settings exchanged."""
    nodes = project.network.nodes
    one, other, *_ = (*_convolutions(project), _last(project), _last(project))
    after = project.replace_layer(one, nodes[other].layer)
    return after.replace_layer(other, nodes[one].layer)


def _first_removed(project: Project) -> Project:
    return project.remove(next(iter(_convolutions(project)), _last(project)))


def _grey_input(project: Project) -> Project:
    for node_id in _inputs(project):
        project = project.replace_layer(node_id, project.network[node_id].layer.replace(shape=(1, 8, 8)))
    return project


def _named(project: Project) -> Project:
    for node_id in project.network.order:
        project = project.rename(node_id, f"My {node_id}")
    return project


def _stranger(project: Project) -> Project:
    """Another network altogether, under the same ids where there are some."""
    first, second = (
        Node(id="input", layer=_made("Input")),
        Node(id="conv1", layer=_made("Linear"), inputs=("input",)),
    )
    return replace(project, network=Network([first, second]), positions={})


SPOILERS: Final[Mapping[str, Callable[[Project], Project]]] = {
    "nothing": lambda project: project,
    "stray copies": _stray_copies,
    "a wired copy": _wired_copy,
    "the Input deleted": lambda project: project.remove(*_inputs(project)),
    "the canvas emptied": lambda project: project.remove(*project.network.order),
    "a second output": _second_output,
    "everything renamed": _named,
    "the last layer removed": lambda project: project.remove(_last(project)),
    "the first convolution removed": _first_removed,
    "another photograph": lambda project: replace(project, image="coffee"),
    "half wired": _half_wired,
    "the wrong order": _wrong_order,
    "a grey input": _grey_input,
    "another network": _stranger,
}
