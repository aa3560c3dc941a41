"""Machine code as LLVM writes it: object files, packed into one, and put into memory without their compiler.

They ask for nothing but some functions of C (`OF_C`), so neither numba nor Python need to be there for them.
"""

import ctypes
import json
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Final, NamedTuple

OF_C: Final = ("memset", "memcpy", "memmove", "expf")
"""Functions that machine code may call."""

_SIZE_BYTES: Final = 8


class ObjectCode(NamedTuple):
    """One compiled function, which is the symbol of its name."""

    name: str
    slot: int | None
    """Its place in the table of kernels, if it has one."""
    content: bytes


def packed(codes: Sequence[ObjectCode]) -> bytes:
    """All of them as one: what there is, as JSON with its length before it, then their contents."""
    listed = json.dumps([(code.name, code.slot, len(code.content)) for code in codes]).encode()
    return b"".join([len(listed).to_bytes(_SIZE_BYTES), listed, *(code.content for code in codes)])


def unpacked(content: bytes) -> list[ObjectCode] | None:
    """What was packed; None for anything else."""
    start = _SIZE_BYTES + int.from_bytes(content[:_SIZE_BYTES])
    codes = []
    try:
        for name, slot, size in json.loads(content[_SIZE_BYTES:start]):
            codes.append(ObjectCode(name, slot, content[start : start + size]))
            start += size
    except (ValueError, TypeError):
        return None
    return codes if start == len(content) else None


class MachineCode:
    """Compiled functions in memory, for as long as this lives."""

    def __init__(self, codes: Sequence[ObjectCode]) -> None:
        import llvmlite.binding as llvm

        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
        _tell_of_c()
        machine = llvm.Target.from_triple(llvm.get_process_triple()).create_target_machine(jit=True)
        self._engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
        for code in codes:
            self._engine.add_object_file(llvm.ObjectFileRef.from_data(code.content))
        self._engine.finalize_object()

    def address_of(self, name: str) -> int:
        """Where a function begins; 0 if there is none of this name."""
        return int(self._engine.get_function_address(name))


def _tell_of_c() -> None:
    """Where the functions are that machine code calls: on Windows LLVM does not find all by itself."""
    import llvmlite.binding as llvm

    if sys.platform == "win32":
        c = ctypes.CDLL("ucrtbase")
        for name in OF_C:
            with suppress(AttributeError):
                llvm.add_symbol(name, ctypes.cast(getattr(c, name), ctypes.c_void_p).value or 0)
