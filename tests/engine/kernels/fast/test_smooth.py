"""Smooth activations by vectors, against their definitions in double precision."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest

from engine.execution.executor import Executor
from engine.model.network import Network
from engine.weights import Weights
from tests.engine.execution.odd_networks import make, node

INFINITY = float("inf")
EXTREMES = (
    0.0,
    -0.0,
    1e-30,
    -1e-30,
    88.0,
    -88.0,
    95.0,
    -95.0,
    INFINITY,
    -INFINITY,
    float("nan"),
    3e38,
    -3e38,
)


@cache
def values() -> np.ndarray:
    spread = np.concatenate([np.linspace(-30, 30, 40_001), np.linspace(-1e-3, 1e-3, 999), EXTREMES])
    return spread.astype(np.float32)


@dataclass(frozen=True, eq=False)
class Given(Weights):
    """A dense layer's bias as the values, its weight zero: how any number gets into a network."""

    name = "given"
    numbers: np.ndarray

    def to_json(self) -> dict:
        return {}

    def parameters(self, node_id: str, layer: object, inputs: tuple, seed: int, *_: object) -> dict:
        return {"weight": np.zeros((self.numbers.size, 1), np.float32), "bias": self.numbers}


def activated(kind: str, x: np.ndarray) -> np.ndarray:
    """What the engine makes of the values."""
    network = Network(
        [
            node("input", make("Input", shape=(1, 1, 1))),
            node("flat", make("Flatten"), "input"),
            node("values", make("Linear", out_features=x.size), "flat", weights=Given(x)),
            node("y", make(kind), "values"),
        ]
    )
    executor = Executor()
    (step,) = [step for step in executor.plan(network).steps if step.nodes == ("y",)]
    assert step.algorithm == "elementwise"
    maps = {result.node_id: result.map for result in executor.run(network, np.zeros((1, 1, 3), np.uint8))}
    np.testing.assert_array_equal(maps["values"][0], x)
    return maps["y"][0]


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x > -700 else 0.0


EXACT = {
    "Sigmoid": sigmoid,
    "SiLU": lambda x: x * sigmoid(x),
    "Tanh": math.tanh,
    "GELU": lambda x: 0.5 * x * math.erfc(-x * math.sqrt(0.5)),
}


@pytest.mark.parametrize(("kind", "exact"), EXACT.items())
def test_smooth_activations_are_exact_to_the_last_digits(kind: str, exact: Callable) -> None:
    made = activated(kind, values())
    finite = np.isfinite(values()) & (np.abs(values()) < 1e30)
    x = values()[finite].astype(np.float64)
    right = np.array([exact(one) for one in x.tolist()])
    # Relative, but for what is smaller than anything that is shown. GELU's tail falls as e^(−x²/2), where
    # the argument's own rounding counts x² times.
    tolerance = np.where(x > -2, 1e-6, 1e-5) if kind == "GELU" else 1e-6
    assert np.all(np.abs(made[finite] - right) <= tolerance * np.abs(right) + 1e-28)


@pytest.mark.parametrize(("kind", "exact"), EXACT.items())
def test_errors_stay_within_their_bounds_over_all_of_float32(kind: str, exact: Callable) -> None:
    """Within 3e-7 of |x| everywhere, and nearly so of the result; every exponent, both signs."""
    patterns = np.arange(0, 2**32, 2**13 + 11, dtype=np.uint64).astype(np.uint32)
    spread = patterns.view(np.float32)
    spread = spread[np.isfinite(spread)]
    for x in np.array_split(spread, 8):
        made = activated(kind, x).astype(np.float64)
        right = np.array([exact(one) for one in x.astype(np.float64).tolist()])
        error = np.abs(made - right)
        relative = np.where((kind != "GELU") | (x > -2), 1e-6, 1e-5) * np.abs(right)
        assert np.all(error <= relative + 1e-28)
        if kind != "Sigmoid":  # which is one half at zero
            assert np.all(error <= 3e-7 * np.abs(x.astype(np.float64)) + 1e-44)


@pytest.mark.parametrize("kind", EXACT)
def test_extremes_go_where_the_layers_own_kernel_puts_them(kind: str) -> None:
    count = len(EXTREMES)
    own = make(kind).forward([values()[None]], {})[0]
    made = activated(kind, values())
    np.testing.assert_array_equal(np.isnan(made[-count:]), np.isnan(own[-count:]))
    np.testing.assert_allclose(made[-count:], own[-count:], rtol=1e-6, atol=1e-30)


@pytest.mark.parametrize("kind", ["Hardswish", "Hardsigmoid"])
def test_a_sixth_is_not_off_by_the_same_in_every_value(kind: str) -> None:
    """Single precision has no sixth: the nearest one is 3e-8 too large."""
    x = np.linspace(-2.999, 2.999, 20_001).astype(np.float32)
    gate = np.clip(x.astype(np.float64) + 3, 0, 6) / 6
    right = x * gate if kind == "Hardswish" else gate
    error = activated(kind, x) - right
    assert abs(np.sum(error * right) / np.sum(right**2)) < 3e-9
    assert np.all(np.abs(error) <= 1.6e-7 * np.maximum(np.abs(right), 1e-3))
    ends = np.array([-100, -3.0001, -3, 3, 3.0001, 100], np.float32)
    expected = ends * (ends > 0) if kind == "Hardswish" else ends > 0
    np.testing.assert_array_equal(activated(kind, ends), expected)


@pytest.mark.parametrize("kind", ["Sigmoid", "SiLU", "Tanh", "GELU", "Hardswish", "Hardsigmoid"])
def test_a_value_does_not_depend_on_its_neighbours(kind: str) -> None:
    """Those of a pixel's last vector may be anything."""
    x = np.linspace(-4.9, 4.9, 16, dtype=np.float32)
    alone = activated(kind, x)
    for place, other in ((15, -30.0), (3, INFINITY), (7, -INFINITY), (0, float("nan")), (9, 1e-30)):
        beside = x.copy()
        beside[place] = other
        found = np.delete(activated(kind, beside), place)
        assert found.tobytes() == np.delete(alone, place).tobytes(), other
