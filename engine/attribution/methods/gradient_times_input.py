"""Gradient × input: what each pixel adds to the score in the straight line that touches the network here."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from engine.attribution.method import Explanation, Method, Question
from engine.attribution.offsets import completeness
from engine.attribution.pixels import of_pixels, picture_gradient


class GradientTimesInput(Method):
    """x · d(score) / d(x)."""

    name = "gradient-times-input"
    aliases = ("gradient-x-input", "gradientxinput", "input-x-gradient", "gradient×input")
    title = "Gradient × input"
    rank = 20
    formula = "a = x · ∂S / ∂x,   Σ a + Σ (∂S/∂y) · bias = S"
    source = (
        "Shrikumar et al., Not just a black box, arXiv 1605.01713, 2016; Srinivas & Fleuret, NeurIPS 2019"
    )
    shows = (
        "How the score is put together, term by term, in the straight line that touches the"
        " network at this picture."
    )
    does_not_show = (
        "What would happen if a pixel were taken away: the straight line holds for small changes. A pixel of"
        " value 0 (black, or mean grey, as the Input is scaled) gets 0, whatever it means."
    )

    def explain(self, question: Question) -> Iterator[Explanation]:
        gradient = picture_gradient(question)
        terms = np.asarray(gradient * question.picture[0], np.float32)
        check = completeness(question, "Σ x·g", float(terms.sum(dtype=np.float64)), question.input_id)
        yield of_pixels(self, question, terms, gradient, (check,))


METHOD: Final = GradientTimesInput()
