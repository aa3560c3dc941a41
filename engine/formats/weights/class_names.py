"""Names of classes: a list of one's own in a text or JSON file, and how a project file holds them."""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from assets import class_lists
from engine.errors import FormatError, quoted
from engine.formats.files import read_bytes

MAX_CLASSES: Final = 100_000
MAX_LETTERS: Final = 200
"""Of one name; longer ones are cut."""

_SYNSET: Final = re.compile(r"n\d{8}[\s,:]+")
"""WordNet's number, which some lists of ImageNet put before the name."""


def read_class_names(path: str | Path) -> tuple[str, ...]:
    """The names in a file, in the order of the network's outputs; `FormatError` says what is wrong.

    A text file has one name a line; a JSON file is a list of names, or a table by index as Keras has it:
    `{"0": ["n01440764", "tench"], …}`.
    """
    name = Path(path).name
    try:
        text = read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FormatError(f"{name} is no text file, and so no list of classes") from None
    if not text.lstrip().startswith(("[", "{")):
        return _checked(name, text.rstrip().splitlines())
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FormatError(f"{name} is no JSON that can be read: {error}") from None
    if isinstance(value, dict):
        keys = [str(index) for index in range(len(value))]
        if value.keys() != set(keys):
            raise FormatError(f"{name} must name its classes from 0 to {len(value) - 1}, without a gap")
        value = [value[key] for key in keys]
    return _checked(name, [entry[-1] if isinstance(entry, list) and entry else entry for entry in value])


def class_names_to_json(names: tuple[str, ...]) -> str | list[str]:
    """The name of a list that comes with the program, else all names."""
    known = next((name for name, bundled in class_lists().items() if bundled == names), None)
    return list(names) if known is None else known


def class_names_from_json(value: Any) -> tuple[str, ...]:
    """The way back; `FormatError`."""
    if isinstance(value, str):
        found = class_lists().get(value)
        if found is None:
            known = ", ".join(class_lists())
            raise FormatError(f"classes={quoted(value)} is no list that is known; there are {known}")
        return found
    return _checked("classes", value) if value != [] else ()


def _checked(where: str, value: Any) -> tuple[str, ...]:
    names: Iterable[Any] = value if isinstance(value, list) else ()
    found = tuple(_tidied(entry) for entry in names if isinstance(entry, str))
    if not isinstance(value, list) or len(found) != len(value) or not found:
        raise FormatError(f"{where} must be a list of names, one for each class")
    if len(found) > MAX_CLASSES:
        raise FormatError(f"{where} has {len(found):,} classes; at most {MAX_CLASSES:,} are read")
    return found


def _tidied(name: str) -> str:
    """In one line of printable letters."""
    words = " ".join("".join(c if c.isprintable() else " " for c in _SYNSET.sub("", name, count=1)).split())
    return words[:MAX_LETTERS]
