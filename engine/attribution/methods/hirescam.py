"""HiResCAM: a layer's maps, each value times its own gradient."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from engine.attribution.cells import maps_and_gradient, of_cells, refuse_layer
from engine.attribution.method import Explanation, Method, Question
from engine.attribution.methods.grad_cam import shape_of
from engine.attribution.offsets import completeness
from engine.attribution.target import Target
from engine.model.network import Network


class HiResCam(Method):
    """Σ over maps of gradient · map, place by place."""

    name = "hirescam"
    aliases = ("hires-cam",)
    title = "HiResCAM"
    rank = 3
    formula = "L = Σₖ (∂S / ∂Aₖ) · Aₖ, place by place,   Σ L + Σ (∂S/∂y) · bias = S"
    source = "Draelos & Carin, Use HiResCAM instead of Grad-CAM, arXiv 2011.08891, 2020"
    shows = (
        "What each place of this layer adds to the score, in the straight line that touches the network here."
    )
    does_not_show = (
        "Which pixels it was: each cell sees its whole receptive field. What would happen without a place is"
        " another question, which occlusion asks."
    )
    at_layer = True

    def refuse(self, network: Network, target: Target, layer_id: str = "") -> None:
        refuse_layer(self, network, target, layer_id)

    def explain(self, question: Question) -> Iterator[Explanation]:
        refuse_layer(self, question.network, question.target, question.layer_id, shape_of(question))
        maps, gradient = maps_and_gradient(question)
        terms = np.asarray(gradient * maps, np.float32)
        total = float((gradient.astype(np.float64) * maps).sum())
        check = completeness(question, "Σ of the cells", total, question.layer_id)
        yield of_cells(self, question, terms, gradient, (check,))


METHOD: Final = HiResCam()
