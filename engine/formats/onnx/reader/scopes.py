"""Groups after the names of operators: `/layer1/layer1.0/conv1/Conv` lies in layer1.0, and that in layer1."""

import ast
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from engine.formats.onnx.operators import LAYER_HINT
from engine.formats.onnx.reader.file.graph import Operator
from engine.model.grouping import Group, Grouping
from engine.model.network import Network

FOLDED_FROM: Final = 60
"""Networks of more layers open with their groups folded."""
MAX_DEPTH: Final = 12
_TORCH_SCOPES: Final = "pkg.torch.onnx.name_scopes"
"""Where PyTorch's exporter writes the modules around an operator."""

Path = tuple[str, ...]


def scope(operator: Operator | None) -> Path:
    """The names of the modules around an operator, from the outside in; none where nothing is said."""
    if operator is None:
        return ()
    listed = operator.hints.get(_TORCH_SCOPES)
    if listed:
        try:
            names = ast.literal_eval(listed)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            names = None
        if isinstance(names, list) and all(isinstance(name, str) for name in names):
            return tuple(name for name in names[:-1] if name)[:MAX_DEPTH]
    if LAYER_HINT in operator.hints and operator.outputs:
        # A file of this program: the scope, and behind it the node's id, which may have strokes of its own.
        name = operator.name.removesuffix(operator.outputs[0])
        return tuple(part for part in name.split("/") if part)[:MAX_DEPTH]
    parts = [part for part in operator.name.split("/") if part]
    return tuple(parts[:-1])[:MAX_DEPTH]


def grouped(network: Network, scopes: Mapping[str, Path], taken: Iterable[str]) -> Grouping:
    """The scopes of the nodes as groups: those of several nodes, and no group that holds all of them.

    A scope that the network leaves and comes back to (a module that is called several times) is no group:
    drawn as one card, wires would run in a circle.
    """
    members: dict[Path, list[str]] = {}
    for node_id in network.order:
        path = scopes.get(node_id, ())
        for depth in range(1, len(path) + 1):
            members.setdefault(path[:depth], []).append(node_id)
    kept = {path for path, nodes in members.items() if 1 < len(nodes) < len(network)}
    # A scope that holds nothing but another one says nothing.
    kept -= {path for path in kept if any(_same(path, other, members) for other in kept)}
    kept = _sound(network, kept, scopes)
    ids = _ids(sorted(kept, key=lambda path: (len(path), path)), {*taken, *network.nodes})
    home = {node_id: _home(path, kept) for node_id, path in scopes.items()}
    groups = []
    for path in ids:
        own = tuple(node_id for node_id in members[path] if home.get(node_id) == path)
        parent = _home(path[:-1], kept)
        groups.append(
            Group(
                id=ids[path], title=path[-1][:80], members=own, parent=ids[parent] if parent else "",
                collapsed=len(network) > FOLDED_FROM,
            )
        )  # fmt: skip
    return Grouping(groups)


def _same(path: Path, other: Path, members: Mapping[Path, list[str]]) -> bool:
    return len(other) > len(path) and other[: len(path)] == path and len(members[path]) == len(members[other])


def _home(path: Path, kept: "set[Path]") -> Path:
    """The innermost group that a path lies in."""
    while path and path not in kept:
        path = path[:-1]
    return path


def _ids(paths: Sequence[Path], taken: set[str]) -> dict[Path, str]:
    made: dict[Path, str] = {}
    for path in paths:
        base = "/".join(path)[:200] + "/"
        name, number = base, 2
        while name in taken:
            name, number = f"{base}{number}", number + 1
        taken.add(name)
        made[path] = name
    return made


def _sound(network: Network, kept: "set[Path]", scopes: Mapping[str, Path]) -> "set[Path]":
    """Without the groups through which wires would run in a circle, on any level."""
    kept = set(kept)
    while True:
        chains = {node_id: _chain(scopes.get(node_id, ()), kept) for node_id in network.order}
        stuck = _stuck(network, chains)
        if not stuck:
            return kept
        kept -= stuck


def _chain(path: Path, kept: "set[Path]") -> tuple[Path, ...]:
    """The groups around a node, from the outside in."""
    return tuple(path[:depth] for depth in range(1, len(path) + 1) if path[:depth] in kept)


def _stuck(network: Network, chains: Mapping[str, tuple[Path, ...]]) -> "set[Path]":
    """Groups on circles: on each level, what a wire joins is what two nodes do not share."""
    levels: dict[Path, dict[object, set[object]]] = {}
    for source, target in network.edges:
        first, second = chains[source], chains[target]
        shared = 0
        while shared < min(len(first), len(second)) and first[shared] == second[shared]:
            shared += 1
        level = first[shared - 1] if shared else ()
        start = first[shared] if shared < len(first) else source
        end = second[shared] if shared < len(second) else target
        links = levels.setdefault(level, {})
        links.setdefault(start, set()).add(end)
        links.setdefault(end, set())
    return {item for links in levels.values() for item in _circling(links) if isinstance(item, tuple)}


def _circling(links: Mapping[object, set[object]]) -> set[object]:
    """What is left when all that nothing comes before, and then all that nothing comes after, is gone."""
    backward: dict[object, set[object]] = {item: set() for item in links}
    for item, ends in links.items():
        for end in ends:
            backward[end].add(item)
    left = set(links)
    for forward, back in ((links, backward), (backward, links)):
        count = {item: len(back[item] & left) for item in left}
        ready = [item for item in left if not count[item]]
        while ready:
            item = ready.pop()
            left.discard(item)
            for end in forward[item]:
                if end in left:
                    count[end] -= 1
                    if not count[end]:
                        ready.append(end)
    return left
