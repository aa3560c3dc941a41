"""Every preset against PyTorch, through the module that is written for it: sizes, parameters, every map."""

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

import presets
from engine.analysis.analyze import Analysis, analyze
from engine.execution.executor import Executor
from engine.execution.measured.measured_network import measured_network
from engine.formats.pytorch import identifiers, pytorch_code
from engine.image.image_source import open_image
from engine.layers import Layer
from engine.model.network import Network
from engine.shapes import Shape
from engine.weights import HE, Checkpoint, He, Weights, go_on, random_normal

pytestmark = [pytest.mark.peer, pytest.mark.timeout(600)]

TOLERANCE = 1e-5
"""Of a map's largest value."""
LUCK = 2.0
"""So many times as far off as PyTorch in single precision a map may be, where that is more: each layer
amplifies the errors of those before it, and the largest one of a few hundred maps is a matter of chance."""


@dataclass(frozen=True)
class Disturbed(He):
    """No bias is 0, and no normalisation the identity."""

    name = "disturbed"

    def parameters(
        self,
        node_id: str,
        layer: Layer,
        inputs: tuple[Shape, ...],
        seed: int,
        checkpoint: Checkpoint = go_on,
    ) -> Any:
        made = super().parameters(node_id, layer, inputs, seed, checkpoint)
        for name, values in made.items():
            if name != "weight" or values.ndim == 1:
                moved = values + random_normal(f"{node_id}/{name}", values.shape, 0.1)
                made[name] = np.abs(moved) + np.float32(0.1) if name == "running_var" else moved
        return made


class Written:
    """The module that is written for a network, with the network's weights."""

    def __init__(self, network: Network, seed: int) -> None:
        network = measured_network(network, seed)
        self.network, self.analysis = network, analyze(network)
        self.names = identifiers(network.order)
        source = pytorch_code(network, "Written")
        held: dict[str, Any] = {"__name__": "written"}
        exec(compile(source, "written.py", "exec"), held)
        self.held = held
        self.module = held["Written"]().eval()
        (self.forward,) = (
            one
            for one in ast.walk(ast.parse(source))
            if isinstance(one, ast.FunctionDef) and one.name == "forward"
        )
        self._load(seed)

    def _load(self, seed: int) -> None:
        import torch

        for node_id, report in self.analysis.layers.items():
            node = self.network.nodes[node_id]
            values = node.weights.parameters(node_id, node.layer, report.input_shapes, seed)
            if values:
                part = getattr(self.module, self.names[node_id])
                state = {name: torch.tensor(np.array(value)) for name, value in values.items()}
                missing, unexpected = part.load_state_dict(state, strict=False)
                assert not unexpected, node_id
                assert set(missing) <= {"num_batches_tracked"}, node_id

    def counts(self, node_id: str) -> tuple[int, int]:
        """Values that are trained, and values that are not."""
        part = getattr(self.module, self.names[node_id], None)
        if part is None:
            return 0, 0
        fixed = sum(value.numel() for name, value in part.named_buffers() if name != "num_batches_tracked")
        return sum(value.numel() for value in part.parameters()), fixed

    def maps(
        self, inputs: Mapping[str, npt.NDArray[np.float32]], *, double: bool = True
    ) -> Iterator[tuple[str, Any]]:
        """Each node's map in double or single precision, line by line; it is let go after its last reader."""
        import torch

        kind = torch.float64 if double else torch.float32
        ids = {name: node_id for node_id, name in self.names.items()}
        held = self.held | {"self": self.module.to(kind)}
        held |= {self.names[one]: torch.tensor(np.array(x), dtype=kind) for one, x in inputs.items()}
        lines = [line for line in self.forward.body if isinstance(line, ast.Assign)]
        reads = [{one.id for one in ast.walk(line) if isinstance(one, ast.Name)} for line in lines]
        with torch.no_grad():
            for number, line in enumerate(lines):
                exec(compile(ast.Module([line], []), "written.py", "exec"), held)
                (made,) = (target.id for target in line.targets if isinstance(target, ast.Name))
                yield ids[made], held[made].numpy()
                for name in reads[number] & ids.keys() - set().union(*reads[number + 1 :]):
                    del held[name]


def tolerance(layer: Layer, inputs: list[npt.NDArray[np.float32]], torchs_own: float) -> float:
    """Softmax turns an error of its logits, which may be large, into as large a part of what comes out.

    torchs_own: the largest error so far of PyTorch in single precision, as a part of a map's largest value.
    """
    allowed = max(TOLERANCE, LUCK * torchs_own)
    return allowed * max(1.0, float(np.abs(inputs[0]).max())) if layer.kind == "Softmax" else allowed


@pytest.mark.parametrize("weights", [HE, Disturbed()], ids=["he", "disturbed"])
@pytest.mark.parametrize("name", presets.preset_names())
def test_every_map_of_a_preset_is_that_of_pytorch(name: str, weights: Weights) -> None:
    project = presets.load(name).project
    network = project.network
    for node_id in network.order:
        network = network.set_weights(node_id, weights)
    compare(network, project.image, tolerance)


@pytest.mark.parametrize("image", ["chelsea", "coffee", "digit:3a"])
@pytest.mark.parametrize("name", [preset.name for preset in presets.presets() if preset.training is not None])
def test_a_trained_network_computes_what_pytorch_computes(name: str, image: str) -> None:
    """All maps, and the answer."""
    compare(presets.load(name).project.network, image, lambda layer, inputs, torchs_own: 1e-4)


def compare(
    network: Network, image: str, allowed_for: Callable[[Layer, list[npt.NDArray[np.float32]], float], float]
) -> None:
    photograph = open_image(image)
    ours = {result.node_id: result.map for result in Executor(budget_bytes=16 << 30).run(network, photograph)}
    assert ours.keys() == network.nodes.keys()
    inputs = {
        node_id: ours[node_id] for node_id in network.order if network.nodes[node_id].layer.kind == "Input"
    }
    compared = set(inputs)
    torchs_own = 0.0
    exact, single = Written(network, seed=0).maps(inputs), Written(network, seed=0).maps(inputs, double=False)
    for (node_id, theirs), (also, rounded) in zip(exact, single, strict=True):
        node = network.nodes[node_id]
        assert node_id == also
        assert ours[node_id].shape == theirs.shape, node_id
        largest = float(np.abs(theirs).max())
        torchs_own = max(torchs_own, float(np.abs(rounded - theirs).max()) / (largest or 1.0))
        allowed = allowed_for(node.layer, [ours[source] for source in node.inputs], torchs_own)
        error = float(np.abs(ours[node_id] - theirs).max())
        assert error <= allowed * largest, node_id
        compared.add(node_id)
    assert compared == network.nodes.keys()


@pytest.mark.parametrize("name", presets.preset_names())
def test_every_layer_of_a_preset_has_as_many_parameters_in_pytorch(name: str) -> None:
    written = Written(presets.load(name).project.network, seed=0)
    analysis: Analysis = written.analysis
    for node_id, report in analysis.layers.items():
        assert written.counts(node_id) == (report.parameters, report.non_trainable), node_id
    total = sum(value.numel() for value in written.module.parameters())
    assert total == analysis.totals.parameters
