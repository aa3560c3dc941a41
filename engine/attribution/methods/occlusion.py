"""Occlusion: the score with a patch on the picture, at one place after the other."""

from collections.abc import Iterator, Sequence
from time import perf_counter
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.attribution.checks.baseline import BASELINES, baseline
from engine.attribution.checks.dead import why_none_speaks_for
from engine.attribution.fields.patch_run import PatchRun
from engine.attribution.method import Check, Explanation, Method, Option, Question
from engine.shapes import Pair

Map = npt.NDArray[np.float32]

PLACES_PER_SIDE: Final = 14
"""Patches side by side along an edge, where no size is asked for."""
SHOWN_EVERY_S: Final = 0.1


class Occlusion(Method):
    """What the score loses when a patch lies there; each pixel has the mean over all patches that cover
    it."""

    name = "occlusion"
    title = "Occlusion"
    rank = 50
    formula = "a(p) = mean over patches that cover p of S(x) − S(x with the patch)"
    source = "Zeiler & Fergus, Visualizing and understanding convolutional networks, ECCV 2014, section 4.2"
    shows = (
        "How much the score falls when a part of the picture is covered: a real experiment on the network."
    )
    does_not_show = (
        "The score of a picture without the part: it asks about a picture with a patch in it, such"
        " as the network"
        " never saw in training. Size and colour of the patch matter; two parts of which one would"
        " do both seem"
        " unimportant."
    )
    options = (
        Option(
            name="patch",
            label="Patch",
            default=0,
            minimum=0,
            maximum=4096,
            help="Side of the patch in pixels; 0 for a fourteenth of the picture's side.",
        ),
        Option(
            name="stride",
            label="Step",
            default=0,
            minimum=0,
            maximum=4096,
            help="Pixels from one place to the next; 0 for half a patch.",
        ),
        Option(
            name="fill",
            label="Fill",
            default="grey",
            choices=BASELINES,
            help="What the patch is filled with.",
        ),
    )

    def explain(self, question: Question) -> Iterator[Explanation]:
        size = (question.picture.shape[2], question.picture.shape[3])
        side = question.whole(self, "patch") or max(1, round(min(size) / PLACES_PER_SIDE))
        patch = (min(side, size[0]), min(side, size[1]))
        stride = question.whole(self, "stride") or max(1, side // 2)
        fill = question.word(self, "fill")
        run = PatchRun(question, patch, baseline(question, fill))
        tops, lefts = corners(size[0], patch[0], stride), corners(size[1], patch[1], stride)
        used: dict[str, float | str] = {"patch": side, "stride": stride, "fill": fill}
        scores = np.full((len(tops), len(lefts)), np.nan)
        shown = perf_counter()
        order = coarse_to_fine(len(tops), len(lefts))
        for done, (i, j) in enumerate(order, start=1):
            question.checkpoint()
            scores[i, j] = run.score(tops[i], lefts[j])
            if done == len(order) or perf_counter() - shown > SHOWN_EVERY_S:
                yield self._so_far(question, scores, tops, lefts, patch, size, used, done)
                shown = perf_counter()

    def _so_far(
        self,
        question: Question,
        scores: npt.NDArray[np.float64],
        tops: Sequence[int],
        lefts: Sequence[int],
        patch: Pair,
        size: Pair,
        used: dict[str, float | str],
        done: int,
    ) -> Explanation:
        values = spread_over_patches(question.score - scores, tops, lefts, patch, size)
        worst, across = divmod(int(np.nanargmin(scores)), scores.shape[1])
        check = Check(
            text=f"score {question.score:.4g}; lowest {np.nanmin(scores):.4g}, with the patch at row"
            f" {tops[worst]}, column {lefts[across]}; highest {np.nanmax(scores):.4g}"
        )
        last = done == scores.size
        dead = why_none_speaks_for(values, False) if last else ""
        if last and not values.any():
            dead = f"No patch changes the score {question.score:.4g}: larger ones, or another class, may."
        return Explanation(
            method=self.name,
            node_id=question.input_id,
            values=values,
            checks=(check,),
            used=used,
            dead=dead,
            done=done,
            of=scores.size,
        )


def corners(size: int, patch: int, stride: int) -> tuple[int, ...]:
    """Where patches begin along an edge; the last one ends with the picture."""
    found = list(range(0, size - patch + 1, stride))
    return (*found, *([size - patch] if found[-1] != size - patch else []))


def spread_over_patches(
    drops: npt.NDArray[np.float64], tops: Sequence[int], lefts: Sequence[int], patch: Pair, size: Pair
) -> Map:
    """(H, W): the mean over all patches that cover a pixel. Places not tried yet (NaN) are left out."""
    total, count = np.zeros(size), np.zeros(size)
    for i, top in enumerate(tops):
        for j, left in enumerate(lefts):
            if np.isfinite(drops[i, j]):
                total[top : top + patch[0], left : left + patch[1]] += drops[i, j]
                count[top : top + patch[0], left : left + patch[1]] += 1
    return np.asarray(np.divide(total, count, out=np.zeros(size), where=count > 0), np.float32)


def coarse_to_fine(rows: int, columns: int) -> list[Pair]:
    """All places once, widely spread ones first, so that an early picture is a coarse one."""
    found: dict[Pair, None] = {}
    step = 1 << max(rows, columns).bit_length()
    while step:
        found.update(dict.fromkeys((i, j) for i in range(0, rows, step) for j in range(0, columns, step)))
        step //= 2
    return list(found)


METHOD: Final = Occlusion()
