"""Layers that a file of this program names: taken at their word where the operators say the same.

A hint is a comment in a file from anywhere. The layer it names is written as ONNX once more; only if that
is, operator by operator and number by number, what stands in the file, it is the layer.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from engine.errors import EngineError
from engine.formats.onnx.metadata import LABELS, PREPROCESSING
from engine.formats.onnx.operators import LAYER_HINT, NAME_HINT
from engine.formats.onnx.reader.file.graph import Graph, Operator
from engine.formats.onnx.reader.held import Held, NoLayer
from engine.formats.onnx.reader.translation import Translation
from engine.layers import Layer, OnnxNode, layer_from_json
from engine.layers.input import Input
from engine.shapes import Shape

MAX_CHAIN = 8
"""Operators that a layer is written as, at most."""


def hinted(t: Translation, operator: Operator) -> bool:
    """Whether the operator ends a layer that the file names, and which was made of it."""
    layer = _layer(operator.hints.get(LAYER_HINT, ""))
    if layer is None:
        return False
    chain = [operator]
    while len(chain) <= MAX_CHAIN:
        if _made(t, layer, chain):
            return True
        before = t.maker(chain[0].inputs[0]) if chain[0].inputs else None
        if before is None or before.hints.get(LAYER_HINT):
            return False
        chain.insert(0, before)
    return False


def _layer(text: str) -> Layer | None:
    try:
        record = json.loads(text) if text else None
        return layer_from_json(record) if isinstance(record, Mapping) else None
    except (ValueError, TypeError, EngineError, RecursionError):
        return None


def _made(t: Translation, layer: Layer, chain: Sequence[Operator]) -> bool:
    sources = []
    names = []
    for name in chain[0].inputs:
        value = t.find(name)
        if not isinstance(value, Held):
            break
        if value.kind != "float" or value.view != t.own(value.node):
            return False
        sources.append(value.node)
        names.append(name)
    if len(sources) < layer.min_inputs or not (layer.max_inputs is None or len(sources) <= layer.max_inputs):
        return False
    shapes = tuple(t.drafts[source].shape for source in sources)
    try:
        weights = _weights(t, layer, shapes, names, chain)
        if weights is None:
            return False
        tied = next((name for name in chain[-1].inputs if name not in names), "")
        t.done(chain[-1], t.add(layer, *sources, weights=weights, tied=tied if weights else ""))
    except (EngineError, NoLayer, ValueError):
        return False
    return True


def _weights(
    t: Translation, layer: Layer, shapes: tuple[Shape, ...], names: Sequence[str], chain: Sequence[Operator]
) -> dict[str, Any] | None:
    """The layer's parameters, if the chain is what it would be written as; else None."""
    wanted = layer.param_shapes(*shapes)
    found: dict[str, Any] = {}
    spec: OnnxNode | None = layer.onnx(*shapes)
    feeds = list(names)
    for operator in chain:
        if spec is None or operator.op_type != spec.op_type or operator.domain:
            return None
        if not _same_attributes(operator.attributes, spec.attributes):
            return None
        left = [*feeds, *(names[index] for index in spec.again)]
        if list(operator.inputs[: len(left)]) != left:
            return None
        rest = list(operator.inputs[len(left) :])
        if len(rest) != len(spec.parameters) + len(spec.constants):
            return None
        for name, tensor in zip(spec.parameters, rest, strict=False):
            values = t.find(tensor)
            if isinstance(values, Held) or values is None or values.dtype != np.float32:
                return None
            if values.shape != spec.reshaped.get(name, wanted[name]):
                return None
            found[name] = values.reshape(wanted[name])
        for constant, tensor in zip(spec.constants, rest[len(spec.parameters) :], strict=True):
            fixed = t.find(tensor)
            if constant is None or fixed is None or isinstance(fixed, Held):
                if constant is not None or fixed is not None:
                    return None
                continue
            whole = all(isinstance(value, int) for value in constant.values)
            kind = np.int64 if whole else np.float32
            expected = np.asarray(constant.values, kind)
            if fixed.dtype != kind or not np.array_equal(fixed.ravel(), expected):
                return None
        feeds, spec = [operator.outputs[0]], spec.then
    return found if spec is None and found.keys() == wanted.keys() else None


def _same_attributes(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    if found.keys() != wanted.keys():
        return False
    for name, value in wanted.items():
        other = found[name]
        if isinstance(value, float):
            if not isinstance(other, int | float) or np.float32(value) != np.float32(other):
                return False
        elif isinstance(value, str | int):
            if other != value:
                return False
        elif tuple(other) != tuple(value):
            return False
    return True


def hinted_name(operator: Operator) -> str | None:
    """What the user of this program called the layer; None in the file of another."""
    return operator.hints.get(NAME_HINT, "") if LAYER_HINT in operator.hints else None


def hinted_input(graph: Graph, name: str, shape: Shape) -> Input:
    """The Input of this shape, with the preprocessing that the file notes for it."""
    try:
        record = json.loads(graph.metadata.get(PREPROCESSING, "{}")).get(name, {})
        known = {setting.name for setting in Input.settings()} - {"shape"}
        return Input(shape=shape, **{key: value for key, value in record.items() if key in known})
    except (ValueError, TypeError, AttributeError, EngineError, RecursionError):
        return Input(shape=shape)


def hinted_classes(graph: Graph) -> tuple[str, ...]:
    """The classes' names that the file notes; none where it does not."""
    try:
        names = json.loads(graph.metadata.get(LABELS, "[]"))
    except (ValueError, RecursionError):
        return ()
    fits = isinstance(names, list) and all(isinstance(name, str) for name in names)
    return tuple(names) if fits and len(names) <= 100_000 else ()
