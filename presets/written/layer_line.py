"""Layers as a lesson file writes them: `Conv2d out_channels=16 kernel_size=3 padding=same`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.errors import EngineError, quoted
from engine.layers import Layer, layer_kinds
from engine.layers.base.settings import Setting, from_plain
from engine.shapes import Padding
from presets.written.document import LessonMistake, meant


@dataclass(frozen=True)
class LayerLine:
    """A kind and those of its settings that were written."""

    kind: str
    settings: Mapping[str, Any]

    def made(self, line: int) -> Layer:
        """The layer; what was not written has its default. `LessonMistake`."""
        try:
            return layer_kinds()[self.kind](**self.settings)
        except EngineError as error:
            raise LessonMistake(line, f"{self.kind}: {error}") from None

    def differences(self, layer: Layer) -> list[str]:
        """What of the written settings a layer of this kind has otherwise, in words."""
        return [
            f"{_words(name)} is {written(getattr(layer, name))}, wanted {written(value)}"
            for name, value in self.settings.items()
            if getattr(layer, name) != value
        ]

    @property
    def label(self) -> str:
        """As its card would call it, without a number of maps that was not written: `Conv 1×1`."""
        try:
            label = layer_kinds()[self.kind](**self.settings).label
        except EngineError:
            return self.kind
        return label if any(name.startswith("out_") for name in self.settings) else label.split(" · ")[0]

    @property
    def text(self) -> str:
        """For people: `a *Conv 3×3* with stride 2`."""
        label = self.label
        article = "an" if label[:1] in "AEIOU" else "a"
        said = [
            f"{_words(name)} {written(value)}"
            for name, value in self.settings.items()
            if written(value) not in label or name in ("stride", "dilation")
        ]
        return f"{article} *{label}*" + (f" with {' and '.join(said)}" if said else "")


def _words(name: str) -> str:
    return name.replace("_", " ")


def layer_line(text: str, line: int) -> LayerLine:
    """The kind and the settings that stand in a text. `LessonMistake`."""
    kind, *words = text.split()
    kinds = layer_kinds()
    if kind not in kinds:
        raise LessonMistake(line, f"unknown layer kind {quoted(kind)}. {meant(kind, tuple(kinds))}")
    return LayerLine(kind, settings_of(kind, words, line))


def settings_of(kind: str, words: list[str], line: int) -> dict[str, Any]:
    """The settings in words like `kernel_size=3`. `LessonMistake`."""
    known = {setting.name: setting for setting in layer_kinds()[kind].settings()}
    found: dict[str, Any] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals:
            raise LessonMistake(line, f"{quoted(word)} is no “setting=value”")
        if name not in known:
            raise LessonMistake(line, f"{kind} has no setting {quoted(name)}. {meant(name, tuple(known))}")
        try:
            found[name] = _value(known[name], value)
        except (ValueError, EngineError):
            raise LessonMistake(line, f"{name}={quoted(value, quotes='')} is no {known[name].type}") from None
    return found


def _value(setting: Setting, text: str) -> Any:
    if setting.type == "bool":
        return {"true": True, "false": False}[text] if text in ("true", "false") else _no(text)
    if setting.type == "choice":
        return text
    if setting.type == "padding" and not text[:1].isdigit():
        return Padding.of(text)
    if setting.type == "float":
        return float(text)
    sizes = [int(size) for size in re.split("[x×]", text)]
    if len(sizes) == 1 and setting.type in ("int", "padding"):
        return from_plain(setting, sizes[0])
    return from_plain(setting, sizes * 2 if setting.type == "pair" and len(sizes) == 1 else sizes)


def _no(text: str) -> Any:
    raise ValueError(text)


def written(value: Any) -> str:
    """A setting's value for people: `3×3`, `same`, `64`."""
    if isinstance(value, Padding):
        value = value.to_json()
    if isinstance(value, tuple | list):
        return "×".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
