"""Inverted residual blocks, which MobileNet v2 and v3, MNASNet and EfficientNet are made of."""

import re
from collections.abc import Iterable

from engine.model.network import Network

_SE = {
    "pool": "avgpool", "squeeze": "fc1", "excite": "fc2", "gate": "scale_activation", "scale": "scale",
}  # fmt: skip


def stages(network: Network, block: str) -> tuple[str, ...]:
    """The parts that a block of this id has, of those that count: each is a step of torchvision's `block`."""
    return tuple(
        part
        for part in ("expand", "depthwise", "se", "project")
        if f"{block}/{part}" in network or f"{block}/{part}/squeeze" in network
    )


def step(layer: str, parts: Iterable[str]) -> str:
    """`0.1` for the batch norm of the first part; squeeze and excitation has names; the sum is its own."""
    parts = list(parts)
    part, _, inner = layer.partition("/")
    if part == "se" and "se" in parts:
        named = re.sub("squeeze_.*", "activation", inner)
        return f"{parts.index('se')}.{_SE.get(named, named)}"
    name, _, kind = part.partition("_")
    if name not in parts:
        return ""
    return f"{parts.index(name)}.{0 if not kind else 1 if kind == 'bn' else 2}"
