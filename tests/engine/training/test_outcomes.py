"""What is shown of a task about images is what was scored: the same pictures, outputs and losses."""

import numpy as np
import pytest

from engine.model.network import Network
from engine.training.data.examples import HELD_OUT
from engine.training.inspecting.outcomes import from_worst_to_best, outcomes
from engine.training.settings import Settings
from engine.training.tasks import tasks
from engine.training.trainer import Trainer
from tests.engine.training.small_trainings import bars, chain

IMAGE_TASKS = [name for name, one in tasks().items() if not one.on_classes]
CONV = {"kind": "Conv2d", "kernel_size": [3, 3]}


def network_for(name: str) -> Network:
    channels = {"colourise": 3, "imitate": 2}.get(name, 3)
    return chain(("conv", CONV | {"out_channels": channels}), channels=3)


@pytest.mark.parametrize("name", IMAGE_TASKS)
def test_outcomes_are_what_was_scored(name: str) -> None:
    settings = Settings(steps=3, batch=8)
    trainer = Trainer(network_for(name), tasks()[name], bars(channels=3), settings)
    trainer.run()
    score = trainer.score(HELD_OUT)
    assert score.losses is not None
    assert score.numbers is not None
    numbers = from_worst_to_best(score, 4)
    found = outcomes(trainer, numbers)
    assert [outcome.number for outcome in found] == numbers
    loss_of = dict(zip(score.numbers.tolist(), score.losses.tolist(), strict=True))
    for outcome in found:
        _, wanted = trainer.pairs(np.array([outcome.number]))
        if name != "denoise":  # whose noise depends on which pictures are looked at together
            np.testing.assert_array_equal(outcome.wanted, wanted[0])
            assert outcome.loss == pytest.approx(loss_of[outcome.number], rel=1e-5)
        assert outcome.made.shape == outcome.wanted.shape
        assert outcome.loss == pytest.approx(np.square(outcome.made - outcome.wanted).mean(), rel=1e-5)
        assert outcome.seen.shape == trainer.examples.pictures.shape[1:]
    if name == "denoise":
        clean = trainer.examples.pictures[found[0].number] / 255
        assert 0.05 < np.std(found[0].seen - clean) < 0.2


def test_the_worst_comes_first_the_best_last_and_all_between_evenly() -> None:
    trainer = Trainer(network_for("denoise"), tasks()["denoise"], bars(200, channels=3), Settings(steps=1))
    score = trainer.score("train")
    assert score.losses is not None
    assert score.numbers is not None
    loss_of = dict(zip(score.numbers.tolist(), score.losses.tolist(), strict=True))
    for count in (1, 5, 1000):
        losses = [loss_of[number] for number in from_worst_to_best(score, count)]
        assert len(losses) == min(count, len(loss_of))
        assert losses == sorted(losses, reverse=True)
        assert losses[0] == score.losses.max()
        assert count == 1 or losses[-1] == score.losses.min()
