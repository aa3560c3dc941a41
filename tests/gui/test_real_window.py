"""The program in a real X window: a layer dragged in by hand, a photograph, saved and opened again."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assets import sample_photographs
from engine.formats import read_project, write_project
from engine.layers.convolution import Conv2d
from presets import load

pytestmark = pytest.mark.slow


@pytest.fixture
def display(tmp_path: Path) -> Iterator[str]:
    """A screen of its own for the test."""
    reader, writer = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writer), "-screen", "0", "2900x1900x24", "-nolisten", "tcp"],
        pass_fds=(writer,),
        stderr=subprocess.DEVNULL,
    )
    os.close(writer)
    with os.fdopen(reader) as number:
        name = f":{number.readline().strip()}"
    yield name
    server.terminate()
    server.wait(timeout=10)


@pytest.mark.parametrize("scale", ["1", "2"])
def test_a_layer_is_dragged_in_and_the_project_saved(display: str, tmp_path: Path, scale: str) -> None:
    project = tmp_path / "mine.onebyone"
    write_project(project, load("lenet5").project)
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "QT_SCALE_FACTOR": scale}
    done = subprocess.run(
        [
            sys.executable,
            str(Path(__file__).with_name("real_window.py")),
            str(project),
            str(sample_photographs()["chelsea"]),
            str(tmp_path / "screen.png"),
        ],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["platform"] == "xcb"
    saved = read_project(project)
    assert saved.network[told["dropped"]].layer == Conv2d(kernel_size=(1, 1))
    assert saved.image == str(sample_photographs()["chelsea"])
    assert (tmp_path / "screen.png").stat().st_size > 10_000


def test_the_display_is_held_from_the_first_look_on(display: str) -> None:
    """An X server starts over when its last client goes, and turns Qt away while it does."""
    code = (
        "import os, sys; from gui.look.display import obstacle\n"
        "sockets = lambda: sum(os.readlink(f'/proc/self/fd/{fd}').startswith('socket') "
        "for fd in os.listdir('/proc/self/fd') if os.path.islink(f'/proc/self/fd/{fd}'))\n"
        "before = sockets(); assert obstacle() is None; sys.exit(sockets() != before + 1)"
    )
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, timeout=60)
    assert done.returncode == 0
