"""Every convention that is told is the one that is followed: each held against the engine by its formula."""

from collections.abc import Callable
from math import sqrt

import numpy as np
import pytest

from engine.layers import Layer, layer_from_json
from engine.training.conventions import CONVENTIONS
from engine.training.losses import loss
from engine.training.optimizers import optimizer
from engine.training.optimizers.optimizer import Rate
from engine.weights import HE
from tests.engine.training.small_trainings import trainer

RATE, MU, DECAY = 0.1, 0.9, 0.3
X = np.array([3.0, -1.0, 2.0, 8.0, 0.5, -4.0], np.float32).reshape(2, 1, 1, 3)
"""Six values of one channel."""


def make(kind: str, **settings: object) -> Layer:
    return layer_from_json({"kind": kind, **settings})


def normed(**params: float) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """The batch norm of `X`, and the running statistics after it."""
    usual = {"weight": 1.0, "bias": 0.0, "running_mean": 0.0, "running_var": 1.0} | params
    arrays = {name: np.full(1, value, np.float32) for name, value in usual.items()}
    y, kept = make("BatchNorm2d").forward_in_training([X], arrays, lambda shape: np.zeros(shape, np.float32))
    return y, dict(kept)


def steps(
    name: str, gradients: list[float], rates: list[float], decay: float = 0.0, value: float = 2.0
) -> float:
    """One value after these steps."""
    chosen = optimizer(name)
    values, state = np.array([value], np.float32), chosen.state(1)
    for number, (gradient, rate) in enumerate(zip(gradients, rates, strict=True), start=1):
        slope = np.array([gradient], np.float32)
        chosen.update(values, slope, state, Rate(step=number, learning_rate=rate, momentum=MU, decay=decay))
    return float(values[0])


def batch_variance() -> None:
    y, _ = normed()
    x = X.ravel().astype(np.float64)
    assert y.ravel() == pytest.approx((x - x.mean()) / np.sqrt(x.var(ddof=0) + 1e-5), rel=1e-6)


def running_variance() -> None:
    _, kept = normed(running_var=5.0)
    unbiased, biased = (0.9 * 5 + 0.1 * X.var(ddof=n) for n in (1, 0))
    assert kept["running_var"][0] == pytest.approx(unbiased, rel=1e-6)
    assert kept["running_var"][0] != pytest.approx(biased, rel=1e-2)


def running_momentum() -> None:
    _, kept = normed(running_mean=10.0)
    assert kept["running_mean"][0] == pytest.approx(0.9 * 10 + 0.1 * X.mean(), rel=1e-6)


def norm_epsilon() -> None:
    flat = np.full((2, 1, 1, 3), 4.0, np.float32)
    flat[0, 0, 0, 0] += np.float32(6e-3)
    arrays = {
        n: np.full(1, v, np.float32)
        for n, v in (("weight", 1), ("bias", 0), ("running_mean", 0), ("running_var", 1))
    }
    y, _ = make("BatchNorm2d").forward_in_training([flat], arrays, lambda shape: np.zeros(shape, np.float32))
    x = flat.astype(np.float64)
    assert y == pytest.approx((x - x.mean()) / np.sqrt(x.var() + 1e-5), rel=1e-3)
    assert abs(y).max() > 3 * abs((x - x.mean()) / np.sqrt(x.var() + 1e-3)).max()


def momentum() -> None:
    """Told apart where the rate changes between two steps."""
    first, second = 1.0, -0.5
    outside = 2.0 - 0.1 * first - 0.01 * (MU * first + second)
    velocity = -0.1 * first
    inside = 2.0 + velocity + (MU * velocity - 0.01 * second)
    found = steps("sgd", [first, second], [0.1, 0.01])
    assert found == pytest.approx(outside, rel=1e-6)
    assert found != pytest.approx(inside, rel=1e-3)


