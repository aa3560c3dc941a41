"""The settings of layer kinds: their types, ranges and words, and how a value is checked."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from engine.errors import ShapeError, quoted
from engine.shapes import Padding, Pair, Shape


@dataclass(frozen=True)
class Setting:
    """One setting of a layer kind as forms, JSON and documentation need it."""

    name: str
    type: str
    """"int", "float", "bool", "choice", "pair", "padding" or "shape"."""
    default: Any
    minimum: float | None
    maximum: float | None
    choices: tuple[str, ...]
    label: str
    help: str
    advanced: bool
    """Shown under "More" in the inspector."""


def field(
    *,
    default: Any,
    minimum: float | None = None,
    maximum: float | None = None,
    choices: Sequence[str] = (),
    label: str = "",
    help: str = "",
    advanced: bool = False,
) -> Any:
    """A setting with its default, range and explanation; the annotation names its type."""
    about = dict(
        minimum=minimum, maximum=maximum, choices=tuple(choices), label=label, help=help, advanced=advanced
    )
    return dataclasses.field(default=default, metadata=about)


_TYPES: Final = {
    int: "int", float: "float", bool: "bool", str: "choice", Pair: "pair", Padding: "padding", Shape: "shape",
}  # fmt: skip
_settings_of: dict[type, tuple[Setting, ...]] = {}


def settings_of(cls: type) -> tuple[Setting, ...]:
    """The settings of a layer kind, in the order of its fields."""
    if cls not in _settings_of:
        made = []
        for item in dataclasses.fields(cls):
            about = dict(item.metadata)
            about["label"] = about["label"] or item.name.replace("_", " ").capitalize()
            made.append(Setting(name=item.name, type=_TYPES[item.type], default=item.default, **about))
        _settings_of[cls] = tuple(made)
    return _settings_of[cls]


def to_plain(value: Any) -> Any:
    """A setting's value as JSON has it."""
    if isinstance(value, Padding):
        return value.to_json()
    return list(value) if isinstance(value, tuple) else value


def from_plain(setting: Setting, value: Any) -> Any:
    """The way back; what does not fit the type is passed on, for the check to refuse."""
    if setting.type in ("pair", "shape") and isinstance(value, list):
        return tuple(value)
    if setting.type == "padding" and isinstance(value, str | int | list):
        return Padding.of(value)
    if setting.type == "float" and isinstance(value, int):
        return float(value)
    return value


def check_setting(setting: Setting, value: Any) -> None:
    """`ShapeError`, which names the setting, unless the value is of its type and in its range."""
    name, kind = setting.name, setting.type
    if kind == "bool":
        if not isinstance(value, bool):
            raise ShapeError(f"{name}={quoted(value)} must be true or false", setting=name)
    elif kind == "choice":
        if setting.choices and value not in setting.choices:
            raise ShapeError(f"{name}={quoted(value)} is none of {', '.join(setting.choices)}", setting=name)
    elif kind == "padding":
        if not isinstance(value, Padding):
            raise ShapeError(f"{name}={quoted(value)} is no padding", setting=name)
    elif kind in ("pair", "shape"):
        fits = isinstance(value, tuple) and len(value) in ((2,) if kind == "pair" else (1, 3))
        if not fits:
            raise ShapeError(
                f"{name}={quoted(value)} must be {'two' if kind == 'pair' else 'one or three'} numbers",
                setting=name,
            )
        for part in value:
            _check_number(name, part, int, setting)
    else:
        _check_number(name, value, int if kind == "int" else float, setting)


def _check_number(name: str, value: Any, kind: type, setting: Setting) -> None:
    if isinstance(value, bool) or not isinstance(value, kind if kind is int else int | float):
        raise ShapeError(
            f"{name}={quoted(value)} must be a {'whole ' if kind is int else ''}number", setting=name
        )
    if value != value or value in (float("inf"), float("-inf")):
        raise ShapeError(f"{name}={quoted(value)} must be finite", setting=name)
    low, high = setting.minimum, setting.maximum
    if low is not None and value < low:
        raise ShapeError(f"{name}={quoted(value)} is below {low:g}. At least {low:g} fits.", setting=name)
    if high is not None and value > high:
        raise ShapeError(f"{name}={quoted(value)} is above {high:g}. At most {high:g} fits.", setting=name)
