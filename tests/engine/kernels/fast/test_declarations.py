"""Kernels are declared once: a call that does not fit its declaration does not compile."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, get_type_hints

import numpy as np
import pytest
from numba import types
from numba.core.errors import TypingError

from engine.kernels.fast.arrays import address_of
from engine.kernels.fast.code.compiling import object_code
from engine.kernels.fast.code.machine_code import MachineCode, ObjectCode
from engine.kernels.fast.emit import micro_kernel as module
from engine.kernels.fast.emit.micro_kernel import Float, Word, all_compiled, micro_kernel, slot_count
from engine.kernels.fast.emit.vector_ir import Value, Vectors
from engine.kernels.fast.emit.words import Words
from engine.kernels.fast.operation_rows import BARRIER, KIND, TASKS, WORDS, decode, encode, layout
from engine.kernels.fast.operations import OPERATIONS, Function, Gemm, Operation, Pooling
from engine.kernels.fast.places import Address, Place
from engine.kernels.jit import kernel
from engine.shapes import Pair

DECLARED = {one.name: one for one in module._declared_kernels()}


def typed(name: str, *, without: str = "", **changed: Any) -> None:
    """What numba does when it comes upon a call of a micro-kernel with these types."""
    declaration = DECLARED[name]
    call = getattr(sys.modules[declaration.emit.__module__], name)
    named = {field: kind for field, kind in declaration.fields.items() if field != without} | changed
    call._defn(None, *[types.int64] * (1 + len(declaration.literals)), **named)


@pytest.mark.parametrize("name", DECLARED)
def test_a_call_must_give_every_field_once_and_of_its_type(name: str) -> None:
    typed(name)
    for field, kind in DECLARED[name].fields.items():
        with pytest.raises(TypingError, match=f"{name} is called without {field}"):
            typed(name, without=field)
        other = types.float32 if isinstance(kind, types.Integer) else types.int64
        with pytest.raises(TypingError, match=f"{field} of {name} is"):
            typed(name, **{field: other})
    with pytest.raises(TypingError, match=f"{name} has no nonsense"):
        typed(name, nonsense=types.int64)


def exchanged(source: str) -> Iterator[str]:
    """Fields of kernels and operations of which each is given what is called like the next, in a circle.

    No type tells a number of rows from one of columns; their names do.
    """
    known = {name: set(declaration.fields) for name, declaration in DECLARED.items()}
    known |= {operation.__name__: {field.name for field in fields(operation)} for operation in OPERATIONS}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in known:
            given = {word.arg: ast.unparse(word.value).rpartition(".")[2] for word in node.keywords}
            for field, called in given.items():
                passed = {field}
                while called in known[node.func.id] and called not in passed:
                    passed.add(called)
                    called = given.get(called, "")
                if called == field and len(passed) > 1:
                    yield f"{node.lineno}: {field}={given[field]}"


def test_no_two_fields_are_exchanged_by_name() -> None:
    assert list(exchanged("gemm_run(table, 1, claimed=outputs, outputs=claimed)"))
    assert not list(exchanged("gemm_run(table, 1, claimed=outputs, outputs=outputs)"))
    assert len(list(exchanged("Gemm(depth=form.groups, groups=form.lanes, lanes=form.depth)"))) == 3
    engine = Path(module.__file__).parents[3]
    wrong = {
        str(path.relative_to(engine)): found
        for path in engine.rglob("*.py")
        if (found := list(exchanged(path.read_text(encoding="utf-8"))))
    }
    assert not wrong


@pytest.fixture
def difference() -> Iterator[Any]:
    """A micro-kernel of two fields, for each of two factors."""

    @micro_kernel((factor,) for factor in (1, 3))
    def difference(v: Vectors, factor: int, *, a: Word, b: Word, unused: Float) -> Value:
        return v.times(v.builder.sub(a, b), factor)

    yield difference
    del module._kernels["difference"]


def test_fields_left_out_or_given_by_position_do_not_compile(difference: Any) -> None:
    @kernel
    def left_out(table: int, x: int) -> int:
        return difference(table, 1, a=x, unused=0.0)

    @kernel
    def by_position(table: int, x: int) -> int:
        return difference(table, 1, 2, x, 0.0)

    with pytest.raises(TypingError, match="difference is called without b"):
        left_out(0, 7)
    with pytest.raises(TypingError, match="everything else by name"):
        by_position(0, 7)


def test_the_order_in_which_fields_are_named_does_not_matter(difference: Any) -> None:
    table = np.zeros(slot_count(), np.int64)
    variants = [one for one in all_compiled() if one.name.startswith("difference")]
    code = MachineCode([ObjectCode(one.name, one.slot, object_code(one)) for one in variants])
    for one in variants:
        assert one.slot is not None
        table[one.slot] = code.address_of(one.name)
    assert np.count_nonzero(table) == 2  # factor 2 has a slot, and no kernel

    @kernel
    def both(table: int, factor: int, x: int, y: int) -> tuple[int, int]:
        unused = np.float32(0)
        here = difference(table, factor, a=x, b=y, unused=unused)
        there = difference(table, factor, unused=unused, b=y, a=x)
        return here, there

    assert both(address_of(table), 1, 9, 4) == (5, 5)
    assert both(address_of(table), 3, 4, 9) == (-15, -15)


def test_a_word_that_a_row_does_not_have_does_not_compile() -> None:
    def task(row: Any) -> int:
        return row.input_pixels

    with pytest.raises(TypingError, match="input_pixels"):
        object_code(module.Function(None, "task", types.int64(Words(layout(Gemm))), task))


def test_every_operation_has_a_task_and_slots_do_not_collide() -> None:
    compiled = all_compiled()
    slots = [one.slot or 0 for one in compiled]
    assert slots[: len(OPERATIONS)] == list(range(len(OPERATIONS)))
    assert len(set(slots)) == len(slots)
    assert max(slots) < slot_count()
    assert len({one.name for one in compiled}) == len(compiled)


def example(operation: type[Operation]) -> dict[str, Any]:
    """A value for each field, all different."""
    made = {}
    for number, field in enumerate(fields(operation), start=1):
        place = Place(Address(number, 100 * number), (number, 2 * number, 3 * number), 5, 7 * number, 4)
        value = {
            int: 1000 + number, bool: True, float: number / 8, Address: Address(number, 32 * number),
            Address | None: None, Pair: (number, -number), Place: place, Place | None: None,
            Function: Function.TANH, Pooling: Pooling.AVERAGE,
        }  # fmt: skip
        made[field.name] = value[get_type_hints(operation)[field.name]]
    return made


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_row_holds_every_field_under_its_name(operation: type[Operation]) -> None:
    values = example(operation)
    words = encode(operation(**values), barrier=True)
    assert len(words) == WORDS
    assert (OPERATIONS[words[KIND]], words[BARRIER], words[TASKS]) == (operation, 1, values["tasks"])
    row = decode(words)
    for name, value in values.items():
        if isinstance(value, Place):
            assert getattr(row, name) == value.address
            kept = (getattr(row, f"{name}_{part}") for part in ("channels", "height", "width"))
            assert tuple(kept) == value.shape
            assert getattr(row, f"{name}_row") == value.row
        elif isinstance(value, tuple):
            assert (getattr(row, f"{name}_y"), getattr(row, f"{name}_x")) == value
        elif isinstance(value, float):
            assert name in layout(operation).floats
            assert np.array(getattr(row, name), np.int32).view(np.float32) == value
        elif value is None:
            assert getattr(row, name) == 0
        else:
            assert getattr(row, name) == value


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_with_a_field_left_out_is_refused(operation: type[Operation]) -> None:
    values = example(operation)
    del values["input"]
    with pytest.raises(TypeError, match="input"):
        operation(**values)
