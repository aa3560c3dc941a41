"""What a preset's trained weights need: their file, the photograph as in training, the classes' names."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from assets import class_lists, trained_record
from engine.model.network import Network
from engine.model.project import Project
from engine.weights import Trained, trained_layers


def _by_its_id(node_id: str) -> str:
    return node_id


@dataclass(frozen=True, kw_only=True)
class Training:
    """How trained weights belong to a preset's network."""

    weights: str
    """The file in `assets/weights`."""
    preprocessing: Mapping[str, Any]
    """Settings of the Input, as in training."""
    tensors_of: Callable[[str], str] = _by_its_id
    """What the file calls the layer of a node."""

    def applied(self, project: Project) -> Project:
        """The project with trained weights, its photograph prepared for them, and its classes named."""
        known = trained_layers(self.weights)
        nodes = []
        for node in project.network.nodes.values():
            if node.layer.is_input:
                node = replace(node, layer=node.layer.replace(**self.preprocessing))
            elif self.tensors_of(node.id) in known:
                node = replace(node, weights=Trained(self.weights, self.tensors_of(node.id)))
            nodes.append(node)
        names = class_lists()[trained_record(self.weights)["classes"]]
        return replace(project, network=Network(nodes), class_names=names)
