"""Normalisations before a 1×1 convolution are done in its tasks, with the same bytes."""

import numpy as np
import pytest

from engine.analysis.analyze import analyze
from engine.execution.executor import Executor
from engine.kernels.fast.host import host
from engine.kernels.fast.operation_rows import decode
from engine.model.network import Network
from engine.plan import planner, post_activation, streaming
from gui.bench import roofline
from tests.engine.execution.odd_networks import PHOTOGRAPH, Anything, assert_right, make, node

NAN = Anything(spoiled=float("nan"))

Maps = dict[str, np.ndarray]


def block(name: str, source: str, channels: int, rectifier: str | None = "ReLU") -> list[object]:
    """Normalisation, rectifier and convolution as in DenseNet."""
    nodes = [node(f"{name} norm", make("BatchNorm2d"), source)]
    if rectifier:
        nodes.append(node(f"{name} relu", make(rectifier), f"{name} norm"))
    return [
        *nodes,
        node(name, make("Conv2d", out_channels=channels, kernel_size=(1, 1), bias=True), nodes[-1].id),
    ]


def dense(channels: int = 37, height: int = 9, width: int = 13) -> Network:
    return Network(
        [
            node("input", make("Input", shape=(3, height, width))),
            node("stem", make("Conv2d", out_channels=channels, kernel_size=(3, 3)), "input"),
            node("a", make("GELU"), "stem"),
            *block("b", "a", 24),
            *block("c", "b", 40, "ReLU6"),
            *block("d", "c", 5, None),
            node("joined", make("Concat"), "b", "c"),
            *block("e", "joined", 70),
        ]
    )


def maps(network: Network, threads: int = 2, **asked: object) -> Maps:
    executor = Executor(threads=threads)
    return {result.node_id: result.map.copy() for result in executor.run(network, PHOTOGRAPH, **asked)}


def prepared(network: Network) -> list[object]:
    """The rows that make their inputs ready."""
    rows = Executor().plan(network, post_activation(network)).rows
    return [row for row in map(decode, rows) if getattr(row, "prepared_bytes", 0)]


