"""Operators of other programs: what they say of themselves, and what keeps them from being computed."""

import json
from typing import Any

import numpy as np
import pytest

from engine.analysis.analyze import analyze
from engine.errors import ShapeError, UnsupportedLayer
from engine.formats.tables.layer_table import plain
from engine.formats.tables.summary_json import summary_record
from engine.layers import foreign, layer_from_json
from engine.layers.foreign import Foreign
from engine.model.network import Network, Node
from engine.plan.output_shapes import output_shapes
from engine.weights import Given
from tests.engine.small_networks import conv, make


def cumulated(**changes: Any) -> Foreign:
    """Sums along the rows of a 3×4×5 map, and a number for each channel."""
    facts = {
        "inputs": [
            {"is": "held", "shape": [1, 3, 4, 5]},
            {"is": "fixed", "shape": [], "dtype": "int64", "values": [3]},
        ],
        "attributes": {"exclusive": 0}, "opset": 17, "made": [1, 3, 4, 5],
    }  # fmt: skip
    return Foreign(operator="CumSum", definition=json.dumps(facts | changes), shape=(3, 4, 5))


def network_with(layer: Foreign) -> Network:
    return Network(
        [
            Node(id="input", layer=make("Input", shape=(3, 4, 5))),
            Node(id="sums", layer=layer, inputs=("input",)),
            Node(id="conv", layer=conv(2, 1), inputs=("sums",)),
        ]
    )


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(foreign, "find_spec", lambda name: None)
    foreign._runner.cache_clear()
    yield
    foreign._runner.cache_clear()


def test_it_keeps_what_the_file_says() -> None:
    layer = cumulated()
    assert layer_from_json(json.loads(json.dumps(layer.to_json()))) == layer
    assert (layer.label, layer.detail) == ("CumSum", "exclusive 0")
    assert layer.output_shape((3, 4, 5)) == (3, 4, 5)
    assert layer.palette() == ()


def test_what_does_not_fit_is_said_in_one_line() -> None:
    with pytest.raises(ShapeError, match="reads 1×3×4×5 in the file it comes from, and 3×4×6 comes in"):
        cumulated().output_shape((3, 4, 6))
    with pytest.raises(ShapeError, match="no description of an operator"):
        Foreign(operator="CumSum", definition="[]")
    with pytest.raises(ShapeError, match="not as many values"):
        cumulated(made=[1, 3, 4, 4])
    with pytest.raises(UnsupportedLayer, match="no layer in PyTorch"):
        cumulated().torch((3, 4, 5))
    with pytest.raises(UnsupportedLayer, match="gradient of CumSum is not known"):
        cumulated().backward([], {}, np.zeros(1, np.float32), np.zeros(1, np.float32))


def test_what_it_costs_and_sees_is_not_known_rather_than_zero(nothing_installed: None) -> None:
    network = network_with(cumulated())
    analysis = analyze(network)
    assert analysis.layers["sums"].output_shape == (3, 4, 5)
    assert not analysis.layers["sums"].counted
    assert analysis.layers["conv"].macs == 120
    assert analysis.layers["sums"].receptive_field is None
    assert analysis.layers["conv"].receptive_field is None, "nor is that of what comes after"
    assert analysis.totals.uncounted == ("sums",)
    assert "without 1 foreign operator, whose cost is not known" in plain(network, analysis)
    record = summary_record("net", network, analysis)
    assert [layer["macs"] for layer in record["layers"]] == [0, None, 120]
    assert record["totals"]["uncounted"] == ["sums"]


def test_without_a_runtime_it_and_what_follows_are_not_computed(nothing_installed: None) -> None:
    network = network_with(cumulated())
    assert set(output_shapes(network)) == {"input"}
    (problem,) = analyze(network).problems
    assert problem.node_id == "sums"
    assert "onnxruntime, which is not installed: pip install" in problem.message


@pytest.mark.peer
@pytest.mark.parametrize("without", ["", "onnxruntime"])
def test_it_is_computed_by_what_is_installed(without: str, monkeypatch: pytest.MonkeyPatch) -> None:
    find = foreign.find_spec
    monkeypatch.setattr(foreign, "find_spec", lambda name: None if name == without else find(name))
    foreign._runner.cache_clear()
    x = np.random.default_rng(0).standard_normal((2, 3, 4, 5)).astype(np.float32)
    made = cumulated().forward([x], {})
    np.testing.assert_allclose(made, np.cumsum(x, axis=3), rtol=1e-5)
    network = network_with(cumulated())
    assert not analyze(network).problems
    foreign._runner.cache_clear()


@pytest.mark.peer
def test_its_numbers_are_parameters() -> None:
    facts = {
        "inputs": [{"is": "held", "shape": [1, 3, 2]}, {"is": "parameter", "shape": [2, 4]}],
        "opset": 17, "made": [1, 3, 4],
    }  # fmt: skip
    layer = Foreign(operator="MatMul", definition=json.dumps(facts), shape=(1, 3, 4))
    weight = np.arange(8, dtype=np.float32).reshape(2, 4)
    assert layer.param_shapes((1, 3, 2)) == {"input1": (2, 4)}
    x = np.ones((1, 1, 3, 2), np.float32)
    assert layer.forward([x], {"input1": weight})[0, 0, 0].tolist() == [4, 6, 8, 10]
    node = Node(id="product", layer=layer, inputs=("input",), weights=Given({"input1": weight}))
    network = Network([Node(id="input", layer=make("Input", shape=(1, 3, 2))), node])
    assert analyze(network).totals.parameters == 8
