"""The lessons, a file each, found by being in this folder: `NAME.lesson.md`, or a module with a `LESSON`."""

from dataclasses import replace
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Final

from engine.errors import EngineError, quoted
from presets.file_names import is_lesson_file
from presets.lesson import Lesson
from presets.written.lesson_file import ENDING, read_lesson

FOLDER: Final = Path(__file__).parent


class UnknownLesson(EngineError):
    """An id that no lesson has; the message offers close ones."""


@cache
def lessons() -> tuple[Lesson, ...]:
    """All lessons in the order in which they build on each other."""
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    found = [module.LESSON for module in modules if hasattr(module, "LESSON")]
    # Their own text is no file that somebody edits: they are told apart by their words, as the modules are.
    found += [replace(read_lesson(path), file_text="") for path in FOLDER.glob(f"*{ENDING}")]
    return tuple(sorted(found, key=lambda lesson: lesson.rank))


def lesson(lesson_id: str) -> Lesson:
    """The lesson of this id. `UnknownLesson`."""
    known = {one.id: one for one in lessons()}
    if lesson_id in known:
        return known[lesson_id]
    close = get_close_matches(lesson_id, known, n=3, cutoff=0.5)
    hint = f"Did you mean {' or '.join(close)}?" if close else f"There are {', '.join(known)}."
    raise UnknownLesson(f"no lesson is called {quoted(lesson_id)}. {hint}")


def following(one: Lesson) -> Lesson | None:
    """The lesson that is offered at the end of another. `EngineError` where there is none of that name."""
    if is_lesson_file(one.next):
        return read_lesson(Path(one.next))
    if one.next:
        return lesson(one.next)
    return next((later for later in lessons() if later.rank > one.rank), None)