@pytest.mark.parametrize("streams", [False, True])
@pytest.mark.parametrize("size", [(37, 9, 13), (32, 14, 15), (16, 3, 5), (130, 20, 31)])
def test_maps_are_right_and_have_the_bytes_of_steps_apart(
    size: tuple[int, int, int], streams: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = dense(*size)
    wanted = post_activation(network)
    assert {"b relu", "c relu", "d norm", "e relu"} <= wanted
    with monkeypatch.context() as patched:
        patched.setattr(planner, "take_in", lambda *_: [])
        assert not prepared(network)
        expected = maps(network, wanted=wanted)
    if streams:
        monkeypatch.setattr(streaming, "last_cache_bytes", lambda: 0)
    rows = prepared(network)
    assert rows
    assert all(row.prepared_streams == streams for row in rows)
    for threads in (1, 2):
        found = maps(network, threads, wanted=wanted)
        assert found.keys() == expected.keys()
        for node_id, one in found.items():
            assert one.tobytes() == expected[node_id].tobytes(), node_id
    assert_right(network, maps(network), tolerance=1e-5)


def excited(channels: int, height: int, width: int) -> Network:
    """Maps whose channels are weighed by what is seen of them as a whole, twice, and convolved."""
    return Network(
        [
            node("input", make("Input", shape=(3, height, width))),
            node("stem", make("Conv2d", out_channels=channels, kernel_size=(3, 3)), "input"),
            node("pool", make("GlobalAvgPool2d"), "stem"),
            node("gate", make("Conv2d", out_channels=channels, kernel_size=(1, 1)), "pool"),
            node("bounded", make("Hardsigmoid"), "gate"),
            node("scale", make("Multiply"), "stem", "bounded"),
            node("project", make("Conv2d", out_channels=host().width + 3, kernel_size=(1, 1)), "scale"),
            node("again", make("GlobalAvgPool2d"), "project"),
            node("factors", make("Sigmoid"), "again"),
            node("weighed", make("Multiply"), "project", "factors"),
            node("last", make("Conv2d", out_channels=2 * host().width, kernel_size=(1, 1)), "weighed"),
        ]
    )


@pytest.mark.parametrize("size", [(37, 9, 13), (32, 14, 15), (16, 3, 5), (130, 20, 31)])
def test_factors_of_channels_are_taken_in(
    size: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    network = excited(*size)
    wanted = post_activation(network)
    assert {"scale", "weighed"} <= wanted
    with monkeypatch.context() as patched:
        patched.setattr(planner, "take_in", lambda *_: [])
        expected = maps(network, wanted=wanted)
        last = maps(network, wanted=frozenset({"last"}), only_wanted=True)["last"]
    assert len(prepared(network)) == 2
    for threads in (1, 2):
        found = maps(network, threads, wanted=wanted)
        assert found.keys() == expected.keys()
        assert all(np.array_equal(one, expected[node_id]) for node_id, one in found.items())
    np.testing.assert_array_equal(maps(network, wanted=frozenset({"last"}), only_wanted=True)["last"], last)
    assert_right(network, maps(network), tolerance=1e-5)


def test_every_kind_of_block_is_taken_in() -> None:
    assert len(prepared(dense(32, 14, 15))) == 4


def test_a_map_that_somebody_else_reads_is_a_step_of_its_own() -> None:
    nodes = [*dense(32, 14, 15).nodes.values(), node("pool", make("MaxPool2d"), "c relu")]
    assert len(prepared(Network(nodes))) == 3


def test_maps_nobody_asked_for_are_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    network = dense(32, 14, 15)
    wanted = frozenset({"e", "c relu"})
    expected = maps(network)
    plan = Executor().plan(network, wanted, only_wanted=True)
    rows = [row for row in map(decode, plan.rows) if getattr(row, "prepared_bytes", 0)]
    assert sorted(row.prepared_pixel > 0 for row in rows) == [False, False, True]
    for node_id, one in maps(network, wanted=wanted, only_wanted=True).items():
        assert one.tobytes() == expected[node_id].tobytes(), node_id


def test_panels_in_several_tasks_do_not_make_their_inputs_ready_again() -> None:
    wide = Network(
        [node("input", make("Input", shape=(64, 14, 15))), *block("b", "input", 40 * host().width)]
    )
    assert not prepared(wide)


def test_the_time_is_that_of_the_convolution_and_its_traffic_too() -> None:
    network = dense(32, 14, 15)
    plan = Executor().plan(network, post_activation(network))
    apart = {step.nodes: [one.nodes for one in within] for step, within in roofline.steps_apart(plan)}
    assert apart["b",] == [("b norm", "b relu")]
    assert ("b norm", "b relu") not in apart
    (taken,) = (step for step in plan.steps if step.nodes == ("b norm", "b relu"))
    (doing,) = (step for step in plan.steps if step.nodes == ("b",))
    assert taken.rows == doing.rows
    assert plan.steps[plan.step_of_row[doing.rows[0]]] is doing
    analysis = analyze(network)
    moved = roofline.moved_bytes(network, analysis, doing, fits=True, within=[taken])
    pixels, norm = 14 * 15, 2 * 32
    read, weights = 32 * pixels, norm + 32 * 24 + 24
    assert moved == {roofline.LAST: 4 * (read + weights + (32 + 24) * pixels), roofline.DRAM: 0}


def test_a_value_that_is_no_number_stays_visible() -> None:
    nodes = [
        node("input", make("Input", shape=(3, 14, 15))),
        node("stem", make("Conv2d", out_channels=32, kernel_size=(3, 3)), "input", weights=NAN),
        node("a", make("GELU"), "stem"),
        *block("b", "a", 24),
    ]
    network = Network(nodes)
    assert len(prepared(network)) == 1
    found = maps(network, wanted=post_activation(network))
    assert np.isnan(found["b relu"]).any()
    assert np.isnan(found["b"]).any()
