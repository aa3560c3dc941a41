"""Numbers, functions, bounds and joins, value by value; moves, and maps that depend on nothing."""

import numpy as np
import pytest

from engine.errors import ShapeError
from engine.layers import Layer, Operations
from engine.layers.add import Add
from engine.layers.curved_activations import CELU, SELU, Mish, Softplus, Softsign, ThresholdedReLU
from engine.layers.hard_activations import Hardsigmoid
from engine.layers.joins import Divide, Maximum, Mean, Minimum, Subtract
from engine.layers.multiply import Multiply
from engine.layers.parameter import Parameter
from engine.layers.permute import ORDERS, Permute
from engine.layers.pixel_shuffle import PixelUnshuffle
from engine.layers.reshape import Reshape
from engine.layers.scalar import FUNCTIONS, SIGNS, Clamp, Function, Scalar
from engine.layers.softmax import LogSoftmax
from engine.shapes import Shape
from tests.engine import check_layer as contract
from tests.engine.check_layer import check_layer

ROUGH = ("ceil", "floor", "round", "log", "sqrt")
"""Functions that jump, or that are not there for negative numbers: without a gradient to be measured."""


@pytest.mark.parametrize(
    ("layer", "shapes"),
    [
        *((Scalar(operation=sign, value=2.0), [(3, 4, 5)]) for sign in SIGNS if sign != "divide"),
        *(
            (Function(function=function), [(3, 4, 5)])
            for function in FUNCTIONS
            if function not in (*ROUGH, "reciprocal")
        ),
        (Scalar(operation="add", value=-0.3), [(6,)]),
        (Clamp(), [(3, 4, 5)]),
        (Clamp(low=-0.5, sides="low"), [(6,)]),
        (Clamp(high=0.25, sides="high"), [(3, 4, 5)]),
        (Hardsigmoid(alpha=0.2), [(3, 4, 5)]),
        (Softplus(), [(3, 4, 5)]),
        (Mish(), [(3, 4, 5)]),
        (SELU(), [(3, 4, 5)]),
        (SELU(alpha=2.0, gamma=0.5), [(6,)]),
        (CELU(alpha=0.7), [(3, 4, 5)]),
        (ThresholdedReLU(alpha=0.3), [(3, 4, 5)]),
        (Softsign(), [(3, 4, 5)]),
        (LogSoftmax(), [(7,)]),
        (LogSoftmax(), [(3, 4, 5)]),
        *((Permute(order=order), [(3, 4, 5)]) for order in ORDERS),
        (Reshape(shape=(6, 5, 2)), [(3, 4, 5)]),
        (Reshape(shape=(3, 2, 1)), [(6,)]),
        (PixelUnshuffle(), [(3, 4, 6)]),
        (PixelUnshuffle(downscale_factor=3), [(2, 3, 6)]),
        *((kind(), [(3, 4, 5)] * 2) for kind in (Subtract, Maximum, Minimum, Mean)),
        *((kind(), [(3, 4, 5), (3, 1, 1)]) for kind in (Add, Subtract, Maximum, Minimum, Mean)),
        *((kind(), [(1, 4, 5), (3, 1, 1), (3, 4, 5)]) for kind in (Add, Maximum, Mean)),
        *((kind(), [(3, 4, 1), (3, 1, 5)]) for kind in (Add, Multiply, Subtract)),
        (Subtract(), [(6,), (6,)]),
    ],
    ids=str,
)
def test_values_keep_the_contract(layer: Layer, shapes: list[Shape]) -> None:
    check_layer(layer, *shapes)


@pytest.mark.parametrize(
    "layer", [Divide(), Scalar(operation="divide"), Function(function="reciprocal")], ids=str
)
def test_quotients_keep_the_contract_away_from_zero(layer: Layer, monkeypatch: pytest.MonkeyPatch) -> None:
    class Positive:
        """Random numbers that no division blows up."""

        def __init__(self, seed: int) -> None:
            self._random = np.random.Generator(np.random.PCG64(seed))

        def standard_normal(self, shape: Shape) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
            return self._random.random(shape) + 1.0

        def integers(self, high: int) -> int:
            return int(self._random.integers(high))

    monkeypatch.setattr(contract.np.random, "default_rng", Positive)  # type: ignore[attr-defined]
    check_layer(layer, *[(3, 4, 5)] * layer.min_inputs)


def test_a_parameter_is_its_own_map() -> None:
    layer = Parameter(shape=(2, 1, 1))
    weight = np.array([3, 4], np.float32).reshape(2, 1, 1)
    assert layer.forward([], {"weight": weight}).tolist() == [[[[3]], [[4]]]]
    assert layer.output_shape() == (2, 1, 1)
    assert layer.param_shapes() == {"weight": (2, 1, 1)}
    assert layer.backward([], {"weight": weight}, weight, weight) == ()


def test_what_rounds_says_so_by_its_slope() -> None:
    x = np.array([[-1.5, 0.4, 2.5]], np.float32)
    for name, made in {"ceil": [-1, 1, 3], "floor": [-2, 0, 2], "round": [-2, 0, 2]}.items():
        layer = Function(function=name)
        assert layer.forward([x], {}).tolist() == [made]
        assert not layer.backward([x], {}, x, x)[0].any()
    assert Function(function="sqrt").forward([np.array([[4.0]], np.float32)], {}).tolist() == [[2]]


def test_operations_are_counted_as_they_are_done() -> None:
    assert Subtract().operations((2, 3, 4), (2, 1, 1)) == Operations(add=24)
    assert Mean().operations(*[(2, 3, 4)] * 3) == Operations(add=48, divide=24)
    assert Clamp(low=0.0, sides="low").operations((5,)) == Operations(compare=5)
    assert Add().operations((2, 3, 4), (2, 1, 1)) == Operations(add=24)


def test_what_does_not_fit_says_how_it_would() -> None:
    with pytest.raises(ShapeError, match=r"shape=2×2×2 has 8 values, and 6 come in as 6\. 6×1×1 fits"):
        Reshape(shape=(2, 2, 2)).output_shape((6,))
    with pytest.raises(ShapeError, match=r"downscale_factor=3 does not divide 4×6\. 2 does"):
        PixelUnshuffle(downscale_factor=3).output_shape((2, 4, 6))
    with pytest.raises(ShapeError, match="Subtract needs equal channels, or one"):
        Subtract().output_shape((2, 3, 3), (3, 3, 3))
