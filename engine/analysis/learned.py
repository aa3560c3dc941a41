"""Which layers of a network have learned what they do, and which only have drawn or given numbers."""

from dataclasses import dataclass

from engine.model.network import Network
from engine.plan.output_shapes import output_shapes
from engine.weights.given import TRAINED_HERE


@dataclass(frozen=True, kw_only=True)
class Learned:
    """Ids of the nodes with parameters that can be computed, in topological order."""

    learned: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def state(self) -> str:
        """`trained`, `partly trained` or `untrained`; `trained` too where there is nothing to learn."""
        if not self.others:
            return "trained"
        return "partly trained" if self.learned else "untrained"

    @property
    def caveat(self) -> str:
        """What has to be said beside the network's answers, for people; empty for a trained network."""
        if not self.others:
            return ""
        if not self.learned:
            return "untrained: the weights are random, and so is the answer"
        count, all_of_them = len(self.others), len(self.others) + len(self.learned)
        return f"partly trained: {count} of {all_of_them} layers have not learned, so the answer means little"


def training_text(network: Network) -> str:
    """`trained on ImageNet`, `trained here, 5 epochs of …`, `partly trained`, `untrained`; empty for a
    network without parameters. Of layers trained together, some of them before, too, it is what these say."""
    found = learned_layers(network)
    if not found.learned:
        return "untrained" if found.others else ""
    if found.others:
        return found.state
    told = {network.nodes[node_id].weights.learned_how for node_id in found.learned}
    whole = max(told, key=len)
    return whole if whole and all(_is_end(one, whole) for one in told) else "trained"


def _is_end(told: str, whole: str) -> bool:
    """Whether what was `told`, `trained here, 5 epochs …`, is the last of the stages that `whole` tells."""
    return told == whole or whole.endswith(f", then {told.removeprefix(f'{TRAINED_HERE}, ')}")


def learned_layers(network: Network) -> Learned:
    """Which layers have learned what they do, as `Weights.is_learned` says."""
    shapes = output_shapes(network)
    found: dict[bool, list[str]] = {True: [], False: []}
    for node_id in shapes:
        node = network.nodes[node_id]
        inputs = tuple(shapes[source] for source in node.inputs)
        if node.layer.param_shapes(*inputs):
            found[node.weights.is_learned(node.layer, inputs)].append(node_id)
    return Learned(learned=tuple(found[True]), others=tuple(found[False]))
