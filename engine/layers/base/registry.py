"""The kinds of layers there are, by name: `@layer` makes a class one of them, and JSON names them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from types import MappingProxyType
from typing import Any, TypeVar, cast, dataclass_transform

from engine.errors import FormatError, ShapeError, UnsupportedLayer, quoted
from engine.layers.base.layer import GROUPS, Layer
from engine.layers.base.settings import check_setting, field, from_plain

_registry: dict[str, type[Layer]] = {}
L = TypeVar("L", bound=type[Layer])


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def layer(cls: L) -> L:
    """Make the class a frozen value, validate its settings on creation, and register it by its name."""
    own_post_init: Callable[[Any], None] = _check_settings
    cls.__post_init__ = own_post_init  # type: ignore[attr-defined]  # read by dataclass() on the next line
    made = dataclass(frozen=True, kw_only=True)(cls)
    _registry[cls.__name__] = made
    return cast(L, made)


def layer_kinds() -> Mapping[str, type[Layer]]:
    """All registered kinds by name, by group, then `rank`, then name: the order of the palette."""
    return _in_order(tuple(_registry.values()))


@lru_cache(maxsize=1)
def _in_order(kinds: tuple[type[Layer], ...]) -> Mapping[str, type[Layer]]:
    """Asked for hundreds of times while a network is written, sorted once."""
    order = sorted(kinds, key=lambda kind: (GROUPS.index(kind.group), kind.rank, kind.__name__))
    return MappingProxyType({kind.__name__: kind for kind in order})


def layer_from_json(record: Mapping[str, Any]) -> Layer:
    """The layer that `Layer.to_json` wrote; missing settings take their defaults."""
    kind = record.get("kind")
    if not isinstance(kind, str) or kind not in _registry:
        close = get_close_matches(str(kind), _registry, n=3)
        hint = f"Did you mean {' or '.join(close)}?" if close else "A newer version may know it."
        raise UnsupportedLayer(f"unknown layer kind {quoted(kind)}. {hint}")
    cls = _registry[kind]
    settings = {setting.name: setting for setting in cls.settings()}
    values = {name: value for name, value in record.items() if name != "kind"}
    for name in values.keys() - settings.keys():
        raise FormatError(f"{kind} has no setting {quoted(name)}")
    try:
        return cls(**{name: from_plain(settings[name], value) for name, value in values.items()})
    except ShapeError as error:
        raise FormatError(f"{kind}: {error}") from None


def _check_settings(self: Layer) -> None:
    for setting in self.settings():
        check_setting(setting, getattr(self, setting.name))
    self._validate()
