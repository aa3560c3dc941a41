"""Dense layers as convolutions and back: the same numbers, measured by running both."""

from typing import Any

import numpy as np
import pytest

import presets
from engine.analysis.analyze import analyze
from engine.edits.dense_layers import as_convolutions, as_dense, conversion_text, may_be_dense
from engine.errors import NetworkError
from engine.execution.executor import Executor
from engine.formats.project_json import read, write
from engine.image.image_source import open_image
from engine.layers import layer_kinds
from engine.model.network import Network
from engine.model.project import Project
from engine.weights import HE, Given
from engine.weights.random import Uniform, Xavier
from engine.weights.recast import Recast
from tests.engine.small_networks import chain, conv, graph, make, pool

ASTRONAUT = open_image("astronaut")


def maps(network: Network) -> dict[str, Any]:
    return {result.node_id: result.map for result in Executor().run(network, ASTRONAUT)}


def difference(before: Network, after: Network) -> float:
    """Largest difference of values that both networks have, counted in the largest value."""
    ours, theirs = maps(before), maps(after)
    assert not analyze(after).problems
    worst = 0.0
    for node_id, old in ours.items():
        if node_id in theirs:
            new = theirs[node_id].reshape(old.shape)
            worst = max(worst, float(np.abs(new - old).max() / np.abs(old).max()))
    return worst


def head(*layers: Any, shape: tuple[int, int, int] = (3, 12, 16)) -> Network:
    return chain(conv(5), make("ReLU"), pool(), *layers, shape=shape)


FC = make("Linear", out_features=7)
LAST = make("Linear", out_features=4, bias=False)


@pytest.mark.parametrize(
    "layers",
    [
        (make("Flatten"), FC),
        (make("Flatten"), FC, make("ReLU"), LAST),
        (make("Flatten"), make("Dropout"), FC, make("Tanh"), LAST, make("Softmax")),
        (make("GlobalAvgPool2d"), make("Flatten"), FC, make("ReLU"), LAST, make("Softmax")),
        (make("AdaptiveAvgPool2d", output_size=(2, 3)), make("Flatten"), FC),
        (make("Flatten"), make("Flatten"), FC, make("Flatten"), LAST),
        (make("Flatten"), FC, make("PReLU"), make("LayerNorm"), make("Scale"), LAST),
    ],
)
@pytest.mark.parametrize("weights", [HE, Xavier(seed=2), Uniform(limit=0.3)])
def test_a_head_of_dense_layers_becomes_convolutions_with_the_same_numbers(
    layers: tuple[Any, ...], weights: Any
) -> None:
    before = head(*layers)
    dense = [one for one in before.order if before[one].layer.kind == "Linear"]
    for node_id in dense:
        before = before.set_weights(node_id, weights)
    made = as_convolutions(before, dense[0])
    assert made.converted == tuple(dense)
    assert all(made.network[one].layer.kind == "Conv2d" for one in dense)
    assert not any(node.layer.kind == "Flatten" for node in made.network.nodes.values())
    assert difference(before, made.network) < 1e-5
    if len(dense) > 1:
        assert as_convolutions(before, dense[-1]).network == made.network


def test_the_first_kernel_covers_the_map_and_the_others_are_1_by_1() -> None:
    before = head(make("Flatten"), FC, make("ReLU"), LAST)
    made = as_convolutions(before, "n5")
    assert made.network["n5"].layer == conv(7, (6, 8), padding="valid")
    assert made.network["n7"].layer == conv(4, 1, padding="valid", bias=False)
    assert made.removed == ("n4",)
    assert made.network["n5"].inputs == ("n3",)
    assert conversion_text(before, made) == (
        "Linear · 7 is Conv 6×8 · 7, Linear · 4 is Conv 1×1 · 4; Flatten went"
    )
    assert analyze(made.network).totals.parameters == analyze(before).totals.parameters


def test_a_larger_photograph_then_gives_a_map_of_scores() -> None:
    before = head(make("Flatten"), FC, make("ReLU"), LAST)
    made = as_convolutions(before, "n5").network
    larger = made.replace_layer("input", make("Input", shape=(3, 24, 40)))
    assert analyze(larger).layers["n7"].output_shape == (4, 7, 13)
    assert not analyze(larger).problems
    assert maps(larger)["n7"].shape == (1, 4, 7, 13)


def test_what_has_a_problem_below_stays_as_it_is() -> None:
    before = head(make("Flatten"), FC, conv(3))
    made = as_convolutions(before, "n5").network
    assert made["n6"] == before["n6"]
    assert analyze(before).problems
    assert not analyze(made).problems


def test_an_adaptive_pooling_that_does_nothing_goes_too() -> None:
    before = head(make("AdaptiveAvgPool2d", output_size=(6, 8)), make("Dropout"), make("Flatten"), FC)
    made = as_convolutions(before, "n7")
    assert set(made.removed) == {"n4", "n6"}
    assert difference(before, made.network) < 1e-5
    busy = head(make("AdaptiveAvgPool2d", output_size=(3, 4)), make("Flatten"), FC)
    assert as_convolutions(busy, "n6").removed == ("n5",)


def test_given_numbers_are_reshaped_and_stay_given() -> None:
    before = chain(make("Flatten"), make("Linear", out_features=2), shape=(1, 2, 2))
    before = before.set_weights("n2", Given({"weight": [[1, 2, 3, 4], [5, 6, 7, 8]], "bias": [1, 2]}))
    made = as_convolutions(before, "n2").network
    weights = made["n2"].weights
    assert isinstance(weights, Given)
    assert weights.arrays["weight"].tolist() == [[[[1, 2], [3, 4]]], [[[5, 6], [7, 8]]]]
    assert as_dense(made, "n2").network["n2"].weights == before["n2"].weights


