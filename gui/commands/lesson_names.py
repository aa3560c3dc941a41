"""What the argument LESSON stands for: an id, or a file."""

from pathlib import Path

from engine.errors import FormatError
from gui.figures.figure import find_style
from presets.file_names import is_lesson_file
from presets.lesson import Lesson
from presets.lessons import lesson
from presets.written.lesson_file import read_lesson


def named_lesson(name: str) -> Lesson:
    """The lesson; `EngineError` where there is none, or its file has a mistake."""
    if not is_lesson_file(name):
        return lesson(name)
    read = read_lesson(Path(name))
    for step in read.steps:
        if step.figure is not None:
            try:
                find_style(step.figure.style)
            except FormatError as error:
                raise FormatError(f"{Path(name).name}, step “{step.title}”: {error}") from None
    return read
