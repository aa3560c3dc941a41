"""A residual block, built from an empty canvas in a real X window."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.gui.test_real_window import display

__all__ = ["display"]

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("theme", "scale"), [("light", "1"), ("dark", "2")])
def test_a_residual_block_is_built_by_hand(display: str, tmp_path: Path, theme: str, scale: str) -> None:
    environment = {
        **os.environ,
        "DISPLAY": display,
        "QT_QPA_PLATFORM": "xcb",
        "QT_SCALE_FACTOR": scale,
        "XDG_CONFIG_HOME": str(tmp_path),
    }
    script = Path(__file__).with_name("real_editing.py")
    done = subprocess.run(
        [sys.executable, str(script), theme, str(tmp_path / "screen.png")],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["nodes"] == {
        "input_1": ["Input"],
        "conv2d_1": ["Conv2d", "input_1"],
        "conv2d_2": ["Conv2d", "conv2d_1"],
        "relu_1": ["ReLU", "conv2d_2"],
        "conv2d_3": ["Conv2d", "relu_1"],
        "add_1": ["Add", "conv2d_3", "conv2d_1"],
        "relu_2": ["ReLU", "add_1"],
    }
    assert told["problems"] == 0
    assert told["undo"] == 10
    assert (tmp_path / "screen.png").stat().st_size > 10_000
