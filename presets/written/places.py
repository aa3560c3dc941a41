"""Names for layers of a network that a student builds: found by what they are and what they read from.

    squeeze: Conv2d kernel_size=1 after input
    expand: Conv2d kernel_size=5 after squeeze

A stray copy or another branch does not mislead: of all ways to give the names, the one that meets most goals
counts.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from engine.model.network import Network
from presets.finding import readers
from presets.lesson import NotFound, State
from presets.written.document import FencedBlock, LessonMistake
from presets.written.layer_line import LayerLine, layer_line

MOST: Final = 400
"""Ways to give the names that are looked at."""

OUTPUT: Final = "output"
"""Stands for the last layer that nobody reads, unless a layer has this id."""

Binding = Mapping[str, str]
"""Node ids by the place's name; those that were not found are missing."""


@dataclass(frozen=True)
class PlaceLine:
    """One name: a layer with these settings that reads from `source`, past activations and normalisations."""

    name: str
    wanted: LayerLine
    source: str
    """Another place's name, or a node's id; empty where the layer may stand anywhere."""


def place_lines(block: FencedBlock) -> Iterator[PlaceLine]:
    """The names of a `places` block. `LessonMistake`."""
    for line in block.filled_lines:
        name, colon, rest = line.text.partition(":")
        if not colon or not name.strip().isidentifier() or not rest.strip():
            raise LessonMistake(line.number, "a place is written “name: Kind setting=value … after OTHER”")
        what, _, source = rest.partition(" after ")
        yield PlaceLine(name.strip(), layer_line(what, line.number), source.strip())


class Places:
    """The names of a lesson, and where they stand in a network."""

    def __init__(self, lines: Sequence[PlaceLine]) -> None:
        self.lines = tuple(lines)
        self.names = tuple(line.name for line in lines)

    def bindings(self, network: Network) -> Iterator[Binding]:
        """All ways to give the names, those of the first layers in the order of computation first."""
        return islice(self._bindings(network, 0, {}), MOST)

    def _bindings(self, network: Network, index: int, found: dict[str, str]) -> Iterator[Binding]:
        if index == len(self.lines):
            yield dict(found)
            return
        line = self.lines[index]
        candidates = [one for one in self._near(network, line, found) if one not in found.values()]
        fitting = [one for one in candidates if not line.wanted.differences(network.nodes[one].layer)]
        for node_id in fitting:
            yield from self._bindings(network, index + 1, {**found, line.name: node_id})
        if not fitting:
            yield from self._bindings(network, index + 1, found)

    def _near(self, network: Network, line: PlaceLine, found: Binding) -> list[str]:
        """Layers of the kind that stand where the line says, whatever their settings."""
        known = network.order
        if line.source:
            try:
                source = located(line.source, network, found)
            except NotFound:
                return []
            near = set(readers(network, source))
            known = tuple(node_id for node_id in network.order if node_id in near)
        return [node_id for node_id in known if network.nodes[node_id].layer.kind == line.wanted.kind]

    def missing(self, name: str, network: Network, found: Binding) -> str:
        """Which layer would have this name, in words, and what is there instead."""
        line = next((line for line in self.lines if line.name == name), None)
        if line is None:
            return f"the layer *{name}*, which is gone"
        if line.source in self.names and line.source not in found:
            return self.missing(line.source, network, found)
        told = line.wanted.text + self._source_text(line.source, network)
        others = [one for one in self._near(network, line, found) if one not in found.values()]
        if not others:
            return told
        layer = network.nodes[others[0]].layer
        return f"{told} (*{layer.label}* is there, but its {' and '.join(line.wanted.differences(layer))})"

    def _source_text(self, source: str, network: Network) -> str:
        if not source:
            return ""
        for line in self.lines:
            if line.name == source:
                return f" after the *{line.wanted.label}*"
        if source not in network:
            return f" after *{source}*, which is gone"
        return f" that reads from {name_of(source, network)}"


def name_of(node_id: str, network: Network) -> str:
    """A layer as its card calls it: `*Conv 1×1 · 64*`, `the *Input*`."""
    node = network[node_id]
    return f"the *{node.label}*" if node.layer.is_input else f"*{node.label}*"


def located(name: str, network: Network, found: Binding) -> str:
    """The node that a name stands for. `NotFound`."""
    if name in found:
        return found[name]
    if name in network:
        return name
    if name == OUTPUT:
        ends = [one for one in network.order if not network.outputs_of[one] and network.nodes[one].inputs]
        if ends:
            return ends[-1]
    raise NotFound(name)


class Scene:
    """The places of a step in whatever network is at hand: the binding that meets most of its goals."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.goals: tuple[Callable[[State, Binding], bool], ...] = ()
        self._last: tuple[Network, Binding] | None = None

    def binding(self, state: State) -> Binding:
        """The best binding; of equals, the first."""
        network = state.project.network
        if self._last is None or self._last[0] is not network:
            self._last = network, self.best(state)
        return self._last[1]

    def best(self, state: State) -> Binding:
        """The same, looked for anew."""
        best: tuple[int, int, Binding] = (-1, -1, {})
        for found in self.places.bindings(state.project.network):
            met = sum(goal(state, found) for goal in self.goals)
            if (met, len(found)) > best[:2]:
                best = met, len(found), found
            if met == len(self.goals) and len(found) == len(self.places.lines):
                break
        return best[2]
