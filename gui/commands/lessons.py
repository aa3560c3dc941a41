"""`onebyone lessons`: those that come with the program, or in files; their numbers held against counting."""

import argparse
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from engine.execution.executor import Executor
from gui.commands import statement_lines
from gui.commands.command import DONE, PROBLEMS, STREAM, Command, Parser, UsageError, file_name, json_text
from gui.commands.lesson_names import named_lesson
from gui.commands.streams import file_or_output
from gui.lessons.handouts.forms import PAPERS, VERSIONS, HandoutForm
from presets.challenges import challenges
from presets.challenges.challenge import Challenge
from presets.challenges.challenge_file import read_challenge
from presets.checks.checking import NO_NUMBERS, Checked, check, check_challenge
from presets.checks.told import STATEMENT, check_statements
from presets.file_names import is_challenge_file
from presets.lesson import Lesson, Number
from presets.lessons import lessons
from presets.statements import statements


def _add_arguments(parser: Parser) -> None:
    parser.add_argument(
        "id",
        metavar="ID",
        nargs="*",
        help="only these lessons, by id or file (.lesson.md); challenges by file (.challenge.md)",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="play every solution and every detour; each quoted number beside the same found by counting",
    )
    parser.add_argument(
        "--statements",
        action="store_true",
        help="what is commonly said of 1×1 convolutions, what is true, and where a lesson shows it",
    )
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.add_argument(
        "-o", "--output", metavar="FILE", type=file_name, help="write one lesson as a handout (.pdf or .pptx)"
    )
    parser.add_argument(
        "--paper", choices=PAPERS, help="what the handout is for; A4 for .pdf, slides for .pptx by itself"
    )
    parser.add_argument(
        "--version",
        choices=VERSIONS,
        help="with questions open and room to write, or with the answers (by itself)",
    )


def _run(arguments: argparse.Namespace) -> int:
    if arguments.statements:
        return _tell(arguments)
    files = [name for name in arguments.id if is_challenge_file(name)]
    named = [name for name in arguments.id if not is_challenge_file(name)]
    if files and not arguments.check:
        raise UsageError(f"{files[0]} is a challenge: --check plays it")
    chosen = tuple(map(named_lesson, named)) or (() if files else lessons())
    tried = tuple(read_challenge(Path(name)) for name in files) or (() if named else challenges())
    if arguments.output is not None:
        return _write(arguments)
    if arguments.paper or arguments.version:
        raise UsageError("--paper and --version say how a handout is written: add -o FILE.pdf")
    if arguments.check:
        return _report(_checked(chosen, tried), as_json=arguments.json)
    records = [lesson_record(one) for one in chosen]
    if arguments.json:
        print(json_text(records))
        return DONE
    widths = [max(len(record[name]) for record in records) for name in ("id", "title")]
    for record in records:
        steps = len(record["steps"])
        print(
            f"{record['id']:{widths[0]}}  {record['title']:{widths[1]}}  {steps} steps, "
            f"{record['minutes']:>2} min, {record['level']:12}  {', '.join(record['networks'])}"
        )
    return DONE


def _tell(arguments: argparse.Namespace) -> int:
    """What is commonly said; with `--check`, each answer found on its page."""
    if arguments.id or arguments.output is not None:
        raise UsageError("--statements tells of all lessons: it takes no ID and writes no file")
    if arguments.check:
        return _report(check_statements(statements()), as_json=arguments.json)
    print(json_text(statement_lines.records()) if arguments.json else "\n".join(statement_lines.lines()))
    return DONE


def _write(arguments: argparse.Namespace) -> int:
    """One lesson as a handout."""
    from gui.lessons.handouts.handout import USUAL_PAPER, check_ending, write_handout

    if len(arguments.id) != 1 or arguments.check or arguments.json:
        raise UsageError("--output writes one lesson as a handout: onebyone lessons ID -o FILE.pdf")
    if arguments.output is not STREAM:
        check_ending(arguments.output)
    executor = Executor()
    (chosen,) = map(named_lesson, arguments.id)
    with file_or_output(arguments.output, f"{chosen.id}.pdf") as path:
        paper = arguments.paper or USUAL_PAPER[path.suffix.lower()]
        write_handout(
            path, chosen, executor, HandoutForm(paper=paper, version=arguments.version or "solution")
        )
    executor.close()
    return DONE


def lesson_record(one: Lesson) -> dict[str, Any]:
    """What a lesson says about itself."""
    return {
        "id": one.id,
        "title": one.title,
        "summary": one.summary,
        "level": one.level,
        "minutes": one.minutes,
        "source": one.source,
        "networks": list(one.networks),
        "steps": [
            {
                "title": step.title,
                "task": None if step.task is None else step.task.text,
                "prediction": None if step.prediction is None else step.prediction.question,
                "numbers": len(step.quoted),
                "figure": None if step.figure is None else step.figure.style,
            }
            for step in one.steps
        ],
        "quiz": [asked.question for asked in one.quiz],
    }


def _checked(chosen: Iterable[Lesson], tried: Iterable[Challenge]) -> Iterator[Checked]:
    for one in chosen:
        executor = Executor()
        yield from check(one, executor)
        executor.close()
    for challenge in tried:
        yield from check_challenge(challenge)


def _report(checks: Iterable[Checked], *, as_json: bool) -> int:
    """Each check as a line while it is made, and how many there were; or all of them as JSON."""
    found: list[Checked] = []
    for checked in checks:
        found.append(checked)
        if not as_json:
            print(_line(checked), flush=True)
    wrong = sum(not checked.agrees for checked in found)
    if as_json:
        print(json_text([_record(checked) for checked in found]))
    else:
        print(f"\n{_counted(found)}, {wrong} wrong")
    return PROBLEMS if wrong else DONE


def _counted(found: Sequence[Checked]) -> str:
    if found and all(one.name == STATEMENT for one in found):
        return f"{len(found)} statements"
    tasks, questions, _, count, tried, _ = (sum(one.name == name for one in found) for name in NO_NUMBERS)
    numbers = sum(one.name not in NO_NUMBERS for one in found)
    told = f"{numbers} numbers, {tasks} tasks and {questions} questions in {count} lessons"
    return told + (f" and {tried} challenges" if tried else "")


def _line(checked: Checked) -> str:
    where = f"{checked.lesson} {checked.step}"
    mark = "=" if checked.agrees else "≠"
    if checked.engine is None or checked.counted is None:
        return f"{where:22}  {checked.name:20}  {mark}  {checked.said}"
    engine, counted = _plain(checked.engine), _plain(checked.counted)
    return f"{where:22}  {checked.name:20}  {engine:>15} {mark} {counted:15}  {checked.said}".rstrip()


def _plain(number: Number) -> str:
    """Whole numbers with commas, others to seven digits."""
    if isinstance(number, Fraction) and number.denominator == 1:
        number = int(number)
    return f"{number:,}" if isinstance(number, int) else f"{float(number):.7g}"


def _record(checked: Checked) -> dict[str, Any]:
    return {
        "lesson": checked.lesson,
        "step": checked.step,
        "name": checked.name,
        "said": checked.said,
        "engine": _json(checked.engine),
        "counted": _json(checked.counted),
        "agrees": checked.agrees,
    }


def _json(number: Number | None) -> int | float | None:
    """A number as JSON knows it."""
    if isinstance(number, Fraction):
        return int(number) if number.denominator == 1 else float(number)
    return number


COMMAND: Final = Command(
    name="lessons",
    help="List the lessons, or check every number they quote",
    add_arguments=_add_arguments,
    run=_run,
)
