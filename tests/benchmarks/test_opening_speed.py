"""What is promised of a start: from the process to the first painted window, and to the first maps."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

pytestmark = pytest.mark.benchmark

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 7


def openings(bytecode: Path) -> Iterator[dict[str, float]]:
    """Seconds from the start of a process to what happens in its window, over and over.

    Python keeps what it compiles, as it does by default, but in a folder of the test's.
    """
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(bytecode)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    while True:
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "tests.gui.opening"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=100,
        )
        assert done.returncode == 0, done.stderr
        moments = json.loads(done.stdout.splitlines()[-1])
        yield {name: moment - began for name, moment in moments.items()}


@pytest.mark.timeout(300)
def test_a_warm_start_paints_within_800_ms_and_has_maps_within_1300_ms(tmp_path: Path) -> None:
    """Warm: bytecode and kernels are there. `make bench ARGS="-s -k warm_start"` shows the figures."""
    opened = openings(tmp_path)
    next(opened)
    times = [next(opened) for _ in range(ROUNDS)]
    for moment in ("painted", "maps"):
        found = [one[moment] for one in times]
        print(f"{moment}: {min(found):.3f} s at best, median {median(found):.3f} s")
    assert median(one["painted"] for one in times) < 0.8
    assert median(one["maps"] for one in times) < 1.3
