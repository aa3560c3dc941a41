"""Weights as numbers: typed in, fitted to a photograph, or imported. The project file holds them."""

import base64
import binascii
import json
import zlib
from collections.abc import Callable, Mapping
from functools import cached_property
from hashlib import sha256
from math import isfinite, prod
from mmap import mmap
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from engine.errors import FormatError, ShapeError, quoted
from engine.layers import Layer
from engine.shapes import Shape, shape_text
from engine.weights.source import (
    Checkpoint,
    Weights,
    go_on,
    initial_parameters,
    is_matrix,
    read_only,
    weights_source,
)

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from engine.layers.base.layer import Array

BY_HAND: Final = "by hand"
FITTED: Final = "fitted"
IMPORTED: Final = "imported"
TRAINED_HERE: Final = "trained here"
ORIGINS: Final = (BY_HAND, FITTED, IMPORTED, TRAINED_HERE)

READABLE: Final = 64
"""Arrays of up to so many numbers are written as lists that people can read and edit."""

MAX_VALUES: Final = 1 << 28
"""Largest array that is read: 1 GB."""

MAX_AXES: Final = 8
"""Axes of an array: twice what any layer has."""

_LEVEL: Final = 6
_PART: Final = 1 << 20


@weights_source
class Given(Weights):
    """Parameters by name, as they are. What a layer has beside them (a bias) starts as always.

    Parameters that the layer does not have (any more) are ignored; those of another shape are a misfit.
    """

    name = "given"
    title = "Given"
    group = "Other"
    rank = 0
    help = "Numbers of your own: typed in, fitted to a photograph, or imported."

    arrays: Mapping[str, "Array"]
    """Float32, read-only, finite."""
    origin: str
    """One of `ORIGINS`."""
    note: str
    """How they came about, for people: `PCA of 7×7 patches of astronaut`."""
    tied: str
    """What the set is called that several nodes share; empty for one of a node's own."""

    def __init__(
        self, arrays: "Mapping[str, npt.ArrayLike]", origin: str = BY_HAND, note: str = "", tied: str = ""
    ) -> None:

        made = {}
        for name, values in arrays.items():
            array = _kept(values)
            if not _is_finite(array):
                raise ShapeError(f"{quoted(name, quotes='')} holds a number that is not finite")
            made[name] = array
        if origin not in ORIGINS:
            raise ShapeError(f"origin={quoted(origin)} is none of {', '.join(ORIGINS)}")
        self.__dict__.update(arrays=MappingProxyType(made), origin=origin, note=note, tied=tied)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{name} cannot be set: weights do not change")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Given) and (self.key, self.tied) == (other.key, other.tied)

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        shapes = ", ".join(f"{name} {shape_text(array.shape)}" for name, array in self.arrays.items())
        return f"Given({shapes}, {self.origin!r}, {self.note!r})"

    @classmethod
    def settings(cls) -> tuple[Any, ...]:
        return ()

    @property
    def text(self) -> str:
        origin = self.origin[0].upper() + self.origin[1:]
        mark = "," if self.origin == TRAINED_HERE else ":"
        return f"{origin}{mark} {self.note}" if self.note else origin

    @property
    def learned_how(self) -> str:
        return f"{self.origin}, {self.note}" if self.origin == TRAINED_HERE and self.note else ""

    def is_learned(self, layer: Layer, inputs: tuple[Shape, ...]) -> bool:
        return self.origin in (IMPORTED, TRAINED_HERE)

    def draws(self, layer: Layer, inputs: tuple[Shape, ...]) -> bool:
        return False

    @cached_property
    def key(self) -> str:
        import numpy as np

        digest = sha256(json.dumps([self.name, self.origin, self.note]).encode())
        for name, values in sorted(self.arrays.items()):
            digest.update(f"\0{name}{values.shape}".encode())
            digest.update(values.astype("<f4", copy=False).reshape(-1).view(np.uint8).data)
        return digest.hexdigest()

    @property
    def shared(self) -> str:
        return self.tied

    def misfit(self, layer: Layer, inputs: tuple[Shape, ...]) -> str:
        for name, shape in layer.param_shapes(*inputs).items():
            given = self.arrays.get(name)
            if given is None and is_matrix(name, shape):
                return f"{layer.label} has no {name} among the numbers given for it. Draw it anew."
            if given is not None and given.shape != shape:
                kind = "fitted" if self.origin == FITTED else "given"
                return (
                    f"The {name} {kind} for {layer.label} is {shape_text(given.shape)}, the layer now takes"
                    f" {shape_text(shape)}. Draw it anew, or undo what changed the shape."
                )
            wrong = "" if given is None else layer.misfit_of(name, given)
            if wrong:
                return wrong
        return ""

    def parameters(
        self,
        node_id: str,
        layer: Layer,
        inputs: tuple[Shape, ...],
        seed: int,
        checkpoint: Checkpoint = go_on,
    ) -> "dict[str, Array]":
        wrong = self.misfit(layer, inputs)
        if wrong:
            raise ShapeError(wrong)
        made = initial_parameters(layer, inputs)
        return read_only(made) | {name: self.arrays[name] for name in made.keys() & self.arrays.keys()}

    def changed(self, **arrays: "npt.ArrayLike") -> "Given":
        """The same with other numbers; they are by hand from then on, and say what they were before."""
        before = self.note if self.origin == BY_HAND else self.text
        note = before if before.startswith("changed from ") or not before else f"changed from {before}"
        return Given({**self.arrays, **arrays}, BY_HAND, note)

    def to_json(self, tensor_of: Callable[[str], str] | None = None) -> dict[str, Any]:
        """tensor_of: what a large array is called elsewhere, where it is not to be written."""
        record: dict[str, Any] = {"source": self.name, "origin": self.origin}
        if self.note:
            record["note"] = self.note
        if self.tied:
            record["tied"] = self.tied
        if tensor_of is None:
            return record | {"arrays": dict(self._written)}
        return record | {
            "arrays": {
                name: array_to_json(values) if values.size <= READABLE else {"tensor": tensor_of(name)}
                for name, values in self.arrays.items()
            }
        }

    @cached_property
    def _written(self) -> Mapping[str, Any]:
        """The arrays as JSON: packing takes its time, and a project is written again and again."""
        return {name: array_to_json(array) for name, array in self.arrays.items()}

    @classmethod
    def from_json(cls, record: Mapping[str, Any], tensor: "Callable[[str], Array] | None" = None) -> "Given":
        """tensor: reads an array that the record only names."""
        for field in record.keys() - {"origin", "note", "tied", "arrays"}:
            raise FormatError(f"weights {quoted(cls.name)} have no field {quoted(field)}")
        arrays, note, tied = record.get("arrays"), record.get("note", ""), record.get("tied", "")
        if not isinstance(arrays, Mapping) or not isinstance(note, str) or not isinstance(tied, str):
            raise FormatError("weights 'given' need arrays={…} by name, and a text as their note")
        made = {
            name: tensor(value["tensor"])
            if tensor is not None and isinstance(value, Mapping) and isinstance(value.get("tensor"), str)
            else array_from_json(name, value)
            for name, value in arrays.items()
        }
        try:
            return cls(made, record.get("origin", BY_HAND), note, tied)
        except ShapeError as error:
            raise FormatError(f"weights 'given': {error}") from None


