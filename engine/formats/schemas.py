"""JSON Schemas (draft 2020-12) of project files and of what `onebyone summary --json` prints.

They lie in `assets/schemas`. That of projects leaves the kinds of layers and of weights open; here each is
added with its settings and their ranges, so that a new kind is described by being there.
"""

import dataclasses
import json
from typing import Any, Final

from assets import schema_path
from engine.layers import layer_kinds
from engine.layers.base.settings import Setting, to_plain
from engine.shapes import PADDING_MODES
from engine.weights import weights_sources
from engine.weights.given import Given
from engine.weights.recast import Recast

SCHEMAS: Final = ("project", "summary")
_TEXT: Final = {"type": "string"}
_ARRAYS: Final = {"type": "object", "additionalProperties": {"$ref": "#/$defs/array"}}
_LAYER: Final = {"$ref": "#/$defs/layer"}
_WHOLE_FROM_0: Final = {"type": "integer", "minimum": 0}


def schema(name: str) -> dict[str, Any]:
    """One of `SCHEMAS`, JSON-ready."""
    made: dict[str, Any] = json.loads(schema_path(name).read_text(encoding="utf-8"))
    if name == "project":
        made["$defs"]["layer"] |= {"anyOf": [_kind(kind) for kind in sorted(layer_kinds())]}
        sources = list(weights_sources())
        made["$defs"]["weights"]["oneOf"] = [{"enum": sources}, *map(_source, sources)]
    return made


def _kind(kind: str) -> dict[str, Any]:
    settings = layer_kinds()[kind].settings()
    described = {setting.name: _setting(setting) for setting in settings}
    return _closed("kind", kind, described, [])


def _source(name: str) -> dict[str, Any]:
    cls = weights_sources()[name]
    if name == Given.name:
        texts: dict[str, Any] = {field: _TEXT for field in ("origin", "note", "tied")}
        return _closed("source", name, texts | {"arrays": _ARRAYS}, ["arrays"])
    if name == Recast.name:
        parts = {"of": {"$ref": "#/$defs/weights"}, "layer": _LAYER, "shape": _setting_of_type("shape")}
        return _closed("source", name, parts, list(parts))
    described = {setting.name: _setting(setting) for setting in cls.settings()}
    fields = [field.name for field in dataclasses.fields(cls)]  # type: ignore[arg-type]  # the others are
    if described or not fields:
        return _closed("source", name, described, [])
    return _closed("source", name, dict.fromkeys(fields, _TEXT), fields)


def _closed(key: str, name: str, properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {key: {"const": name}, **properties},
        "required": [key, *required],
        "additionalProperties": False,
    }


def _setting(setting: Setting) -> dict[str, Any]:
    """A setting's type and range; a missing one stands for its default."""
    made = _setting_of_type(setting.type)
    limits = {"minimum": setting.minimum, "maximum": setting.maximum}
    known = {name: value for name, value in limits.items() if value is not None}
    if setting.type in ("pair", "shape"):
        made["items"] = made["items"] | known
    elif setting.type in ("int", "float"):
        made |= known
    elif setting.type == "choice":
        made = {"enum": list(setting.choices)} if setting.choices else {"type": "string"}
    made["default"] = to_plain(setting.default)
    if setting.help:
        made["description"] = setting.help
    return made


def _setting_of_type(kind: str) -> dict[str, Any]:
    sizes = {"type": "array", "items": {"type": "integer"}}
    made: dict[str, dict[str, Any]] = {
        "int": {"type": "integer"},
        "float": {"type": "number"},
        "bool": {"type": "boolean"},
        "choice": {"type": "string"},
        "pair": {**sizes, "minItems": 2, "maxItems": 2},
        "shape": {**sizes, "oneOf": [{"minItems": count, "maxItems": count} for count in (1, 3)]},
        "padding": {
            "oneOf": [
                {"enum": [mode for mode in PADDING_MODES if mode != "explicit"]},
                _WHOLE_FROM_0,
                *(
                    {"type": "array", "items": _WHOLE_FROM_0, "minItems": count, "maxItems": count}
                    for count in (2, 4)
                ),
            ]
        },
    }
    return made[kind]
