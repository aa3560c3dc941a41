"""A `qtbot` for machines that are slow or busy, and a click that cannot be in vain."""

from collections.abc import Callable
from functools import partialmethod
from typing import Final

from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

PATIENCE: Final = 60_000
"""Milliseconds. A test waits for something that has to come: the length decides only when it gives up, and
on a busy machine pytest-qt's 5 s are too few."""


class PatientBot(QtBot):  # type: ignore[misc]  # pytest-qt has no types
    """Waits for `PATIENCE` where a test names no time of its own."""

    waitUntil = partialmethod(QtBot.waitUntil, timeout=PATIENCE)  # noqa: N815
    waitSignal = partialmethod(QtBot.waitSignal, timeout=PATIENCE)  # noqa: N815
    waitSignals = partialmethod(QtBot.waitSignals, timeout=PATIENCE)  # noqa: N815


def click_of_enabled(button: QAbstractButton, click: Callable[[QAbstractButton], None]) -> None:
    """In Qt a click on a disabled button does nothing, and a test would wait for what never comes."""
    if not button.isEnabled():
        raise AssertionError(f"a click on {button.text() or button.accessibleName()!r}, which is disabled")
    click(button)
