"""What wires are called where it has to be asked which one is meant."""

from collections import Counter
from collections.abc import Iterable, Sequence

from engine.analysis.analyze import Analysis
from engine.edits.card_ports import Connection, InPort
from engine.model.network import Network
from engine.shapes import shape_text


def output_words(analysis: Analysis, node_ids: Iterable[str]) -> dict[str, str]:
    """Nodes by their captions and what comes out of them, with the id where that is not enough."""
    shapes = {node_id: analysis.layers[node_id].output_shape for node_id in node_ids}
    words = {
        node_id: analysis.network[node_id].label + ("" if shape is None else f" ({shape_text(shape)})")
        for node_id, shape in shapes.items()
    }
    return _told_apart(words)


def port_words(network: Network, ports: Sequence[InPort]) -> list[str]:
    """Ways into a card: whose they are, and what is read there so far."""
    readers = {port.readers[0]: network[port.readers[0]].label for port in ports}
    named = _told_apart(readers)
    read = _told_apart({port.reads: network[port.reads].label for port in ports if port.reads})
    return [
        f"Into {named[port.readers[0]]}" + (f", in the place of {read[port.reads]}" if port.reads else "")
        for port in ports
    ]


def connection_words(analysis: Analysis, connections: Sequence[Connection]) -> list[str]:
    """Wires by the ends that differ."""
    sources = output_words(analysis, dict.fromkeys(one.source for one in connections))
    ports = port_words(analysis.network, [one.port for one in connections])
    if len(sources) == 1:
        return ports
    into = len({one.port for one in connections}) > 1
    return [
        f"From {sources[one.source]}" + (f" {words[0].lower()}{words[1:]}" if into else "")
        for one, words in zip(connections, ports, strict=True)
    ]


def replaced_words(network: Network, port: InPort) -> str:
    """That a wire into this port takes the place of another; empty where it does not."""
    if not port.reads:
        return ""
    first, *more = (network[reader].label for reader in port.readers)
    readers = f"{first} and {len(more)} more" if more else first
    return f"Takes the place of {network[port.reads].label} as input of {readers}"


def _told_apart(words: dict[str, str]) -> dict[str, str]:
    count = Counter(words.values())
    return {node_id: text if count[text] == 1 else f"{text} {node_id}" for node_id, text in words.items()}
