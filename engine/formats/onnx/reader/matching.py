"""Looking up from a draft at what it was made of."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from engine.formats.onnx.reader.translation import Draft
from engine.layers import Layer
from engine.layers.dropout import Identity

L = TypeVar("L", bound=Layer)


class Drafts:
    """The layers of a network that is being made, by number; each comes after those it reads."""

    def __init__(self, drafts: list[Draft], outputs: "set[str]") -> None:
        self._drafts = drafts
        self._outputs = outputs
        self._readers: dict[int, int] = {}
        for draft in drafts:
            for source in draft.inputs:
                self._readers[source] = self._readers.get(source, 0) + 1

    def __len__(self) -> int:
        return len(self._drafts)

    def __getitem__(self, number: int) -> Draft:
        return self._drafts[number]

    def layer(self, number: int, kind: type[L]) -> L | None:
        """The layer, where it is one of this kind with whatever settings."""
        layer = self._drafts[number].layer
        return layer if isinstance(layer, kind) else None

    def only(self, number: int, layer: Layer) -> int | None:
        """The single input of a draft that is this layer, numbers to six digits; None for another one."""
        draft = self._drafts[number]
        return draft.inputs[0] if len(draft.inputs) == 1 and _alike(draft.layer, layer) else None

    def pairs(self, number: int, layer: Layer) -> Iterator[tuple[int, int]]:
        """The two inputs of a draft that is this layer, in both orders."""
        inputs = self._drafts[number].inputs
        if _alike(self._drafts[number].layer, layer) and len(inputs) == 2:
            yield inputs[0], inputs[1]
            yield inputs[1], inputs[0]

    def read_by_one(self, number: int) -> bool:
        """Whether a single layer reads it, and it is no output."""
        draft = self._drafts[number]
        return self._readers.get(number) == 1 and not (draft.final and draft.tensor in self._outputs)

    def become(
        self, number: int, layer: Layer, *inputs: int, weights: Mapping[str, npt.NDArray[Any]] | None = None
    ) -> bool:
        """Make the draft this layer, if that gives the same shape; whether it was made."""
        draft = self._drafts[number]
        if layer.output_shape(*(self._drafts[one].shape for one in inputs)) != draft.shape:
            return False
        draft.layer, draft.inputs = layer, inputs
        draft.weights = {name: np.asarray(values, np.float32) for name, values in (weights or {}).items()}
        draft.tied = ""
        return True

    def same(self, first: int, second: int) -> bool:
        """Whether two are one map: the same, or one an Identity of the other."""
        return self._origin(first) == self._origin(second)

    def _origin(self, number: int) -> int:
        while self._drafts[number].layer == Identity():
            number = self._drafts[number].inputs[0]
        return number


def _alike(layer: Layer, wanted: Layer) -> bool:
    if type(layer) is not type(wanted):
        return False
    given, asked = layer.to_json(), wanted.to_json()
    return all(_about(given[name], value) for name, value in asked.items())


def _about(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, float) and isinstance(value, float):
        return abs(value - wanted) <= 1e-6 * max(abs(wanted), 1e-30)
    return bool(value == wanted)
