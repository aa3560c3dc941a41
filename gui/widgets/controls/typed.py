"""What is typed and not yet entered: it is taken over before any command runs; undo is the document's."""

from typing import Protocol, cast, runtime_checkable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

_UNDO = QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo


@runtime_checkable
class Typed(Protocol):
    """A field in which one types what changes the document once it is entered."""

    def commit(self) -> str | None:
        """Take over what is typed; why it cannot be (empty where that has been said), else None."""
        ...


def finish_typing() -> str | None:
    """Take over what is typed in any window of the program; why not, as `Typed.commit`.

    It is the field that had the focus last: its window need not be the active one.
    """
    fields = [window.focusWidget() for window in QApplication.topLevelWidgets()]
    for field in fields:
        # What one field changes may be the end of another.
        if isinstance(field, Typed) and isValid(field) and (refusal := field.commit()) is not None:
            return refusal
    return None


def asks_for(event: QEvent, key: Qt.Key) -> bool:
    """Whether the event asks the focused field if it takes this key for itself."""
    if event.type() != QEvent.Type.ShortcutOverride:
        return False
    return cast(QKeyEvent, event).key() == key


def is_undo_to_pass(event: QEvent) -> bool:
    """Whether the event asks the focused field if it takes undo or redo for itself; it then ignores it."""
    if event.type() != QEvent.Type.ShortcutOverride or not means_undo(cast(QKeyEvent, event)):
        return False
    event.ignore()
    return True


def means_undo(event: QKeyEvent) -> bool:
    """Whether these keys undo or redo: fields let them pass, for they are the document's."""
    if any(event.matches(key) for key in _UNDO):
        return True
    ctrl, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    keys = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return keys in ((Qt.Key.Key_Z, ctrl), (Qt.Key.Key_Z, ctrl | shift), (Qt.Key.Key_Y, ctrl))
