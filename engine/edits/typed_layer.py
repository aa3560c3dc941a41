"""Layers as people type them: `conv 5x5 64 s2`, `dw 3`, `pool 2`, `1x1 128`, `dropout 0.3`, `conv stride=2`.

Words name the kind; `5x5` is a kernel; `s2`, `p1`, `d2`, `g4` are stride, padding, dilation, groups; `same`
and `valid` paddings; a number alone is how many channels come out, the first of two the kernel. Of a kind
that does not say what comes out, it is the kernel.
"""

import re
from collections.abc import Sequence
from typing import Any, Final

from engine.errors import ShapeError
from engine.layers import GROUPS, Layer, PaletteEntry, layer_kinds
from engine.shapes import Padding

_KERNEL: Final = re.compile(r"(\d+)[x×](\d+)")
_LETTERS: Final = {"k": "kernel_size", "s": "stride", "p": "padding", "d": "dilation", "g": "groups"}
_SHORT: Final = re.compile(rf"([{''.join(_LETTERS)}])(\d+)")
_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?")
_NAMED: Final = re.compile(r"([a-z_]+)=(\S+)")
_MOST_LETTERS: Final = 80
_MOST: Final = 6
"""As many kinds are proposed for the same words."""


def typed_layers(text: str) -> tuple[Layer, ...]:
    """The layers that can be meant, the likeliest first; none where no setting is typed or none fits."""
    words = text.casefold().split()
    if len(text) > _MOST_LETTERS:
        return ()
    kind_words = [word for word in words if not _is_setting(word)]
    settings = [word for word in words if _is_setting(word)]
    if not settings or (not kind_words and not any(map(_KERNEL.fullmatch, settings))):
        return ()
    found: dict[Layer, None] = {}
    for entry in _entries(kind_words):
        layer = _with_settings(entry.layer, settings)
        if layer is not None:
            found[layer] = None
    return tuple(found)[: _MOST if kind_words else 1]


def _is_setting(word: str) -> bool:
    patterns = (_KERNEL, _SHORT, _NUMBER, _NAMED)
    return word in ("same", "valid") or any(pattern.fullmatch(word) for pattern in patterns)


def _entries(words: Sequence[str]) -> list[PaletteEntry]:
    """What the palette calls so: what has just this name first, then what is used most."""
    kinds = [kind for group in GROUPS for kind in layer_kinds().values() if kind.group == group]
    entries = [entry for kind in kinds for entry in kind.palette() if not words or _is_called(entry, words)]
    whole = " ".join(words)

    def likelihood(entry: PaletteEntry) -> tuple[bool, bool, int]:
        names = [name.casefold() for name in entry.words]
        return whole not in names, not entry.often, entry.often

    return sorted(entries, key=likelihood)


def _is_called(entry: PaletteEntry, words: Sequence[str]) -> bool:
    known = [part for name in entry.words for part in name.casefold().split()]
    return all(any(part.startswith(word) for part in known) for word in words)


def _with_settings(layer: Layer, words: Sequence[str]) -> Layer | None:
    """The layer with all that is typed; None where it has no such setting, or the value does not fit."""
    types = {setting.name: setting.type for setting in layer.settings()}
    wanted: dict[str, Any] = {}
    numbers = []
    for word in words:
        if _NUMBER.fullmatch(word):
            numbers.append(word)
            continue
        name, value = _named(word)
        if name not in types or name in wanted:
            return None
        wanted[name] = value
    for name, number in zip(_places(layer, types, wanted, len(numbers)), numbers, strict=False):
        wanted[name] = number
    if len(wanted) < len(words):
        return None
    usual = {setting.name: setting.default for setting in layer.settings()}
    steps_by_kernel = usual.get("stride", ()) == usual.get("kernel_size")
    try:
        made = {name: _value(types[name], value) for name, value in wanted.items()}
        if steps_by_kernel and "kernel_size" in made:
            made.setdefault("stride", made["kernel_size"])
        return layer.replace(**made)
    except (ShapeError, ValueError):
        return None


def _named(word: str) -> tuple[str, str]:
    if word in ("same", "valid"):
        return "padding", word
    if match := _NAMED.fullmatch(word):
        return match[1], match[2]
    if match := _SHORT.fullmatch(word):
        return _LETTERS[match[1]], match[2]
    return "kernel_size", word


def _places(layer: Layer, types: dict[str, str], wanted: dict[str, Any], count: int) -> list[str]:
    """Which settings numbers without a name are, in order."""
    out = [layer.out_setting] if layer.out_setting else []
    if "kernel_size" not in types:
        numeric = [name for name, kind in types.items() if kind in ("int", "float", "pair")]
        return out or [name for name in numeric if name not in wanted][:1]
    kernel = [] if "kernel_size" in wanted else ["kernel_size"]
    if out:
        return kernel + out if count > 1 else out
    return kernel + [name for name in ("stride",) if count > 1 and name in types and name not in wanted]


def _value(kind: str, word: str) -> Any:
    """What a word says for a setting of this type; `ValueError`, `ShapeError` where it says nothing."""
    if kind == "pair":
        match = _KERNEL.fullmatch(word)
        return (int(match[1]), int(match[2])) if match else (int(word), int(word))
    if kind == "padding":
        return Padding.of(int(word) if word.isdecimal() else word)
    if kind == "bool":
        return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(word, word)
    if kind == "shape":
        return tuple(int(size) for size in re.split("[x×]", word))
    return int(word) if kind == "int" else float(word) if kind == "float" else word