def _kept(values: "npt.ArrayLike") -> "Array":
    """The values as float32, C order, read-only: a copy, unless they are mapped from a file as just that."""
    import numpy as np

    if isinstance(values, np.ndarray) and values.dtype == np.float32 and is_mapped(values):
        return values
    array = np.array(values, dtype=np.float32, order="C")
    array.flags.writeable = False
    return array


def is_mapped(values: "npt.NDArray[np.float32]") -> bool:
    """Whether the values lie in a file that nobody here can write to, in C order."""
    root: Any = values
    while getattr(root, "base", None) is not None:
        root = root.base
    return isinstance(root, mmap) and values.flags.c_contiguous and not values.flags.writeable


def _is_finite(values: "Array") -> bool:
    """Part by part: what `isfinite` gives for hundreds of megabytes is large too."""
    import numpy as np

    flat = values.reshape(-1)
    return all(np.isfinite(flat[i : i + _PART]).all() for i in range(0, flat.size, _PART))


def array_to_json(values: "npt.NDArray[np.float32]") -> Any:
    """Small arrays as lists; others as shape and zlib: base64 of deflated float32, little-endian, C order."""
    if values.size <= READABLE:
        return _plain(values)
    data = zlib.compress(values.astype("<f4").tobytes(), _LEVEL)
    return {"shape": list(values.shape), "zlib": base64.b64encode(data).decode("ascii")}


def array_from_json(name: str, value: Any) -> "npt.NDArray[np.float32]":
    """The array that `array_to_json` wrote; `FormatError` names what is wrong."""
    import numpy as np

    name = quoted(name, quotes="")

    if isinstance(value, list):
        shape = _shape_of_list(name, value)
        return np.array(value, dtype=np.float32).reshape(shape)
    if not isinstance(value, Mapping) or value.keys() != {"shape", "zlib"}:
        raise FormatError(f"{name} must be numbers in lists, or an object with shape and zlib")
    shape = _shape(name, value["shape"])
    try:
        data = binascii.a2b_base64(value["zlib"], strict_mode=True)
        unpacker = zlib.decompressobj()
        raw = unpacker.decompress(data, 4 * prod(shape) + 1)  # no more than that, whatever it unfolds to
    except (binascii.Error, zlib.error, TypeError, ValueError) as error:
        raise FormatError(f"{name} is damaged: {error}") from None
    if len(raw) != 4 * prod(shape) or not unpacker.eof:
        raise FormatError(f"{name} is damaged: it does not hold the numbers of {shape_text(shape)}")
    return np.frombuffer(raw, dtype="<f4").reshape(shape)


def _plain(values: "npt.NDArray[np.float32]") -> Any:
    """Nested lists of the shortest numbers that give the same float32 again."""
    if not values.ndim:
        return float(str(values[()]))
    return [_plain(value) for value in values]


def _shape(name: str, value: Any) -> Shape:
    whole = (
        isinstance(value, list)
        and len(value) <= MAX_AXES
        and all(isinstance(one, int) and not isinstance(one, bool) and 0 < one <= MAX_VALUES for one in value)
    )
    if not whole or not value or prod(value) > MAX_VALUES:
        raise FormatError(
            f"{name}: shape={quoted(value)} must be a list of sizes, at most {MAX_VALUES} numbers"
        )
    return tuple(value)


def _shape_of_list(name: str, value: Any, depth: int = 0) -> Shape:
    """The shape of nested lists of numbers; `FormatError` for ragged ones, and for what is no number."""
    if not isinstance(value, list):
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not isfinite(value) or abs(value) > 3.4e38:
            raise FormatError(f"{name} holds {quoted(value)}, which is no number")
        return ()
    if not value:
        raise FormatError(f"{name} holds an empty list")
    if depth == MAX_AXES:
        raise FormatError(f"{name} holds lists within lists, more than {MAX_AXES} deep")
    inner = {_shape_of_list(name, one, depth + 1) for one in value}
    if len(inner) != 1:
        raise FormatError(f"{name} holds lists of different lengths")
    return (len(value), *inner.pop())
