"""The input gradient: how fast the score would change with each pixel."""

from collections.abc import Iterator
from typing import Final

from engine.attribution.method import Explanation, Method, Question
from engine.attribution.pixels import finite_difference, of_pixels, picture_gradient


class Gradient(Method):
    """d(score) / d(picture), channels added up with their signs."""

    name = "gradient"
    aliases = ("input-gradient", "saliency", "vanilla")
    title = "Input gradient"
    rank = 10
    formula = "g = ∂S / ∂x"
    source = (
        "Simonyan, Vedaldi & Zisserman, Deep inside convolutional networks, ICLR workshop 2014, section 3"
    )
    shows = "How fast the score would change if a pixel's value rose a little."
    does_not_show = (
        "What was important: a pixel that settled the matter may lie where the network no longer"
        " reacts, and has"
        " gradient 0. The grain is in the function itself, not in the method. The same predictions can come"
        " with quite another gradient (Srinivas & Fleuret, ICLR 2021)."
    )

    def explain(self, question: Question) -> Iterator[Explanation]:
        gradient = picture_gradient(question)
        yield of_pixels(self, question, gradient, gradient, (finite_difference(question, gradient),))


METHOD: Final = Gradient()
