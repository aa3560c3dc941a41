"""A hundred steps of training are PyTorch's, loss by loss."""

from typing import Any

import pytest

from engine.training.data import open_data
from engine.training.settings import Settings
from engine.training.tasks import task
from engine.training.tasks.task import only_input
from engine.training.trainer import Trainer
from gui.bench.training_contenders import torch_steps
from presets.learning.networks import TRAINED

pytest.importorskip("torch")
pytestmark = [pytest.mark.peer, pytest.mark.timeout(600)]

WAYS: dict[str, dict[str, Any]] = {
    "sgd": {"optimizer": "sgd", "momentum": 0.0, "learning_rate": 0.005, "weight_decay": 1e-3},
    "momentum": {"optimizer": "sgd", "momentum": 0.9, "learning_rate": 0.001, "clip": 1.0},
    "adam": {"optimizer": "adam", "learning_rate": 1e-4, "weight_decay": 1e-3},
    "adamw": {"optimizer": "adamw", "learning_rate": 1e-4, "weight_decay": 0.05},
}
"""With calm steps: where rounding lets a ReLU fire in one program alone, every step makes more of it."""


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", TRAINED)
def test_a_hundred_losses_are_pytorchs(name: str, way: str) -> None:
    network = TRAINED[name]()
    examples = open_data("digits", only_input(network)[1])
    settings = Settings(batch=32, steps=100, **WAYS[way])
    ours = Trainer(network, task("classify"), examples, settings)
    step = torch_steps(Trainer(network, task("classify"), examples, settings), 2)
    differences = [abs(ours.step().loss - step()) for _ in range(100)]
    assert max(differences) < 1e-4, differences
