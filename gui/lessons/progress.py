"""Which steps of which lessons were done, what was predicted, where each was left; kept between starts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from presets.lesson import Lesson


class Store(Protocol):
    """Where progress is kept: the settings."""

    lessons_done: str


@dataclass(frozen=True)
class _Record:
    """What is known of one lesson; steps count from 0."""

    done: frozenset[int] = frozenset()
    choices: Mapping[int, int] = field(default_factory=dict)
    """What was predicted first, by step."""
    place: int = 0

    @property
    def plain(self) -> dict[str, Any]:
        """As JSON has it."""
        return {"done": sorted(self.done), "choices": sorted(self.choices.items()), "place": self.place}


class Progress:
    """The steps done, by lesson; numbers count from 0. What is stored and makes no sense reads as nothing."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._records = _read(store.lessons_done)

    def done(self, lesson_id: str) -> frozenset[int]:
        """The steps of a lesson that were done."""
        return self._of(lesson_id).done

    def count_done(self, lesson: Lesson) -> int:
        """How many of its steps were done."""
        return len(self.done(lesson.id) & set(range(len(lesson.steps))))

    def state(self, lesson: Lesson) -> str:
        """How far one got, in words."""
        done, every = self.count_done(lesson), len(lesson.steps)
        return "done" if done == every else f"{done} of {every} done" if done else f"{every} steps"

    def choices(self, lesson_id: str) -> Mapping[int, int]:
        """What was predicted, by step."""
        return self._of(lesson_id).choices

    def place(self, lesson_id: str) -> int:
        """The step at which the lesson was left."""
        return self._of(lesson_id).place

    def mark(self, lesson_id: str, step: int) -> None:
        """A step was done."""
        record = self._of(lesson_id)
        self._keep(lesson_id, replace(record, done=record.done | {step}))

    def choose(self, lesson_id: str, step: int, choice: int) -> None:
        """A prediction; the first one counts."""
        record = self._of(lesson_id)
        self._keep(lesson_id, replace(record, choices={step: choice, **record.choices}))

    def leave(self, lesson_id: str, step: int) -> None:
        """The lesson is left at this step."""
        self._keep(lesson_id, replace(self._of(lesson_id), place=step))

    def _of(self, lesson_id: str) -> _Record:
        return self._records.get(lesson_id, _Record())

    def _keep(self, lesson_id: str, record: _Record) -> None:
        if record != self._of(lesson_id):
            self._records[lesson_id] = record
            self._store.lessons_done = json.dumps(
                {
                    one: {
                        "done": sorted(kept.done),
                        "choices": sorted(kept.choices.items()),
                        "place": kept.place,
                    }
                    for one, kept in self._records.items()
                }
            )


def _read(text: str) -> dict[str, _Record]:
    try:
        stored = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    if not isinstance(stored, Mapping):
        return {}
    return {
        one: _record(value if isinstance(value, dict) else {"done": value})
        for one, value in stored.items()
        if isinstance(one, str) and isinstance(value, dict | list)
    }


def _record(value: Mapping[str, Any]) -> _Record:
    """A lesson's record; the first versions kept a list of the steps done alone."""
    done, choices = _list(value.get("done")), _list(value.get("choices"))
    place = value.get("place")
    return _Record(
        done=frozenset(step for step in done if _is_number(step)),
        choices={
            pair[0]: pair[1]
            for pair in choices
            if isinstance(pair, list) and len(pair) == 2 and all(map(_is_number, pair))
        },
        place=place if isinstance(place, int) and _is_number(place) else 0,
    )


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
