"""A plan for more cores has more tasks, which share no cache line; its maps are the same to the last bit."""

import math
import random
from functools import cache

import numpy as np
import pytest

import presets
from engine.execution.executor import Executor
from engine.kernels.fast.host import core_count, host
from engine.kernels.fast.operation_rows import decode, operation_of
from engine.kernels.fast.operations import Copy
from engine.model.network import Network
from engine.plan import Plan, post_activation
from engine.plan.cores import planned_cores, planning_for
from tests.engine.execution.odd_networks import PHOTOGRAPH, make, node, odd_network

CORES = (2, 8, 64)
NETWORKS = [preset.name for preset in presets.presets() if preset.group != "Lessons"]
LINE = 64
"""Bytes of a cache line."""
MOST_COPIED = 0.03
"""Of a network's work: copies that put channels in between others', or end within a line."""


@cache
def plan_for(name: str, cores: int) -> Plan:
    network = presets.load(name).project.network
    with planning_for(cores):
        return Executor(threads=1).plan(network, post_activation(network))


def test_plans_are_for_the_cores_that_there_are() -> None:
    assert planned_cores() == core_count()
    with planning_for(16):
        assert planned_cores() == 16
    assert planned_cores() == core_count()


@pytest.mark.parametrize("name", NETWORKS)
def test_more_cores_get_no_fewer_tasks_and_never_more_work(name: str) -> None:
    few = plan_for(name, 2)
    for cores in CORES[1:]:
        many = plan_for(name, cores)
        assert many.tasks_before[-1] >= few.tasks_before[-1]
        assert many.work.sum() == pytest.approx(few.work.sum())


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize(("cores", "least"), [(2, 0.95), (8, 0.75)])
def test_tasks_share_out_evenly(name: str, cores: int, least: float) -> None:
    """Each row alone, which is worse than what is true of branches."""
    if name == "lenet5":
        pytest.skip("one thread computes it")
    plan = plan_for(name, cores)
    taken = sum(
        math.ceil(row.tasks / cores) * work / row.tasks
        for row, work in zip(map(decode, plan.rows), plan.work, strict=True)
    )
    assert plan.work.sum() / cores / taken >= least


@pytest.mark.skipif(host().width < 16, reason="a pixel is a whole cache line where a vector is one")
@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("cores", [2, 64])
def test_no_two_tasks_write_to_one_cache_line(name: str, cores: int) -> None:
    """A task writes whole pixels, or whole vectors of them; buffers begin at a line."""
    plan = plan_for(name, cores)
    copied = 0.0
    for row, work in zip(plan.rows, plan.work, strict=True):
        words = decode(row)
        if words.tasks > 1 and (words.output_pixel % LINE or words.output % LINE):
            assert operation_of(row) is Copy, words
            copied += work
    assert copied <= MOST_COPIED * plan.work.sum()


def wide() -> Network:
    def conv(channels: int, size: int, **settings: object) -> object:
        return make("Conv2d", out_channels=channels, kernel_size=(size, size), **settings)

    return Network(
        [
            node("input", make("Input", shape=(3, 48, 40))),
            node("stem", conv(40, 5, stride=(2, 2)), "input"),
            node("three", conv(72, 3), "stem"),
            node("five", conv(24, 5), "stem"),
            node("both", make("Concat"), "three", "five"),
            node("one", conv(300, 1), "both"),
            node("grouped", conv(300, 3, groups=300), "one"),
            node("act", make("SiLU"), "grouped"),
            node("last", conv(513, 1, stride=(2, 2)), "act"),
            node("pool", make("GlobalAvgPool2d"), "last"),
        ]
    )


@pytest.mark.parametrize("network", [wide(), *(odd_network(random.Random(seed)) for seed in range(12))])
def test_the_maps_are_the_same_however_many_cores_a_plan_is_for(network: Network) -> None:
    maps = []
    for cores in (2, 16, 64):
        with planning_for(cores):
            run = Executor(threads=2).run(network, PHOTOGRAPH, wanted=post_activation(network))
            maps.append({result.node_id: np.array(result.map) for result in run})
    assert maps[0]
    for others in maps[1:]:
        for node_id, values in maps[0].items():
            assert values.tobytes() == others[node_id].tobytes(), node_id
