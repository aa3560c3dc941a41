"""What the window asked the thread of training, and who is told the answer, while the window goes on."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from engine.errors import EngineError

Answer = TypeVar("Answer")


class Questions:
    """Lives in the UI thread; look with `take_answers` now and then."""

    def __init__(self) -> None:
        self._open: list[tuple[Future[Any], Callable[[Any], object]]] = []

    def __bool__(self) -> bool:
        """Whether any is open."""
        return bool(self._open)

    def add(self, future: "Future[Answer]", then: Callable[[Answer], object]) -> None:
        """`then` is told the answer."""
        self._open.append((future, then))

    def forget(self) -> None:
        """Nobody wants the answers any more."""
        self._open = []

    def take_answers(self) -> str:
        """Tell who asked, which may ask anew or forget all; why one has no answer, empty where all have."""
        done = [pair for pair in self._open if pair[0].done()]
        self._open = [pair for pair in self._open if not pair[0].done()]
        problem = ""
        for future, then in done:
            failure = None if future.cancelled() else future.exception()
            if isinstance(failure, EngineError):
                problem = str(failure)
            elif not future.cancelled():
                then(future.result())
        return problem
