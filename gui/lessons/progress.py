"""Which steps of which lessons were done, kept between starts."""

import json
from collections.abc import Mapping
from typing import Protocol


class Store(Protocol):
    """Where progress is kept: the settings."""

    lessons_done: str


class Progress:
    """The steps done, by lesson; numbers count from 0. What is stored and makes no sense reads as nothing."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._done = _read(store.lessons_done)

    def done(self, lesson_id: str) -> frozenset[int]:
        """The steps of a lesson that were done."""
        return self._done.get(lesson_id, frozenset())

    def mark(self, lesson_id: str, step: int) -> None:
        """A step was done."""
        if step not in self.done(lesson_id):
            self._done[lesson_id] = self.done(lesson_id) | {step}
            self._write()

    def forget(self, lesson_id: str) -> None:
        """The lesson begins anew."""
        if self._done.pop(lesson_id, None):
            self._write()

    def _write(self) -> None:
        self._store.lessons_done = json.dumps({one: sorted(steps) for one, steps in self._done.items()})


def _read(text: str) -> dict[str, frozenset[int]]:
    try:
        stored = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    if not isinstance(stored, Mapping):
        return {}
    return {
        one: frozenset(step for step in steps if isinstance(step, int) and not isinstance(step, bool))
        for one, steps in stored.items()
        if isinstance(one, str) and isinstance(steps, list)
    }
