"""What a command is at: a line on the terminal's standard error that comes after a second and counts seconds.

Into a file or a pipe nothing of it is written."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, TextIO

PATIENCE_S: Final = 1.0
"""What is done sooner needs no word."""
_EVERY_S: Final = 0.25
_CLEAR: Final = "\r\x1b[K"


class _Line:
    """The last line of a terminal, written over and over by a thread of its own."""

    def __init__(self, name: str, stream: TextIO) -> None:
        self._name, self._stream, self._text = name, stream, ""
        self._began = time.monotonic()
        self._shown = False
        self._lock = threading.RLock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._repeat, name="progress", daemon=True)
        self._thread.start()

    def tell(self, text: str) -> None:
        """What is being done; a line that is shown already changes at once."""
        self._text = text
        with self._lock:
            if self._shown:
                self._write()

    def clear(self) -> None:
        """Give the line back to whoever writes to the terminal now."""
        with self._lock:
            if self._shown:
                self._shown = False
                self._stream.write(_CLEAR)
                self._stream.flush()

    def end(self) -> None:
        """Clear it for good."""
        self._ended.set()
        self._thread.join()
        self.clear()

    def _repeat(self) -> None:
        wait = PATIENCE_S
        while not self._ended.wait(wait):
            wait = _EVERY_S
            with self._lock:
                self._write()
                self._shown = True

    def _write(self) -> None:
        seconds = int(time.monotonic() - self._began)
        parts = [f"onebyone {self._name}", *([self._text] if self._text else []), f"{seconds} s"]
        import shutil  # a start need not wait for it

        width = shutil.get_terminal_size().columns - 1
        self._stream.write(_CLEAR + " · ".join(parts)[:width])
        self._stream.flush()


class _Around:
    """Standard output or error that clears the line before it writes."""

    def __init__(self, stream: TextIO, line: _Line) -> None:
        self._stream, self._line = stream, line

    def write(self, text: str) -> int:
        self._line.clear()
        return self._stream.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


_line: _Line | None = None


@contextmanager
def progress(name: str) -> Iterator[None]:
    """Show what the command of this name is at, where standard error is a terminal."""
    global _line
    stream = sys.stderr
    if not stream.isatty():
        yield
        return
    before = sys.stdout, sys.stderr
    _line = _Line(name, stream)
    around: list[Any] = [_Around(one, _line) if one.isatty() else one for one in before]
    sys.stdout, sys.stderr = around
    try:
        yield
    finally:
        line, _line = _line, None
        line.end()
        sys.stdout, sys.stderr = before


def tell(text: str) -> None:
    """`layer 3 of 12`, `kernel 7 of 106`: what is being done now."""
    if _line is not None:
        _line.tell(text)
