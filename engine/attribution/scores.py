"""Where a network's class scores stand: found by structure, the softmax at the end taken off."""

from dataclasses import dataclass

from engine.analysis.analyze import Analysis
from engine.errors import NetworkError
from engine.layers import Layer
from engine.model.network import Network
from engine.shapes import Shape


@dataclass(frozen=True)
class ClassScores:
    """The scores before the softmax: (F,) or (C, H, W), of which each class has the mean of one map."""

    node_id: str
    shape: Shape
    softmax_id: str = ""
    """The softmax that makes shares of them; empty where there is none."""

    @property
    def classes(self) -> int:
        """How many classes there are."""
        return self.shape[0]


def class_scores(network: Network, analysis: Analysis) -> ClassScores:
    """Of the network's last output; `NetworkError` where nothing comes out that could be scores."""
    ends = [node_id for node_id in network.order if not network.outputs_of[node_id]]
    for end in reversed(ends):
        node = network.nodes[end]
        if analysis.layers[end].output_shape is None or not node.inputs:
            continue
        softmax, current = "", end
        while _makes_no_scores((node := network.nodes[current]).layer):
            if node.layer.family == "softmax":
                softmax = current
            below = analysis.layers[node.inputs[0]].output_shape
            keeps_classes = below is not None and below[0] == (analysis.layers[current].output_shape or ())[0]
            if node.layer.flattens and not keeps_classes:
                break
            current = node.inputs[0]
        shape = analysis.layers[current].output_shape
        if shape is not None and network.nodes[current].inputs:
            return ClassScores(current, shape, softmax)
    raise NetworkError("there are no class scores: nothing comes out of the network yet")


def _makes_no_scores(layer: Layer) -> bool:
    """Whether it only hands on the scores it reads, or makes shares of them."""
    return layer.passes_on or layer.flattens or layer.family == "softmax"
