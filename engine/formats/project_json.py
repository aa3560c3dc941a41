"""`.onebyone`: a project as JSON, one thing a line, the same bytes for the same project.

Reading checks everything: a file is either understood completely or refused with a reason.
"""

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from engine.errors import EngineError, FormatError, quoted
from engine.formats.annotations_json import (
    LISTS,
    drawn_records,
    drawn_settings,
    no_others,
    read_id,
    read_point,
    read_text,
)
from engine.formats.weights.class_names import class_names_from_json, class_names_to_json
from engine.layers import Layer, layer_from_json
from engine.layers.dropout import Identity
from engine.model.network import Bypassed, Network, Node
from engine.model.project import DIRECTIONS, Point, Project
from engine.weights import HE, Given, Weights, weights_from_json, weights_to_json
from engine.weights.given import READABLE

if TYPE_CHECKING:
    from engine.layers.base.layer import Array

VERSION: Final = 1
"""Raised when a file is written that older programs would misread."""

MAX_NODES: Final = 20_000
MAX_SEED: Final = 2**63 - 1

_TEXTS: Final = ("title", "image", "notes")
_FIELDS: Final = {"format", "version", *_TEXTS, "seed", "classes", "direction", "nodes", *LISTS}
_NODE_FIELDS: Final = {"id", "layer", "inputs", "name", "weights", "position", "bypassed"}


def write(project: Project, tensors: "dict[str, Array] | None" = None) -> bytes:
    """The project as a file's content; `FormatError` for values that could not be read back.

    tensors: takes large arrays by name, for whoever keeps them elsewhere; the content only names them.
    """
    head = {"format": "onebyone", "version": VERSION}
    head |= {name: getattr(project, name) for name in _TEXTS} | {"seed": project.seed}
    if project.class_names:
        head["classes"] = class_names_to_json(project.class_names)
    if project.direction != DIRECTIONS[0]:
        head["direction"] = project.direction
    nodes = [
        _node_record(node, project.positions.get(node.id), tensors) for node in project.network.nodes.values()
    ]
    lists = {"nodes": nodes, **drawn_records(project)}
    try:
        parts = [f"  {_dump(name)}: {_dump(value)}" for name, value in head.items()]
        parts += [f"  {_dump(name)}: {_dump_lines(records)}" for name, records in lists.items()]
    except ValueError:
        raise FormatError("a number is not finite") from None
    text = "{\n" + ",\n".join(parts) + "\n}\n"
    # Half a surrogate pair has no UTF-8; its backslash form is what JSON writes for it.
    data = text.encode("utf-8", "backslashreplace")
    read(data, None if tensors is None else _nothing)
    return data


def read(data: bytes, tensor: "Callable[[str], Array] | None" = None) -> Project:
    """The project that `write` wrote; `FormatError` names what is wrong.

    tensor: reads an array that the content only names.
    """
    record = _object(_parse(data), "the file")
    if record.get("format") != "onebyone":
        raise FormatError('it is JSON, but no OneByOne project ("format": "onebyone" is missing)')
    version = record.get("version")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise FormatError(f"version={quoted(version)} must be a whole number of at least 1")
    if version > VERSION:
        raise FormatError(
            f"the file was written by a newer version (version {quoted(version)}; this one reads up to"
            f" {VERSION}). Update OneByOne to open it."
        )
    no_others(record, _FIELDS, "the file")
    nodes = record.get("nodes")
    if not isinstance(nodes, list):
        raise FormatError(f"nodes={quoted(nodes)} must be a list")
    if len(nodes) > MAX_NODES:
        raise FormatError(f"it has {len(nodes)} nodes; at most {MAX_NODES} are read")
    made: list[Node] = []
    positions: dict[str, Point] = {}
    for index, one in enumerate(nodes):
        node, at = _node(_object(one, f"nodes[{index}]"), index, tensor)
        made.append(node)
        if at is not None:
            positions[node.id] = at
    drawn, places = drawn_settings(record)
    return Project(
        network=Network(made),
        positions=positions | places,
        title=read_text(record.get("title", ""), "title"),
        image=read_text(record.get("image", ""), "image"),
        notes=read_text(record.get("notes", ""), "notes"),
        seed=_seed(record.get("seed", 0)),
        class_names=class_names_from_json(record.get("classes", [])),
        **drawn,
    )


