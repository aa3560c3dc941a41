"""Every kernel can be made for a 64-bit ARM: LLVM writes NEON for it, with nothing of x86 left in it.

Code for another processor cannot be run here: that it is right there is shown by the same kernels at four
floats a vector, which the odd networks run through on this machine.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from engine.kernels.fast.code.compiling import everything

ROOT = Path(__file__).parents[4]
OWN = re.compile("ZN")
"""How numba calls a function that another one is compiled into."""
OF_C = {"memset", "memcpy", "memmove", "bzero", "expf"}


def family(name: str) -> str:
    """A kernel's name without its literal numbers: which of those there are depends on the vector's width."""
    return re.sub(r"(_\d+)+$", "", name)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("triple", "cpu"), [("aarch64-unknown-linux-gnu", "neoverse-n1"), ("arm64-apple-darwin", "apple-m1")]
)
def test_every_kernel_is_emitted_for_neon(tmp_path: Path, triple: str, cpu: str) -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "tests.emitted_for", triple, cpu],
        env=os.environ | {"PYTHONPATH": str(ROOT), "ONEBYONE_CACHE": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    registry, *kernels = [json.loads(line) for line in done.stdout.splitlines()]
    assert [kernel["name"] for kernel in kernels] == registry["declared"]
    here = {family(one.name) for one in everything()}
    assert {family(name) for name in registry["declared"]} == here
    assert {kernel["name"]: kernel["x86"] for kernel in kernels if kernel["x86"]} == {}
    for kernel in kernels:
        assert kernel["lines"] > 5, kernel["name"]
        foreign = {name for name in kernel["called"] if not OWN.match(name)}
        assert foreign <= OF_C, (kernel["name"], foreign)
    register_tiles = [kernel for kernel in kernels if kernel["name"].startswith(("gemm_tile_", "gemm_run_"))]
    assert register_tiles
    assert all(kernel["multiply_adds"] for kernel in register_tiles)
