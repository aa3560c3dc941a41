"""A lesson read from its file. Every mistake is one line: the file, its line, the value, the way out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, TypeVar, get_args

from engine.errors import FormatError, quoted
from engine.formats.files import read_bytes
from engine.model.project import Project
from presets import preset_names
from presets.file_names import LESSON_ENDING, is_lesson_file
from presets.lesson import Comparison, Highlight, Lesson, Level, Picture, Prediction, Quote, Step
from presets.written.document import (
    FencedBlock,
    LessonMistake,
    Line,
    Section,
    cut,
    key_and_value,
    meant,
)
from presets.written.edits import photograph
from presets.written.expression import Reader
from presets.written.goals import Goal
from presets.written.networks import named_network, network_block
from presets.written.places import Places, Scene, place_lines
from presets.written.questions import prediction, quiz
from presets.written.slots import Slots
from presets.written.tasks import TaskParts

Made = TypeVar("Made")
ENDING: Final = LESSON_ENDING
MOST_BYTES: Final = 1_000_000
RANK: Final = 1000
"""Written lessons come after those of the program."""


def read_lesson(path: Path) -> Lesson:
    """The lesson in a file. `FormatError` names the file and, where it is one line's fault, the line."""
    return file_text(path, lambda text: lesson_of(text, path))


def file_text(path: Path, read: Callable[[str], Made]) -> Made:
    """What is made of the text of a file. `FormatError` as `read_lesson` has it."""
    name = quoted(path.name, quotes="")
    data = read_bytes(path, MOST_BYTES)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FormatError(f"{name}, byte {error.start}: not UTF-8. Save the file as UTF-8.") from None
    try:
        return read(text)
    except LessonMistake as mistake:
        raise FormatError(f"{name}, {mistake}") from None


def lesson_of(text: str, path: Path) -> Lesson:
    """The lesson in a text; `path` names it, and says which folder a project file lies in."""
    document = cut(text)
    facts = document.facts
    start, presets = start_of(facts, document.head, path.parent)
    for other in document.head.blocks.values():
        if other.name not in ("network", "places"):
            raise LessonMistake(other.line, f"a {other.name} block belongs to a step: after a line “# Title”")
    course = _course((document.head, *document.steps), start)
    return Lesson(
        id=facts["id"].text if "id" in facts else path.name[: -len(ENDING)] or "lesson",
        title=facts["title"].text,
        summary=facts["summary"].text if "summary" in facts else "",
        rank=whole(facts.get("rank"), "rank", RANK, RANK),
        level=_level(facts.get("level")),
        minutes=whole(facts.get("minutes"), "minutes", 5, 600),
        source=facts["source"].text if "source" in facts else path.name,
        start=lambda: start,
        steps=course.steps,
        networks=_networks(facts.get("networks"), presets),
        found=course.found,
        quiz=course.quiz,
        quiz_quotes=course.quotes,
        next=_next(facts.get("next"), path.parent),
        file_text=text,
    )


def start_of(facts: Mapping[str, Line], head: Section, folder: Path) -> tuple[Project, tuple[str, ...]]:
    """The project that it begins with, titled and on its photograph, and the preset that this is."""
    if "title" not in facts:
        raise LessonMistake(1, "it has no title: a line “title: …” between the two “---”")
    name, block = facts.get("network"), head.blocks.get("network")
    if (name is None) == (block is None):
        raise LessonMistake(
            1 if block is None else block.line,
            "it begins with one network: “network: lenet5” above, or a network block before a step",
        )
    if block is not None:
        project, presets = network_block(block), tuple[str, ...]()
    else:
        assert name is not None
        project, presets = named_network(name, folder)
    if "image" in facts:
        project = replace(project, image=photograph(facts["image"].text, facts["image"].number))
    title, image = project.title or facts["title"].text, project.image or "astronaut"
    return replace(project, title=title, image=image), presets


def _level(line: Line | None) -> Level:
    for level in get_args(Level):
        if line is None or line.text == level:
            return level  # type: ignore[no-any-return]  # get_args knows no types
    assert line is not None
    raise LessonMistake(line.number, f"level {quoted(line.text)} is none of {', '.join(get_args(Level))}")


def whole(line: Line | None, name: str, usual: int, most: int) -> int:
    """A whole number from 1 on."""
    if line is None:
        return usual
    if not line.text.isdecimal() or not 1 <= int(line.text[:6]) <= most:
        raise LessonMistake(line.number, f"{name} {quoted(line.text)} is no whole number from 1 to {most}")
    return int(line.text)


def _networks(line: Line | None, named: tuple[str, ...]) -> tuple[str, ...]:
    """The presets that are named, and the one that the lesson begins with."""
    names = [] if line is None else [one.strip() for one in line.text.split(",")]
    for name in names:
        if line is not None and name not in preset_names():
            raise LessonMistake(
                line.number, f"no preset is called {quoted(name)}. {meant(name, preset_names())}"
            )
    return tuple(dict.fromkeys((*names, *named)))


def _next(line: Line | None, folder: Path) -> str:
    """The id of a lesson, or the path of a file beside this one."""
    if line is None or not is_lesson_file(line.text):
        return "" if line is None else line.text
    if Path(line.text).name != line.text or "\\" in line.text:
        raise LessonMistake(
            line.number, f"{quoted(line.text)} is not beside the lesson: name a file in its folder"
        )
    return str(folder / line.text)


