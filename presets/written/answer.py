"""What a student hands in: `NAME.answer.json`, signed with the digest of the lesson that it answers.

The signature shows that a file was damaged or edited by accident, and which edition of a lesson it belongs
to. It is no lock: the program that checks it is in everybody's hands.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from engine.errors import FormatError, quoted
from engine.formats import project_json
from engine.model.project import Project
from presets.lesson import Lesson, Prediction

ENDING: Final = ".answer.json"
FORMAT: Final = "onebyone-answer"
VERSION: Final = 1
MOST_BYTES: Final = 64_000_000
MOST_LETTERS: Final = 200
"""Of a student's name."""

_FIELDS: Final = ("format", "version", "lesson", "digest", "student", "steps", "network", "signature")
_MORE: Final = ("quiz",)
"""Fields of lessons that have a quiz."""


@dataclass(frozen=True, kw_only=True)
class StepAnswer:
    """How far a student came in one step."""

    done: bool
    choice: int | None = None
    """What was predicted; None where nothing was, or nothing was asked."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """All that is handed in."""

    lesson: str
    digest: str
    student: str
    steps: tuple[StepAnswer, ...]
    quiz: tuple[int | None, ...] = ()
    """What was chosen in the quiz at the end; None where nothing was."""
    project: Project


def digest(lesson: Lesson) -> str:
    """Names the edition of a lesson: of its file, else of its texts, in hexadecimal."""
    if lesson.file_text:
        content = "\n".join(lesson.file_text.splitlines())
    else:
        content = json.dumps([lesson.id, [[step.title, *step.texts] for step in lesson.pages]])
    return hashlib.sha256(content.encode()).hexdigest()


def written(answer: Answer) -> bytes:
    """The file's content."""
    record: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "lesson": answer.lesson,
        "digest": answer.digest,
        "student": answer.student,
        "steps": [{"done": step.done, "choice": step.choice} for step in answer.steps],
        "network": json.loads(project_json.write(answer.project)),
    }
    if answer.quiz:
        record["quiz"] = list(answer.quiz)
    record["signature"] = _signature(record)
    return (json.dumps(record, indent=1, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace")


def read(data: bytes, lesson: Lesson) -> Answer:
    """The answer in a file's content. `FormatError` where it is damaged, or answers something else."""
    record = _record(data)
    if record["lesson"] != lesson.id:
        raise FormatError(f"it answers another lesson: {quoted(record['lesson'])}, not {quoted(lesson.id)}")
    if record["digest"] != digest(lesson):
        raise FormatError("it answers another edition of this lesson: the lesson's file was changed since")
    if not hmac.compare_digest(_signature(record), str(record["signature"])):
        raise FormatError("it was changed after it was written: the signature does not fit")
    student = record["student"]
    if not isinstance(student, str) or len(student) > MOST_LETTERS:
        raise FormatError(f"student={quoted(student)} must be a name of at most {MOST_LETTERS} letters")
    network = json.dumps(record["network"]).encode()
    return Answer(
        lesson=lesson.id,
        digest=record["digest"],
        student=student,
        steps=_steps(record["steps"], lesson),
        quiz=_quiz(record.get("quiz", []), lesson),
        project=project_json.read(network),
    )


def _record(data: bytes) -> Mapping[str, Any]:
    try:
        record = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise FormatError("it is no JSON: the file is damaged, or none of this program") from None
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        raise FormatError(f'it is no answer file ("format": "{FORMAT}" is missing)')
    if record.get("version") != VERSION:
        version = quoted(record.get("version"))
        raise FormatError(f"version={version} cannot be read; this program reads version {VERSION}")
    for name in _FIELDS:
        if name not in record:
            raise FormatError(f"the field {name} is missing")
    for name in record:
        if name not in (*_FIELDS, *_MORE):
            raise FormatError(f"there is no field {quoted(name)} in an answer file")
    return record


def _steps(records: Any, lesson: Lesson) -> tuple[StepAnswer, ...]:
    if not isinstance(records, list) or len(records) != len(lesson.steps):
        count = len(records) if isinstance(records, Sequence) else 0
        raise FormatError(f"it has {count} steps; the lesson has {len(lesson.steps)}")
    made = []
    for number, (record, step) in enumerate(zip(records, lesson.steps, strict=True), start=1):
        done, choice = (
            (record.get("done"), record.get("choice")) if isinstance(record, dict) else (None, None)
        )
        if not isinstance(done, bool) or not _is_choice(choice, step.prediction):
            raise FormatError(f"step {number}: {quoted(record)} is no answer to it")
        made.append(StepAnswer(done=done, choice=choice))
    return tuple(made)


def _quiz(choices: Any, lesson: Lesson) -> tuple[int | None, ...]:
    if not isinstance(choices, list) or len(choices) != len(lesson.quiz):
        count = len(choices) if isinstance(choices, list) else 0
        raise FormatError(f"it answers {count} questions of the quiz; the lesson has {len(lesson.quiz)}")
    for number, (choice, asked) in enumerate(zip(choices, lesson.quiz, strict=True), start=1):
        if not _is_choice(choice, asked):
            raise FormatError(f"question {number} of the quiz: {quoted(choice)} is none of its choices")
    return tuple(choices)


def _is_choice(choice: Any, asked: Prediction | None) -> bool:
    """Whether it can have been chosen; nothing always can."""
    choices = 0 if asked is None else len(asked.choices)
    is_number = isinstance(choice, int) and not isinstance(choice, bool)
    return choice is None or (is_number and 0 <= choice < choices)


def _signature(record: Mapping[str, Any]) -> str:
    """Over all other fields, keyed with the lesson's digest: in hexadecimal."""
    signed = {name: value for name, value in record.items() if name != "signature"}
    content = json.dumps(signed, sort_keys=True, separators=(",", ":")).encode()
    return hmac.new(str(record["digest"]).encode("utf-8", "replace"), content, hashlib.sha256).hexdigest()
