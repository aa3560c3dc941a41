"""Parameters that a backward pass needs again and again: remembered, since drawing them takes a while.

Convolutions are packed once and need theirs no more; what is left are dense layers, normalisations and
scales.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import is_dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.model.network import Node
from engine.shapes import Shape
from engine.weights import Checkpoint, go_on

Map = npt.NDArray[np.float32]

REMEMBERED_BYTES: Final = 64 << 20
LARGEST_BYTES: Final = 16 << 20
"""Of one node: larger ones would push all others out."""

_known: OrderedDict[str, Mapping[str, Map]] = OrderedDict()


def parameter_key(node: Node, shapes: tuple[Shape, ...], seed: int) -> str:
    """Tells the node's parameters from all others; empty for a source of weights that cannot be told."""
    known = node.weights.key if is_dataclass(node.weights) else ""
    return known and f"{known} {node.id} {seed} {node.layer!r} {shapes}"


def known_parameters(
    node: Node, shapes: tuple[Shape, ...], seed: int, checkpoint: Checkpoint = go_on
) -> Mapping[str, Map]:
    """The node's parameters at these input shapes. Call it on the compute thread."""
    if not node.layer.param_shapes(*shapes):
        return {}
    key = parameter_key(node, shapes, seed)
    found = _known.pop(key, None) if key else None
    if found is None:
        ends = () if checkpoint is go_on else (checkpoint,)
        found = node.weights.parameters(node.id, node.layer, shapes, seed, *ends)
    if key and _bytes(found) <= LARGEST_BYTES:
        _known[key] = found
        while sum(map(_bytes, _known.values())) > REMEMBERED_BYTES:
            _known.popitem(last=False)
    return found


def _bytes(parameters: Mapping[str, Map]) -> int:
    return sum(values.nbytes for values in parameters.values())
