"""Where a network's parameters and multiplications are: in 1×1 convolutions, in wider ones, in dense layers.

Howard et al., "MobileNets", arXiv:1704.04861, table 2, is the best known such account: 94.86 % of MobileNet
v1's multiply–adds are in 1×1 convolutions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from engine.analysis.analyze import Analysis
from engine.layers import Layer

CLASSES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "pointwise": "1×1",
        "depthwise": "Depthwise",
        "spatial": "K×K",
        "dense": "Dense",
        "other": "Other",
    }
)
"""Classes of layers: name → how people call it. Layers without weights are in `other`."""


@dataclass(frozen=True, kw_only=True)
class Share:
    """What one class of layers has of a network."""

    layers: int = 0
    """Of `other` only those with parameters count, such as normalisations."""
    parameters: int = 0
    macs: int = 0


@dataclass(frozen=True, kw_only=True)
class Shares:
    """The account of a network, by class."""

    by_class: Mapping[str, Share]

    @property
    def total(self) -> Share:
        """All classes together."""
        every = self.by_class.values()
        return Share(
            layers=sum(one.layers for one in every),
            parameters=sum(one.parameters for one in every),
            macs=sum(one.macs for one in every),
        )

    def fraction(self, name: str, amount: str) -> float:
        """What part of all layers, parameters or macs one class has: 0…1; 0 where there are none at all."""
        whole: int = getattr(self.total, amount)
        part: int = getattr(self.by_class[name], amount)
        return part / whole if whole else 0.0


def shares(analysis: Analysis) -> Shares:
    """Count the layers of each class with their trainable parameters and MACs."""
    counted = dict.fromkeys(CLASSES, Share())
    for node_id, report in analysis.layers.items():
        name = class_of(analysis.network.nodes[node_id].layer)
        have = counted[name]
        counted[name] = Share(
            layers=have.layers + (name != "other" or report.parameters > 0),
            parameters=have.parameters + report.parameters,
            macs=have.macs + report.macs,
        )
    return Shares(by_class=MappingProxyType(counted))


def class_of(layer: Layer) -> str:
    """The class a layer counts in, one of `CLASSES`.

    Grouped convolutions count by their kernel; a depthwise 1×1 is depthwise: it mixes no channels.
    """
    if layer.family == "dense":
        return "dense"
    if layer.role in ("pointwise", "depthwise"):
        return layer.role
    return "spatial" if layer.role == "convolution" else "other"
