"""Finds layers in a network that a user goes on building, under whatever ids."""

from collections.abc import Callable
from typing import Final

from engine.analysis.analyze import Analysis
from engine.layers.convolution import Conv2d
from engine.model.network import Network
from engine.shapes import Shape
from presets.lesson import NotFound

Find = Callable[[Network], str]
Place = str | Find
"""A node's id, or a function that finds it; `NotFound`."""

PASSING: Final = ("activation", "normalization")
"""Roles that change neither shape nor what is seen: a stack with them is the same stack."""


def located(place: Place, network: Network) -> str:
    """The id that a place stands for."""
    found = place if isinstance(place, str) else place(network)
    if found not in network:
        raise NotFound(found)
    return found


def exists(place: Place, network: Network) -> bool:
    """Whether there is such a layer."""
    try:
        return bool(located(place, network))
    except NotFound:
        return False


def main_chain(network: Network) -> tuple[str, ...]:
    """What leads from an Input to the deepest layer that nobody reads, in the order of computation.

    Copies that lie about, and shorter branches beside it, are not part of it.
    """
    nodes = network.nodes
    deepest: frozenset[str] = frozenset()
    for node_id in network.order:
        if not network.outputs_of[node_id]:
            above = network.ancestors(node_id) | {node_id}
            if len(above) > len(deepest) and any(nodes[one].layer.is_input for one in above):
                deepest = above
    return tuple(node_id for node_id in network.order if node_id in deepest)


def nth(number: int, *kinds: str) -> Find:
    """The n-th layer of these kinds on the main chain, counted from 1."""

    def find(network: Network) -> str:
        found = [node_id for node_id in main_chain(network) if network.nodes[node_id].layer.kind in kinds]
        if len(found) < number:
            raise NotFound(f"{kinds[0]} number {number}")
        return found[number - 1]

    return find


def last(*kinds: str) -> Find:
    """The last layer of these kinds on the main chain."""

    def find(network: Network) -> str:
        found = [node_id for node_id in main_chain(network) if network.nodes[node_id].layer.kind in kinds]
        if not found:
            raise NotFound(kinds[0])
        return found[-1]

    return find


def behind(source: Place, *kinds: str) -> Find:
    """The first layer of these kinds that reads from there, past activations and normalisations."""

    def find(network: Network) -> str:
        for reader in readers(network, located(source, network)):
            if network.nodes[reader].layer.kind in kinds:
                return reader
        raise NotFound(f"{kinds[0]} behind {source}")

    return find


def conv(source: Place, kernel_size: int, out_channels: int | None = None) -> Find:
    """The first convolution of this kernel (and so many channels) that reads from there."""

    def find(network: Network) -> str:
        for reader in readers(network, located(source, network)):
            layer = network.nodes[reader].layer
            if not isinstance(layer, Conv2d) or layer.kernel_size != (kernel_size, kernel_size):
                continue
            if out_channels is None or layer.out_channels == out_channels:
                return reader
        raise NotFound(f"a {kernel_size}×{kernel_size} behind {source}")

    return find


def stack(analysis: Analysis) -> list[tuple[str, Shape | None]]:
    """(label, output shape) of the main chain's layers behind the Input, as long as it does not fork.

    Activations and normalisations are left out.
    """
    network = analysis.network
    chain = main_chain(network)
    made: list[tuple[str, Shape | None]] = []
    for node_id in chain:
        layer = network.nodes[node_id].layer
        if layer.role not in PASSING and not layer.is_input:
            made.append((layer.label, analysis.layers[node_id].output_shape))
        if sum(reader in chain for reader in network.outputs_of[node_id]) > 1:
            break
    return made


def readers(network: Network, source: str) -> list[str]:
    """What reads from a node, directly or past activations and normalisations."""
    found: list[str] = []
    for output in network.outputs_of[source]:
        found.append(output)
        if network.nodes[output].layer.role in PASSING:
            found += readers(network, output)
    return found
