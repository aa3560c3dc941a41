"""Networks compared by what they learn: the same data, the same seeds, and the spread is told."""

from pathlib import Path

import pytest

from engine.errors import TrainingError
from engine.model.network import Network
from engine.training.comparison import compare_learned
from engine.training.runs import Plan
from engine.training.settings import Settings
from gui.commands.train import learned_table
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
    found = compare_learned(networks(), PLAN, [3, 4], told=lambda name, run: told.append((name, run.seed)))
    assert told == [("1×1", 3), ("1×1", 4), ("3×3", 3), ("3×3", 4)]
    assert [one.parameters for one in found] == [2, 10]
    record = found[0].to_json()
    assert record["held_out_psnr"] == pytest.approx(sum(found[0].scores) / 2)
    assert record["held_out_psnr_deviation"] == found[0].deviation
    assert [one["seed"] for one in record["seeds"]] == [3, 4]
    lines = learned_table(found)
    assert "held out, dB" in lines[0]
    assert lines[1].startswith("1×1")
    assert lines[-1] == "2 seeds, 4 steps each"
    write_learned_chart(tmp_path / "chart.svg", found)
    drawn = (tmp_path / "chart.svg").read_text()
    assert "3×3" in drawn
    assert "one standard deviation over 2 seeds" in drawn


def test_what_does_not_fit_is_named_before_anything_is_trained() -> None:
    wrong = networks() | {"flat": chain(("flat", {"kind": "Flatten"}))}
    with pytest.raises(TrainingError, match="flat: to take noise off pictures, the network"):
        compare_learned(wrong, PLAN, [0], told=lambda name, run: pytest.fail("nothing is trained"))


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
