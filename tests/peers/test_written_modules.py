"""Every preset as the PyTorch module that is exported: parameters by name, counts, and what comes out."""

from functools import cache
from typing import Any

import numpy as np
import pytest

import presets
from engine.analysis.analyze import analyze
from engine.execution.executor import Executor
from engine.formats.pytorch import state, write
from engine.image.image_source import open_image
from engine.model.project import Project
from tests.peers.tolerance import assert_close, nudged

pytestmark = pytest.mark.peer

"""Of a map's largest value."""


def loaded(project: Project) -> Any:
    """The module in the written file, with the project's weights: strictly by name."""
    import torch

    names: dict[str, Any] = {"__name__": "written"}
    exec(compile(write(project), "written.py", "exec"), names)
    (network,) = [name for name in list(names.values())[-1:] if isinstance(name, type)]
    module = network().eval()
    tensors = {name: torch.from_numpy(np.array(values)) for name, values in state(project)}
    module.load_state_dict(tensors, strict=True)
    return module


@pytest.mark.parametrize("name", presets.preset_names())
def test_a_preset_is_the_same_network_in_its_written_module(name: str) -> None:
    import torch

    project = presets.load(name).project
    network = project.network
    module = loaded(project)
    analysis = analyze(network)
    assert sum(parameter.numel() for parameter in module.parameters()) == analysis.totals.parameters
    fixed = sum(buffer.numel() for key, buffer in module.named_buffers() if "num_batches" not in key)
    assert fixed == analysis.totals.non_trainable
    run = Executor(budget_bytes=16 << 30).run(network, open_image(project.image), seed=project.seed)
    ours = {result.node_id: result.map for result in run}
    inputs = [
        torch.from_numpy(np.array(ours[node_id])) for node_id in network.order if not network[node_id].inputs
    ]

    def answers(photographs: list[torch.Tensor]) -> tuple[Any, ...]:
        with torch.no_grad():
            outputs = module(*photographs)
        return outputs if isinstance(outputs, tuple) else (outputs,)

    again = cache(lambda: answers([torch.from_numpy(nudged(photograph.numpy())) for photograph in inputs]))
    ends = [node_id for node_id in network.order if not network.outputs_of[node_id]]
    worst = 0.0
    for index, (node_id, output) in enumerate(zip(ends, answers(inputs), strict=True)):
        assert tuple(output.shape) == ours[node_id].shape
        error = assert_close(ours[node_id], output.numpy(), lambda index=index: again()[index].numpy())
        worst = max(worst, error)
    print(f"\n{name:24}{analysis.totals.parameters:12,} parameters, error of what comes out {worst:.1e}")


def test_weights_of_the_auxiliary_classifier_are_left_out() -> None:
    import torch

    project = presets.load("inception_v3").project
    module = loaded(project)
    tensors = module.state_dict() | {"AuxLogits.fc.weight": torch.zeros(3)}
    module.load_state_dict(tensors, strict=True)
    with pytest.raises(RuntimeError, match="Unexpected"):
        module.load_state_dict(tensors | {"other.weight": torch.zeros(3)}, strict=True)
