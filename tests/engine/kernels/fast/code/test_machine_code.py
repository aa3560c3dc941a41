"""Kernels that were compiled before are loaded without what compiled them."""

import ctypes
import math
import os
import subprocess
import sys
from pathlib import Path

import llvmlite.binding as llvm
import numpy as np
import pytest
from numba import types

from engine.kernels.fast import machine
from engine.kernels.fast.code import library
from engine.kernels.fast.code.compiling import everything, optimized
from engine.kernels.fast.code.machine_code import OF_C, MachineCode, ObjectCode, packed, unpacked
from engine.kernels.fast.emit.micro_kernel import Function
from engine.kernels.kernel_folder import KERNEL_FOLDER, KernelFolder

ROOT = Path(__file__).resolve().parents[5]
CODES = [ObjectCode("one", 3, b"abc"), ObjectCode("two", None, b""), ObjectCode("three", 0, b"\0" * 9)]


def test_what_is_packed_is_unpacked() -> None:
    assert unpacked(packed(CODES)) == CODES
    assert unpacked(packed([])) == []


@pytest.mark.parametrize(
    "content",
    [b"", b"no pack", packed(CODES)[:-1], packed(CODES) + b"x", bytes(100), (4).to_bytes(8) + b"null",
     (5).to_bytes(8) + b"[[1]]", (9).to_bytes(8) + b"[1, 2, 3]"],
)  # fmt: skip
def test_what_is_no_pack_is_refused(content: bytes) -> None:
    assert unpacked(content) is None


def test_a_file_of_no_use_is_dropped_and_the_kernels_found_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.team()
    folder = KernelFolder(tmp_path)
    monkeypatch.setattr(library, "KERNEL_FOLDER", folder)
    folder.write(library.WHOLE, b"whole, and yet nothing")
    made = library.Library()
    assert np.count_nonzero(made.addresses) == made.count - 3  # what threads run is in no slot
    assert unpacked(folder.read(library.WHOLE) or b"") is not None


def test_a_process_that_finds_kernels_does_without_numba() -> None:
    machine.team()
    script = (
        "import sys\n"
        "from engine import feature_maps\n"
        "import presets\n"
        "for name in ('lenet5', 'squeezenet1_1', 'mobilenet_v3_small'):\n"
        "    feature_maps(presets.load(name).project.network, 'chelsea')\n"
        "print('numba' in sys.modules)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-P", "-c", script], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["False"], done.stderr


def test_code_asks_for_nothing_but_functions_of_c() -> None:
    """Else LLVM ends the process that loads it. Arrays and lists of numba's do not compile at all."""

    def special(x: float) -> int:
        return int(math.erf(x))

    for one in everything()[:3]:
        module = optimized(one)
        assert {each.name for each in module.functions if each.is_declaration} <= {*OF_C, *intrinsics(module)}
    with pytest.raises(NotImplementedError, match="special needs erf"):
        optimized(Function(None, "special", types.int64(types.float64), special))


def intrinsics(module: llvm.ModuleRef) -> set[str]:
    return {each.name for each in module.functions if each.name.startswith("llvm.")}


def test_machine_code_runs() -> None:
    machine.team()
    codes = unpacked(KERNEL_FOLDER.read(library.WHOLE) or b"") or []
    code = MachineCode([one for one in codes if one.name == "multiply_adds"])
    assert code.address_of("nothing") == 0
    run = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_int64)(code.address_of("multiply_adds"))
    run(10)
