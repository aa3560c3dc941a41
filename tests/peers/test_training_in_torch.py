"""Training is PyTorch's: the gradients of one step in float64, and a hundred losses, one by one.

The gradients of one step show any fault in a way back. Over a hundred steps, rounding alone drives two exact
programs apart, and every step makes more of it: beyond 1e-4, losses may differ by what PyTorch's own do when
the weights it begins with are rounded once.
"""

from typing import Any, Final

import numpy as np
import pytest

from engine.training.data import open_data
from engine.training.settings import Settings
from engine.training.tasks import task
from engine.training.tasks.task import only_input
from engine.training.trainer import Trainer
from gui.bench.training_contenders import Gradients, torch_steps
from presets.learning.networks import TRAINED
from tests.peers.tolerance import SOURCES, nudged

pytest.importorskip("torch")
pytestmark = [pytest.mark.peer, pytest.mark.timeout(600)]

TOLERANCE: Final = 1e-4
STEPS: Final = 100

WAYS: dict[str, dict[str, Any]] = {
    "sgd": {"optimizer": "sgd", "momentum": 0.0, "learning_rate": 0.005, "weight_decay": 1e-3},
    "momentum": {"optimizer": "sgd", "momentum": 0.9, "learning_rate": 0.001, "clip": 1.0},
    "adam": {"optimizer": "adam", "learning_rate": 1e-4, "weight_decay": 1e-3},
    "adamw": {"optimizer": "adamw", "learning_rate": 1e-4, "weight_decay": 0.05},
}
"""With calm steps: where rounding lets a ReLU fire in one program alone, every step makes more of it."""


def _trainer(name: str, way: str) -> Trainer:
    network = TRAINED[name]()
    examples = open_data("digits", only_input(network)[1])
    return Trainer(network, task("classify"), examples, Settings(batch=32, steps=STEPS, **WAYS[way]))


@pytest.mark.parametrize("name", TRAINED)
def test_gradients_of_a_step_are_pytorchs(name: str) -> None:
    ours = _trainer(name, "sgd")
    expected: Gradients = {}
    torch_steps(_trainer(name, "sgd"), 2, double=True, gradients=expected)()
    ours.step(keep=[ours.goal.output_id])
    compared = 0
    for (node_id, parameter), theirs in expected.items():
        found = ours.last_gradients[ours.parameters.place(node_id, parameter)].reshape(theirs.shape)
        # A bias before a batch norm has no gradient but rounding's.
        largest = max(float(np.abs(theirs).max()), 1e-6)
        assert np.abs(found - theirs).max() / largest < TOLERANCE, (node_id, parameter)
        compared += found.size
    assert compared == ours.parameters.values.size


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", TRAINED)
def test_a_hundred_losses_are_pytorchs(name: str, way: str) -> None:
    ours, step = _trainer(name, way), torch_steps(_trainer(name, way), 2)
    theirs = np.empty(STEPS)
    errors = np.empty(STEPS)
    for index in range(STEPS):
        theirs[index] = step()
        errors[index] = abs(ours.step().loss - theirs[index])
    if errors.max() >= TOLERANCE:
        moved = np.max([np.abs(_nudged_losses(name, way, seed) - theirs) for seed in range(SOURCES)], axis=0)
        allowed = np.maximum(TOLERANCE, np.maximum.accumulate(moved))
        assert (errors <= allowed).all(), (errors, moved)


def _nudged_losses(name: str, way: str, seed: int) -> np.ndarray[Any, Any]:
    """PyTorch's own losses when each weight begins a unit in the last place higher or lower."""
    start = _trainer(name, way)
    start.parameters.values[...] = nudged(start.parameters.values, seed)
    step = torch_steps(start, 2)
    return np.array([step() for _ in range(STEPS)])
