"""Where a node's weights come from. Each source is a small value; the numbers are made when needed.

A new source is one class under `@weights_source`: files and the executor's cache find it by its name and
its key. Seeds come from the node's id, so inserting a layer never reshuffles the weights of the others.
"""

import dataclasses
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar

from engine.errors import FormatError
from engine.layers import Layer
from engine.shapes import Shape

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from engine.layers.layer import Array


Checkpoint = Callable[[], None]
"""Called now and then during long work; it may raise to end it."""

_DRAWN_AT_ONCE: Final = 1 << 18
"""Values between two checkpoints: some three milliseconds."""


def go_on() -> None:
    """The checkpoint that never ends anything."""


class Weights:
    """A source of parameters for any layer: a frozen dataclass whose fields are JSON-ready.

    A source with fields of other types (arrays) brings its own `to_json` and `from_json`.
    """

    name: ClassVar[str] = ""
    """How files call it."""
    title: ClassVar[str] = ""
    """How people call it."""

    @cached_property
    def key(self) -> str:
        """Digest of the content: sources of equal keys make equal parameters (for one node and seed)."""
        return sha256(json.dumps(self.to_json(), sort_keys=True).encode()).hexdigest()

    def parameters(
        self,
        node_id: str,
        layer: Layer,
        inputs: tuple[Shape, ...],
        seed: int,
        checkpoint: Checkpoint = go_on,
    ) -> "dict[str, Array]":
        """All parameters of the layer, float32, read-only; `checkpoint()` every few milliseconds."""
        raise NotImplementedError

    def to_json(self) -> dict[str, Any]:
        """The source's name and its fields, JSON-ready."""
        fields: dict[str, Any] = dataclasses.asdict(self)  # type: ignore[call-overload]  # sources are dataclasses
        return {"source": self.name} | fields

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> "Weights":
        """The source that `to_json` wrote, from its fields; `FormatError` for values it does not have."""
        known = {field.name for field in dataclasses.fields(cls)}  # type: ignore[arg-type]  # as above
        for field in record.keys() - known:
            raise FormatError(f"weights {cls.name!r} have no field {field!r}")
        return cls(**record)


W = TypeVar("W", bound=type[Weights])

_sources: dict[str, type[Weights]] = {}


def weights_source(cls: W) -> W:
    """Register a kind of source by its name."""
    _sources[cls.name] = cls
    return cls


def weights_sources() -> Mapping[str, type[Weights]]:
    """All kinds of sources by name."""
    return dict(_sources)


@weights_source
@dataclass(frozen=True)
class He(Weights):
    """Normal weights of variance 2 / fan-in, so that activations keep their scale through ReLUs.

    He, Zhang, Ren & Sun, "Delving deep into rectifiers", ICCV 2015, eq. 10. Biases are 0,
    normalisations are the identity (weight 1, running mean 0, running variance 1).
    """

    name = "he"
    title = "Random (He)"

    def parameters(
        self,
        node_id: str,
        layer: Layer,
        inputs: tuple[Shape, ...],
        seed: int,
        checkpoint: Checkpoint = go_on,
    ) -> "dict[str, Array]":
        import numpy as np

        made: dict[str, Array] = {}
        for name, shape in layer.param_shapes(*inputs).items():
            if name == "weight" and len(shape) > 1:
                deviation = (2.0 / layer.fan_in(*inputs)) ** 0.5
                values = random_normal(f"{seed}/{node_id}/{name}", shape, deviation, checkpoint)
            else:
                values = np.full(shape, layer.initial_value(name), dtype=np.float32)
            values.flags.writeable = False
            made[name] = values
        return made


def random_normal(
    text: str, shape: Shape, deviation: float = 1.0, checkpoint: Checkpoint = go_on
) -> "npt.NDArray[np.float32]":
    """Normal values around 0, the same ones for the same text on every machine."""
    import numpy as np

    seed = int.from_bytes(sha256(text.encode()).digest()[:8], "little")
    random = np.random.Generator(np.random.PCG64(seed))
    values = np.empty(shape, dtype=np.float32)
    flat = values.reshape(-1)
    for first in range(0, flat.size, _DRAWN_AT_ONCE):
        checkpoint()
        part = flat[first : first + _DRAWN_AT_ONCE]
        random.standard_normal(out=part, dtype=np.float32)
        part *= np.float32(deviation)
    return values


HE: Final = He()
"""What every layer starts with."""


def weights_to_json(weights: Weights) -> dict[str, Any]:
    """`{"source": name, …}` with everything that makes the weights."""
    return weights.to_json()


def weights_from_json(value: Any) -> Weights:
    """The source that `weights_to_json` wrote, or one by its bare name; `FormatError` for an unknown one."""
    record = {"source": value} if isinstance(value, str) else value
    name = record.get("source") if isinstance(record, Mapping) else record
    if not isinstance(name, str) or name not in _sources:
        raise FormatError(f"weights={name!r} is no known source; known are {', '.join(_sources)}")
    return _sources[name].from_json({field: one for field, one in record.items() if field != "source"})
