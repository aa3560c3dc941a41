"""Which layers of a network are surveyed, and what of each is measured: decided from the shapes alone."""

from collections.abc import Collection
from typing import Final

from engine.errors import NetworkError, quoted
from engine.layers.base.lowering import ConcatForm
from engine.model.network import Network
from engine.plan.output_shapes import output_shapes
from engine.shapes import Shape, is_map

WIDEST: Final = 2048
"""Channels beyond which the products of all pairs of channels are not kept."""
MOST_PRODUCTS: Final = 1 << 24
"""Products kept in all, 8 bytes each: the widest layers go without first."""
MOST_FEATURES: Final = 1 << 16
"""Numbers a photograph that CKA compares, over all layers."""
FINEST: Final = 4
"""Cells along each side of the grid over which CKA's features are means."""


class Surveyed:
    """The layers of one network, in topological order."""

    def __init__(self, network: Network, wanted: Collection[str] | None = None) -> None:
        """`wanted` are node ids, by default all that can be computed; `NetworkError` for others."""
        shapes = output_shapes(network)
        for node_id in wanted or ():
            if node_id not in network:
                raise NetworkError(f"there is no layer {quoted(node_id)}")
            if node_id not in shapes:
                raise NetworkError(
                    f"{quoted(node_id)} cannot be computed: it, or a layer above it, has a problem"
                )
        self.network = network
        self.layers = tuple(node for node in shapes if wanted is None or node in set(wanted))
        if not self.layers:
            raise NetworkError("there is no layer that can be computed")
        self.shapes: dict[str, Shape] = {node_id: shapes[node_id] for node_id in self.layers}
        self.joined = {node_id: sources for node_id in self.layers if (sources := self._parts_of(node_id))}
        """Layers that lay others' channels side by side: their statistics are those."""
        self.with_products = self._narrow_enough()
        self.blocks = {
            source: (node_id, start)
            for node_id in self.joined
            if node_id in self.with_products
            for source, start in self._starts(node_id)
        }
        """Layers whose products stand among those of one that joins them, and from which channel on."""
        self.grid = self._grid()

    def cells(self, node_id: str) -> tuple[int, int]:
        """Rows and columns of the grid over a layer's maps."""
        shape = self.shapes[node_id]
        return (min(self.grid, shape[1]), min(self.grid, shape[2])) if is_map(shape) else (1, 1)

    def _parts_of(self, node_id: str) -> tuple[str, ...]:
        node = self.network.nodes[node_id]
        known = self.shapes
        if not all(source in known for source in node.inputs) or len(set(node.inputs)) < len(node.inputs):
            return ()
        shapes = [known[source] for source in node.inputs]
        is_join = len(shapes) > 1 and isinstance(node.layer.lowering(*shapes), ConcatForm)
        fits = sum(shape[0] for shape in shapes) == known[node_id][0] and all(
            shape[1:] == known[node_id][1:] for shape in shapes
        )
        return node.inputs if is_join and fits else ()

    def _starts(self, node_id: str) -> list[tuple[str, int]]:
        found, start = [], 0
        for source in self.joined[node_id]:
            found.append((source, start))
            start += self.shapes[source][0]
        return found

    def _narrow_enough(self) -> frozenset[str]:
        left, found = MOST_PRODUCTS, set()
        order = {node_id: index for index, node_id in enumerate(self.layers)}
        for node_id in sorted(self.layers, key=lambda one: (self.shapes[one][0], order[one])):
            channels = self.shapes[node_id][0]
            left -= channels * (channels + 1) // 2
            if channels > WIDEST or left < 0:
                break
            found.add(node_id)
        return frozenset(found)

    def _grid(self) -> int:
        channels = sum(shape[0] for shape in self.shapes.values())
        return next((side for side in (FINEST, 2) if channels * side * side <= MOST_FEATURES * 4), 1)
