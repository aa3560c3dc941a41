"""Guided backpropagation: the gradient with everything negative thrown away at every ReLU."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from engine.attribution.fields.gradients import leading_to
from engine.attribution.method import Check, Explanation, Method, NotDefined, Question
from engine.attribution.pixels import of_pixels, picture_gradient
from engine.attribution.target import Target
from engine.model.network import Network


class GuidedBackpropagation(Method):
    """The way back of the gradient, but through a ReLU only what is positive passes."""

    name = "guided-backpropagation"
    aliases = ("guided", "guided-backprop", "guidedbackprop")
    title = "Guided backpropagation"
    rank = 60
    formula = "R(in) = [x > 0] · max(R(out), 0) at every ReLU   (ReLU6: [0 < x < 6])"
    source = "Springenberg et al., Striving for simplicity, ICLR workshop 2015, section 3.4"
    shows = "Edges and textures of the photograph that lie below units that are on."
    does_not_show = (
        "Why this class: the picture hardly depends on the class or on the upper weights (Adebayo et"
        " al., NeurIPS"
        " 2018; Nie, Zhang & Patel, ICML 2018). It is the gradient of no function, so nothing adds up."
    )

    def refuse(self, network: Network, target: Target, layer_id: str = "") -> None:
        for node_id in network.in_order(leading_to(network, target.node_id)):
            layer = network.nodes[node_id].layer
            if layer.role == "activation" and not layer.rectifies and not layer.passes_on:
                raise NotDefined(
                    f"{self.title} is defined for ReLU and ReLU6 alone, and {node_id} is {layer.label}."
                    " The input gradient is defined for every network."
                )

    def explain(self, question: Question) -> Iterator[Explanation]:
        guided = picture_gradient(question, guided=True)
        plain = picture_gradient(question)
        norm = float(np.linalg.norm(guided) * np.linalg.norm(plain))
        alike = float((guided.astype(np.float64) * plain).sum()) / norm if norm else 0.0
        check = Check(
            text=f"nothing adds up here, by design; score {question.score:.4g}, cosine with the true"
            f" gradient {alike:.2f}"
        )
        yield of_pixels(self, question, guided, guided, (check,))


METHOD: Final = GuidedBackpropagation()
