"""Checks of an explanation: does it change when the weights are made nonsense, and does it find what counts?

Both are necessary, not sufficient: noise passes the first (Binder et al., arXiv 2211.12486), blurred maps
win the second (Rong et al., arXiv 2304.13836).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.attribution.checks.baseline import baseline
from engine.attribution.fields.gradients import leading_to
from engine.attribution.method import Method, Question, guarded
from engine.attribution.places import Places, stretched
from engine.errors import EngineError
from engine.execution.rerun import Rerun
from engine.weights import He

Map = npt.NDArray[np.float32]

STAGES: Final = 8
"""So many pictures on the way down, at most."""
DRAW: Final = 1_000_003
"""Another draw than any a network begins with."""
STEPS: Final = 20
"""Points of a deletion or insertion curve."""
BLOCKS: Final = 28
"""Blocks along a side that a random order puts in and out, so that it covers areas as a picture does."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Randomised:
    """The picture once everything from the top down to a layer has other weights."""

    node_id: str
    """The lowest layer whose weights were drawn anew."""
    values: Map | None
    """None where the method is not defined any more."""
    rank_correlation: float
    """Spearman's, with the first picture; 0 where one of them is even."""
    layers: int
    """How many layers were drawn anew."""


def cascade(method: Method, question: Question, original: Map) -> Iterator[Randomised]:
    """From the top down, layer by layer: Adebayo et al., "Sanity checks for saliency maps", NeurIPS 2018,
    3.1."""
    network, target = question.network, question.target
    leading = leading_to(network, target.node_id, {question.input_id})
    known = {node_id: question.maps[node_id].shape[1:] for node_id in leading_to(network, target.node_id)}
    with_weights = [
        node_id
        for node_id in reversed(network.order)
        if node_id in leading
        and network.nodes[node_id].layer.param_shapes(
            *(known[source] for source in network.nodes[node_id].inputs)
        )
    ]
    shown = set(np.unique(np.linspace(0, len(with_weights) - 1, STAGES).round().astype(int)).tolist())
    inputs = {node_id for node_id in known if not network.nodes[node_id].inputs}
    for count, node_id in enumerate(with_weights):
        network = network.set_weights(node_id, He(seed=DRAW))
        if count not in shown:
            continue
        question.checkpoint()
        maps = Rerun(network, inputs, set(known), seed=question.seed, checkpoint=question.checkpoint)(
            {source: question.maps[source] for source in inputs}
        )
        asked = replace(question, network=network, maps=maps)
        try:
            values = list(guarded(method, asked))[-1].values
        except EngineError:
            values = None
        correlation = 0.0 if values is None else spearman(original, values)
        yield Randomised(node_id=node_id, values=values, rank_correlation=correlation, layers=count + 1)


@dataclass(frozen=True, kw_only=True, eq=False)
class Curves:
    """The number as pixels go, or come, in the order of a heat map, and in a random order."""

    shares: tuple[float, ...]
    """Of the pixels, 0 … 1."""
    deletion: tuple[float, ...]
    insertion: tuple[float, ...]
    random_deletion: tuple[float, ...]
    random_insertion: tuple[float, ...]
    fill: str
    seed: int

    def area(self, name: str) -> float:
        """Under one of the curves: for deletion low is good, for insertion high."""
        return float(np.trapezoid(getattr(self, name), self.shares))


def curves(
    question: Question, heat: Map, *, places: Places | None = None, fill: str = "blur", seed: int = 0
) -> Curves:
    """Petsiuk, Das & Saenko, "RISE", BMVC 2018, section 4: most important pixels first.

    heat: (H, W) of the Input. places: of the cells it shows; a random order takes the same cells, else
    blocks: what goes in one piece hurts less than what goes in many. The pictures in between are such as the
    network never saw.
    """
    run, picture, cover = question.rerun(), question.picture, baseline(question, fill)
    orders = {"": _order(heat), "random_": _order(_random_heat(heat.shape, places, seed))}
    shares = np.linspace(0, 1, STEPS + 1)
    found: dict[str, tuple[float, ...]] = {}
    for prefix, order in orders.items():
        for name, before, after in (("deletion", picture, cover), ("insertion", cover, picture)):
            scores = []
            for share in shares:
                question.checkpoint()
                chosen = np.zeros(heat.size, bool)
                chosen[order[: round(share * heat.size)]] = True
                mixed = np.where(chosen.reshape(heat.shape), after, before).astype(np.float32)
                scores.append(question.score_of(run(mixed)))
            found[prefix + name] = tuple(scores)
    return Curves(shares=tuple(shares.tolist()), fill=fill, seed=seed, **found)


def spearman(a: Map, b: Map) -> float:
    """Rank correlation of two pictures; equal values share their mean rank; 0 where one is even."""
    if a.shape != b.shape:
        return 0.0
    first, second = (_ranks(values.ravel().astype(np.float64)) for values in (a, b))
    first, second = first - first.mean(), second - second.mean()
    norm = float(np.sqrt((first @ first) * (second @ second)))
    return float(first @ second) / norm if norm else 0.0


def _ranks(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """From 0 on, ties averaged."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return np.asarray((ends - (counts + 1) / 2)[inverse], np.float64)


def _order(heat: Map) -> npt.NDArray[np.intp]:
    """Pixels from the largest value to the smallest; equal ones in reading order."""
    return np.argsort(-np.nan_to_num(heat, nan=-np.inf).ravel(), kind="stable")


def _random_heat(shape: tuple[int, ...], places: Places | None, seed: int) -> Map:
    """(H, W): a number of its own for each cell or block, in a random order."""
    random, size = np.random.default_rng(seed), (shape[0], shape[1])
    if places is None:
        cells = (min(BLOCKS, size[0]), min(BLOCKS, size[1]))
        return stretched(random.permutation(cells[0] * cells[1]).reshape(cells), size)
    cells = (len(places.rows), len(places.columns))
    return replace(places, kind="field").spread(
        random.permutation(cells[0] * cells[1]).reshape(cells).astype(np.float32), size
    )
