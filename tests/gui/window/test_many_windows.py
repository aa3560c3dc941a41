"""No event reaches an object that has died, however often windows come and go; memory is given back."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROUNDS = 1200
"""Some 400 of them open a window, as many close one."""


@pytest.mark.parametrize("seed", [1, 2])
def test_windows_are_opened_and_closed_in_any_order(tmp_path: Path, seed: int) -> None:
    script = Path(__file__).with_name("busy_windows.py")
    done = subprocess.run(
        [sys.executable, str(script), str(ROUNDS), str(seed)],
        env={
            **os.environ,
            "PYTHONFAULTHANDLER": "1",
            "XDG_CONFIG_HOME": str(tmp_path),
            "PYTHONPATH": str(Path(__file__).resolve().parents[3]),
        },
        capture_output=True,
        text=True,
        timeout=800,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    assert "Traceback" not in done.stderr, done.stderr[-4000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["windows_left"] == 0
    half, end = told["without_cache_mb"]
    assert end < half + 100, told  # what the cache holds is bounded by its budget: this is the rest
