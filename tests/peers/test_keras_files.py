"""Every preset as the Keras file that is exported: variables by name, counts, and what comes out."""

import os
from functools import cache
from typing import Any

import numpy as np
import pytest

import presets
from engine.analysis.analyze import analyze
from engine.execution.executor import Executor
from engine.formats.keras import state
from engine.formats.keras.source import keras_code
from engine.image.image_source import open_image
from engine.model.project import Project
from tests.peers.tolerance import assert_close, nudged

os.environ.setdefault("KERAS_BACKEND", "torch")
pytestmark = [pytest.mark.peer, pytest.mark.filterwarnings("ignore")]

"""Of a map's largest value."""


def built(project: Project) -> Any:
    """The model of the written file, with the project's weights."""
    names: dict[str, Any] = {"__name__": "written"}
    exec(compile(keras_code(project.network, project.title), "written.py", "exec"), names)
    model = names["build"]()
    values = dict(state(project))
    for layer in model.layers:
        layer.set_weights([values.pop(f"{layer.name}.{weight.name}") for weight in layer.weights])
    assert not values
    return model


@pytest.mark.parametrize("name", presets.preset_names())
def test_a_preset_is_the_same_network_in_keras(name: str) -> None:
    import keras

    project = presets.load(name).project
    network = project.network
    model = built(project)
    totals = analyze(network).totals
    assert sum(int(np.prod(weight.shape)) for weight in model.trainable_weights) == totals.parameters
    assert sum(int(np.prod(weight.shape)) for weight in model.non_trainable_weights) == totals.non_trainable
    run = Executor(budget_bytes=16 << 30).run(network, open_image(project.image), seed=project.seed)
    ours = {result.node_id: result.map for result in run}
    inputs = [np.moveaxis(ours[node_id], 1, -1) for node_id in network.order if not network[node_id].inputs]

    def answers(photographs: list[Any]) -> list[Any]:
        outputs = model(photographs if len(photographs) > 1 else photographs[0], training=False)
        outputs = outputs if isinstance(outputs, list | tuple) else [outputs]
        return [np.moveaxis(keras.ops.convert_to_numpy(output), -1, 1) for output in outputs]

    again = cache(lambda: answers([nudged(photograph) for photograph in inputs]))
    ends = [node_id for node_id in network.order if not network.outputs_of[node_id]]
    worst = 0.0
    for index, (node_id, theirs) in enumerate(zip(ends, answers(inputs), strict=True)):
        assert theirs.shape == ours[node_id].shape
        error = assert_close(ours[node_id], theirs, lambda index=index: again()[index])
        worst = max(worst, error)
    print(f"\n{name:24}{totals.parameters:12,} parameters, error of what comes out {worst:.1e}")
