"""What learned weights say of how they came about: one stage of training after another, in words.

`3 epochs, before an edit (Conv 1×1 · 4 drawn anew), then 5 epochs of 8,000 MNIST digits, 97.0 % of 1,000 held
out, seed 0`. The words are all that is kept of it: a later stage is put behind those of the earlier ones.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from engine.layers import Layer
from engine.shapes import Shape
from engine.training.scores import Score
from engine.weights import Given, Weights
from engine.weights.given import TRAINED_HERE

THEN: Final = ", then "
MORE: Final = "more before"
MOST: Final = 4
"""Stages that are told; of those before, that there were some."""
NAMED: Final = 2
"""Layers that an edit drew anew and that are named; more are counted."""
_SCORE: Final = re.compile(r", -?\d[\d.,]* (?:% of|dB on) [\d,]+ held out")


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One run, as far as it has come."""

    epochs: float
    data: str
    """What is learned from: `8,000 MNIST digits`."""
    seed: int
    score: Score | None = None
    """Of the weights as they are now, on what is held out."""

    @property
    def text(self) -> str:
        """`5 epochs of 8,000 MNIST digits, 97.0 % of 1,000 held out, seed 0`."""
        epochs = f"{self.epochs:.3g}"
        words = [f"{epochs} {'epoch' if epochs == '1' else 'epochs'} of {self.data}"]
        if self.score is not None and self.score.accuracy is not None:
            words.append(f"{100 * self.score.accuracy:.1f} % of {self.score.count:,} held out")
        elif self.score is not None and self.score.psnr is not None:
            words.append(f"{self.score.psnr:.1f} dB on {self.score.count:,} held out")
        return ", ".join([*words, f"seed {self.seed}"])

    def after(self, earlier: str) -> str:
        """The same behind what the weights were before; what both have in common is said once. How well they
        did then is no longer so."""
        if not earlier or not self.epochs:
            return earlier or self.text
        earlier = _SCORE.sub("", earlier)
        for common in (f" of {self.data}", f", seed {self.seed}"):
            earlier = re.sub(f"{re.escape(common)}(?=,|$)", "", earlier)
        parts = [*earlier.split(THEN), self.text]
        if len(parts) > MOST:
            parts = [MORE, *parts[-MOST:]]
        return THEN.join(parts)


def before(weights: Weights, layer: Layer, inputs: Sequence[Shape]) -> str:
    """What a layer's weights are as a run begins with them; empty for numbers drawn by chance."""
    if isinstance(weights, Given):
        return weights.note if weights.origin == TRAINED_HERE else f"from weights {weights.origin}"
    if weights.group == "Random" or weights.fallback(layer, tuple(inputs)):
        return ""
    return f"from weights {weights.learned_how}" if weights.learned_how else f"from {weights.title} filters"


def edited(note: str, drawn: Sequence[str]) -> str:
    """What weights say that an edit of the network has left as they were. How well they do in the edited one,
    nobody knows. drawn: names of layers whose weights are drawn anew."""
    told = f"{len(drawn)} layers" if len(drawn) > NAMED else " and ".join(drawn)
    return f"{_SCORE.sub('', note)}, before an edit{f' ({told} drawn anew)' if drawn else ''}"


def longest(texts: Iterable[str]) -> str:
    """The one that tells all: of layers that were trained together, some may have been trained before."""
    return max(texts, key=len, default="")
