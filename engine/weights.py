"""Where a node's weights come from. Each source is a small value; the numbers are made when needed.

Seeds come from the node's id, so inserting a layer never reshuffles the weights of the others.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, Protocol

from engine.errors import FormatError
from engine.layers import Layer
from engine.shapes import Shape

if TYPE_CHECKING:
    from engine.layers.layer import Array


class Weights(Protocol):
    """A source of parameters for any layer."""

    @property
    def name(self) -> str:
        """How files and forms call it."""

    def parameters(
        self, node_id: str, layer: Layer, inputs: tuple[Shape, ...], seed: int
    ) -> "dict[str, Array]":
        """All parameters of the layer, float32, read-only."""


@dataclass(frozen=True)
class He:
    """Normal weights of variance 2 / fan-in, so that activations keep their scale through ReLUs.

    He, Zhang, Ren & Sun, "Delving deep into rectifiers", ICCV 2015, eq. 10. Biases are 0,
    normalisations are the identity (weight 1, running mean 0, running variance 1).
    """

    name: str = "he"

    def parameters(
        self, node_id: str, layer: Layer, inputs: tuple[Shape, ...], seed: int
    ) -> "dict[str, Array]":
        import numpy as np

        shapes = layer.param_shapes(*inputs)
        made: dict[str, Array] = {}
        for name, shape in shapes.items():
            if name == "weight" and len(shape) > 1:
                digest = sha256(f"{seed}/{node_id}/{name}".encode()).digest()
                random = np.random.Generator(np.random.PCG64(int.from_bytes(digest[:8], "little")))
                values = random.standard_normal(shape, dtype=np.float32)
                values *= np.float32((2.0 / np.prod(shape[1:])) ** 0.5)
            else:
                start = layer.initial_value(name)
                values = np.full(shape, start, dtype=np.float32)
            values.flags.writeable = False
            made[name] = values
        return made


HE: Final = He()

_sources: Final[Mapping[str, Weights]] = {HE.name: HE}


def weights_to_json(weights: Weights) -> str:
    """The name of the source."""
    return weights.name


def weights_from_json(value: Any) -> Weights:
    """The source that `weights_to_json` wrote; `FormatError` for an unknown one."""
    if not isinstance(value, str) or value not in _sources:
        raise FormatError(f"weights={value!r} is no known source; known are {', '.join(_sources)}")
    return _sources[value]
