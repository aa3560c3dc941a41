"""Networks compared by what they learn: the same data, the same seeds, and the spread is told."""

from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import TrainingError
from engine.model.network import Network
from engine.training.comparing.comparison import Listener, compare_learned
from engine.training.comparing.learned_table import learned_table
from engine.training.runs import Plan
from engine.training.settings import Settings
from engine.training.trainer import Trainer
from gui.figures.learned_chart import write_learned_chart
from tests.engine.training.small_trainings import chain

PLAN = Plan(
    task="denoise",
    data="patches:coffee",
    settings=Settings(steps=4, batch=16, learning_rate=0.02),
    options={"sigma": "0.1"},
)


def networks() -> dict[str, Network]:
    return {
        f"{size}×{size}": chain(("conv", {"kind": "Conv2d", "out_channels": 1, "kernel_size": [size, size]}))
        for size in (1, 3)
    }


def test_every_network_is_trained_with_every_seed(tmp_path: Path) -> None:
    told: list[tuple[str, int]] = []
    listener = Listener(made=lambda name, run: told.append((name, run.seed)))
    found = compare_learned(networks(), PLAN, [3, 4], listener=listener)
    assert told == [("1×1", 3), ("3×3", 3), ("1×1", 4), ("3×3", 4)]
    assert [one.parameters for one in found] == [2, 10]
    record = found[0].to_json()
    assert record["held_out_psnr"] == pytest.approx(sum(found[0].scores) / 2)
    assert record["held_out_psnr_deviation"] == found[0].deviation
    assert [one["seed"] for one in record["seeds"]] == [3, 4]
    table = learned_table(found)
    assert "Held out, dB" in table.headings
    assert [row[0] for row in table.rows] == ["1×1", "3×3"]
    assert [float(row[3]) for row in table.rows] == [pytest.approx(one.mean, abs=0.005) for one in found]
    assert table.title == "What the networks learned: 2 seeds, 4 steps each"
    write_learned_chart(tmp_path / "chart.svg", found)
    drawn = (tmp_path / "chart.svg").read_text()
    assert "3×3" in drawn
    assert "one standard deviation over 2 seeds" in drawn


def test_what_does_not_fit_is_named_before_anything_is_trained() -> None:
    wrong = networks() | {"flat": chain(("flat", {"kind": "Flatten"}))}
    listener = Listener(made=lambda name, run: pytest.fail("nothing is trained"))
    with pytest.raises(TrainingError, match="flat: to take noise off pictures, the network"):
        compare_learned(wrong, PLAN, [0], listener=listener)


class Ended(Exception):
    """Somebody ended the comparison."""


@pytest.mark.parametrize("at", [1, 5, 9, 15])
def test_what_was_ended_goes_on_where_it_was_and_ends_the_same(tmp_path: Path, at: int) -> None:
    whole = compare_learned(networks(), PLAN, [0, 1])
    made = 0

    def step(name: str, trainer: Trainer) -> None:
        nonlocal made
        made += 1
        if made == at:
            raise Ended

    def file(name: str, seed: int) -> Path:
        return tmp_path / f"{name}.{seed}.npz"

    with pytest.raises(Ended):
        compare_learned(networks(), PLAN, [0, 1], files=file, listener=Listener(stepped=step))
    made = -1000
    again = compare_learned(networks(), PLAN, [0, 1], files=file, listener=Listener(stepped=step))
    assert made == -1000 + 16 - at, "no step is made twice"
    for one, other in zip(whole, again, strict=True):
        assert one.scores == other.scores
        assert one.training_loss == other.training_loss
        assert [run.network for run in one.runs] == [run.network for run in other.runs]
        assert [run.history.to_json() for run in one.runs] == [run.history.to_json() for run in other.runs]


def test_a_single_run_has_the_interval_of_its_pictures_and_several_their_spread() -> None:
    plan = replace(PLAN, task="classify", data="digits", options={})
    network = chain(("flat", {"kind": "Flatten"}), ("head", {"kind": "Linear", "out_features": 10}))
    (single,) = compare_learned({"one": network}, plan, [0])
    assert single.bar == (single.runs[0].held_out.low, single.runs[0].held_out.high)
    assert single.bar_text == "95 % interval of 1,000 pictures"
    (both,) = compare_learned({"one": network}, plan, [0, 1])
    first, second = both.scores
    assert both.bar == pytest.approx(
        (both.mean - abs(first - second) / 2**0.5, both.mean + abs(first - second) / 2**0.5)
    )
    assert both.bar_text == "one standard deviation over 2 seeds"


@pytest.mark.slow
def test_a_cluster_makes_the_same_numbers() -> None:
    pytest.importorskip("dask.distributed")
    from dask.distributed import LocalCluster

    here = compare_learned(networks(), PLAN, [0, 1])
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None) as cluster:
        there = compare_learned(networks(), PLAN, [0, 1], dask=cluster.scheduler_address)
    for one, other in zip(here, there, strict=True):
        assert one.scores == other.scores
        assert one.runs[0].network == other.runs[0].network
