"""The process is killed at random moments while it edits and saves: nothing is ever lost or half written."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.formats import read_project, write_project
from engine.model.project import Project
from gui.autosave.recovery import orphans

ROOT = Path(__file__).resolve().parents[3]
INTERVAL_MS = 200
"""A tenth of the program's, so that a run of a few seconds sees many; what may be lost is less, too."""
MAY_LOSE_SECONDS = 3.0
"""On a busy machine a disk may take a second or two to say that it has written."""


def serial_of(project: Project) -> int:
    return int(project.network["input"].name or "0")


def kill_once(folder: Path, seed: int) -> None:
    """One life of a busy window, ended at a random moment; then what a next start finds."""
    path, unsaved = folder / "net.onebyone", folder / "unsaved"
    chance = random.Random(seed)
    command = [sys.executable, str(Path(__file__).with_name("busy_window.py")), str(path), str(unsaved)]
    child = subprocess.Popen(
        [*command, str(INTERVAL_MS), str(seed)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert child.stdout is not None
    begin = child.stdout.readline()
    assert begin.startswith("begin"), child.communicate()[1]
    time.sleep(chance.uniform(0.0, 2.5) if seed % 2 else chance.uniform(3.5, 5.0))
    child.kill()
    killed = time.time()
    told = [line.split() for line in child.communicate()[0].splitlines() if line.count(" ") == 2]
    edits = {int(serial): float(when) for what, serial, when in told if what == "edit"}
    asked = [int(serial) for what, serial, _ in told if what == "save"]
    done = [int(serial) for what, serial, _ in told if what == "saved"]

    on_disk = serial_of(read_project(path))  # raises for anything but a whole file
    assert on_disk in {done[-1] if done else 0, asked[-1] if asked else 0}

    found = list(orphans(unsaved))
    assert len(found) <= 1
    recovered = serial_of(found[0].record.project) if found else on_disk
    assert recovered >= on_disk, "what is offered is older than the file"
    lost = [when for serial, when in edits.items() if serial > recovered and killed - when > MAY_LOSE_SECONDS]
    assert not lost, f"edits lost that were up to {killed - min(lost):.2f} s old"
    for orphan in found:
        assert orphan.record.path == path
        orphan.adopt()
    assert list(unsaved.glob("*")) == [] if unsaved.exists() else True
    write_project(path, read_project(path))
    assert not list(folder.glob(".*-unfinished-*")), "what the killed one left is swept up by the next save"


@pytest.mark.parametrize("seed", range(3))
def test_a_killed_window_leaves_whole_files_and_all_work(tmp_path: Path, seed: int) -> None:
    kill_once(tmp_path, seed)


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(6))
def test_of_300_killed_windows_each_leaves_whole_files_and_all_work(tmp_path: Path, batch: int) -> None:
    for seed in range(100 + 50 * batch, 150 + 50 * batch):
        kill_once(tmp_path, seed)
