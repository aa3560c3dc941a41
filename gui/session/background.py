"""Work on a thread of its own that nobody has to wait for: reading a file that may never answer."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

T = TypeVar("T")


def in_background(work: Callable[[], T], name: str) -> "Future[T]":
    """Begin it; what it gives or raises is in the future. The program ends though it has not.

    Nothing of the window's may be touched by it, nor be called back: it may outlive the window.
    """
    outcome: Future[T] = Future()

    def run() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:  # of any kind: whoever waits for it is told
            outcome.set_exception(error)

    Thread(target=run, name=name, daemon=True).start()
    return outcome
