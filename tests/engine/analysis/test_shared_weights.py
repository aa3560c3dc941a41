"""One set of weights on several nodes: counted once, used every time."""

import json

import numpy as np

from engine.analysis.analyze import analyze
from engine.derivation.derive import derive, derive_total
from engine.model.network import Network, Node
from engine.weights import Given, weights_from_json, weights_to_json
from tests.engine.small_networks import conv, make


def siamese() -> Network:
    weights = Given({"weight": np.ones((4, 3, 3, 3)), "bias": np.zeros(4)}, tied="tower")
    layer = conv(4, 3)
    return Network(
        [
            Node(id="left", layer=make("Input", shape=(3, 8, 8))),
            Node(id="right", layer=make("Input", shape=(3, 8, 8))),
            Node(id="a", layer=layer, inputs=("left",), weights=weights),
            Node(id="b", layer=layer, inputs=("right",), weights=weights),
            Node(id="sum", layer=make("Add"), inputs=("a", "b")),
        ]
    )


def test_they_count_once_in_parameters_and_every_time_in_macs() -> None:
    network = siamese()
    analysis = analyze(network)
    one = 4 * 3 * 9 + 4
    assert (analysis.layers["a"].parameters, analysis.layers["b"].parameters) == (one, 0)
    assert analysis.layers["b"].tied_to == "a"
    assert analysis.totals.parameters == one
    assert analysis.totals.parameter_bytes == 4 * one
    assert analysis.totals.macs == 2 * analysis.layers["a"].macs
    assert derive_total(network, analysis, "parameters").value == one
    assert "counted there" in derive(network, analysis, "b", "parameters").rule


def test_a_change_elsewhere_and_a_set_of_its_own_are_noticed() -> None:
    network = siamese()
    before = analyze(network)
    alone = network.set_weights("a", Given({"weight": np.ones((4, 3, 3, 3)), "bias": np.zeros(4)}))
    after = analyze(alone, before)
    assert after.layers["b"].parameters == 112
    assert after.layers["b"].tied_to == ""
    assert after.totals.parameters == 224


def test_files_keep_what_is_shared() -> None:
    weights = siamese()["a"].weights
    again = weights_from_json(json.loads(json.dumps(weights_to_json(weights))))
    assert again == weights
    assert again.shared == "tower"
    assert isinstance(again, Given)
    assert not again.changed(bias=[1, 2, 3, 4]).shared, "numbers of its own from then on"
