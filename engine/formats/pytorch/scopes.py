"""The tree of modules that paths describe, each with what goes in and out and the order of its parts.

A part can be called as one only if nothing leaves it and comes back; where that is not so, its own parts are
called from the scope around it, under their full names.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from engine.analysis.group_report import outer_inputs, outer_outputs
from engine.formats.pytorch.paths import Path
from engine.model.network import Network


@dataclass(frozen=True, kw_only=True)
class Scope:
    """A module with parts."""

    path: Path
    nodes: tuple[str, ...]
    """All nodes in it, in the network's order."""
    parts: Mapping[Path, "Scope | str"]
    """Inner modules, and the ids of nodes that stand right in it, in the order in which they are called. A
    key is the attribute, or several where a part of a module is called without it."""
    namespaces: tuple[Path, ...] = ()
    """Modules that only hold others, as keys of `parts` would name them."""
    inputs: tuple[str, ...] = ()
    """Nodes outside that it reads, each once."""
    outputs: tuple[str, ...] = ()
    """Its nodes that are read outside or by nobody."""

    def inner(self) -> Iterator["Scope"]:
        """All modules in it, the innermost first, then itself."""
        for part in self.parts.values():
            if isinstance(part, Scope):
                yield from part.inner()
        yield self


@dataclass
class _Branch:
    """The tree as it is built."""

    leaf: str = ""
    inner: dict[str, "_Branch"] = field(default_factory=dict)


def scope_tree(network: Network, paths: Mapping[str, Path]) -> Scope:
    """The whole network as a scope."""
    root = _Branch()
    for node_id, path in paths.items():
        branch = root
        for name in path:
            branch = branch.inner.setdefault(name, _Branch())
        branch.leaf = node_id
    return _scope(network, (), root)


def _scope(network: Network, path: Path, branch: _Branch) -> Scope:
    parts: dict[Path, Scope | str] = {
        (name,): _scope(network, (*path, name), inner) if inner.inner else inner.leaf
        for name, inner in branch.inner.items()
    }
    namespaces: list[Path] = []
    order, tangled = _order(network, parts)
    while tangled:
        for key in tangled:
            scope = parts.pop(key)
            assert isinstance(scope, Scope)
            namespaces += [key, *((*key, *namespace) for namespace in scope.namespaces)]
            parts |= {(*key, *inner): part for inner, part in scope.parts.items()}
        order, tangled = _order(network, parts)
    nodes = network.in_order([node_id for key in order for node_id in _nodes(parts[key])])
    return Scope(
        path=path,
        nodes=tuple(nodes),
        parts={key: parts[key] for key in order},
        namespaces=tuple(namespaces),
        inputs=outer_inputs(network, nodes),
        outputs=outer_outputs(network, nodes),
    )


def _order(network: Network, parts: Mapping[Path, Scope | str]) -> tuple[list[Path], list[Path]]:
    """The parts in an order in which they can be called, and those modules for which there is none."""
    home = {node_id: key for key, part in parts.items() for node_id in _nodes(part)}
    waits = {
        key: {
            home[source] for node_id in _nodes(part) for source in network[node_id].inputs if source in home
        }
        - {key}
        for key, part in parts.items()
    }
    first = {key: min(network.rank[node_id] for node_id in _nodes(part)) for key, part in parts.items()}
    order: list[Path] = []
    left = sorted(parts, key=lambda key: first[key])
    done: set[Path] = set()
    while left:
        ready = next((key for key in left if waits[key] <= done), None)
        if ready is None:
            return order, [key for key in left if isinstance(parts[key], Scope)]
        left.remove(ready)
        order.append(ready)
        done.add(ready)
    return order, []


def _nodes(part: Scope | str) -> Sequence[str]:
    return (part,) if isinstance(part, str) else part.nodes
