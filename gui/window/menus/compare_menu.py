"""The Compare menu: the baseline, two networks side by side, and where the 1×1s are."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QMenu

from gui.comparing.comparison_windows import Comparing
from gui.session.baseline import Baseline
from gui.widgets.actions import Actions


def compare_menu(
    menu: QMenu,
    actions: Actions,
    baseline: Baseline,
    comparing: Comparing,
    compare_learned: Callable[[], object],
) -> None:
    """Fill it; `compare_learned` opens the window that trains networks in turn."""
    add = partial(actions.add, menu)
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
    menu.addSeparator()
    add(
        "side_by_side",
        "&Side by side",
        "Ctrl+Shift+B",
        comparing.show_side_by_side,
        "The open network beside the baseline, or beside any other",
    )
    add(
        "inception_pair",
        "Inception 3a, naive and &reduced",
        "Ctrl+Alt+I",
        comparing.show_pair,
        "What the 1×1 saves, side by side",
    )
    menu.addSeparator()
    add(
        "shares",
        "&Where are the 1×1s?",
        "Ctrl+1",
        comparing.show_shares,
        "What part of this network, and of every preset, is 1×1",
    )
    add(
        "compare_learned",
        "What networks &learn",
        "Ctrl+2",
        compare_learned,
        "Train several networks on the same data, and compare their accuracy with what they cost",
    )
    baseline.changed.connect(lambda: unpin.setEnabled(baseline.pinned is not None))
