"""Drawn batch norms know what reaches them: measured on one photograph, by content, the same for all."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

import presets
from engine import BatchNorm2d, Conv2d, Flatten, Input, Linear, ReLU, Reshape
from engine.execution.executor import Executor
from engine.execution.measured import running_statistics
from engine.execution.measured.measured_network import measured_network
from engine.formats.weights.npz import network_weights
from engine.image.image_source import open_image
from engine.model.network import Network, Node
from engine.plan.output_shapes import output_shapes
from engine.weights import BY_HAND, MEASURED_ON, Given

Statistics = dict[str, npt.NDArray[np.float32]]


def chain(*layers: object, shape: tuple[int, int, int] = (3, 48, 40)) -> Network:
    nodes = [Node(id="input", layer=Input(shape=shape))]
    for index, layer in enumerate(layers):
        nodes.append(Node(id=f"n{index}", layer=layer, inputs=(nodes[-1].id,)))  # type: ignore[arg-type]
    return Network(nodes)


def conv(channels: int = 8, stride: int = 1) -> Conv2d:
    return Conv2d(out_channels=channels, kernel_size=(3, 3), stride=(stride, stride))


def maps(network: Network, image: str = MEASURED_ON, **choices: int) -> dict[str, npt.NDArray[np.float32]]:
    executor = Executor(**choices)  # type: ignore[arg-type]
    try:
        return {result.node_id: result.map.copy() for result in executor.run(network, open_image(image))}
    finally:
        executor.close()


def statistics(network: Network, seed: int = 0) -> Statistics:
    return {name: values for name, values in network_weights(network, seed) if "running" in name}


@pytest.fixture(autouse=True)
def nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running_statistics, "_known", type(running_statistics._known)())


def test_they_are_mean_and_variance_of_what_reaches_the_layer_on_the_one_photograph() -> None:
    network = chain(conv(), BatchNorm2d(), ReLU(), conv(12, stride=2), BatchNorm2d())
    found, computed = statistics(network), maps(network)
    for norm, source in (("n1", "n0"), ("n4", "n3")):
        values = computed[source].astype(np.float64)
        np.testing.assert_allclose(found[f"{norm}.running_mean"], values.mean(axis=(0, 2, 3)), atol=1e-5)
        np.testing.assert_allclose(found[f"{norm}.running_var"], values.var(axis=(0, 2, 3)), rtol=1e-4)
        np.testing.assert_allclose(computed[norm].mean(axis=(0, 2, 3)), 0, atol=1e-4)
        np.testing.assert_allclose(computed[norm].std(axis=(0, 2, 3)), 1, atol=1e-3)


@pytest.mark.parametrize("name", ["chelsea", "hubble_deep_field", "pattern:checker"])
def test_they_are_the_same_whatever_photograph_is_open(name: str) -> None:
    network = chain(conv(), BatchNorm2d(), conv(), BatchNorm2d())
    before = statistics(network)
    running_statistics._known.clear()
    maps(network, name)
    after = statistics(network)
    assert all(np.array_equal(before[key], after[key]) for key in before)


def test_they_are_the_same_bytes_for_any_number_of_threads() -> None:
    network = chain(conv(16), BatchNorm2d(), ReLU(), conv(24, stride=2), BatchNorm2d())
    one = maps(network, threads=1)
    running_statistics._known.clear()
    two = maps(network, threads=2)
    assert all(one[node_id].tobytes() == two[node_id].tobytes() for node_id in one)


def test_an_edit_below_leaves_them_and_an_edit_above_draws_them_anew() -> None:
    network = chain(conv(), BatchNorm2d(), ReLU(), conv(6), BatchNorm2d(), conv(4))
    before = statistics(network)
    below = statistics(network.replace_layer("n3", conv(7)).replace_layer("n5", conv(9)))
    assert np.array_equal(before["n1.running_mean"], below["n1.running_mean"])
    assert below["n4.running_mean"].shape == (7,)
    above = statistics(network.replace_layer("n0", Conv2d(out_channels=8, kernel_size=(5, 5))))
    assert not np.array_equal(before["n1.running_var"], above["n1.running_var"])
    assert not np.array_equal(before["n4.running_var"], above["n4.running_var"])
    again = statistics(chain(conv(), BatchNorm2d(), ReLU(), conv(6), BatchNorm2d(), conv(4)))
    assert all(np.array_equal(before[key], again[key]) for key in before)


def test_they_follow_from_the_seed() -> None:
    network = chain(conv(), BatchNorm2d())
    assert not np.array_equal(
        statistics(network, 0)["n1.running_var"], statistics(network, 1)["n1.running_var"]
    )


def test_they_do_not_depend_on_the_size_of_a_large_input() -> None:
    sizes = [statistics(chain(conv(), BatchNorm2d(), shape=(3, side, side))) for side in (320, 400, 513)]
    assert all(np.array_equal(sizes[0][key], other[key]) for other in sizes for key in other)


@pytest.mark.parametrize("shape", [(1, 160, 200), (3, 7, 300), (5, 140, 140), (3, 1, 1), (1, 1, 1)])
def test_any_input_will_do(shape: tuple[int, int, int]) -> None:
    network = chain(conv(), BatchNorm2d(), ReLU(), conv(), BatchNorm2d(), shape=shape)
    for values in maps(network, "coffee").values():
        assert np.isfinite(values).all()
        assert values.std() < 20


def test_what_stands_behind_a_dense_layer_is_measured_at_the_networks_own_size() -> None:
    layers = (conv(4), BatchNorm2d(), Flatten(), Linear(out_features=256), Reshape(shape=(4, 8, 8)), conv(4))
    network = chain(*layers, BatchNorm2d(), shape=(3, 350, 140))
    found = maps(network)
    assert found["n6"].std() == pytest.approx(1, abs=0.05)
    first = chain(conv(4), BatchNorm2d(), shape=(3, 350, 140))
    assert np.array_equal(statistics(network)["n1.running_var"], statistics(first)["n1.running_var"])


def test_a_silent_channel_stays_finite_and_one_value_a_channel_does_not_silence_the_layer() -> None:
    weight = np.zeros((4, 3, 3, 3), np.float32)
    weight[0] = 1
    network = chain(conv(4), BatchNorm2d()).set_weights("n0", Given({"weight": weight}, BY_HAND))
    assert np.isfinite(maps(network, "coffee")["n1"]).all()
    single = chain(conv(32, stride=2), BatchNorm2d(), shape=(3, 2, 2))
    assert 0.5 < maps(single)["n1"].std() < 2


def test_what_is_given_is_left_alone() -> None:
    given = Given({"running_mean": np.full(8, 0.5, np.float32)}, BY_HAND)
    network = chain(conv(), BatchNorm2d()).set_weights("n1", given)
    assert measured_network(network) is network
    assert set(statistics(network)["n1.running_var"]) == {1.0}


def test_nothing_is_measured_where_there_is_nothing_to_measure() -> None:
    network = chain(conv(), ReLU())
    assert measured_network(network) is network


def test_a_cancelled_walk_goes_on_where_it_is_asked_again() -> None:
    network = chain(conv(), BatchNorm2d(), conv(), BatchNorm2d())
    whole = statistics(network)
    running_statistics._known.clear()
    computed = measured_network(chain(conv(), BatchNorm2d(), conv(), BatchNorm2d()))

    class EndedError(Exception):
        pass

    def end() -> None:
        raise EndedError

    node, shapes = computed.nodes["n3"], output_shapes(computed)
    with pytest.raises(EndedError):
        node.weights.parameters("n3", node.layer, (shapes["n2"],), 0, end)
    made = node.weights.parameters("n3", node.layer, (shapes["n2"],), 0)
    assert np.array_equal(made["running_var"], whole["n3.running_var"])


def test_saved_and_read_again_the_network_computes_the_same(tmp_path: Path) -> None:
    network = chain(conv(), BatchNorm2d(), ReLU(), conv(12), BatchNorm2d())
    values: dict[str, dict[str, npt.NDArray[np.float32]]] = {}
    for name, array in network_weights(network):
        node_id, _, parameter = name.rpartition(".")
        values.setdefault(node_id, {})[parameter] = array
    given = network
    for node_id, arrays in values.items():
        given = given.set_weights(node_id, Given(arrays, BY_HAND))
    assert_same(maps(network, "chelsea"), maps(given, "chelsea"))


def assert_same(ours: Mapping[str, object], theirs: Mapping[str, object]) -> None:
    assert ours.keys() == theirs.keys()
    for node_id, values in ours.items():
        np.testing.assert_array_equal(values, theirs[node_id])  # type: ignore[call-overload]


SMALL = 96
"""Side of the Inputs at which the presets are tried: what holds there holds for the draw."""

LARGEST = 10
"""Of the deviations on another photograph: it was 477 where nothing was measured, and 1 is ideal. The last
blocks of Inception v3 make 5 to 8 of a rocket before a dark sky."""


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(presets.preset_names()))
def test_no_drawn_preset_explodes_or_is_certain(name: str) -> None:
    network = presets.load(name).project.network
    computed = measured_network(network)
    norms = [one for one, node in network.nodes.items() if node.weights is not computed[one].weights]
    norms = [node_id for node_id in norms if network[node_id].layer.non_trainable]
    if not norms:
        pytest.skip("nothing is measured")
    for photograph in ("astronaut", "coffee", "chelsea", "rocket"):
        found = maps(network, photograph)
        for node_id in norms:
            assert 0.2 < found[node_id].std() < LARGEST, (photograph, node_id)
        last = network.nodes[network.order[-1]]
        if last.layer.gives_shares:
            assert found[last.id].max() < 0.3, photograph
        assert max(values.std() for values in found.values()) < 12


def test_resnet_18_does_not_know_what_it_sees() -> None:
    network = presets.load("resnet18").project.network
    small = network.replace_layer("input", replace(network["input"].layer, shape=(3, SMALL, SMALL)))  # type: ignore[type-var]
    found = maps(small, "coffee")
    assert found[small.order[-1]].max() < 0.1
    assert max(values.std() for values in found.values()) < 5
