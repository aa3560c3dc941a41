"""What all methods share that explain the pixels of the picture."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from engine.attribution.backward.target_gradient import target_gradient
from engine.attribution.checks.dead import why_nothing_moves
from engine.attribution.method import Check, Explanation, Method, Question

Map = npt.NDArray[np.float32]

STEPS = (1e-2, 1e-3, 1e-4)
"""Of finite differences: the foretold change, as a share of the score. Larger ones bend, smaller ones
round."""
CLOSE = 0.05
"""Finite differences in float32 are no better than this."""


def picture_gradient(
    question: Question, maps: Mapping[str, Map] | None = None, *, guided: bool = False
) -> Map:
    """d(number) / d(the Input's values), (C, H, W), at the picture or in other maps.

    guided: through every ReLU goes only what is positive.
    """
    return np.ascontiguousarray(target_gradient(question, question.input_id, maps, guided=guided)[0])


def of_pixels(
    method: Method,
    question: Question,
    by_channel: Map,
    gradient: Map | None,
    checks: tuple[Check, ...],
    used: Mapping[str, float | str] | None = None,
    done: int = 1,
    of: int = 1,
) -> Explanation:
    """Channels added up with their signs: what RGB says together may cancel out, and then it does."""
    last = done >= of
    seen = by_channel if gradient is None else gradient
    return Explanation(
        method=method.name,
        node_id=question.input_id,
        values=by_channel.sum(axis=0, dtype=np.float32),
        by_channel=by_channel,
        gradient=gradient,
        checks=checks,
        used=used or {},
        dead=why_nothing_moves(question, seen) if last else "",
        done=done,
        of=of,
    )


def finite_difference(question: Question, gradient: Map) -> Check:
    """The score a small step along the gradient, and against it, beside what the gradient foretells."""
    squared = float((gradient.astype(np.float64) ** 2).sum())
    if not squared or not np.isfinite(squared):
        return Check(text="the gradient is 0 everywhere: no step along it to take")
    run, picture = question.rerun(), question.picture
    found = []
    for step in STEPS:
        foretold = step * max(abs(question.score), 1e-3)
        move = np.asarray(gradient * np.float32(foretold / squared), np.float32)[None]
        ahead, behind = question.score_of(run(picture + move)), question.score_of(run(picture - move))
        found.append((foretold, (ahead - behind) / 2))
    foretold, seen = min(found, key=lambda pair: abs(pair[1] / pair[0] - 1))
    return Check(
        text=f"a small step along it: the score moves by {seen:.3g}, foretold {foretold:.3g}",
        holds=abs(seen / foretold - 1) < CLOSE,
    )