@pytest.mark.parametrize("weights", [HE, Xavier(), Uniform(limit=0.2), Given({"weight": np.ones((7, 240))})])
def test_the_way_back_gives_the_dense_layers_again(weights: Any) -> None:
    before = head(make("Flatten"), FC, make("ReLU"), LAST, make("Softmax")).set_weights("n5", weights)
    there = as_convolutions(before, "n5").network
    assert may_be_dense(there, "n5")
    back = as_dense(there, "n5")
    assert back.converted == ("n5", "n7")
    assert back.added == ("flatten_1",)
    for node_id in ("n5", "n7"):
        assert back.network[node_id].layer == before[node_id].layer
        assert back.network[node_id].weights == before[node_id].weights
    assert difference(before, back.network) == 0


def test_convolutions_that_were_never_dense_become_so_where_they_see_all() -> None:
    before = head(conv(7, (6, 8), padding="valid"), make("ReLU"), conv(4, 1)).set_weights("n4", Xavier())
    made = as_dense(before, "n4")
    assert made.converted == ("n4", "n6")
    assert difference(before, made.network) < 1e-5
    assert isinstance(made.network["n4"].weights, Recast)


def test_branches_and_joins_of_vectors_are_converted_together() -> None:
    before = graph(
        (3, 8, 8),
        a=(conv(4), "input"),
        f=(make("Flatten"), "a"),
        left=(make("Linear", out_features=6), "f"),
        right=(make("Linear", out_features=6), "f"),
        sum=(make("Add"), "left", "right"),
        both=(make("Concat"), "sum", "left"),
        out=(make("Linear", out_features=3), "both"),
    )
    made = as_convolutions(before, "left")
    assert set(made.converted) == {"left", "right", "out"}
    assert difference(before, made.network) < 1e-5


def test_two_flattened_maps_in_a_row_are_two_maps_on_each_other() -> None:
    before = graph(
        (3, 8, 8),
        a=(conv(4), "input"),
        b=(conv(2), "input"),
        fa=(make("Flatten"), "a"),
        fb=(make("Flatten"), "b"),
        both=(make("Concat"), "fa", "fb"),
        out=(make("Linear", out_features=3), "both"),
    )
    made = as_convolutions(before, "out")
    assert set(made.removed) == {"fa", "fb"}
    assert difference(before, made.network) < 1e-5


@pytest.mark.parametrize("name", ["lenet5", "alexnet", "fully_connected"])
def test_presets_convert(name: str) -> None:
    before = presets.load(name).project.network
    dense = next(one for one in before.order if before[one].layer.kind == "Linear")
    assert difference(before, as_convolutions(before, dense).network) < 1e-5


@pytest.mark.parametrize(
    ("network", "node_id", "words"),
    [
        (head(make("Flatten"), make("Softmax"), FC), "n6", "Softmax stands in the way"),
        (head(make("Flatten"), make("LayerNorm"), FC), "n6", "stands in the way"),
        (head(make("Flatten"), make("Slice", start=0, stop=9), FC), "n6", "Slice"),
        (head(make("ReLU")), "n4", "is no Linear layer"),
        (head(FC), "n4", "cannot be computed yet"),
    ],
)
def test_what_stands_in_the_way_is_named(network: Network, node_id: str, words: str) -> None:
    with pytest.raises(NetworkError, match=words):
        as_convolutions(network, node_id)


@pytest.mark.parametrize(
    ("network", "words"),
    [
        (head(conv(7, 3)), "Conv 3×3 · 7 is no dense layer: it does not see all of its 5×6×8 maps"),
        (head(conv(7, (6, 8), padding="valid"), make("GlobalAvgPool2d")), "Global average stands in the way"),
        (head(conv(7, (6, 8), padding="valid"), conv(7, 3)), "Conv 3×3 · 7 stands in the way"),
        (head(make("ReLU")), "ReLU is no dense layer"),
    ],
)
def test_what_keeps_it_from_being_dense_is_named(network: Network, words: str) -> None:
    with pytest.raises(NetworkError, match=words):
        as_dense(network, "n4")


def test_every_kind_that_passes_computes_the_same_on_rows_and_on_maps() -> None:
    """Whatever layer `as_convolutions` lets through between dense layers, its values are the same."""
    passed = []
    for kind, cls in layer_kinds().items():
        if cls.max_inputs != 1 or kind in ("Linear", "Flatten"):
            continue
        before = head(make("Flatten"), FC, cls(), LAST)
        if analyze(before).problems:
            continue
        try:
            made = as_convolutions(before, "n5").network
        except NetworkError:
            continue
        passed.append(kind)
        assert difference(before, made) < 1e-5, kind
    assert {"ReLU", "Softmax", "LayerNorm", "Dropout", "GELU", "PReLU"} <= set(passed)


def test_a_converted_network_survives_its_file() -> None:
    before = head(make("Flatten"), FC).set_weights("n5", Xavier(seed=4))
    made = as_convolutions(before, "n5").network
    again = read(write(Project(network=made))).network
    assert again == made
    assert again["n5"].weights.text == "Random (Xavier), draw 4, as of Linear · 7"
    assert difference(before, again) < 1e-5


def test_an_edit_above_is_a_problem_and_no_crash() -> None:
    before = head(make("Flatten"), FC).set_weights("n5", Xavier())
    made = as_convolutions(before, "n5").network.replace_layer("n1", conv(6))
    (problem,) = analyze(made).problems
    assert problem.node_id == "n5"
    assert "took over from Linear · 7 is 7×240, the layer now takes 7×6×6×8" in problem.message
    assert not analyze(problem.fixes[-1].apply(made)).problems
