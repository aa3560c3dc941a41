"""The row of 64-bit words that stands for an operation in a plan.

From an operation's declaration follow the words of its row and their names (`layout`), by which compiled
tasks read them, and the row itself (`encode`). A word that does not exist is an error when tasks compile.
"""

from collections import namedtuple
from collections.abc import Callable, Sequence
from dataclasses import fields
from struct import pack, unpack
from typing import Any, Final, NamedTuple, get_type_hints

from engine.kernels.fast.operations import OPERATIONS, Function, Operation, Pooling
from engine.kernels.fast.places import Address, Place
from engine.shapes import Pair

KIND: Final = 0
"""The word that holds the operation's number."""
BARRIER: Final = 1
"""1 if all threads must have finished the rows before."""
TASKS: Final = 2

Word = int | Address


class Layout(NamedTuple):
    """The words that compiled code reads at an address, by name."""

    name: str
    words: tuple[str, ...]
    floats: frozenset[str] = frozenset()
    """Those of them that hold a float32, in their first four bytes."""


THREAD: Final = Layout("Thread", ("kernels", "zeros", "sink", "tables", "scratch"))
"""Addresses that a task is given: the table of kernels, a row of zeros, a row that anything may be written to
(these two belong to all threads), and the thread's own space for address tables and for scratch."""


class _Form(NamedTuple):
    """How the values of one type are written: what is added to the field's name, and the words."""

    suffixes: tuple[str, ...]
    words: Callable[[Any], Sequence[Word]]


def _float_word(value: float) -> int:
    (bits,) = unpack("=i", pack("=f", value))
    return int(bits)


def _place_words(place: Place | None) -> Sequence[Word]:
    if place is None:
        return [0] * 7
    channels, height, width = place.shape
    return [place.address, place.pixel, place.row, height, width, channels, place.channel]


_NUMBER: Final = _Form(("",), lambda value: [int(value)])
_PLACE: Final = _Form(("", "_pixel", "_row", "_height", "_width", "_channels", "_channel"), _place_words)
_FORMS: Final[dict[Any, _Form]] = {
    int: _NUMBER, bool: _NUMBER, Function: _NUMBER, Pooling: _NUMBER,
    float: _Form(("",), lambda value: [_float_word(value)]),
    Address: _Form(("",), lambda value: [value]),
    Address | None: _Form(("",), lambda value: [0 if value is None else value]),
    Pair: _Form(("_y", "_x"), lambda value: value),
    Place: _PLACE, Place | None: _PLACE,
}  # fmt: skip


def _field_forms(operation: type[Operation]) -> tuple[tuple[str, _Form], ...]:
    hints = get_type_hints(operation)
    return tuple((field.name, _FORMS[hints[field.name]]) for field in fields(operation))


def _layout(operation: type[Operation]) -> Layout:
    """Operations that have the fields of the one above them share its layout."""
    while "__annotations__" not in vars(operation):
        operation = operation.__mro__[1]
    hints = get_type_hints(operation)
    forms = _field_forms(operation)
    words = [name + suffix for name, form in forms for suffix in form.suffixes]
    floats = frozenset(name for name, _ in forms if hints[name] is float)
    return Layout(operation.__name__, ("kind", "barrier", *words), floats)


_FIELD_FORMS: Final = [_field_forms(operation) for operation in OPERATIONS]
_LAYOUTS: Final = [_layout(operation) for operation in OPERATIONS]
_NAMED_WORDS: Final[list[Any]] = [namedtuple("Row", layout.words) for layout in _LAYOUTS]

WORDS: Final = max(len(layout.words) for layout in _LAYOUTS)
"""Of a row: all are as long as the longest."""


def layout(operation: type[Operation]) -> Layout:
    """The words of an operation's row."""
    return _LAYOUTS[OPERATIONS.index(operation)]


def encode(operation: Operation, *, barrier: bool) -> list[Word]:
    """The operation's row."""
    kind = OPERATIONS.index(type(operation))
    row: list[Word] = [kind, int(barrier)]
    for name, form in _FIELD_FORMS[kind]:
        row += form.words(getattr(operation, name))
    return row + [0] * (WORDS - len(row))


def operation_of(row: Sequence[int]) -> type[Operation]:
    """What a row stands for."""
    return OPERATIONS[row[KIND]]


def decode(row: Sequence[int]) -> Any:
    """A row's words by their names."""
    words = _NAMED_WORDS[row[KIND]]
    return words._make(row[: len(words._fields)])
