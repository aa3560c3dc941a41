"""Inception, squeeze-and-excitation and a U-Net by mouse, a residual block by keys, in a real X window."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.gui.test_real_window import display

__all__ = ["display"]

pytestmark = pytest.mark.slow

KINDS = {
    "inception": ["Concat", "Conv2d", "Conv2d", "Conv2d", "Conv2d", "Conv2d", "Conv2d", "Input", "MaxPool2d"],
    "se": ["Conv2d", "Conv2d", "Conv2d", "GlobalAvgPool2d", "Input", "Multiply", "ReLU", "Sigmoid"],
    "unet": ["Concat", "Conv2d", "Conv2d", "Conv2d", "ConvTranspose2d", "Input", "MaxPool2d"],
    "keys": ["Add", "Conv2d", "Conv2d", "Input", "ReLU"],
}


@pytest.mark.parametrize(("theme", "scale"), [("light", "1"), ("dark", "2")])
@pytest.mark.parametrize("what", KINDS)
def test_what_papers_are_made_of_is_built_without_a_hitch(
    display: str, tmp_path: Path, what: str, theme: str, scale: str
) -> None:
    environment = {
        **os.environ,
        "DISPLAY": display,
        "QT_QPA_PLATFORM": "xcb",
        "QT_SCALE_FACTOR": scale,
        "XDG_CONFIG_HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path),
    }
    script = Path(__file__).with_name("real_building.py")
    done = subprocess.run(
        [sys.executable, str(script), theme, what, str(tmp_path / "screen.png")],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert sorted(kind for kind, *_ in told["nodes"].values()) == KINDS[what]
    assert told["problems"] == []