def _node_record(node: Node, at: Point | None, tensors: "dict[str, Array] | None") -> dict[str, Any]:
    record: dict[str, Any] = {"id": node.id, "layer": node.layer.to_json(), "inputs": list(node.inputs)}
    if node.name:
        record["name"] = node.name
    if node.weights != HE:
        if tensors is not None and isinstance(node.weights, Given):
            record["weights"] = node.weights.to_json(lambda name: f"{node.id}.{name}")
            large = node.weights.arrays.items()
            tensors |= {f"{node.id}.{name}": values for name, values in large if values.size > READABLE}
        else:
            record["weights"] = weights_to_json(node.weights)
    if node.bypassed is not None:
        record["bypassed"] = {"layer": node.bypassed.layer.to_json(), "inputs": list(node.bypassed.inputs)}
    if at is not None:
        record["position"] = list(at)
    return record


def _node(
    record: Mapping[str, Any], index: int, tensor: "Callable[[str], Array] | None"
) -> tuple[Node, Point | None]:
    node_id = read_id(record, f"nodes[{index}]")
    where = f"node {quoted(node_id)}"
    no_others(record, _NODE_FIELDS, where)
    inputs = _ids(record.get("inputs", []), f"{where}: inputs")
    try:
        layer = layer_from_json(_object(record.get("layer"), "layer"))
        bypassed = _bypassed(record["bypassed"], layer) if "bypassed" in record else None
        weights = _weights(record["weights"], tensor) if "weights" in record else HE
    except (EngineError, OverflowError) as error:  # float() of a huge whole number overflows
        raise FormatError(f"{where}: {error}") from None
    node = Node(
        id=node_id,
        layer=layer,
        inputs=inputs,
        name=read_text(record.get("name", ""), f"{where}: name"),
        weights=weights,
        bypassed=bypassed,
    )
    return node, read_point(record["position"], where) if "position" in record else None


def _weights(record: Any, tensor: "Callable[[str], Array] | None") -> Weights:
    if tensor is not None and isinstance(record, Mapping) and record.get("source") == Given.name:
        return Given.from_json({key: value for key, value in record.items() if key != "source"}, tensor)
    return weights_from_json(record)


def _nothing(name: str) -> "Array":
    """In the place of arrays that are kept elsewhere, while the content that names them is checked."""
    import numpy as np

    return np.zeros(1, dtype=np.float32)


def _bypassed(value: Any, layer: Layer) -> Bypassed:
    record = _object(value, "bypassed")
    no_others(record, {"layer", "inputs"}, "bypassed")
    if layer != Identity():
        raise FormatError(f"a bypassed node passes its input on, but its layer is {layer.kind}, no Identity")
    inputs = _ids(record.get("inputs", []), "bypassed: inputs")
    return Bypassed(layer=layer_from_json(_object(record.get("layer"), "layer")), inputs=inputs)


def _ids(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise FormatError(f"{where}={quoted(value)} must be a list of ids")
    return tuple(value)


def _seed(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_SEED:
        raise FormatError(f"seed={quoted(value)} must be a whole number between 0 and {MAX_SEED}")
    return value


def _object(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise FormatError(f"{where} must be an object {{…}}, not {quoted(value)}")
    return value


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _dump_lines(records: list[dict[str, Any]]) -> str:
    """A list with one record a line."""
    return "[\n" + ",\n".join(f"    {_dump(record)}" for record in records) + "\n  ]" if records else "[]"


def _parse(data: bytes) -> Any:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            raise FormatError("the file ends within a letter: it is truncated") from None
        raise FormatError("it is no text file, and so no OneByOne project") from None
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        if not text.strip():
            raise FormatError("the file is empty") from None
        if error.pos >= len(text.rstrip()) or "Unterminated" in error.msg:
            raise FormatError(f"the file ends too early, in line {error.lineno}: it is truncated") from None
        raise FormatError(
            f"it is no JSON, and so no OneByOne project: line {error.lineno}, {error.msg}"
        ) from None
    except RecursionError:
        raise FormatError("its values are nested too deeply") from None
    except ValueError as error:  # a whole number of more than 4,300 digits
        raise FormatError(f"a number cannot be read: {error}") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise FormatError(f"the field {quoted(twice)} is given twice")
    return made


def _no_constant(name: str) -> None:
    raise FormatError(f"{name} is no number that can be used")
