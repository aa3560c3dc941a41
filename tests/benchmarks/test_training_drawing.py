"""What is promised of watching a network learn: maps move, at most a frame late, and steps hardly notice."""

import sys
import threading
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import presets
from engine.kernels.fast.host import core_count
from gui.look.appearance import Appearance
from gui.session.settings import Settings
from gui.session.worker import RunSummary
from gui.window.main_window import MainWindow

pytestmark = pytest.mark.benchmark

SECONDS = 12.0
MOST = 0.05
"""Of all processors' time may go into drawing: what training, which uses them all, has less."""


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication) -> Iterator[MainWindow]:
    made = MainWindow(presets.load("lenet5").project, Appearance(qapp), Settings())
    with qtbot.waitSignal(made.compute.run_finished, timeout=120_000):
        made.show()
    yield made
    made.document.undo_stack.setClean()
    made.close()
    made.deleteLater()


def seconds_of_threads() -> dict[int, float]:
    """Processor time of every thread of this process."""
    found = {}
    for task in Path("/proc/self/task").iterdir():
        fields = (task / "stat").read_text().rpartition(")")[2].split()
        found[int(task.name)] = (int(fields[11]) + int(fields[12])) / 100
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="processor time of single threads is read from /proc")
def test_maps_follow_a_frame_late_at_most_and_drawing_takes_a_twentieth(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.docks.show("Train")
    panel = window.late.train
    panel.form.epochs.show_value(100_000)
    panel.train.click()
    qtbot.waitUntil(lambda: panel.runner is not None and panel.runner.step_number > 50, timeout=120_000)
    runner = panel.runner
    assert runner is not None
    shown: list[tuple[int, int]] = []
    """(step of the frame, step that training was at when it was seen)."""

    def on_glimpsed(summary: RunSummary) -> None:
        shown.append((panel._frames.shown_step, runner.step_number))

    window.compute.glimpsed.connect(on_glimpsed)
    before = seconds_of_threads()
    qtbot.wait(round(1000 * SECONDS))
    after = seconds_of_threads()
    spent = {task: after[task] - before.get(task, 0.0) for task in after}
    names = {task: Path(f"/proc/self/task/{task}/comm").read_text().strip() for task in spent}
    drawing = sum(
        seconds
        for task, seconds in spent.items()
        if task == threading.get_native_id() or names[task] == "compute"
    )
    whole = sum(spent.values())
    print(f"\n{len(shown) / SECONDS:.1f} frames a second; drawing takes {drawing:.2f} of {whole:.2f} s")
    assert len(shown) > 0.5 * SECONDS
    for (_, at_last), (step, _) in pairwise(shown):
        assert step >= at_last, "what is seen is newer than the frame before was when it was seen"
    assert drawing <= MOST * SECONDS * core_count()
    panel.discard()
