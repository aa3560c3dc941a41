"""Opens and closes every window beside the main one at random, and says what that took of memory.

Usage: python busy_windows.py ROUNDS SEED. Run by `test_many_windows.py`; prints one line of JSON.
"""

import contextlib
import ctypes
import gc
import json
import os
import random
import sys
import time
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

import presets
from engine.layers.convolution import Conv2d
from gui.look.appearance import Appearance
from gui.session.settings import Settings
from gui.window.main_window import MainWindow
from presets.lessons import lessons

SMALL = 64_000_000
"""A budget in bytes with which hardly a map is remembered."""

BESIDE = ("side_by_side", "inception_pair", "shares", "export", "layer_help", "shortcuts", "present")


def resident_mb() -> float:
    """What the process holds of the machine's memory."""
    with open("/proc/self/statm") as status:
        return int(status.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def give_back() -> None:
    """Have the allocator return what was freed: after hundreds of edits it holds as much as the program."""
    with contextlib.suppress(OSError, AttributeError):  # only glibc keeps, and can be asked
        ctypes.CDLL("libc.so.6").malloc_trim(0)


def serve(seconds: float) -> None:
    """Serve events for so long."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        QApplication.processEvents()
        time.sleep(0.002)


def main(rounds: int, seed: int) -> None:
    """Open, edit, close, collect, in random order."""
    application = QApplication(sys.argv[:1])
    window = MainWindow(presets.load("inception_3a").project, Appearance(application), Settings())
    done: list[object] = []
    window.compute.run_finished.connect(done.append)
    window.show()
    while not done:
        serve(0.05)
    window.teaching.begin(lessons()[0])
    chance = random.Random(seed)

    def beside() -> list[QWidget]:
        return [
            toplevelwidget
            for toplevelwidget in application.topLevelWidgets()
            if toplevelwidget.isVisible() and toplevelwidget is not window
        ]

    def open_one() -> None:
        window.actions_by_name[chance.choice(BESIDE)].trigger()

    def close_one() -> None:
        seen = beside()
        if seen:
            one = chance.choice(seen)
            if chance.random() < 0.5:
                one.close()
            else:
                QTest.keyClick(one, Qt.Key.Key_Escape)

    def edit() -> None:
        node_id = chance.choice(window.document.project.network.order)
        layer = window.document.project.network[node_id].layer
        if isinstance(layer, Conv2d):
            other = layer.replace(out_channels=chance.randint(1, 256))
            window.document.edit("Width", lambda project: project.replace_layer(node_id, other))
        window.selection.select([node_id])

    def undo() -> None:
        window.actions_by_name["undo"].trigger()

    calls: list[Callable[[], object]] = [
        open_one,
        open_one,
        close_one,
        edit,
        undo,
        window.everything.toggle_theme,
    ]

    def without_cache() -> int:
        """What is held once all that is remembered has been let go."""
        gc.collect()
        budget = window.settings.budget_bytes
        window.compute.set_budget(SMALL)
        serve(3)
        gc.collect()
        give_back()
        held = round(resident_mb())
        window.compute.set_budget(budget)
        return held

    memory, bare = [], []
    for turn in range(rounds):
        chance.choice(calls)()
        serve(chance.choice((0, 0.01, 0.05)))
        if chance.random() < 0.3:
            gc.collect()
        if turn % max(rounds // 20, 1) == 0:
            memory.append(round(resident_mb()))
        if turn in (rounds // 2, rounds - 1):
            bare.append(without_cache())
    for one in beside():
        one.close()
    serve(0.5)
    told = {"rounds": rounds, "windows_left": len(beside()), "memory_mb": memory, "without_cache_mb": bare}
    window.document.undo_stack.setClean()
    window.close()
    print(json.dumps(told))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
