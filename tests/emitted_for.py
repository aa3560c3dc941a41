"""Emit every kernel for another processor and say what came of it: `python -m tests.emitted_for TRIPLE CPU`.

The kernels are written for four floats a vector on a machine that is not x86, as `engine.kernels.fast.host`
finds it on ARM, and LLVM's generator for that processor makes assembly of them. Nothing of it is run: it
shows that no kernel asks for an instruction, or a library, of one processor only.
"""

import inspect
import json
import os
import platform
import re
import sys
from typing import Any

X86_INTRINSIC = re.compile(r"llvm\.x86\.[\w.]+")
HOST_ONLY = re.compile(r'"(?:target-cpu|target-features|tune-cpu)"="[^"]*"')
MULTIPLY_ADD = re.compile(r"\bfmla(?:\.4s\s+v\d+|\s+v\d+\.4s)")
CALLED = re.compile(r"^\s+bl\s+_*(\S+)", re.MULTILINE)


def main(triple: str, cpu: str) -> None:
    """The declared kernels' names, then a line a kernel: name, lines, multiply–adds of four floats, calls."""
    os.environ["ONEBYONE_VECTOR_WIDTH"] = "4"
    os.environ["NUMBA_OPT"] = "0"  # else LLVM chooses instructions of the processor at hand
    platform.machine = lambda: triple.split("-")[0]

    import llvmlite.binding as llvm

    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    machine = llvm.Target.from_triple(triple).create_target_machine(cpu=cpu, opt=2)
    print(json.dumps({"declared": declared()}))
    for name, module in modules():
        found = sorted(set(X86_INTRINSIC.findall(module)))
        if found:  # LLVM would end the process
            print(json.dumps({"name": name, "x86": found}))
            continue
        text = re.sub(r'target triple = ".*"', f'target triple = "{triple}"', module)
        text = re.sub(r'target datalayout = ".*"', f'target datalayout = "{machine.target_data}"', text)
        parsed = llvm.parse_assembly(HOST_ONLY.sub("", text))
        parsed.verify()
        assembly = machine.emit_assembly(parsed)
        record = {
            "name": name,
            "x86": [],
            "lines": assembly.count("\n"),
            "multiply_adds": len(MULTIPLY_ADD.findall(assembly)),
            "called": sorted(set(CALLED.findall(assembly))),
        }
        print(json.dumps(record))


def declared() -> list[str]:
    """All that is compiled on such a machine: tasks, each variant of each micro-kernel, the interpreter."""
    from engine.kernels.fast.emit.micro_kernel import all_compiled

    return [*(one.name for one in all_compiled()), "wait_for", "run_rows"]


def modules() -> Any:
    """Each kernel's name and LLVM module, the interpreter's too."""
    from numba import types
    from numba.core import sigutils
    from numba.core.ccallback import CFunc

    from engine.kernels.fast.emit.micro_kernel import all_compiled
    from engine.kernels.fast.interpreter import run_rows, wait_for

    for _, name, signature, function in all_compiled():
        compiled: Any = CFunc(function, sigutils.normalize_signature(signature), {}, {"error_model": "numpy"})
        compiled.compile()
        yield name, str(compiled._library.get_llvm_str())
    numbers: dict[Any, Any] = {int: types.int64, bool: types.boolean}
    arrays = {"rows": types.int64[:, ::1]}  # all others are lists of words
    for walk in (wait_for, run_rows):
        parameters = inspect.signature(walk).parameters.values()
        dispatcher: Any = walk
        dispatcher.compile(
            tuple(numbers.get(one.annotation) or arrays.get(one.name, types.int64[::1]) for one in parameters)
        )
        (module,) = dispatcher.inspect_llvm().values()
        yield walk.__name__, module


if __name__ == "__main__":
    main(*sys.argv[1:])
