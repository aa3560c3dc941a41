"""Grad-CAM++: as Grad-CAM, but places that raise the score weigh more than the rest of their map."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from engine.attribution.cells import maps_and_gradient, of_cells, refuse_layer
from engine.attribution.method import Explanation, Method, NotDefined, Question
from engine.attribution.methods.grad_cam import averaging, shape_of
from engine.attribution.target import Target
from engine.model.network import Network


class GradCamPlusPlus(Method):
    """Weights from the powers of the gradient, as for exp(score), whose derivatives are powers of the
    score's."""

    name = "gradcam++"
    aliases = ("grad-cam++", "gradcam-plus-plus", "gradcampp")
    title = "Grad-CAM++"
    rank = 2
    formula = "wₖ = Σ αₖ max(0, g),   αₖ = g² / (2 g² + g³ Σ Aₖ),   L = max(0, Σₖ wₖ Aₖ),   g = ∂S / ∂Aₖ"
    source = "Chattopadhay et al., Grad-CAM++, WACV 2018, equations 10, 11 and 19"
    shows = "As Grad-CAM; several objects of one class, or a small one, are less drowned by their map's mean."
    does_not_show = (
        "What lowers the score: negative gradients are left away. The weights come from a sum over"
        " the whole map,"
        " so places are still not taken one by one, and nothing adds up to the score."
    )
    at_layer = True
    relu = True

    def refuse(self, network: Network, target: Target, layer_id: str = "") -> None:
        refuse_layer(self, network, target, layer_id)

    def explain(self, question: Question) -> Iterator[Explanation]:
        refuse_layer(self, question.network, question.target, question.layer_id, shape_of(question))
        maps, gradient = maps_and_gradient(question)
        g = gradient.astype(np.float64)
        below = 2 + g * maps.sum(axis=(1, 2), keepdims=True, dtype=np.float64)
        if (below[g > 0] < 1).any():
            raise NotDefined(
                f"{self.title} supposes maps that are nowhere negative, and those of {question.layer_id} are:"
                " take a layer after a ReLU"
            )
        alpha = np.divide(1, below, out=np.zeros_like(g), where=g > 0)  # both sides divided by g²
        weights = (alpha * np.maximum(g, 0)).sum(axis=(1, 2), keepdims=True)
        weighted = np.asarray(weights * maps, np.float32)
        exact = float((g * maps).sum())
        yield of_cells(self, question, weighted, gradient, (averaging(weighted, exact, question.score),))


METHOD: Final = GradCamPlusPlus()
