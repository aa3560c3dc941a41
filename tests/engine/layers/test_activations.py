"""Activations and softmax."""

import math

import numpy as np
import pytest

from engine.errors import ShapeError
from engine.layers import Layer, Operations
from engine.layers.hard_activations import Hardsigmoid, Hardswish
from engine.layers.rectifiers import LeakyReLU, PReLU, ReLU, ReLU6
from engine.layers.smooth_activations import ELU, GELU, Sigmoid, SiLU, Tanh
from engine.layers.softmax import Softmax
from tests.engine.check_layer import check_layer, near

ALL = (
    ReLU(), ReLU6(), LeakyReLU(), LeakyReLU(negative_slope=-0.3), PReLU(), PReLU(shared=True), ELU(),
    ELU(alpha=0.4), Sigmoid(), Tanh(), SiLU(), GELU(), GELU(approximate="tanh"), Hardswish(), Hardsigmoid(),
    Softmax(),
)  # fmt: skip


@pytest.mark.parametrize("layer", ALL, ids=repr)
def test_activations_keep_the_contract_for_maps_and_vectors(layer: Layer) -> None:
    check_layer(layer, (3, 4, 5))
    check_layer(layer, (11,))
    check_layer(layer, (1, 1, 1))
    check_layer(layer, (1, 97, 101) if layer.kind == "ReLU" else (5, 2, 1))  # more than one chunk


def values(layer: Layer, x: list[float], **params: list[float]) -> list[float]:
    arrays = {name: np.array(value, np.float32) for name, value in params.items()}
    made: list[float] = layer.forward([np.array([x], np.float32)], arrays)[0].tolist()
    return made


def test_activations_by_hand() -> None:
    x = [-4.0, -1.0, 0.0, 1.0, 8.0]
    assert values(ReLU(), x) == [0, 0, 0, 1, 8]
    assert values(ReLU6(), x) == [0, 0, 0, 1, 6]
    assert values(LeakyReLU(negative_slope=0.25), x) == [-1, -0.25, 0, 1, 8]
    assert values(PReLU(), x, weight=[0.5, 2, 1, 9, 9]) == [-2, -2, 0, 1, 8]
    assert values(PReLU(shared=True), x, weight=[0.5]) == [-2, -0.5, 0, 1, 8]
    assert values(Hardsigmoid(), [-3.0, 0.0, 3.0, 1.5]) == [0, 0.5, 1, 0.75]
    assert values(Hardswish(), [-3.0, 0.0, 3.0, 1.5, 6.0]) == [0, 0, 3, 1.125, 6]
    near(values(Sigmoid(), [0.0, math.log(3)]), [0.5, 0.75])
    near(values(Tanh(), [0.0, math.log(3)]), [0.0, 0.8])
    near(values(SiLU(), [0.0, math.log(3)]), [0.0, 0.75 * math.log(3)])
    near(values(ELU(alpha=2.0), [-math.log(2), 3.0]), [-1.0, 3.0])
    near(values(GELU(), [0.0, 1.0, -1.0]), [0.0, 0.8413447, -0.1586553])
    near(values(Softmax(), [0.0, math.log(3)]), [0.25, 0.75])


def test_a_nan_stays_a_nan() -> None:
    for layer in ALL:
        params = (
            {"weight": [0.25] * (1 if getattr(layer, "shared", False) else 2)}
            if layer.kind == "PReLU"
            else {}
        )
        assert math.isnan(values(layer, [math.nan, 1.0], **params)[0]), layer


def test_large_values_stay_finite() -> None:
    for layer in (Sigmoid(), Tanh(), SiLU(), GELU(), GELU(approximate="tanh"), ELU(), Softmax()):
        assert np.isfinite(values(layer, [-200.0, 200.0])).all(), layer
    near(values(Softmax(), [1000.0, 1000.0]), [0.5, 0.5])
    near(values(Softmax(), [-1000.0, 1000.0]), [0.0, 1.0])


def test_softmax_shares_out_the_channels_of_every_pixel() -> None:
    x = np.random.default_rng(0).standard_normal((1, 4, 30, 20)).astype(np.float32)
    near(Softmax().forward([x], {}).sum(axis=1), np.ones((1, 30, 20)))


def test_operations_are_counted_by_kind() -> None:
    shape = (2, 3, 4)
    assert ReLU().operations(shape) == Operations(compare=24)
    assert ReLU6().operations(shape) == Operations(compare=48)
    assert PReLU().operations(shape) == Operations(compare=24, multiply=24)
    assert Sigmoid().operations(shape) == Operations(exp=24, add=24, divide=24)
    assert GELU().operations(shape) == Operations(multiply=72, add=24, exp=24)
    tanh_form = GELU(approximate="tanh").operations((1,))
    # x², x³, · 0.0447, · √(2/π), · ½, the product; x +, tanh's 1 − e and 1 + e, 1 +
    assert tanh_form == Operations(multiply=6, add=4, exp=1, divide=1)
    # 12 pixels of 2 channels: one comparison, two differences and one sum each
    assert Softmax().operations(shape) == Operations(compare=12, add=36, exp=24, divide=24)
    assert Softmax().operations((10,)) == Operations(compare=9, add=19, exp=10, divide=10)


def test_learned_slopes_start_from_a_quarter() -> None:
    assert PReLU().initial_value("weight") == 0.25
    assert PReLU().param_shapes((7, 3, 3)) == {"weight": (7,)}
    assert PReLU(shared=True).param_shapes((7, 3, 3)) == {"weight": (1,)}


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(ShapeError, match="approximate='exact' is none of none, tanh") as error:
        GELU(approximate="exact")
    assert error.value.setting == "approximate"
    with pytest.raises(ShapeError, match="alpha=-1"):
        ELU(alpha=-1)
    with pytest.raises(ShapeError, match="must be finite"):
        LeakyReLU(negative_slope=math.nan)
