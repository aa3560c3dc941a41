"""Grad-CAM: a layer's maps, weighted by the mean gradient of one score."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.attribution.cells import maps_and_gradient, of_cells, refuse_layer
from engine.attribution.method import Check, Explanation, Method, Question
from engine.attribution.target import Target
from engine.model.network import Network


class GradCam(Method):
    """Σ over maps of (mean gradient of the map) · map."""

    name = "gradcam"
    aliases = ("grad-cam",)
    title = "Grad-CAM"
    rank = 1
    formula = "L = max(0, Σₖ αₖ Aₖ),   αₖ = mean over places of ∂S / ∂Aₖ"
    source = "Selvaraju et al., Grad-CAM, ICCV 2017, equations 1 and 2"
    shows = "Where maps that raise the score on average are active at this layer, at this layer's resolution."
    does_not_show = (
        "What the network looks at: each cell sees its whole receptive field, often most of the"
        " photograph. The"
        " mean gradient may light up places that did not count (Draelos & Carin 2020); HiResCAM does not."
    )
    at_layer = True
    relu = True

    def refuse(self, network: Network, target: Target, layer_id: str = "") -> None:
        refuse_layer(self, network, target, layer_id)

    def explain(self, question: Question) -> Iterator[Explanation]:
        refuse_layer(self, question.network, question.target, question.layer_id, shape_of(question))
        maps, gradient = maps_and_gradient(question)
        weights = gradient.mean(axis=(1, 2), keepdims=True, dtype=np.float64)
        weighted = np.asarray(weights * maps, np.float32)
        exact = float((gradient.astype(np.float64) * maps).sum())
        yield of_cells(self, question, weighted, gradient, (averaging(weighted, exact, question.score),))


def shape_of(question: Question) -> tuple[int, ...]:
    """Of the layer's map, without the batch."""
    return question.maps[question.layer_id].shape[1:]


def averaging(weighted: npt.NDArray[np.float32], exact: float, score: float) -> Check:
    """What averaging the gradient does to the sum."""
    total = float(weighted.sum(dtype=np.float64))
    return Check(
        text=f"Σ of the cells {total:.4g}; with each place's own gradient (HiResCAM) {exact:.4g};"
        f" score {score:.4g}"
    )


METHOD: Final = GradCam()
