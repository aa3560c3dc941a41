"""What a source of weights is: a small value; the numbers are made when they are needed.

A new source is one new file in this folder with one class under `@weights_source`: project files, the
executor's cache and the inspector's form follow from it.
"""

import dataclasses
import json
from collections.abc import Callable, Mapping
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar

from engine.errors import FormatError, ShapeError, quoted
from engine.layers import Layer, Setting
from engine.layers.base.settings import check_setting, from_plain, settings_of, to_plain
from engine.shapes import Shape

if TYPE_CHECKING:
    from engine.layers.base.layer import Array


MEASURED_ON: Final = "astronaut"
"""The bundled photograph on which running statistics of drawn weights are measured."""

Checkpoint = Callable[[], None]
"""Called now and then during long work; it may raise to end it."""


def go_on() -> None:
    """The checkpoint that never ends anything."""


class Weights:
    """A source of parameters for a layer: a frozen dataclass whose fields are JSON-ready.

    A source with fields of other types (arrays) brings its own `to_json` and `from_json`.
    """

    name: ClassVar[str] = ""
    """How files call it."""
    title: ClassVar[str] = ""
    """How people call it."""
    group: ClassVar[str] = "Other"
    """One of `GROUPS`."""
    rank: ClassVar[int] = 50
    """Place in its group, in lists; lower comes first."""
    help: ClassVar[str] = ""
    """What it makes, in a sentence."""
    source: ClassVar[str] = ""
    """Where it comes from: author, title, year."""

    def __post_init__(self) -> None:
        for setting in self.settings():
            check_setting(setting, getattr(self, setting.name))

    @classmethod
    def settings(cls) -> tuple[Setting, ...]:
        """What can be chosen of it; fields that are no settings (`engine.layers.field`) are left out."""
        fields = dataclasses.fields(cls)  # type: ignore[arg-type]  # sources are dataclasses
        return settings_of(cls) if all(field.metadata for field in fields) else ()

    @property
    def text(self) -> str:
        """Where the weights come from, in a few words for people."""
        return self.title or self.name

    def text_for(self, layer: Layer, inputs: tuple[Shape, ...]) -> str:
        """Where the weights of this very layer come from, in a few words for people."""
        return self.text

    @property
    def learned_from(self) -> str:
        """The data that the numbers were learned from; empty where nobody knows."""
        return ""

    @property
    def learned_how(self) -> str:
        """The same, and what else is known of it, in a few words; empty where nobody knows."""
        return f"trained on {self.learned_from}" if self.learned_from else ""

    def fallback(self, layer: Layer, inputs: tuple[Shape, ...]) -> str:
        """Why the layer's numbers are drawn for now, though the source has others; mostly empty."""
        return ""

    def is_learned(self, layer: Layer, inputs: tuple[Shape, ...]) -> bool:
        """Whether this layer's numbers were learned, so that what it computes means something."""
        return False

    def draws(self, layer: Layer, inputs: tuple[Shape, ...]) -> bool:
        """Whether the numbers follow from a rule, so that what training would measure is not among them."""
        return True

    @cached_property
    def key(self) -> str:
        """Digest of the content: sources of equal keys make equal parameters (for one node and seed)."""
        return sha256(json.dumps(self.to_json(), sort_keys=True).encode()).hexdigest()

    @property
    def shared(self) -> str:
        """What the set of numbers is called that several nodes share; empty for one of a node's own."""
        return ""

    def misfit(self, layer: Layer, inputs: tuple[Shape, ...]) -> str:
        """Why these weights cannot be the layer's, for people; empty where they can.

        Asked only of layers with parameters, whose `output_shape` takes the inputs.
        """
        return ""

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
        fields = dataclasses.fields(self)  # type: ignore[arg-type]  # as above
        return {"source": self.name} | {field.name: to_plain(getattr(self, field.name)) for field in fields}

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> "Weights":
        """The source that `to_json` wrote, from its fields; `FormatError` for values it does not have."""
        known = {field.name for field in dataclasses.fields(cls)}  # type: ignore[arg-type]  # as above
        for field in record.keys() - known:
            raise FormatError(f"weights {quoted(cls.name)} have no field {quoted(field)}")
        required = {field.name for field in dataclasses.fields(cls) if _has_no_default(field)}  # type: ignore[arg-type]
        for field in sorted(required - record.keys()):
            raise FormatError(f"weights {quoted(cls.name)} need the field {quoted(field)}")
        settings = {setting.name: setting for setting in cls.settings()}
        values = {
            field: from_plain(settings[field], value) if field in settings else value
            for field, value in record.items()
        }
        try:
            return cls(**values)
        except ShapeError as error:
            raise FormatError(f"weights {quoted(cls.name)}: {error}") from None


