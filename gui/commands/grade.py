"""`onebyone grade`: the answer files of a class as one table."""

import argparse
import csv
import io
import sys
from typing import Final

from engine.execution.executor import Executor
from engine.formats.files import write_bytes
from engine.image.image_source import open_image
from engine.model.project import Project
from gui.commands.command import DONE, PROBLEMS, STREAM, Command, Parser, file_name, say
from gui.commands.lesson_names import named_lesson
from presets.lesson import Maps
from presets.written.grading import COLUMNS, Grade, grade


def _add_arguments(parser: Parser) -> None:
    parser.add_argument("lesson", metavar="LESSON", help="a lesson's id, or its file (.lesson.md)")
    parser.add_argument(
        "answers", metavar="ANSWERS", nargs="+", type=file_name, help="what students handed in (.answer.json)"
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        type=file_name,
        default=STREAM,
        help="the table (.csv); - to print it",
    )


def _run(arguments: argparse.Namespace) -> int:
    lesson = named_lesson(arguments.lesson)
    executor = Executor()

    def maps_of(project: Project) -> Maps:
        results = executor.run(project.network, open_image(project.image or "astronaut"), seed=project.seed)
        return {result.node_id: result.map for result in results}

    grades = [grade(lesson, path, maps_of) for path in arguments.answers]
    executor.close()
    table = _table(grades)
    if arguments.output is STREAM:
        sys.stdout.write(table)
    else:
        write_bytes(arguments.output, table.encode())
    problems = [one for one in grades if one.problem]
    for one in problems:
        say(f"{one.file}: {one.problem}")
    return PROBLEMS if problems else DONE


def _table(grades: list[Grade]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in grades:
        writer.writerow(_cell(getattr(one, name)) for name in COLUMNS)
    return text.getvalue()


def _cell(value: object) -> str:
    """As text; what a spreadsheet would take for a formula begins with an apostrophe."""
    text = str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text


COMMAND: Final = Command(
    name="grade",
    help="Grade the answer files of a lesson",
    add_arguments=_add_arguments,
    run=_run,
)
