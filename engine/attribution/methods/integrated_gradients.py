"""Integrated Gradients: the gradient along the way from a baseline to the picture, refined until the sum is
right."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from engine.attribution.checks.baseline import BASELINES, baseline
from engine.attribution.method import Check, Explanation, Method, Option, Question, share
from engine.attribution.pixels import of_pixels, picture_gradient

GAP: Final = 0.01
"""Of the score difference: what the sum may be off."""
REFINE: Final = 3
"""Midpoints of a third of the step contain those of the whole step: nothing is computed twice."""
SAME: Final = 1e-3
"""A pixel this near to the baseline's cannot count."""
MANY: Final = 0.2
"""Share of such pixels from which it is told."""
MOST_STEPS: Final = 4000
SHOWN_EVERY: Final = 5


class IntegratedGradients(Method):
    """(x − x′) · mean gradient on the straight way from x′ to x."""

    name = "integrated-gradients"
    aliases = ("ig", "integratedgradients")
    title = "Integrated Gradients"
    rank = 40
    formula = "a = (x − x′) · ∫₀¹ ∂S/∂x at x′ + α(x − x′) dα,   Σ a = S(x) − S(x′)"
    source = "Sundararajan, Taly & Yan, Axiomatic attribution for deep networks, ICML 2017"
    shows = "How the difference between this picture's score and the baseline's is made up of pixels."
    does_not_show = (
        "Anything about pixels that equal the baseline: black on a black baseline gets 0, so that"
        " absence of ink"
        " cannot count. Another baseline is another question (Sturmfels, Lundberg & Lee, Distill 2020)."
    )
    options = (
        Option(
            name="baseline",
            label="Baseline",
            default="black",
            choices=BASELINES,
            help="The picture that is compared with.",
        ),
        Option(
            name="steps",
            label="Steps",
            default=20,
            minimum=1,
            maximum=1000,
            help="To begin with; three times as many until the sum is right to 1 %.",
        ),
    )

    def explain(self, question: Question) -> Iterator[Explanation]:
        name, steps = question.word(self, "baseline"), question.whole(self, "steps")
        start = baseline(question, name)
        way, run = question.picture - start, question.rerun(question.between)
        before = question.score_of(run(start))
        total, done, planned = np.zeros(way.shape[1:], np.float64), 0, steps
        first = True
        while True:
            for number in range(planned):
                if not first and number % REFINE == REFINE // 2:
                    continue  # a midpoint of the round before
                total += picture_gradient(question, run(start + np.float32((number + 0.5) / planned) * way))
                done += 1
                if first and done % SHOWN_EVERY == 0 and done < planned:
                    yield self._so_far(question, total / done, way, before, done, planned, name)
            first = False
            made = self._so_far(question, total / done, way, before, done, planned, name)
            if made.checks[0].holds or planned * REFINE > MOST_STEPS:
                break
            yield self._so_far(question, total / done, way, before, done, planned * REFINE, name)
            planned *= REFINE
        yield made

    def _so_far(
        self,
        question: Question,
        mean: np.ndarray,
        way: np.ndarray,
        before: float,
        done: int,
        of: int,
        name: str,
    ) -> Explanation:
        terms = np.asarray(mean * way[0], np.float32)
        total, difference = float((mean * way[0]).sum()), question.score - before
        gap = share(total - difference, difference)
        check = Check(
            text=f"Σ = {total:.4g}, score {question.score:.4g} − baseline {before:.4g} = {difference:.4g}:"
            f" gap {gap:.2%}",
            holds=gap < GAP,
        )
        used: dict[str, float | str] = {"baseline": name, "steps": done}
        same = float((np.abs(way[0]) < SAME).all(axis=0).mean())
        if same > MANY:
            used["note"] = (
                f"{same:.0%} of the pixels equal the {name} baseline and get 0, whatever they mean:"
                " ask again with"
                " another one."
            )
        return of_pixels(self, question, terms, np.asarray(mean, np.float32), (check,), used, done, of)


METHOD: Final = IntegratedGradients()
