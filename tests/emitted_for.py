"""Emit every kernel for another processor and say what came of it: `python -m tests.emitted_for TRIPLE CPU`.

The kernels are written for four floats a vector on a machine that is not x86, as `engine.kernels.fast.host`
finds it on ARM, and LLVM's generator for that processor makes assembly of them. Nothing of it is run: it
shows that no kernel asks for an instruction, or a library, of one processor only.
"""

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
    """Everything that is compiled on such a machine: tasks, variants of micro-kernels, the interpreter."""
    from engine.kernels.fast.code.compiling import everything

    return [one.name for one in everything()]


def modules() -> Any:
    """Each kernel's name and LLVM module, the interpreter's too."""
    from engine.kernels.fast.code.compiling import everything, optimized

    for one in everything():
        yield one.name, str(optimized(one))


if __name__ == "__main__":
    main(*sys.argv[1:])
