"""A run is decided by its settings and its seed, survives being stopped, and says what does not fit."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from engine.errors import FormatError, ShapeError, TrainingError
from engine.layers import layer_kinds
from engine.model.network import Node
from engine.training.carried import carried
from engine.training.checkpoints import Keeper, restore_bytes, to_bytes
from engine.training.data.examples import HELD_OUT, TRAIN
from engine.training.inspecting.layer_states import layer_states
from engine.training.inspecting.taken_apart import take_apart
from engine.training.optimizers import optimizers
from engine.training.runs import Plan, trainer_of
from engine.training.settings import Settings
from tests.engine.training.small_trainings import bars, chain, trainer


def test_it_learns_what_can_be_learned() -> None:
    run = trainer(epochs=12, learning_rate=0.02)
    run.run()
    assert run.is_done
    score = run.score(HELD_OUT)
    assert score.accuracy == 1.0
    assert score.low is not None
    assert score.low < 1.0 == score.high
    assert score.confusion is not None
    assert score.confusion.sum() == score.count == np.trace(score.confusion)
    told = run.trained()["conv"].weights.text
    assert told == "Trained here, 12 epochs of 48 bars, 100.0 % of 6 held out, seed 0"


def test_equal_seeds_make_equal_runs_and_others_do_not() -> None:
    runs = [trainer(seed=seed) for seed in (1, 1, 2)]
    for run in runs:
        run.run()
    assert (runs[0].parameters.values == runs[1].parameters.values).all()
    assert runs[0].history.steps == runs[1].history.steps
    assert (runs[0].parameters.values != runs[2].parameters.values).any()


@pytest.mark.parametrize("name", optimizers())
def test_a_run_that_was_killed_and_resumed_equals_one_that_was_not(name: str, tmp_path: Path) -> None:
    settings = {"optimizer": name, "augmentation": ("shift", "turn"), "weight_decay": 0.01}
    whole, first = trainer(**settings), trainer(**settings)
    whole.run()
    first.run(5)
    keeper = Keeper(tmp_path / "run.npz")
    assert not keeper.keep(first), "not before its time"
    assert keeper.keep(first, now=True)
    second = trainer(**settings)
    assert Keeper(keeper.path).resume(second)
    second.run()
    assert (whole.parameters.values == second.parameters.values).all()
    for key, values in whole.parameters.measured.items():
        assert (values == second.parameters.measured[key]).all()
    assert whole.history.steps == second.history.steps
    keeper.drop()
    assert not keeper.resume(second)


def test_a_checkpoint_of_another_run_or_none_at_all_is_refused() -> None:
    run = trainer()
    with pytest.raises(TrainingError, match="another network, data or settings"):
        restore_bytes(trainer(seed=3), to_bytes(run), "run.npz")
    for data in (b"", b"PK\x03\x04", to_bytes(run)[:300]):
        with pytest.raises(FormatError, match=r"run\.npz is no checkpoint"):
            restore_bytes(run, data, "run.npz")


def test_going_back_and_on_again_repeats_the_steps() -> None:
    run = trainer()
    run.run(3)
    kept = run.snapshot()
    run.run()
    end, steps = run.parameters.values.copy(), run.history.steps
    run.restore(kept)
    assert [record.step for record in run.history.steps] == [1, 2, 3]
    run.run()
    assert (run.parameters.values == end).all()
    assert run.history.steps == steps


def test_a_step_that_is_stopped_anywhere_changes_nothing() -> None:
    run, left = trainer(), 0
    run.tape.crew.part_s = 0.0  # it can be stopped between any two rows

    def checkpoint() -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise KeyboardInterrupt

    values = run.parameters.values.copy()
    measured = {key: each.copy() for key, each in run.parameters.measured.items()}
    for calls in range(14):
        left = calls
        with pytest.raises(KeyboardInterrupt):
            run.step(checkpoint)
        assert (run.parameters.values == values).all()
        assert all((run.parameters.measured[key] == each).all() for key, each in measured.items())
        assert run.step_number == 0 == len(run.history.steps)
    left = 1000
    run.step(checkpoint)
    once = trainer()
    once.step()
    assert (run.parameters.values == once.parameters.values).all()


def test_a_loss_that_is_no_number_is_said_and_the_weights_before_it_are_kept() -> None:
    settings = Settings(optimizer="sgd", learning_rate=1e6)
    plan = Plan(task="imitate", data="patches:coffee", settings=settings, options={})
    run = trainer_of(chain(("conv", {"kind": "Conv2d", "out_channels": 1})), plan)
    with pytest.raises(TrainingError, match=r"step \d+ is no number.*smaller learning rate"):
        run.run()
    assert run.step_number == len(run.history.steps) > 0
    assert np.isfinite(run.parameters.values).all()


def test_clipping_bounds_the_norm_of_a_step() -> None:
    run = trainer(optimizer="sgd", momentum=0.0, learning_rate=1.0, schedule="constant", clip=0.01)
    before = run.parameters.values.copy()
    assert run.step().gradient_norm > 0.01
    assert np.linalg.norm(run.parameters.values - before) == pytest.approx(0.01, rel=1e-3)


@pytest.mark.parametrize("name", optimizers())
@pytest.mark.parametrize(
    ("node_id", "parameter", "index"),
    [
        ("conv", "weight", (3, 0, 2, 1)),
        ("conv", "bias", (1,)),
        ("norm", "weight", (2,)),
        ("head", "weight", (2, 17)),
    ],
)
def test_a_weights_update_taken_apart_adds_up(
    name: str, node_id: str, parameter: str, index: tuple[int, ...]
) -> None:
    run, twin = (trainer(optimizer=name, weight_decay=0.1, clip=0.5) for _ in range(2))
    run.run(2)
    twin.run(3)
    update = take_apart(run, node_id, parameter, index)
    assert (run.parameters.values == twin.parameters.values).all(), "it is a step like any other"
    assert update.gradient == pytest.approx(update.contributions.sum(), abs=1e-6)
    assert update.step == 3
    assert len(update.pictures) == len(update.contributions) == 16
    assert update.after == run.parameters.of(node_id)[parameter][index] != update.before
    assert update.terms[-1][1] == pytest.approx(update.after, abs=2e-6)


def test_what_is_no_weight_cannot_be_taken_apart() -> None:
    with pytest.raises(TrainingError, match="no 'running_mean' that is trained"):
        take_apart(trainer(), "norm", "running_mean", (0,))
    with pytest.raises(TrainingError, match=r"weight\[9, 0, 0, 0\] of conv"):
        take_apart(trainer(), "conv", "weight", (9, 0, 0, 0))


def test_each_layer_tells_its_norms_and_what_is_dead() -> None:
    run = trainer()
    run.measures_norms = True
    run.parameters.of("norm")["bias"][:2] = -100
    record = run.step()
    states = {state.node_id: state for state in layer_states(run)}
    assert list(states) == ["conv", "norm", "relu", "head"]
    assert states["relu"].dead == 0.5
    norms = [state.gradient_norm for state in states.values() if state.gradient_norm is not None]
    assert np.linalg.norm(norms) == pytest.approx(record.gradient_norm)


@pytest.mark.parametrize("kind", layer_kinds())
def test_what_is_not_wired_yet_keeps_the_weights_of_the_others(kind: str) -> None:
    run = trainer()
    run.run(1)
    learned = run.trained()
    layer = layer_kinds()[kind]()
    for inputs in ((), ("conv",)):
        left = carried(learned.add(Node(id="new", layer=layer, inputs=inputs[: layer.max_inputs])))
        assert [node_id for node_id in left.kept if node_id != "new"] == ["conv", "norm", "head"]


def test_an_edit_keeps_the_weights_that_still_fit() -> None:
    run = trainer()
    run.run(3)
    network = run.trained()
    edited = network.replace_layer("conv", network["conv"].layer.replace(kernel_size=(1, 1)))
    left = carried(edited)
    assert (left.kept, left.drawn) == (("norm", "head"), ("conv",))
    conv, norm, head = (edited[node_id].label for node_id in ("conv", "norm", "head"))
    assert left.text == f"kept: {norm}, {head}; drawn anew: {conv}"
    onwards = trainer(left.network, start="present")
    assert (onwards.parameters.of("head")["weight"] == run.parameters.of("head")["weight"]).all()
    onwards.step()


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ((("conv", {"kind": "Conv2d", "out_channels": 3}),), "ends in maps of 3×8×8"),
        (
            (("flat", {"kind": "Flatten"}), ("head", {"kind": "Linear", "out_features": 2})),
            "labels out of range",
        ),
        ((("gap", {"kind": "GlobalAvgPool2d"}),), "ends in 1 value"),
        ((("conv", {"kind": "Conv2d", "out_channels": 3, "groups": 2}),), "has a problem"),
        ((), "nothing to train"),
    ],
)
def test_a_network_that_does_not_fit_is_told_why(
    layers: tuple[tuple[str, dict[str, object]], ...], message: str
) -> None:
    with pytest.raises(TrainingError, match=message):
        trainer(chain(*layers))


def test_data_that_teaches_nothing_is_told_why() -> None:
    good = bars()
    for change, message in [
        ({"labels": np.full(60, 7)}, "picture 0 of 60 bars has the label 7, but there are 3 classes, 0 to 2"),
        ({"labels": np.zeros(60, np.int64)}, "one class"),
        ({"splits": good.splits | {TRAIN: np.zeros(0, np.int64)}}, "nothing to learn from"),
    ]:
        with pytest.raises(TrainingError, match=message):
            dataclasses.replace(good, **change)  # type: ignore[arg-type]  # each is a field
    with pytest.raises(TrainingError, match="no classes"):
        trainer(examples=dataclasses.replace(good, labels=None))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"batch": 0}, "batch=0 must lie between 1 and"),
        ({"epochs": 0}, "epochs=0 must be above 0"),
        ({"learning_rate": -1.0}, "learning_rate=-1"),
        ({"learning_rate": float("nan")}, "learning_rate=nan"),
        ({"optimizer": "adm"}, "no optimiser is called 'adm'. Did you mean adam"),
        ({"schedule": "x"}, "no schedule is called 'x'"),
        ({"augmentation": ("spin",)}, "no augmentation is called 'spin'"),
        ({"clip": 0.0}, "clip=0.0 must be above 0"),
        ({"loss": "mse"}, "does not fit classify"),
        ({"start": "middle"}, "start='middle'"),
        ({"steps": 0}, "steps=0"),
        ({"seed": -1}, "seed=-1"),
    ],
)
def test_settings_out_of_range_are_named(settings: dict[str, object], message: str) -> None:
    with pytest.raises(TrainingError, match=message):
        trainer(**settings)


def test_batch_norm_of_one_value_a_channel_is_refused() -> None:
    with pytest.raises(TrainingError, match="no weights"):
        trainer(chain(("gap", {"kind": "GlobalAvgPool2d"}), channels=3), bars(channels=3))
    whole = {"kind": "Conv2d", "out_channels": 3, "kernel_size": [8, 8], "padding": "valid"}
    with pytest.raises(ShapeError, match="one value a channel"):
        trainer(chain(("conv", whole), ("norm", {"kind": "BatchNorm2d"})), batch=1).step()


@pytest.mark.parametrize("rate", [1e3, 1e6])
def test_running_statistics_that_overflow_are_said(rate: float) -> None:
    """Behind a batch norm the loss stays small however large the weights are: the statistics say it first."""
    run = trainer(optimizer="sgd", learning_rate=rate, schedule="constant", epochs=5000)
    with pytest.raises(
        TrainingError, match=r"the running_var of .* \(norm\) in step \d+ is no number.*smaller"
    ):
        run.run(400)
    for node_id in run.parameters.nodes:
        for values in run.parameters.of(node_id).values():
            assert np.isfinite(values).all()
    run.trained()  # what was learned before can be kept


def test_the_layer_whose_statistics_overflow_is_named() -> None:
    run = trainer()
    run.run(2)
    run.parameters.of("conv")["weight"][...] = 1e25
    before = run.snapshot()
    with pytest.raises(TrainingError, match=r"the running_var of .* \(norm\) in step 3 is no number"):
        run.step()
    np.testing.assert_array_equal(run.parameters.values, before.values)
    for key, values in before.measured.items():
        np.testing.assert_array_equal(run.parameters.measured[key], values)
