"""Input rows copied by the tasks that multiply them: the same bytes as of one padded copy made before."""

import dataclasses
from collections import Counter

import pytest

from engine.errors import ShapeError
from engine.execution.executor import Executor
from engine.kernels.fast.host import host
from engine.kernels.fast.operation_rows import decode, layout, operation_of
from engine.kernels.fast.operations import ImageRuns
from engine.model.network import Network
from engine.plan import Plan, post_activation
from engine.plan.bounds import check_bounds
from engine.plan.lowering import stem
from engine.shapes import Padding, Pair
from tests.engine.execution.odd_networks import PHOTOGRAPH, Map, assert_right, make, node

KERNELS = ((1, 3), (3, 3), (5, 2), (3, 7), (7, 7), (11, 11))
STRIDES = ((1, 1), (2, 2), (1, 3), (4, 2))
PADDINGS = ("valid", "same", "full", (2, 0, 1, 3))


def stems(channels: int, size: Pair, activation: str | None = None) -> Network:
    """Convolutions of one photograph: each kernel that fits with each stride, the paddings taken in turn."""
    nodes = [node("input", make("Input", shape=(channels, *size)))]
    for i, kernel in enumerate(KERNELS):
        for j, stride in enumerate(STRIDES):
            name = f"{kernel} {stride}"
            layer = make(
                "Conv2d", out_channels=(3, 24, 40, 64)[(i + j) % 4], kernel_size=kernel, stride=stride,
                padding=Padding.of(PADDINGS[(i * 3 + j) % 4]), dilation=(1 + (kernel == (3, 3)), 1),
            )  # fmt: skip
            try:
                layer.output_shape((channels, *size))
            except ShapeError:
                continue
            nodes.append(node(name, layer, "input"))
            if activation is not None:
                nodes.append(node(f"{name}'", make(activation), name))
    return Network(nodes)


def maps(network: Network, threads: int) -> dict[str, Map]:
    run = Executor(threads=threads).run(network, PHOTOGRAPH, wanted=post_activation(network))
    return {result.node_id: result.map for result in run}


def kinds(network: Network) -> Counter[str]:
    plan = Executor().plan(network, post_activation(network))
    return Counter(operation_of(row).__name__ for row in plan.rows)


