"""The Compare menu: the baseline, two networks side by side, and where the 1×1s are."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from gui.actions import add_action

if TYPE_CHECKING:
    from gui.main_window import MainWindow


def compare_menu(window: "MainWindow", menu: QMenu) -> None:
    """Fill it."""
    baseline = window.baseline
    add = partial(add_action, window, menu)
    add(
        "pin_baseline",
        "&Pin as baseline",
        "Ctrl+B",
        baseline.pin_current,
        "Compare with the network as it is now",
    )
    unpin = add(
        "unpin_baseline", "&No baseline", "Ctrl+Alt+B", baseline.unpin, "Compare with nothing any more"
    )
    unpin.setEnabled(False)
    baseline.changed.connect(lambda: unpin.setEnabled(baseline.pinned is not None))
