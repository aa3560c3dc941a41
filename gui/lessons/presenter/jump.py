"""Going to a step by its number: digits, or G and digits, then Enter or a short wait."""

from PySide6.QtCore import QObject, Qt, QTimer, Signal

WAIT_MS = 1200
"""After the last digit: for who has a hand free for no Enter."""


class Jump(QObject):
    """Collects what is typed."""

    asked = Signal(int)
    """The step to go to, counted from 1."""
    changed = Signal()
    """`text` is another one."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._digits = ""
        self._is_open = False
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(WAIT_MS)
        self._wait.timeout.connect(self._go)

    @property
    def text(self) -> str:
        """What the audience sees of it; empty while nothing is typed."""
        return f"Go to {self._digits or '…'}" if self._is_open else ""

    def take(self, key: Qt.Key, *, pressed: bool) -> bool:
        """Whether the key belongs to a jump; it counts when it is `pressed`."""
        digit = key - Qt.Key.Key_0 if Qt.Key.Key_0 <= key <= Qt.Key.Key_9 else None
        ends = self._is_open and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if digit is None and key != Qt.Key.Key_G and not ends:
            if pressed:
                self._close()
            return False
        if pressed:
            if ends:
                self._go()
            elif digit is None:
                self._open("")
            else:
                self._open(self._digits[-2:] + str(digit))
        return True

    def _open(self, digits: str) -> None:
        self._digits, self._is_open = digits, True
        if digits:
            self._wait.start()
        self.changed.emit()

    def _go(self) -> None:
        digits = self._digits
        self._close()
        if digits:
            self.asked.emit(int(digits))

    def _close(self) -> None:
        self._wait.stop()
        if self._is_open:
            self._digits, self._is_open = "", False
            self.changed.emit()
