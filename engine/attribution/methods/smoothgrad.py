"""SmoothGrad: the mean gradient over noisy neighbours of the picture."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from engine.attribution.method import Check, Explanation, Method, Option, Question, share
from engine.attribution.pixels import of_pixels, picture_gradient

SHOWN_EVERY: Final = 5
"""Pictures between two views of the mean so far."""


class SmoothGrad(Method):
    """(1/n) Σ gradient at picture + noise."""

    name = "smoothgrad"
    aliases = ("smooth-grad",)
    title = "SmoothGrad"
    rank = 30
    formula = "g = (1/n) Σᵢ ∂S/∂x at x + εᵢ,   εᵢ ~ N(0, σ²)"
    source = "Smilkov et al., SmoothGrad: removing noise by adding noise, arXiv 1706.03825, 2017"
    shows = "How fast the score changes on average in a neighbourhood of the picture, noise added."
    does_not_show = (
        "The gradient at this picture made cleaner: it asks about other pictures, with grain in"
        " them. More noise"
        " gives a smoother map and another question."
    )
    is_noisy = True
    options = (
        Option(
            name="samples",
            label="Noisy pictures",
            default=25,
            minimum=2,
            maximum=400,
            help="How many are averaged.",
        ),
        Option(
            name="noise",
            label="Noise",
            default=0.15,
            minimum=0.001,
            maximum=1,
            is_whole=False,
            help="Standard deviation, as a share of the picture's own range of values.",
        ),
    )

    def explain(self, question: Question) -> Iterator[Explanation]:
        samples, level = question.whole(self, "samples"), question.number(self, "noise")
        picture, run = question.picture, question.rerun(question.between)
        deviation = level * float(picture.max() - picture.min())
        random = np.random.default_rng(question.noise_seed)
        total = np.zeros(picture.shape[1:], np.float64)
        halves = np.zeros((2, *total.shape), np.float64)
        scores = []
        for number in range(samples):
            noise = random.standard_normal(picture.shape).astype(np.float32) * np.float32(deviation)
            maps = run(picture + noise)
            gradient = picture_gradient(question, maps)
            total += gradient
            halves[number % 2] += gradient
            scores.append(question.score_of(maps))
            done = number + 1
            if done % SHOWN_EVERY and done < samples:
                continue
            mean = np.asarray(total / done, np.float32)
            used: dict[str, float | str] = {
                "samples": done,
                "noise": level,
                "noise seed": question.noise_seed,
            }
            yield of_pixels(
                self, question, mean, mean, _checks(question, halves, scores), used, done, samples
            )


def _checks(question: Question, halves: np.ndarray, scores: list[float]) -> tuple[Check, ...]:
    even, odd = halves[0].ravel(), halves[1].ravel()
    norm = float(np.linalg.norm(even) * np.linalg.norm(odd))
    alike = float(even @ odd) / norm if norm else 0.0
    drift = share(float(np.mean(scores)) - question.score, question.score)
    return (
        Check(
            text=f"score {question.score:.4g}; with noise {np.mean(scores):.4g} ± {np.std(scores):.2g}"
            f" ({drift:.0%} away)"
        ),
        Check(
            text=f"the two halves of the noisy pictures agree to {alike:.2f} (cosine; 1 would be no"
            " noise left)"
        ),
    )


METHOD: Final = SmoothGrad()
