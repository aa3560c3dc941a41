"""CAM: exactly how a score is the mean of a map, where only global average pooling lies between."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from engine.attribution.cells import maps_and_gradient, of_cells
from engine.attribution.method import Check, Explanation, Method, NotDefined, Question, share
from engine.attribution.target import Target
from engine.attribution.values.known_parameters import known_parameters
from engine.layers import Layer
from engine.model.network import Network
from engine.shapes import elements, is_map

EXACT: Final = 1e-5
"""Mean and bias give the score to this, as a share of its largest term."""


class Cam(Method):
    """The class's weights, put on the maps before the global average: their mean and the bias are the
    score."""

    name = "cam"
    title = "CAM"
    rank = 4
    formula = "M = Σₖ wₖ Aₖ,   mean over places of M + b = S"
    source = "Zhou et al., Learning deep features for discriminative localization, CVPR 2016, section 2"
    shows = (
        "The score itself, before its places are averaged: a 1×1 convolution with the class's"
        " weights gives this map."
    )
    does_not_show = (
        "Which pixels it was: each cell sees its whole receptive field. It stands in the grid of the"
        " last maps and"
        " is defined where a global average and nothing that bends lies between them and the score."
    )
    at_layer = True

    def refuse(self, network: Network, target: Target, layer_id: str = "") -> None:
        self.layer_of(network, target)
        if target.scale == "softmax":
            raise NotDefined("CAM explains the score before the softmax; choose the logit")

    def layer_of(self, network: Network, target: Target) -> str:
        """The node whose maps are averaged; `NotDefined` names the node that is in the way."""
        current = target.node_id
        while True:
            node = network.nodes[current]
            if node.layer.averages and node.layer.whole_input:
                return node.inputs[0]
            if not _is_straight(node.layer):
                raise NotDefined(
                    f"CAM needs a global average and dense layers between the last maps and the score, and"
                    f" {node.label} ({current}) is in the way. Grad-CAM and HiResCAM work here."
                )
            current = node.inputs[0]

    def explain(self, question: Question) -> Iterator[Explanation]:
        network = question.network
        layer_id = self.layer_of(network, question.target)
        if not is_map(question.maps[layer_id].shape[1:]):
            raise NotDefined(f"CAM needs maps before the global average, and {layer_id} gives a vector")
        asked = Question(
            network=network,
            maps=question.maps,
            target=question.target,
            layer_id=layer_id,
            seed=question.seed,
            checkpoint=question.checkpoint,
        )
        maps, gradient = maps_and_gradient(asked)
        places = elements(maps.shape[1:])
        weighted = np.asarray(gradient * np.float32(places) * maps, np.float32)
        mean = float((gradient.astype(np.float64) * maps).sum())
        bias = self._bias(asked, maps.shape)
        gap = share(mean + bias - question.score, max(abs(mean), abs(bias), abs(question.score)))
        check = Check(
            text=f"mean {mean:.6g}, bias {bias:+.6g}: together {mean + bias:.6g} = the score"
            f" {question.score:.6g}",
            holds=gap < EXACT,
        )
        yield of_cells(self, asked, weighted, gradient, (check,), _story(network, layer_id))

    def _bias(self, question: Question, shape: tuple[int, ...]) -> float:
        """The score of maps that are 0 everywhere."""
        network, target = question.network, question.target
        way, current = [], target.node_id
        while current != question.layer_id:
            way.append(current)
            current = network.nodes[current].inputs[0]
        values = np.zeros((1, *shape), np.float32)
        for node_id in reversed(way):
            node = network.nodes[node_id]
            known = known_parameters(node, (values.shape[1:],), question.seed, question.checkpoint)
            values = node.layer.forward([values], known)
        return target.value(values)


def _story(network: Network, layer_id: str) -> str:
    """Where a 1×1 convolution makes one map a class, that is said."""
    node, bend = network.nodes[layer_id], ""
    if node.layer.rectifies:
        node, bend = network.nodes[node.inputs[0]], ", cut off at 0 by the ReLU"
    if _is_pointwise(node.layer):
        return (
            f"The class's map is the 1×1 convolution {node.id} of {node.inputs[0]}{bend};"
            " the score is its mean over all places."
        )
    return ""


def _is_straight(layer: Layer) -> bool:
    """Whether means of maps pass it as the maps do: dense layers, at one place or at each."""
    return layer.family == "dense" or layer.flattens or layer.passes_on or _is_pointwise(layer)


def _is_pointwise(layer: Layer) -> bool:
    return layer.role == "pointwise" and not layer.transposed


METHOD: Final = Cam()
