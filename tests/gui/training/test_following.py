"""Curves and moments of long runs stay small; what was learned goes over an edit where it fits."""

import numpy as np
import pytest

from engine.layers import layer_from_json
from engine.training.settings import Settings
from engine.training.snapshot import Snapshot
from engine.training.tasks import task
from engine.training.trainer import Trainer
from gui.training.carrying import carry, is_same
from gui.training.moments import Moments
from gui.training.pages.binned import MOST, Binned
from tests.engine.training.small_trainings import LAYERS, bars, chain


@pytest.mark.parametrize("count", [1, MOST, MOST + 1, 5 * MOST + 3])
def test_bins_are_few_and_keep_the_mean(count: int) -> None:
    series, values = Binned(), np.random.default_rng(count).normal(size=count)
    for step, value in enumerate(values, start=1):
        series.add(step, float(value))
    assert len(series.means) <= MOST
    assert series.steps[-1] == count
    assert series.steps == sorted(set(series.steps))
    widths = np.diff([0, *series.steps])
    assert np.dot(widths, series.means) / count == pytest.approx(values.mean())


class Counted:
    """A trainer that only counts."""

    step_number = 0

    def snapshot(self) -> Snapshot:
        return Snapshot(step=self.step_number, values=np.zeros(3, np.float32), measured={}, state={})


def test_moments_of_a_long_run_are_few_and_spread_over_it() -> None:
    trainer, moments = Counted(), Moments()
    for step in range(301):
        trainer.step_number = step
        moments.keep(trainer, now=step == 300)  # type: ignore[arg-type]
    assert moments.steps[0] == 0
    assert moments.steps[-1] == 300
    assert len(moments.steps) <= 64
    assert max(np.diff(moments.steps)) <= 16
    assert moments.at(299).step == moments.steps[-2]


def test_an_edit_keeps_what_fits_and_says_so() -> None:
    before = chain(*LAYERS)
    trainer = Trainer(before, task("classify"), bars(), Settings(steps=3, batch=4))
    trainer.run()
    trained = trainer.trained()
    learned = {node_id: trained[node_id].weights for node_id in trainer.parameters.nodes}
    wider = before.replace_layer("conv", layer_from_json({"kind": "Conv2d", "out_channels": 6}))
    assert not is_same(before, wider)
    taken = carry(learned, before, wider)
    assert "conv" in taken.drawn
    assert "head" in taken.drawn
    renamed = before.rename("conv", "first")
    assert is_same(before, renamed)
    assert carry(learned, before, renamed).kept == ("conv", "norm", "head")
    assert carry(learned, before, renamed).drawn == ()
