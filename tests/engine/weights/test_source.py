"""Sources of weights: seeded, named in files, keyed by their content."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from engine.errors import FormatError
from engine.layers import Layer
from engine.shapes import Shape
from engine.weights import (
    HE,
    He,
    Weights,
    random_normal,
    weights_from_json,
    weights_source,
    weights_sources,
    weights_to_json,
)
from engine.weights import source as module
from tests.engine.small_networks import conv, make


def drawn(node_id: str = "a", seed: int = 0, layer: Layer | None = None) -> dict[str, Any]:
    return HE.parameters(node_id, layer or conv(64, 3), ((32, 8, 8),), seed)


def test_weights_have_variance_two_over_fan_in_and_biases_are_zero() -> None:
    made = drawn()
    assert made["weight"].shape == (64, 32, 3, 3)
    assert made["weight"].dtype == np.float32
    assert made["weight"].var() == pytest.approx(2 / (32 * 9), rel=0.05)
    assert not made["bias"].any()


def test_a_grouped_kernel_counts_its_own_inputs() -> None:
    made = drawn(layer=conv(64, 3, groups=32))
    assert made["weight"].var() == pytest.approx(2 / 9, rel=0.15)


def test_the_id_and_the_seed_decide() -> None:
    assert (drawn()["weight"] == drawn()["weight"]).all()
    assert (drawn()["weight"] != drawn("b")["weight"]).any()
    assert (drawn()["weight"] != drawn(seed=1)["weight"]).any()


def test_the_numbers_are_the_same_on_every_machine() -> None:
    first = drawn("conv1")["weight"].ravel()[:3]
    again = random_normal("0/conv1/weight", (64, 32, 3, 3)).ravel()[:3] * np.float32((2 / 288) ** 0.5)
    np.testing.assert_array_equal(first, again)
    np.testing.assert_allclose(random_normal("0/conv1/weight", (3,)), RANDOM_OF_CONV1, rtol=0, atol=1e-6)


RANDOM_OF_CONV1 = [2.0033588, -0.8212595, 0.4513106]


def test_a_normalisation_starts_as_the_identity() -> None:
    made = HE.parameters("bn", make("BatchNorm2d"), ((5, 4, 4),), 0)
    assert {name: float(values[0]) for name, values in made.items()} == {
        "weight": 1.0,
        "bias": 0.0,
        "running_mean": 0.0,
        "running_var": 1.0,
    }


def test_parameters_are_read_only() -> None:
    with pytest.raises(ValueError, match="read-only"):
        drawn()["weight"][0] = 0


def test_a_source_survives_its_json_form() -> None:
    assert weights_to_json(HE) == {"source": "he"}
    assert weights_from_json({"source": "he"}) == HE
    assert weights_from_json("he") == HE


@pytest.mark.parametrize("value", ["dream", {"source": "dream"}, {}, 3, None, ["he"], {"source": ["he"]}])
def test_an_unknown_source_is_refused(value: object) -> None:
    with pytest.raises(FormatError, match="no known source"):
        weights_from_json(value)


def test_fields_a_source_does_not_have_are_refused() -> None:
    with pytest.raises(FormatError, match="'sigma'"):
        weights_from_json({"source": "he", "sigma": 2})


@dataclass(frozen=True)
class Constant(Weights):
    """Every parameter one number."""

    name = "constant"
    number: float = 1.0

    def parameters(self, node_id: str, layer: Layer, inputs: tuple[Shape, ...], seed: int) -> dict[str, Any]:
        shapes = layer.param_shapes(*inputs)
        return {name: np.full(shape, self.number, np.float32) for name, shape in shapes.items()}


def test_a_new_source_is_one_class(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_sources", dict(weights_sources()))
    weights_source(Constant)
    assert weights_sources()["constant"] is Constant
    assert weights_from_json(weights_to_json(Constant(2.5))) == Constant(2.5)


def test_the_key_is_the_content() -> None:
    assert Constant(1.0).key == Constant(1.0).key
    assert len({HE.key, Constant(1.0).key, Constant(2.0).key}) == 3
    assert He().key == HE.key


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"of": "he", "layer": {"kind": "Linear"}},
        {"of": "he", "layer": 3, "shape": [4]},
        {"of": "he", "layer": {"kind": "Linear"}, "shape": [4], "more": 1},
        {"of": "he", "layer": {"kind": "Linear"}, "shape": [3, 4, 4]},
        {"of": "he", "layer": {"kind": "Linear"}, "shape": [0]},
        {"of": "he", "layer": {"kind": "Linear"}, "shape": "4"},
        {"of": "dream", "layer": {"kind": "Linear"}, "shape": [4]},
        {"of": "he", "layer": {"kind": "Dream"}, "shape": [4]},
    ],
)
def test_a_recast_that_makes_no_sense_is_refused(record: dict[str, Any]) -> None:
    with pytest.raises(FormatError):
        weights_from_json({"source": "recast"} | record)