def adam_epsilon() -> None:
    """Told apart where the gradient is as small as ε."""
    gradient = 1e-8
    corrected = 2.0 - RATE * gradient / (gradient + 1e-8)
    hatted = 2.0 - RATE * sqrt(1 - 0.999) / (1 - 0.9) * 0.1 * gradient / (sqrt(0.001) * gradient + 1e-8)
    found = steps("adam", [gradient], [RATE])
    assert found == pytest.approx(corrected, rel=1e-5)
    assert found != pytest.approx(hatted, rel=1e-3)


def decay() -> None:
    assert steps("sgd", [1.0], [RATE], DECAY) == pytest.approx(2.0 - RATE * (1.0 + DECAY * 2.0), rel=1e-6)
    assert steps("adam", [-0.6], [RATE], DECAY) == pytest.approx(2.0, abs=RATE)
    assert steps("adam", [-0.5], [RATE], DECAY) < 2.0 < steps("adam", [-0.7], [RATE], DECAY)


def decoupled_decay() -> None:
    assert steps("adamw", [1.0], [RATE], DECAY) == pytest.approx(2.0 * (1 - RATE * DECAY) - RATE, rel=1e-5)


def clipping() -> None:
    free = trainer()
    free.step(keep=("head",))
    norm = free.history.steps[0].gradient_norm
    assert norm > 0.01
    expected = free.last_gradients * (0.01 / (norm + 1e-6))
    assert np.linalg.norm(expected) == pytest.approx(0.01, rel=1e-3)
    sgd = {"optimizer": "sgd", "learning_rate": 1.0, "schedule": "constant", "momentum": 0.0}
    start, run = trainer(**sgd), trainer(**sgd, clip=0.01)
    run.step()
    np.testing.assert_allclose(
        start.parameters.values - run.parameters.values, expected, rtol=1e-2, atol=1e-6
    )


def cross_entropy() -> None:
    value, slope = loss("cross-entropy").evaluate(np.array([[0.0, 1000.0]], np.float32), np.array([0]))
    assert value == pytest.approx(1000.0)
    assert slope[0] == pytest.approx([-1.0, 1.0])


def ties() -> None:
    pool = make("MaxPool2d")
    x = np.zeros((1, 1, 2, 2), np.float32)
    y = pool.forward([x], {})
    (dx,) = pool.backward([x], {}, y, np.ones_like(y))
    assert dx.ravel().tolist() == [1.0, 0.0, 0.0, 0.0]


def kink() -> None:
    relu = make("ReLU")
    x = np.array([[-1.0, 0.0, 1.0]], np.float32)
    (dx,) = relu.backward([x], {}, relu.forward([x], {}), np.ones_like(x))
    assert dx.ravel().tolist() == [0.0, 0.0, 1.0]


def dropout() -> None:
    layer = make("Dropout", p=0.25)
    x = np.ones((1, 4), np.float32)
    y, _ = layer.forward_in_training([x], {}, lambda shape: np.array([[0.1, 0.3, 0.9, 0.2]], np.float32))
    assert y.ravel() == pytest.approx([0.0, 4 / 3, 4 / 3, 0.0])
    assert (layer.forward([x], {}) == x).all()


def drawn() -> None:
    layer = make("Conv2d", out_channels=400)
    made = HE.parameters("conv", layer, ((8, 9, 9),), 0)
    assert made["weight"].std() == pytest.approx(sqrt(2 / (8 * 9)), rel=0.02)
    assert not made["bias"].any()


CHECKS: dict[str, Callable[[], None]] = {
    "batch variance": batch_variance, "running variance": running_variance,
    "running momentum": running_momentum, "norm epsilon": norm_epsilon, "momentum": momentum,
    "adam epsilon": adam_epsilon, "decay": decay, "decoupled decay": decoupled_decay, "clipping": clipping,
    "cross-entropy": cross_entropy, "ties": ties, "kink": kink, "dropout": dropout, "drawn": drawn,
}  # fmt: skip


@pytest.mark.parametrize("key", [one.key for one in CONVENTIONS])
def test_what_is_told_is_what_is_done(key: str) -> None:
    CHECKS[key]()


def test_every_line_has_its_source_and_its_check() -> None:
    assert {one.key for one in CONVENTIONS} == set(CHECKS)
    assert all(one.source and one.here and one.keras and one.onnx for one in CONVENTIONS)
