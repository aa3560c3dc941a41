"""How a figure was made, as a small file and as a command line: both say the same, and make it again.

A recipe is JSON: `{"onebyone_figure": 1, "net": "resnet18", "arguments": {"style": "column", "width":
"slide", "fold": true, "colour": ["pooling=#C0392B"]}}`. Its arguments are the long options of
`onebyone export`, true for those without a value, a list for those that may be given again.
"""

import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from engine.errors import FormatError, NetworkError, quoted
from engine.model.figure_notes import FigureNote

ENDING: Final = ".figure.json"
VERSION: Final = 1
LARGEST: Final = 1_000_000
"""Bytes of a recipe that is read."""

Value = str | bool | list[str]


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """The network as it is named on the command line, and the options."""

    net: str
    arguments: Mapping[str, Value] = field(default_factory=dict)

    @property
    def words(self) -> list[str]:
        """The options as they are typed."""
        return list(_words(self.arguments))

    def command(self, output: str) -> str:
        """The whole command line."""
        return shlex.join(["onebyone", "export", self.net, "-o", output, *self.words])

    def to_json(self) -> str:
        """The file's content."""
        record = {"onebyone_figure": VERSION, "net": self.net, "arguments": dict(self.arguments)}
        return json.dumps(record, indent=2, ensure_ascii=False) + "\n"


def read_recipe(path: Path) -> Recipe:
    """The recipe of a file; `FormatError` says in one line what is wrong with it."""
    name = quoted(path.name)
    try:
        if path.stat().st_size > LARGEST:
            raise FormatError(f"{name} is too large for the recipe of a figure")
        record = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise FormatError(f"cannot read {name}: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise FormatError(f"{name} is not the recipe of a figure: it is no JSON") from None
    if not isinstance(record, dict) or record.get("onebyone_figure") != VERSION:
        raise FormatError(f'{name} is not the recipe of a figure: it lacks "onebyone_figure": {VERSION}')
    net, arguments = record.get("net"), record.get("arguments")
    if not isinstance(net, str) or not isinstance(arguments, dict):
        raise FormatError(f"{name} is a damaged recipe: it needs the text net and the record arguments")
    for key, value in arguments.items():
        whole = isinstance(value, str | bool) or (
            isinstance(value, list) and all(isinstance(one, str) for one in value)
        )
        if not whole:
            raise FormatError(
                f"{name} is a damaged recipe: {quoted(str(key))} is no text, truth or list of texts"
            )
    return Recipe(net=net, arguments=arguments)


def _words(arguments: Mapping[str, Value]) -> Iterator[str]:
    for name, value in arguments.items():
        if value is False:
            continue
        for one in value if isinstance(value, list) else [value]:
            yield f"--{name}"
            if one is not True:
                yield str(one)


NO_NOTES: Final = "none"
"""Stands for no notes at all, in place of those of the project."""


def note_text(note: FigureNote) -> str:
    """As it is typed: `label:conv1=Edges`, `dim:conv1,conv2`, `title=…`; JSON where ids hold such signs."""
    ids = f":{','.join(note.nodes)}" if note.nodes else ""
    text = f"{note.kind}{ids}" + (f"={note.text}" if note.text else "")
    record = {"kind": note.kind, "nodes": list(note.nodes), "text": note.text}
    try:
        plain = note_of(text) == note
    except FormatError:
        plain = False
    return text if plain else json.dumps(record, ensure_ascii=False)


def note_of(text: str) -> FigureNote:
    """The note that is typed so; `FormatError` says what is wrong with it."""
    if text.startswith("{"):
        record = _json(text)
        nodes = record.get("nodes", [])
        if not isinstance(nodes, list) or set(record) - {"kind", "nodes", "text"}:
            raise FormatError(f'{quoted(text)} is no note such as {{"kind": "dim", "nodes": ["conv1"]}}')
        kind, nodes, words = str(record.get("kind", "")), tuple(map(str, nodes)), str(record.get("text", ""))
    else:
        head, _, words = text.partition("=")
        kind, _, ids = head.partition(":")
        nodes = tuple(one.strip() for one in ids.split(",") if one.strip())
    try:
        return FigureNote(kind=kind.strip(), nodes=nodes, text=words)
    except NetworkError as error:
        raise FormatError(f"{error}: a note is typed as label:conv1=Edges or dim:conv1") from None


def _json(text: str) -> dict[str, Any]:
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        record = None
    if not isinstance(record, dict):
        raise FormatError(f"{quoted(text)} is no note: it is no JSON")
    return record
