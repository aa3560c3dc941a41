"""Where wires can end at a card, and which wires can be meant by one between two cards.

A node has one way out, and one way in for each of its inputs. A collapsed group has a way out for each of its
layers that is read outside or by nobody, and a way in for each thing it reads: several layers in it that read
the same one are one way in, and are wired together.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from engine.analysis.group_report import outer_outputs
from engine.errors import NetworkError
from engine.layout.collapsed_view import wires_behind
from engine.model.network import Edge, Network, Node
from engine.model.project import Project


@dataclass(frozen=True)
class InPort:
    """A way into a card: the nodes that read there, and what they read so far (empty: nothing)."""

    readers: tuple[str, ...]
    reads: str = ""


@dataclass(frozen=True)
class Connection:
    """A wire that can be drawn: from a node to a way in, taking the place of what is read there."""

    source: str
    port: InPort

    def made_in(self, project: Project) -> Project:
        """The project with the wire, or with one for each reader."""
        for reader in self.port.readers:
            project = project.connect(self.source, reader, replacing=self.port.reads or None)
        return project


def ways_out(network: Network, nodes: Collection[str]) -> tuple[str, ...]:
    """The nodes of a card that a wire can come from."""
    return outer_outputs(network, nodes)


def ways_in(network: Network, nodes: Collection[str]) -> tuple[InPort, ...]:
    """Where a wire into a card can end: what still lacks an input, else what is read from outside.

    A node that has room for more is offered by itself only: in a group that would be a guess.
    """
    order = network.in_order(nodes)
    takers = [network[node_id] for node_id in order if network[node_id].layer.max_inputs != 0]
    if len(order) == 1:
        node = network[order[0]]
        if is_full(node):
            return tuple(InPort((node.id,), source) for source in node.inputs)
        return (InPort((node.id,)),)
    lacking = [InPort((node.id,)) for node in takers if len(node.inputs) < node.layer.min_inputs]
    if lacking:
        return tuple(lacking)
    readers: dict[str, list[str]] = {}
    for node in takers:
        for source in node.inputs:
            if source not in nodes:
                readers.setdefault(source, []).append(node.id)
    if readers:
        return tuple(InPort(tuple(found), source) for source, found in readers.items())
    return tuple(InPort((node.id,)) for node in takers if not is_full(node))


def is_full(node: Node) -> bool:
    """Whether no further wire can lead into it without taking the place of another."""
    return node.layer.max_inputs is not None and len(node.inputs) >= node.layer.max_inputs


def ports_behind(project: Project, edge: Edge) -> dict[str, InPort]:
    """The ways in that a wire between two cards ends at, by the node each comes from."""
    found: dict[str, list[str]] = {}
    for source, reader in wires_behind(project.network, project.groups, edge):
        found.setdefault(source, []).append(reader)
    return {source: InPort(tuple(readers), source) for source, readers in found.items()}


def without_wires(project: Project, edge: Edge) -> Project:
    """Without the wires that one between two cards stands for."""
    for wire in wires_behind(project.network, project.groups, edge):
        project = project.disconnect(*wire)
    return project


class HeldPort:
    """The wires that can be drawn while one end is held: at ways out of a card, or at ways into one."""

    def __init__(
        self, project: Project, *, sources: Iterable[str] = (), ports: Iterable[InPort] = ()
    ) -> None:
        self._project = project
        self._sources = tuple(sources)
        self._ports = tuple(ports)
        self._above = {source: project.network.ancestors(source) | {source} for source in self._sources}
        held = {reader for port in self._ports for reader in port.readers}
        self._below = frozenset(held).union(*map(project.network.descendants, held))

    @classmethod
    def of_card(cls, project: Project, card: str, port: str) -> "HeldPort":
        """Held at the output side ("out") of a card, or at its input side ("in")."""
        nodes = nodes_of(project, card)
        if port == "out":
            return cls(project, sources=ways_out(project.network, nodes))
        return cls(project, ports=ways_in(project.network, nodes))

    def connections(self, card: str) -> tuple[Connection, ...]:
        """The wires that can be meant when the free end is put on this card; none where all are refused."""
        network, nodes = self._project.network, nodes_of(self._project, card)
        if self._sources:
            return tuple(
                Connection(source, port)
                for port in ways_in(network, nodes)
                for source in self._sources
                if self._above[source].isdisjoint(port.readers) and _is_new(network, source, port)
            )
        return tuple(
            Connection(source, port)
            for source in ways_out(network, nodes)
            for port in self._ports
            if source not in self._below and _is_new(network, source, port)
        )

    def refusal(self, card: str) -> str:
        """Why no wire can be drawn to this card, in one sentence; empty where one can."""
        if self.connections(card):
            return ""
        network, nodes = self._project.network, nodes_of(self._project, card)
        sources = self._sources or ways_out(network, nodes)
        ports = self._ports or ways_in(network, nodes) or (InPort(tuple(nodes)[:1]),)
        try:
            Connection(sources[0], ports[0]).made_in(self._project)
        except NetworkError as error:
            return str(error)
        return ""


def nodes_of(project: Project, card: str) -> tuple[str, ...]:
    """The nodes that a card stands for."""
    return project.groups.nodes(card) if card in project.groups else (card,)


def _is_new(network: Network, source: str, port: InPort) -> bool:
    return not any(
        source in network[reader].inputs or network[reader].layer.max_inputs == 0 for reader in port.readers
    )
