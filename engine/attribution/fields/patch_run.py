"""The score of a picture with a patch on it, again and again: work only where the patch can reach.

Up to a layer that everything passes, the picture is cut down to what the cells around the patch see, always
to one size, so that one plan serves all positions; those cells are put into the layer's remembered map, and
the rest of the network runs on that. Cuts begin at whole steps of the layer's grid and have its remainder, so
that strides and padding fall as they do in the whole picture.
"""

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from engine.analysis.analyze import Analysis, analyze
from engine.analysis.receptive_field import AxisField, ReceptiveField
from engine.attribution.backward.narrowed import narrowed
from engine.attribution.method import Question
from engine.execution.rerun import Rerun
from engine.shapes import Pair

Map = npt.NDArray[np.float32]

WORTH: Final = 0.1
"""Share of the work that has to be saved."""
EXACT: Final = 1e-4
"""A cut picture gives its cells to this, as a share of the largest; else whole pictures are run."""


@dataclass(frozen=True)
class _Cut:
    """A layer that everything passes, and how large a piece of the picture its cells around a patch need."""

    node_id: str
    field: ReceptiveField
    size: Pair
    saved: float
    """Share of the network's multiply–adds."""


class PatchRun:
    """Scores of one picture with patches of one size."""

    def __init__(self, question: Question, patch: Pair, fill: Map) -> None:
        """fill: (1, C, H, W), what stands in the place of the patch."""
        cut_down = narrowed(question.network, question.target, question.maps, question.seed)
        self.last_layer = ""
        """The layer of which only the target's channels are computed."""
        if cut_down is not None:
            network, target, self.last_layer = cut_down
            question = replace(question, network=network, target=target)
        self._question = question
        self._patch = patch
        self._fill = fill
        self._picture = np.array(question.picture)
        self._whole = question.rerun()
        self._cut = _best_cut(question, patch, self.last_layer)
        self.saved = 0.0
        """Share of the multiply–adds that a position does without."""
        if self._cut is not None:
            self._prepare(self._cut)

    def score(self, top: int, left: int) -> float:
        """The number with the patch's upper left corner there."""
        rows, columns = slice(top, top + self._patch[0]), slice(left, left + self._patch[1])
        picture = self._picture
        kept = picture[:, :, rows, columns].copy()
        picture[:, :, rows, columns] = self._fill[:, :, rows, columns]
        try:
            maps = self._whole(picture) if self._cut is None else self._around(self._cut, (top, left))
        finally:
            picture[:, :, rows, columns] = kept
        return self._question.score_of(maps)

    def _prepare(self, cut: _Cut) -> None:
        question = self._question
        network, layer = question.network, question.network.nodes[question.input_id].layer
        shape = (question.picture.shape[1], *cut.size)
        narrow = network.replace_layer(question.input_id, layer.replace(shape=shape))
        common: dict[str, Any] = {
            "seed": question.seed,
            "checkpoint": question.checkpoint,
            "packed": question.packed,
        }
        self._before = Rerun(narrow, {question.input_id}, {cut.node_id}, **common)
        self._behind = Rerun(network, {cut.node_id}, {question.target.node_id}, **common)
        self._map = np.ascontiguousarray(question.maps[cut.node_id])
        middle = tuple((n - p) // 2 for n, p in zip(self._picture.shape[2:], self._patch, strict=True))
        for corner in ((0, 0), (middle[0], middle[1])):
            (rows, columns), made = self._cells(cut, corner)
            expected = self._map[:, :, rows, columns]
            if np.abs(made - expected).max(initial=0) > EXACT * np.abs(expected).max(initial=1e-6):
                self._cut = None  # a layer whose cells depend on more than their window
                return
        self.saved = cut.saved

    def _around(self, cut: _Cut, corner: Pair) -> dict[str, Map]:
        (rows, columns), made = self._cells(cut, corner)
        kept = self._map[:, :, rows, columns].copy()
        self._map[:, :, rows, columns] = made
        try:
            return self._behind({cut.node_id: self._map})
        finally:
            self._map[:, :, rows, columns] = kept

    def _cells(self, cut: _Cut, corner: Pair) -> tuple[tuple[slice, slice], Map]:
        """The cells that see the patch, and their values in the picture as it is now."""
        question, spans, cells, pieces = self._question, [], [], []
        shape = question.maps[cut.node_id].shape
        for axis, at in enumerate(corner):
            side = self._picture.shape[2 + axis]
            begin, seen = _piece(
                cut.field.axes[axis], at, self._patch[axis], side, shape[2 + axis], cut.size[axis]
            )
            jump = int(cut.field.axes[axis].jump)
            spans.append(slice(seen.start, seen.stop))
            cells.append(slice(seen.start - begin // jump, seen.stop - begin // jump))
            pieces.append(slice(begin, begin + cut.size[axis]))
        piece = self._picture[:, :, pieces[0], pieces[1]]
        made = self._before({question.input_id: piece})[cut.node_id]
        return (spans[0], spans[1]), made[:, :, cells[0], cells[1]]


def _seeing(axis: AxisField, at: int, patch: int, cells: int) -> range:
    """The outputs that see any pixel of the patch."""
    jump, first, last = int(axis.jump), axis.start, axis.start + axis.size - 1
    low = max(0, -(-(at - last) // jump))
    high = min(cells - 1, (at + patch - 1 - first) // jump)
    return range(low, high + 1)


def _piece(axis: AxisField, at: int, patch: int, side: int, cells: int, size: int) -> tuple[int, range]:
    """Where the piece of the picture begins, and the cells to be taken from it."""
    jump = int(axis.jump)
    seen = _seeing(axis, at, patch, cells)
    begin = max(0, axis.start + seen.start * jump) // jump * jump
    return min(begin, side - size), seen


def _best_cut(question: Question, patch: Pair, last: str) -> _Cut | None:
    """Where most is saved, before the layer `last`; None where it is not worth it, or there are other
    Inputs."""
    network = question.network
    above = network.ancestors(question.target.node_id) | {question.target.node_id}
    if any(not network.nodes[node_id].inputs and node_id != question.input_id for node_id in above):
        return None
    analysis = analyze(network)
    total = sum(analysis.layers[node_id].macs for node_id in above)
    done, best = 0, None
    waiting: dict[str, int] = {}
    for node_id in network.order:
        if node_id == last:
            break
        if node_id not in above:
            continue
        done += analysis.layers[node_id].macs
        for source in network.nodes[node_id].inputs:
            waiting[source] -= 1
            if not waiting[source]:
                del waiting[source]
        waiting[node_id] = sum(
            network.nodes[user].inputs.count(node_id) for user in _users(question, node_id, above)
        )
        if len(waiting) != 1 or node_id == question.target.node_id or not total:
            continue
        cut = _cut_at(question, analysis, node_id, patch, done / total)
        if cut is not None and cut.saved > (WORTH if best is None else best.saved):
            best = cut
    return best


def _users(question: Question, node_id: str, above: frozenset[str]) -> set[str]:
    return {user for user in question.network.outputs_of[node_id] if user in above}


def _cut_at(question: Question, analysis: Analysis, node_id: str, patch: Pair, before: float) -> _Cut | None:
    field = analysis.layers[node_id].receptive_field
    shape = question.maps[node_id].shape
    if field is None or len(shape) != 4 or not question.network.nodes[node_id].inputs:
        return None
    sizes = []
    for axis, side, width in zip(field.axes, question.picture.shape[2:], patch, strict=True):
        plain = len(axis.strands) == 1 and len(axis.strands[0].spans) == 1 and axis.pixels is None
        if not plain or axis.strays or axis.jump != int(axis.jump):
            return None
        jump = int(axis.jump)
        reach = width + 2 * (axis.size - 1) + jump  # the cells that see the patch, and what they see
        sizes.append(min(side, reach + (side - reach) % jump))
    part = sizes[0] * sizes[1] / (question.picture.shape[2] * question.picture.shape[3])
    return _Cut(node_id, field, (sizes[0], sizes[1]), before * (1 - part))