@pytest.fixture
def copied_before(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The input is copied as a whole, until this is undone."""
    monkeypatch.setattr(stem, "MOST_COPIED", 0.0)
    monkeypatch.setattr(stem, "_are_pixels", lambda conv: False)
    return monkeypatch


@pytest.mark.parametrize("channels", range(1, 9))
@pytest.mark.parametrize("activation", [None, "ReLU6", "SiLU", "LeakyReLU"])
def test_the_same_bytes_as_of_one_copy(
    channels: int, activation: str | None, copied_before: pytest.MonkeyPatch
) -> None:
    network = stems(channels, (29, 43), activation)
    assert kinds(network)["ImageRuns"] == 0
    before = maps(network, threads=1)
    copied_before.undo()
    assert (kinds(network)["ImageRuns"] > 0) == (channels <= 4)  # more are not dealt out by a kernel
    for threads in (1, 2, 3, 4):
        for node_id, found in maps(network, threads).items():
            assert found.tobytes() == before[node_id].tobytes(), (node_id, threads)


@pytest.mark.parametrize("size", [(1, 40), (6, 17), (31, 16), (50, 90)])
@pytest.mark.parametrize("most", [1.0, 2.0, 100.0])
def test_however_often_rows_are_copied(size: Pair, most: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stem, "MOST_COPIED", most)
    network = stems(3, size)
    found = maps(network, threads=2)
    assert_right(network, found)
    monkeypatch.setattr(stem, "MOST_COPIED", 0.0)
    for node_id, right in maps(network, threads=2).items():
        assert found[node_id].tobytes() == right.tobytes(), node_id


def test_wide_rows_make_short_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a task copies stays in a core's second cache."""
    monkeypatch.setattr(stem, "core_cache_bytes", lambda: (0, 0))
    monkeypatch.setattr(stem, "LEAST_CACHE", 40_000)
    layer = make("Conv2d", out_channels=8, kernel_size=(3, 3), padding=Padding.of("same"))
    network = Network([node("input", make("Input", shape=(3, 64, 300))), node("x", layer, "input")])
    (row,) = Executor().plan(network).rows
    assert decode(row).tiles_a_task == 3  # five rows of 302·12 bytes
    assert_right(network, maps(network, threads=2))


def test_maps_of_few_channels_within_a_network() -> None:
    """With short vectors, their pixels lie side by side, too."""
    nodes = [node("input", make("Input", shape=(3, 24, 37)))]
    for index, padding in enumerate(("same", "valid", "same", "valid")):
        layer = make(
            "Conv2d", out_channels=(8, 8, 4, 6)[index], kernel_size=(3, 3), padding=Padding.of(padding)
        )
        nodes.append(node(f"c{index}", layer, nodes[-1].id))
    network = Network(nodes)
    alone = maps(network, threads=1)
    assert_right(network, alone)
    for node_id, found in maps(network, threads=3).items():
        assert found.tobytes() == alone[node_id].tobytes(), node_id


def test_pixels_side_by_side_are_read_where_they_are() -> None:
    plane = node("input", make("Input", shape=(1, 20, 30)))
    for padding, expected in (("valid", {"RowRuns": 1}), ("same", {"ImageRuns": 1})):
        layer = make("Conv2d", out_channels=6, kernel_size=(5, 5), padding=Padding.of(padding))
        network = Network([plane, node("x", layer, "input")])
        assert kinds(network) == expected
        assert_right(network, maps(network, threads=2))


# Bounds ------------------------------------------------------------------------------------------------
def planned(activation: str | None, channels: int = 3) -> Plan:
    layer = make(
        "Conv2d", out_channels=40, kernel_size=(3, 3), stride=(2, 2), padding=Padding.of((1, 0, 1, 0))
    )
    nodes = [node("input", make("Input", shape=(channels, 40, 64))), node("x", layer, "input")]
    if activation is not None:
        nodes.append(node("y", make(activation), "x"))
    network = Network(nodes)
    plan = Executor().plan(network, post_activation(network))
    assert [operation_of(row) for row in plan.rows] == [ImageRuns]
    return plan


@pytest.mark.parametrize("activation", [None, "SiLU"])
def test_scratch_holds_copied_rows_and_unfinished_results_to_the_byte(activation: str | None) -> None:
    plan = planned(activation)
    row = decode(plan.rows[0])
    lines = (2 * row.tiles_a_task + 1) * 65 * 3 * 4
    results = 32 * 2 * host().vector_bytes if activation else 0
    assert plan.scratch_bytes == lines + results
    with pytest.raises(AssertionError, match="scratch"):
        check_bounds(dataclasses.replace(plan, scratch_bytes=plan.scratch_bytes - 1))


@pytest.mark.parametrize(
    ("word", "change"),
    [
        ("input", 4), ("input", -4), ("input_height", 1), ("input_width", 1), ("input_row", 4),
        ("input_channel", 4), ("input_channels", 1), ("output_height", 1), ("padded_width", 1),
        ("padded_width", -1), ("tiles_a_task", 1), ("stride_y", 1), ("stride_x", 1), ("kernel_y", 1),
        ("kernel_x", 1), ("dilation_y", 1), ("depth", 1), ("parts", 1), ("parts", -1), ("pad_x", 64),
        ("pad_x", -63),
    ],
)  # fmt: skip
def test_a_task_that_would_copy_or_see_too_much_is_found(word: str, change: int) -> None:
    plan = planned(None)
    rows = plan.rows.copy()
    rows[0, layout(ImageRuns).words.index(word)] += change
    with pytest.raises(AssertionError, match="row 0"):
        check_bounds(dataclasses.replace(plan, rows=rows))
