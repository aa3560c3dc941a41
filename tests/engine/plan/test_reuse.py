"""Maps that nobody asked for are overwritten, and never before they were read."""

import random
from collections.abc import Collection
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import presets
from engine.errors import NetworkError
from engine.execution.executor import Executor
from engine.execution.feature_maps import feature_maps
from engine.execution.rerun import Rerun
from engine.image.input_arrays import InputArrays
from engine.kernels.fast.operation_rows import BARRIER, layout, operation_of
from engine.model.network import Network
from engine.plan import Plan, last_maps
from engine.plan.plan import TRANSIENT
from tests.engine.execution.odd_networks import PHOTOGRAPH, make, node, odd_network, run
from tests.engine.small_networks import chain, conv


def only(
    network: Network, wanted: Collection[str], executor: Executor | None = None
) -> dict[str, np.ndarray]:
    """The wanted maps of a run that overwrites all others."""
    found = (executor or Executor()).run(network, PHOTOGRAPH, wanted=wanted, only_wanted=True)
    return {result.node_id: result.map.copy() for result in found}


def assert_nothing_is_lost(plan: Plan) -> None:
    """Walk through the table with a memory that knows whose bytes it holds.

    Between two meetings rows run in any order: what one of them reads must have been written before, or by
    rows of its own stretch, and nobody else may write there in the same stretch.
    """
    touched: list[list[tuple[int, bool]]] = [[]]

    def of(node_id: str) -> int:
        return plan.places[node_id].address.buffer

    def forwards(row: int) -> None:
        for index in plan.stops.get(row, ()):
            step = plan.steps[index]
            reads = [(of(source), False) for source in step.reads]
            touched.extend([[(of(step.nodes[-1]), True), *reads], []])

    for row, values in enumerate(plan.rows.tolist()):
        if row and values[BARRIER]:
            touched.append([])
        forwards(row)
        output = layout(operation_of(values)).words.index("output")
        links = plan.links[plan.links[:, 0] == row]
        touched[-1] += [(buffer, word == output) for _, word, buffer in links.tolist()]
    forwards(len(plan.rows))
    owner = np.full(-(-plan.transient_bytes // 64), -1)

    def lines(buffer: int) -> slice:
        one = plan.buffers[buffer]
        return slice(one.offset // 64, -(-(one.offset + one.bytes) // 64))

    for stretch in touched:
        shared = [(buffer, writes) for buffer, writes in stretch if plan.buffers[buffer].role == TRANSIENT]
        for buffer, writes in shared:
            if writes:
                owner[lines(buffer)] = buffer
        for buffer, _ in shared:
            assert (owner[lines(buffer)] == buffer).all(), plan.buffers[buffer]


@pytest.mark.parametrize("name", ["googlenet", "densenet121", "mobilenet_v3_small", "unet", "convnext_tiny"])
def test_no_map_is_overwritten_before_it_was_read(name: str) -> None:
    network = presets.load(name).project.network
    executor = Executor(budget_bytes=1 << 40)
    ends = last_maps(network)
    plan = executor.plan(network, ends, only_wanted=True)
    assert_nothing_is_lost(plan)
    kept = executor.plan(network, ends)
    assert plan.bytes_of("map") + plan.transient_bytes < kept.bytes_of("map") / 2
    assert all(plan.keeps(one) for one in ends)


def test_maps_of_a_chain_take_two_places_in_turn() -> None:
    network = chain(*[conv(16)] * 6, shape=(16, 20, 20))
    plan = Executor().plan(network, ["n6"], only_wanted=True)
    sizes = [buffer.bytes for buffer in plan.buffers if buffer.role == TRANSIENT]
    assert len(sizes) == 5
    assert plan.transient_bytes <= 2 * (max(sizes) + 64)
    starts = [buffer.offset for buffer in plan.buffers if buffer.role == TRANSIENT]
    assert all(one != other for one, other in pairwise(starts))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32))
def test_wanted_maps_have_the_same_bytes_as_when_all_are_kept(seed: int) -> None:
    source = random.Random(seed)
    network = odd_network(source)
    wanted = frozenset(source.sample(sorted(network.nodes), min(2, len(network.nodes))))
    kept = run(network, wanted=wanted)
    executor = Executor()
    plan = executor.plan(network, wanted, only_wanted=True)
    assert_nothing_is_lost(plan)
    for _ in range(2):  # made, then known
        found = only(network, wanted, executor)
        assert found.keys() == kept.keys()
        for node_id, values in found.items():
            assert values.tobytes() == kept[node_id].tobytes(), node_id
        executor.forget()


def test_a_layer_without_a_fast_path_reads_what_it_needs() -> None:
    """Its `forward` stands between two chunks: what it reads and makes is overwritten like all else."""
    network = chain(
        conv(16), make("Softplus"), conv(16), make("ReLU"), make("Softplus"), conv(8), shape=(16, 22, 20)
    )
    plan = Executor().plan(network, ["n6"], only_wanted=True)
    assert any(step.forward for step in plan.steps)
    assert plan.transient_bytes < sum(one.bytes for one in plan.buffers if one.role == TRANSIENT)
    assert only(network, ["n6"])["n6"].tobytes() == run(network, wanted=["n6"])["n6"].tobytes()


def test_only_what_was_wanted_is_remembered() -> None:
    network = chain(*[conv(16)] * 4, shape=(16, 40, 40))
    executor = Executor()
    only(network, ["n4"], executor)
    again = {one.node_id: one.cached for one in executor.run(network, PHOTOGRAPH)}
    assert [one for one, cached in again.items() if cached] == ["input", "n4"]


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_the_same_bytes_for_any_number_of_threads(threads: int) -> None:
    network = presets.load("squeezenet1_1").project.network
    ends = last_maps(network)
    alone = only(network, ends, Executor(threads=1))
    executor = Executor(threads=threads)
    for _ in range(3):
        executor.forget()
        found = only(network, ends, executor)
        assert all(found[one].tobytes() == alone[one].tobytes() for one in ends)


def test_a_nan_is_still_found_where_maps_are_overwritten() -> None:
    """Winograd's algorithm would spread it over tiles: what is not finite is computed without it."""
    network = Network(
        [node("input", make("Input", shape=(32, 24, 20)))]
        + [node(f"c{i}", conv(32), f"c{i - 1}" if i else "input") for i in range(3)]
    )
    values = np.random.default_rng(1).normal(size=(1, 32, 24, 20)).astype(np.float32)
    values[0, 3, 11, 9] = np.nan
    scene = InputArrays({"input": values})
    kept = {one.node_id: one.map for one in Executor().run(network, scene, wanted=["c2"])}
    found = {one.node_id: one.map for one in Executor().run(network, scene, wanted=["c2"], only_wanted=True)}
    assert np.isnan(kept["c2"]).any()
    assert not np.isnan(kept["c2"]).all()
    np.testing.assert_array_equal(found["c2"], kept["c2"])


def test_reruns_take_little_memory_and_give_what_was_wanted() -> None:
    network = chain(*[conv(16)] * 5, shape=(16, 40, 40))
    values = np.random.default_rng(2).normal(size=(1, 16, 40, 40)).astype(np.float32)
    rerun = Rerun(network, ["input"], ["n2", "n5"])
    found = {one: map_.copy() for one, map_ in rerun({"input": values}).items()}
    every = Rerun(network, ["input"], [f"n{i}" for i in range(1, 6)])({"input": values})
    assert found.keys() == {"n2", "n5"}
    for one, map_ in found.items():
        assert map_.tobytes() == every[one].tobytes()
    plan = rerun._plan(False).plan
    assert plan.transient_bytes > 0
    assert sum(one.role == "map" for one in plan.buffers) == 2


def test_feature_maps_give_what_comes_out_alone_when_asked_to() -> None:
    network = chain(conv(8), make("ReLU"), conv(4), shape=(3, 24, 20))
    every = feature_maps(network, PHOTOGRAPH)
    assert every.keys() == set(network.nodes)
    last = feature_maps(network, PHOTOGRAPH, keep="last")
    assert last.keys() == {"n3"}
    np.testing.assert_allclose(last["n3"], every["n3"], rtol=0, atol=1e-5)
    with pytest.raises(NetworkError, match="leave `wanted` away"):
        feature_maps(network, PHOTOGRAPH, wanted=["n1"], keep="last")
    with pytest.raises(NetworkError, match="'first' is neither"):
        feature_maps(network, PHOTOGRAPH, keep="first")  # type: ignore[arg-type]  # as one mistypes it


def test_what_comes_out_of_a_network_with_a_problem_is_what_can_be_computed() -> None:
    network = Network(
        [
            node("input", make("Input", shape=(3, 12, 12))),
            node("fits", conv(8), "input"),
            node("not", make("Conv2d", out_channels=4, groups=3), "fits"),
        ]
    )
    assert last_maps(network) == ("fits",)
    assert feature_maps(network, PHOTOGRAPH, keep="last").keys() == {"fits"}
