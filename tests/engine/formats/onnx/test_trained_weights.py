"""What was trained here comes back from an ONNX model: the same answers, and how they were learned."""

from pathlib import Path

import numpy as np
import pytest

from engine.analysis.learned import training_text
from engine.execution.executor import Executor
from engine.formats import read_project, write_project
from engine.image.image_source import open_image
from engine.model.project import Project
from engine.training.data.examples import HELD_OUT
from engine.weights import IMPORTED, Given
from tests.engine.training.small_trainings import trainer

onnx = pytest.importorskip("onnx")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "learned.onnx"


@pytest.fixture
def learned(path: Path) -> Project:
    """A trained project, written to `path`."""
    run = trainer(epochs=2)
    run.run()
    run.score(HELD_OUT)
    project = Project(network=run.trained(), image="digit:3a")
    write_project(path, project)
    return project


def test_the_same_answers_and_the_same_words_come_back(learned: Project, path: Path) -> None:
    again = read_project(path).network
    assert training_text(again) == training_text(learned.network)
    assert training_text(again).startswith("trained here, 2 epochs of 48 bars, ")
    photograph = open_image(learned.image)
    for one, other in zip(
        Executor().run(learned.network, photograph), Executor().run(again, photograph), strict=True
    ):
        assert one.node_id == other.node_id
        np.testing.assert_array_equal(one.map, other.map)


def test_weights_that_somebody_changed_are_only_imported(learned: Project, path: Path) -> None:
    model = onnx.load(path)
    changed = next(tensor for tensor in model.graph.initializer if tensor.name == "conv.weight")
    values = onnx.numpy_helper.to_array(changed) * np.float32(1.01)
    changed.CopyFrom(onnx.numpy_helper.from_array(values, changed.name))
    onnx.save(model, path)
    network = read_project(path).network
    weights = network["conv"].weights
    assert isinstance(weights, Given)
    assert (weights.origin, weights.note) == (IMPORTED, "")
    assert network["head"].weights == learned.network["head"].weights
    assert training_text(network) == "trained"
