"""Work on a thread of its own that nobody has to wait for: reading a file that may never answer."""

from collections.abc import Callable
from concurrent.futures import Future, wait
from threading import Thread
from typing import Final, TypeVar

T = TypeVar("T")

ANSWER_S: Final = 2.0
"""So long the window waits for a disk that may never answer, as a share on the network."""


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


def is_answered(outcome: "Future[T]", seconds: float | None = None) -> bool:
    """Whether it is there, waiting for it so long; `ANSWER_S` unless told."""
    return bool(wait([outcome], ANSWER_S if seconds is None else seconds).done)
