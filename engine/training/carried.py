"""What an edit leaves of learned weights: those that still fit stay, the others are drawn anew."""

from dataclasses import dataclass

from engine.errors import ShapeError
from engine.model.called import called
from engine.model.network import Network
from engine.shapes import Shape
from engine.weights import HE, misfit


@dataclass(frozen=True, eq=False, kw_only=True)
class Carried:
    """A network that can be trained on, and what became of its weights."""

    network: Network
    kept: tuple[str, ...]
    """Nodes whose learned weights still fit, in topological order."""
    drawn: tuple[str, ...]
    """Nodes whose weights have to be drawn anew: theirs no longer fit, or they had none."""

    @property
    def text(self) -> str:
        """For people: `kept: Conv 5×5 · 6, Linear · 84; drawn anew: Linear · 10`."""
        parts = [("kept", self.kept), ("drawn anew", self.drawn)]
        return "; ".join(
            f"{word}: {', '.join(called(self.network, nodes))}" for word, nodes in parts if nodes
        )


def carried(network: Network) -> Carried:
    """The network with drawn weights where its own do not fit (any more)."""
    shapes: dict[str, Shape] = {}
    kept: list[str] = []
    drawn: list[str] = []
    for node_id in network.order:
        node = network[node_id]
        inputs = tuple(shapes[source] for source in node.inputs if source in shapes)
        if len(inputs) < max(len(node.inputs), node.layer.min_inputs):
            continue
        try:
            shapes[node_id] = node.layer.output_shape(*inputs)
        except ShapeError:
            continue
        if not node.layer.param_shapes(*inputs):
            continue
        if misfit(node.weights, node.layer, inputs):
            network = network.set_weights(node_id, HE)
        learned = network[node_id].weights.is_learned(node.layer, inputs)
        (kept if learned else drawn).append(node_id)
    return Carried(network=network, kept=tuple(kept), drawn=tuple(drawn))
