"""Which memory the maps of a run lie in, how long it is theirs, and what the store says it holds."""

import numpy as np
import pytest

from engine.execution.executor import Executor
from engine.execution.maps import MapStore
from engine.kernels.fast.arrays import Floats, Pool
from engine.model.network import Network
from engine.plan import MapLayout
from tests.engine.execution.odd_networks import PHOTOGRAPH, assert_right, make, node, run
from tests.engine.small_networks import chain, conv

GIVEN = MapLayout(pixel=4, row=40, channel=400, bytes=400)


def maps_of(pool: Pool, count: int) -> list[Floats]:
    """Maps in one buffer of 4 KB."""
    buffer = pool.take(4096)
    return [buffer[16 * i : 16 * (i + 1)] for i in range(count)]


def test_a_buffer_counts_once_and_until_its_last_map_is_dropped() -> None:
    store, pool = MapStore(), Pool()
    store.keep(["a", "b", "c"], maps_of(pool, 3), [GIVEN] * 3)
    store.keep(["d"], maps_of(pool, 1), [GIVEN])
    assert store.held_bytes == 8192
    assert store.bytes_of({"a", "b"}) == 4096
    store.shrink(4096, in_use={"b"})
    assert set(store.find({name: name for name in "abcd"})) == {"b"}
    assert store.held_bytes == 4096


def test_maps_under_keys_that_were_there_replace_them() -> None:
    store, pool = MapStore(), Pool()
    store.keep(["a", "b"], maps_of(pool, 2), [GIVEN] * 2)
    again = maps_of(pool, 3)
    store.keep(["b", "c", "c"], again, [GIVEN] * 3)  # two nodes with the same map
    assert store.held_bytes == 8192
    found = store.find({"one": "b", "two": "c"})
    assert found["one"].map is again[0]
    assert found["two"].map is again[2]
    store.shrink(4096, in_use=set())
    assert list(store.find({name: name for name in "abc"})) == ["b", "c"]
    store.keep_only({"c"})
    assert store.held_bytes == 4096
    store.keep_only(set())
    assert store.held_bytes == 0


def test_what_was_looked_for_last_goes_last() -> None:
    store, pool = MapStore(), Pool()
    for name in "abc":
        store.keep([name], maps_of(pool, 1), [GIVEN])
    store.find({"node": "a"})
    store.shrink(4096, in_use=set())
    assert list(store.find({name: name for name in "abc"})) == ["a"]


def test_no_run_writes_into_maps_that_somebody_holds() -> None:
    network = chain(conv(16), make("ReLU"), conv(8), shape=(3, 24, 20))
    executor = Executor()
    for turn in range(4):  # held, let go, and held again: memory comes back or is another
        maps = run(network, executor)
        copies = {node_id: values.copy() for node_id, values in maps.items()}
        executor.forget()
        other = {result.node_id: result.map for result in executor.run(network, PHOTOGRAPH[::-1].copy())}
        assert not np.array_equal(other["n3"], maps["n3"]), turn
        for node_id, values in maps.items():
            np.testing.assert_array_equal(values, copies[node_id])
        assert_right(network, maps)
        del maps, other
        executor.forget()


@pytest.mark.parametrize(
    "layer", [make("Slice", start=2, stop=6), make("Crop", top=1, left=3, height=9, width=7), make("ReLU")]
)
def test_a_part_of_a_remembered_map_is_a_view_of_it(layer: object) -> None:
    executor = Executor()
    before = Network([node("input", make("Input", shape=(3, 16, 16))), node("conv", conv(8), "input")])
    known = run(before, executor)
    after = Network([*before.nodes.values(), node("part", layer, "conv"), node("next", conv(4), "part")])
    found = run(after, executor)
    assert_right(after, found)
    assert not found["part"].flags.writeable
    assert np.shares_memory(found["part"], known["conv"]) == (layer.kind != "ReLU")  # type: ignore[attr-defined]
    assert_right(after, run(after, executor))


def test_two_nodes_with_the_same_map_are_both_yielded() -> None:
    network = Network(
        [
            node("input", make("Input", shape=(3, 16, 16))),
            node("conv", conv(8), "input"),
            node("one", make("ReLU"), "conv"),
            node("two", make("ReLU"), "conv"),
            node("add", make("Add"), "one", "two"),
        ]
    )
    executor = Executor()
    assert_right(network, run(network, executor))
    executor.forget()
    assert_right(network, run(network, executor))
    assert all(result.cached for result in executor.run(network, PHOTOGRAPH))
    executor.close()
    assert executor._maps.held_bytes == 0


def test_maps_that_are_kept_again_count_as_before() -> None:
    store, pool = MapStore(), Pool()
    (given,) = maps_of(pool, 1)
    store.keep(["given"], [given], [GIVEN])
    own = maps_of(pool, 2)
    batch = store.keep(["a", "b", "c"], [*own, given], [GIVEN] * 3)
    held = store.held_bytes
    for _ in range(3):
        store.keep_only({"given"})
        assert store.held_bytes == given.base.nbytes
        assert store.find({"x": "a"}) == {}
        store.keep_again(batch)
        assert store.held_bytes == held
    assert store.find({"x": "c"})["x"].map is given
    assert store.held_bytes == held


def test_a_buffer_whose_maps_came_one_by_one_is_held_until_the_last_goes() -> None:
    """Chunks of a run remember their maps in turn."""
    store, pool = MapStore(), Pool()
    first, second = maps_of(pool, 2)
    store.keep(["a"], [first], [GIVEN])
    store.keep(["b"], [second], [GIVEN])
    assert store.held_bytes == 4096
    store._drop("a")
    assert store.held_bytes == 4096
    store._drop("b")
    assert store.held_bytes == 0
