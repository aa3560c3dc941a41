"""Makes what stands behind other tabs when it is first looked at: a start need not wait for it."""

from collections.abc import Callable

from PySide6.QtWidgets import QDockWidget


def late_dock(dock: QDockWidget, make: Callable[[], object]) -> None:
    """Call `make` once somebody sees the dock: behind another tab nobody does, though Qt calls it visible."""

    def on_visibility_changed(seen: bool) -> None:
        if seen:
            dock.visibilityChanged.disconnect(on_visibility_changed)
            make()

    dock.visibilityChanged.connect(on_visibility_changed)
