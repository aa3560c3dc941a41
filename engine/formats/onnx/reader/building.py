"""Drafts become a project: ids, weights, groups after name scopes, places on the canvas."""

import re
from collections.abc import Sequence
from typing import Final

import numpy as np

from engine.errors import FormatError, ShapeError
from engine.formats.onnx.reader.file.graph import Graph, short
from engine.formats.onnx.reader.held import Held, Known, NoLayer
from engine.formats.onnx.reader.matching import Drafts
from engine.formats.onnx.reader.scopes import grouped, scope
from engine.formats.onnx.reader.translation import Draft, Translation
from engine.formats.onnx.reader.written_here.hints import hinted_classes, hinted_name
from engine.formats.onnx.rewrites import rewrite_all
from engine.layers.dropout import Identity
from engine.layout.layout import lay_out
from engine.model.network import Network, Node
from engine.model.project import Project
from engine.weights import HE, IMPORTED, Given, Weights

MAX_NAME: Final = 200
"""Longest id; a file may call a tensor anything."""


def finish_outputs(t: Translation) -> None:
    """Let every output of the graph be a layer of its own name, in the order of the file."""
    for name in t.graph.outputs:
        value = t.find(name)
        if not isinstance(value, Held):
            if value is None or value.dtype.kind != "f":
                raise FormatError(f"the output {short(name)!r} does not depend on any input")
            value = t.constant_map(value, name)
            t.drafts[value.node].final = True
            continue
        if t.batch > 1 and t.batch_axis(value) != 0:
            raise NoLayer("it mixes the images of a batch")
        rows = value.shape[:1] not in ((), (1,)) and not t.is_batch(value, 0)
        if rows or value.view.repeats or not _in_order(t, value):
            value = t.plain(value)
        sizes = value.shape[1:]
        node = t.node_of(value, sizes) if len(sizes) in (1, 3) and not rows else value.node
        draft = t.drafts[node]
        if draft.final and draft.tensor != name:
            node = t.add(Identity(), node, tensor=name)
            draft = t.drafts[node]
        draft.tensor, draft.final = name, True


def _in_order(t: Translation, held: Held) -> bool:
    return len(held.shape) in (2, 4) or held.view.parts == t.own(held.node).parts


def build(t: Translation, title: str) -> Project:
    """The project of all layers that the outputs depend on."""
    try:
        finish_outputs(t)
    except (NoLayer, ShapeError) as error:
        raise FormatError(f"an output cannot be drawn exactly: {error}") from None
    rewrite_all(Drafts(t.drafts, set(t.graph.outputs)))
    kept = _needed(t)
    ids = _ids(t.drafts, kept)
    shared = _shared(t.drafts, kept)
    network = Network(_node(t.drafts[number], ids[number], ids, shared.get(number)) for number in kept)
    scopes = {ids[number]: scope(t.drafts[number].operator) for number in kept}
    groups = grouped(network, scopes, ())
    return Project(
        network=network,
        groups=groups,
        positions=lay_out(network, groups),
        title=title,
        class_names=hinted_classes(t.graph),
    )


def _needed(t: Translation) -> list[int]:
    """What the outputs depend on, and all Inputs."""
    found: set[int] = set()
    outputs = set(t.graph.outputs)
    waiting = [
        number
        for number, draft in enumerate(t.drafts)
        if (draft.final and draft.tensor in outputs) or draft.layer.role == "input"
    ]
    while waiting:
        number = waiting.pop()
        if number not in found:
            found.add(number)
            waiting += t.drafts[number].inputs
    return sorted(found)


def _ids(drafts: Sequence[Draft], kept: Sequence[int]) -> dict[int, str]:
    """An id for each draft: its tensor's name, where it is that tensor."""
    taken: set[str] = set()
    ids: dict[int, str] = {}
    for number in sorted(kept, key=lambda number: not drafts[number].final):
        draft = drafts[number]
        base = _clean(draft.tensor) or draft.layer.kind.lower()
        name = base if draft.final else f"{base}.{draft.layer.kind.lower()}"
        base, count = name, 2
        while name in taken:
            name, count = f"{base}_{count}", count + 1
        taken.add(name)
        ids[number] = name
    return ids


def _clean(name: str) -> str:
    """A tensor's name as an id: control characters are no part of one."""
    return re.sub(r"[\x00-\x1f\x7f\ud800-\udfff]", "_", name)[:MAX_NAME]


def _shared(drafts: Sequence[Draft], kept: Sequence[int]) -> dict[int, Given]:
    """The weights of the drafts that were given the very same arrays of the file."""
    owners: dict[tuple[object, ...], list[int]] = {}
    for number in kept:
        draft = drafts[number]
        if draft.weights and draft.tied:
            key = (
                draft.layer.kind,
                *sorted((name, id(_root(weight))) for name, weight in draft.weights.items()),
            )
            owners.setdefault(key, []).append(number)
    found: dict[int, Given] = {}
    for numbers in owners.values():
        first = drafts[numbers[0]]
        alike = all(
            weight.shape == first.weights[name].shape
            for number in numbers
            for name, weight in drafts[number].weights.items()
        )
        if len(numbers) > 1 and alike:
            try:
                given = Given(first.weights, IMPORTED, tied=_clean(first.tied))
            except ShapeError as error:
                raise FormatError(f"{short(first.tied)!r}: {error}") from None
            found |= dict.fromkeys(numbers, given)
    return found


def _root(array: Known) -> object:
    """The array that a view, of a view, of … is a part of."""
    base: object = array
    while isinstance(base, np.ndarray) and isinstance(base.base, np.ndarray):
        base = base.base
    return base


def _node(draft: Draft, node_id: str, ids: dict[int, str], shared: Given | None) -> Node:
    weights: Weights = HE
    if shared is not None:
        weights = shared
    elif draft.weights:
        try:
            weights = Given(draft.weights, IMPORTED)
        except ShapeError as error:
            where = draft.operator.title if draft.operator is not None else short(draft.tensor)
            raise FormatError(f"{where}: {error}") from None
    operator = draft.operator
    name = "" if operator is None or not draft.final else operator.name or operator.outputs[0]
    ours = None if operator is None else hinted_name(operator)
    name = name if ours is None else ours
    return Node(
        id=node_id,
        layer=draft.layer,
        inputs=tuple(ids[source] for source in draft.inputs),
        name=_clean(name),
        weights=weights,
    )


def title_of(graph: Graph, fallback: str) -> str:
    """What the project is called."""
    return graph.metadata.get("title") or fallback
