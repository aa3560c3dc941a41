"""What nodes are called where several are told of: as on their cards, told apart where cards say the same."""

from collections import Counter
from collections.abc import Iterable

from engine.model.network import Network


def called(network: Network, node_ids: Iterable[str]) -> list[str]:
    """`Conv 5×5 · 6`; `Conv 3×3 · 64 (conv2)` where another node has that label, too."""
    labels = Counter(node.label for node in network.nodes.values())
    names = ((network[node_id].label, node_id) for node_id in node_ids)
    return [label if labels[label] == 1 else f"{label} ({node_id})" for label, node_id in names]