@dataclass(frozen=True)
class _Course:
    """All pages of a lesson: its steps, and what closes it."""

    steps: tuple[Step, ...]
    found: str
    quiz: tuple[Prediction, ...]
    quotes: Mapping[str, Quote]


def _course(sections: Sequence[Section], start: Project) -> _Course:
    """All steps; the first section is what stands before them."""
    blocks = [section.blocks["places"] for section in sections if "places" in section.blocks]
    lines = [line for block in blocks for line in place_lines(block)]
    for index, line in enumerate(lines):
        if line.name in {one.name for one in lines[:index]}:
            raise LessonMistake(blocks[0].line, f"two places are called {quoted(line.name)}")
    places = Places(lines)
    project = start
    goals: tuple[Goal, ...] = ()
    steps = []
    for section in sections[1:]:
        opened = network_block(section.blocks["network"]) if "network" in section.blocks else None
        if opened is not None:
            project = replace(opened, title=section.title, image=start.image)
            goals = ()
        step, goals = _step(section, project, places, goals, opens=project if opened is not None else None)
        steps.append(step)
    scene = Scene(places)
    scene.goals = tuple(goal.met for goal in goals)
    slots = Slots(Reader(scene, project))
    found, asked = _once(sections, "found"), _once(sections, "quiz")
    return _Course(
        steps=tuple(steps),
        found=slots.filled(found.lines) if found is not None else "",
        quiz=quiz(asked, slots) if asked is not None else (),
        quotes=slots.quotes,
    )


def _once(sections: Sequence[Section], name: str) -> FencedBlock | None:
    """The one block of this name in the whole lesson."""
    blocks = [section.blocks[name] for section in sections if name in section.blocks]
    if len(blocks) > 1:
        raise LessonMistake(
            blocks[1].line, f"a second {name} block in the lesson: the first is in line {blocks[0].line}"
        )
    return blocks[0] if blocks else None


def _step(
    section: Section, start: Project, places: Places, before: tuple[Goal, ...], opens: Project | None
) -> tuple[Step, tuple[Goal, ...]]:
    """A step, and the goals that hold once it is done."""
    scene = Scene(places)
    reader = Reader(scene, start)
    slots, blocks = Slots(reader), section.blocks
    parts = TaskParts.of(blocks["task"], reader, places) if "task" in blocks else None
    goals = before + (parts.goals if parts is not None else ())
    scene.goals = tuple(goal.met for goal in goals)
    step = Step(
        title=section.title,
        text=slots.filled(section.prose),
        opens=None if opens is None else lambda: opens,
        prediction=prediction(blocks["predict"], slots) if "predict" in blocks else None,
        task=parts.task(slots, scene) if parts is not None else None,
        outcome=slots.filled(blocks["outcome"].lines) if "outcome" in blocks else "",
        highlight=_highlight(blocks["look"]) if "look" in blocks else None,
        comparison=_comparison(blocks["compare"], slots) if "compare" in blocks else None,
        figure=_picture(blocks["figure"], slots) if "figure" in blocks else None,
        notes=blocks["notes"].text if "notes" in blocks else "",
        quotes=slots.quotes,
    )
    return step, goals


LOOK: Final = ("layers", "panel", "channel")
"""Keys of where to look."""


def _highlight(block: FencedBlock) -> Highlight:
    said = dict(key_and_value(line, LOOK) for line in block.filled_lines)
    layers = tuple(word.strip() for word in said.get("layers", "").split(",") if word.strip())
    channel = said.get("channel", "")
    if channel and not channel.isdecimal():
        raise LessonMistake(
            block.line, f"channel {quoted(channel)} is no whole number: channels count from 0"
        )
    return Highlight(nodes=layers, panel=said.get("panel", ""), channel=int(channel) if channel else None)


def _comparison(block: FencedBlock, slots: Slots) -> Comparison:
    """Rows of cells between bars, the heading first, as Markdown writes tables; `|---|` may be left out."""
    rows = [
        tuple(cell.strip() for cell in slots.filled([line]).strip("|").split("|"))
        for line in block.filled_lines
        if line.text.strip("|-: ")
    ]
    if len(rows) < 2 or len({len(row) for row in rows}) != 1:
        raise LessonMistake(
            block.line, "a table to compare has a heading and rows of as many cells: “| a | b |”"
        )
    return Comparison(heading=rows[0], rows=tuple(rows[1:]))


PICTURE: Final = ("style", "caption", "beside", "layer", "at")
"""Keys of a figure: the last ones are options of styles that show one layer, or one value of it."""


def _picture(block: FencedBlock, slots: Slots) -> Picture:
    said, options = {}, dict[str, Any]()
    for line in block.filled_lines:
        key, value = key_and_value(line, PICTURE)
        said[key] = slots.filled([Line(line.number, value)]) if key == "caption" else value
        if key == "layer":
            options[key] = value
        if key == "at":
            numbers = [one.strip() for one in value.split(",")]
            if len(numbers) != 3 or not all(one.isdecimal() for one in numbers):
                raise LessonMistake(line.number, f"at {quoted(value)} is no place in a map: 0, 14, 14")
            options[key] = tuple(map(int, numbers))
    if "style" not in said:
        raise LessonMistake(block.line, "a figure has a style: a line “style: flow”")
    return Picture(
        style=said["style"], options=options, caption=said.get("caption", ""), beside=said.get("beside", "")
    )