def _has_no_default(field: "dataclasses.Field[Any]") -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


GROUPS = ("Random", "Filter banks", "Other")
"""Headings of the list of sources, in order."""

W = TypeVar("W", bound=type[Weights])

_sources: dict[str, type[Weights]] = {}


def weights_source(cls: W) -> W:
    """Register a kind of source by its name."""
    _sources[cls.name] = cls
    return cls


def weights_sources() -> Mapping[str, type[Weights]]:
    """All kinds of sources by name, by group, then `rank`, then name."""
    order = sorted(_sources.items(), key=lambda item: (GROUPS.index(item[1].group), item[1].rank, item[0]))
    return dict(order)


def weights_to_json(weights: Weights) -> dict[str, Any]:
    """`{"source": name, …}` with everything that makes the weights."""
    return weights.to_json()


def weights_from_json(value: Any) -> Weights:
    """The source that `weights_to_json` wrote, or one by its bare name; `FormatError` for an unknown one."""
    record = {"source": value} if isinstance(value, str) else value
    name = record.get("source") if isinstance(record, Mapping) else record
    if not isinstance(name, str) or name not in _sources:
        raise FormatError(
            f"weights={quoted(name)} is no known source; known are {', '.join(weights_sources())}"
        )
    return _sources[name].from_json({field: one for field, one in record.items() if field != "source"})


def misfit(weights: Weights, layer: Layer, inputs: tuple[Shape, ...]) -> str:
    """Why a source cannot make this layer's parameters; empty where it can, and for a layer without any."""
    if layer.hindrance:
        return layer.hindrance
    if type(weights).misfit is Weights.misfit or not layer.param_shapes(*inputs):
        return ""
    return weights.misfit(layer, inputs)


def provenance(weights: Weights, layer: Layer, inputs: tuple[Shape, ...]) -> str:
    """Where a layer's parameters come from, for people; empty for a layer without any."""
    shapes = layer.param_shapes(*inputs)
    if not shapes:
        return ""
    if any(is_matrix(name, shape) for name, shape in shapes.items()) or weights.group == GROUPS[-1]:
        return weights.text_for(layer, inputs)
    measured = layer.non_trainable if weights.draws(layer, inputs) else ()
    values = (
        f"{name.replace('_', ' ')} {layer.initial_value(name):g}" for name in shapes if name not in measured
    )
    start = f"As at the start: {', '.join(values)}"
    if not measured:
        return start
    names = " and ".join(name.replace("_", " ") for name in measured)
    return f"{start}; {names} measured on the {MEASURED_ON}, whatever photograph is open"


def initial_parameters(layer: Layer, inputs: tuple[Shape, ...]) -> "dict[str, Array]":
    """What every parameter starts from: scales and variances 1, shifts 0; matrices are left at 0."""
    import numpy as np

    return {
        name: np.full(shape, 0.0 if is_matrix(name, shape) else layer.initial_value(name), dtype=np.float32)
        for name, shape in layer.param_shapes(*inputs).items()
    }


def is_matrix(name: str, shape: Shape) -> bool:
    """Whether a parameter weighs inputs against each other, so that it must be drawn, fitted or given."""
    return name == "weight" and len(shape) > 1


def read_only(made: "dict[str, Array]") -> "dict[str, Array]":
    """The same arrays, which nobody can write to any more."""
    for values in made.values():
        values.flags.writeable = False
    return made
