"""A family of networks as torchvision names its layers."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from engine.analysis.analyze import analyze
from engine.model.network import Network

Rule = tuple[str, str | Callable[[re.Match[str]], str]]
"""A pattern of whole node ids, and the name: a template with `\\1`, or a function of the match."""


@dataclass(frozen=True, kw_only=True)
class Family:
    """Networks whose nodes are called alike here, and alike there."""

    signs: tuple[str, ...]
    """Ids of nodes that all of them have; others' networks are not asked for names."""
    naming: Callable[[Network], Mapping[str, str]]
    """Names by node id, of as many nodes as the family knows."""
    only_for_training: tuple[str, ...] = ()
    """First parts of names that torchvision's own weights have beside these: auxiliary classifiers."""

    def names(self, network: Network) -> Mapping[str, str]:
        """The names of nodes that the network has."""
        return {node_id: name for node_id, name in self.naming(network).items() if node_id in network}

    def knows(self, network: Network) -> bool:
        """Whether every layer with parameters has a name, and no two the same."""
        if not all(sign in network for sign in self.signs):
            return False
        names = self.names(network)
        reports = analyze(network).layers
        named = all(
            node_id in names
            for node_id, report in reports.items()
            if report.parameters + report.non_trainable
        )
        return named and _is_tree(list(names.values()))


def by_rules(rules: Sequence[Rule]) -> Callable[[Network], Mapping[str, str]]:
    """Names of all nodes whose ids a rule describes; the first rule counts."""
    patterns = [(re.compile(pattern), name) for pattern, name in rules]

    def naming(network: Network) -> Mapping[str, str]:
        names = {}
        for node_id in network.order:
            for pattern, name in patterns:
                match = pattern.fullmatch(node_id)
                if match:
                    names[node_id] = match.expand(name) if isinstance(name, str) else name(match)
                    break
        return names

    return naming


def numbered_in_order(network: Network, pattern: str) -> dict[str, int]:
    """A number for each part of ids that the pattern finds (its first group), in the network's order."""
    found: dict[str, int] = {}
    for node_id in network.order:
        match = re.fullmatch(pattern, node_id)
        if match:
            found.setdefault(match[1], len(found))
    return found


def _is_tree(names: Sequence[str]) -> bool:
    """Whether all names differ, and none is the beginning of another."""
    paths = {tuple(name.split(".")) for name in names}
    beginnings = {path[:end] for path in paths for end in range(1, len(path))}
    return len(paths) == len(names) and not paths & beginnings
