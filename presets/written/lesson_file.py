"""A lesson read from its file. Every mistake is one line: the file, its line, the value, the way out."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, get_args

from engine.analysis.analyze import Analysis
from engine.errors import FormatError, quoted
from engine.formats.files import read_bytes
from engine.model.project import Project
from presets.lesson import Highlight, Lesson, Level, Maps, Picture, Prediction, Quote, State, Step, Task
from presets.written.document import (
    FencedBlock,
    LessonMistake,
    Line,
    Section,
    cut,
    key_and_value,
)
from presets.written.edits import Edit, made, photograph, read_edit
from presets.written.expression import Reader
from presets.written.goals import Goal, read_goal
from presets.written.networks import named_network, network_block
from presets.written.places import Places, Scene, place_lines

ENDING: Final = ".lesson.md"
MOST_BYTES: Final = 1_000_000
RANK: Final = 1000
"""Written lessons come after those of the program."""


def is_lesson_file(name: str | Path) -> bool:
    """Whether a file is called like a lesson."""
    return str(name).lower().endswith(ENDING)


def read_lesson(path: Path) -> Lesson:
    """The lesson in a file. `FormatError` names the file and, where it is one line's fault, the line."""
    name = quoted(path.name, quotes="")
    data = read_bytes(path, MOST_BYTES)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FormatError(f"{name}, byte {error.start}: not UTF-8. Save the file as UTF-8.") from None
    try:
        return lesson_of(text, path)
    except LessonMistake as mistake:
        raise FormatError(f"{name}, {mistake}") from None


def lesson_of(text: str, path: Path) -> Lesson:
    """The lesson in a text; `path` names it, and says which folder a project file lies in."""
    document = cut(text)
    facts = document.facts
    if "title" not in facts:
        raise LessonMistake(1, "the lesson has no title: a line “title: …” between the two “---”")
    start, presets = _start(document.facts.get("network"), document.head, path.parent)
    if "image" in facts:
        start = replace(start, image=photograph(facts["image"].text, facts["image"].number))
    start = replace(start, title=start.title or facts["title"].text, image=start.image or "astronaut")
    return Lesson(
        id=facts["id"].text if "id" in facts else path.name[: -len(ENDING)] or "lesson",
        title=facts["title"].text,
        summary=facts["summary"].text if "summary" in facts else "",
        rank=RANK,
        level=_level(facts.get("level")),
        minutes=_minutes(facts.get("minutes")),
        source=facts["source"].text if "source" in facts else path.name,
        start=lambda: start,
        steps=_steps((document.head, *document.steps), start),
        networks=presets,
        file_text=text,
    )


def _start(name: Line | None, head: Section, folder: Path) -> tuple[Project, tuple[str, ...]]:
    block = head.blocks.get("network")
    for other in head.blocks.values():
        if other.name not in ("network", "places"):
            raise LessonMistake(other.line, f"a {other.name} block belongs to a step: after a line “# Title”")
    if (name is None) == (block is None):
        raise LessonMistake(
            1 if block is None else block.line,
            "a lesson begins with one network: “network: lenet5” above, or a network block before a step",
        )
    if block is not None:
        return network_block(block), ()
    assert name is not None
    return named_network(name, folder)


def _level(line: Line | None) -> Level:
    for level in get_args(Level):
        if line is None or line.text == level:
            return level  # type: ignore[no-any-return]  # get_args knows no types
    assert line is not None
    raise LessonMistake(line.number, f"level {quoted(line.text)} is none of {', '.join(get_args(Level))}")


def _minutes(line: Line | None) -> int:
    if line is None:
        return 5
    if not line.text.isdecimal() or not 1 <= int(line.text[:6]) <= 600:
        raise LessonMistake(line.number, f"minutes {quoted(line.text)} is no whole number from 1 to 600")
    return int(line.text)


@dataclass
class _Slots:
    """Expressions of a step's texts, each under a name that the text then has in its place."""

    reader: Reader
    quotes: dict[str, Quote] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)

    def filled(self, lines: Sequence[Line]) -> str:
        """The lines with names in place of expressions."""
        return "\n".join(map(self._line, lines))

    def _line(self, line: Line) -> str:
        return _EXPRESSION.sub(lambda found: self._slot(found[1], line), line.text)

    def _slot(self, expression: str, line: Line) -> str:
        if expression not in self._names:
            quote = self.reader.quote(expression, line.number)
            plain = re.sub(r"\W+", "_", expression.replace("|", "to")).strip("_") or "number"
            name = plain if plain not in self.quotes else f"{plain}_{len(self.quotes)}"
            self._names[expression], self.quotes[name] = name, quote
        return f"{{{self._names[expression]}}}"


_EXPRESSION: Final = re.compile(r"\{([^{}]*)\}")


def _steps(sections: Sequence[Section], start: Project) -> tuple[Step, ...]:
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
    return tuple(steps)


def _step(
    section: Section, start: Project, places: Places, before: tuple[Goal, ...], opens: Project | None
) -> tuple[Step, tuple[Goal, ...]]:
    """A step, and the goals that hold once it is done."""
    scene = Scene(places)
    reader = Reader(scene, start.network.order)
    slots, blocks = _Slots(reader), section.blocks
    parts = _TaskParts.of(blocks["task"], reader, places) if "task" in blocks else None
    goals = before + (parts.goals if parts is not None else ())
    scene.goals = tuple(goal.met for goal in goals)
    step = Step(
        title=section.title,
        text=slots.filled(section.prose),
        opens=None if opens is None else lambda: opens,
        prediction=_prediction(blocks["predict"], slots) if "predict" in blocks else None,
        task=parts.task(slots, scene) if parts is not None else None,
        outcome=slots.filled(blocks["outcome"].lines) if "outcome" in blocks else "",
        highlight=_highlight(blocks["look"]) if "look" in blocks else None,
        figure=_picture(blocks["figure"], slots) if "figure" in blocks else None,
        notes=blocks["notes"].text if "notes" in blocks else "",
        quotes=slots.quotes,
    )
    return step, goals


def _prediction(block: FencedBlock, slots: _Slots) -> Prediction:
    """`- choice :: reply`, `+ the right one :: reply`, and lines that begin with `>` for the reveal."""
    question: list[Line] = []
    reveal: list[Line] = []
    choices: list[Line] = []
    replies: list[Line] = []
    right: list[int] = []
    for line in block.filled_lines:
        mark, rest = line.text[:2], line.text[2:].strip()
        if mark in ("- ", "+ "):
            choice, _, reply = rest.partition("::")
            right += [len(choices)] if mark == "+ " else []
            choices.append(Line(line.number, choice.strip()))
            replies.append(Line(line.number, reply.strip()))
        elif line.text.startswith(">"):
            reveal.append(Line(line.number, line.text[1:].strip()))
        else:
            question.append(line)
    if len(choices) < 2 or len(right) != 1 or not question:
        raise LessonMistake(
            block.line,
            f"a prediction is a question, two or more choices “- …” and one of them right, “+ …”:"
            f" here are {len(choices)} choices, {len(right)} of them right",
        )
    return Prediction(
        question=slots.filled(question),
        choices=tuple(slots.filled([line]) for line in choices),
        right=right[0],
        reveal=slots.filled(reveal),
        replies=tuple(slots.filled([line]) for line in replies) if any(line.text for line in replies) else (),
    )


@dataclass(frozen=True)
class _TaskParts:
    text: tuple[Line, ...]
    hints: tuple[Line, ...]
    goals: tuple[Goal, ...]
    edits: tuple[Edit, ...]
    places: Places

    @classmethod
    def of(cls, block: FencedBlock, reader: Reader, places: Places) -> "_TaskParts":
        """`? hint`, `goal: …`, `solve: …`; the other lines are what to do. `LessonMistake`."""
        text, hints, goals, edits = [], [], [], []
        for line in block.filled_lines:
            word, colon, rest = line.text.partition(":")
            inner = Line(line.number, rest.strip())
            if line.text.startswith("?"):
                hints.append(Line(line.number, line.text[1:].strip()))
            elif colon and word == "goal":
                goals.append(read_goal(inner.text, line.number, reader, places.names))
            elif colon and word == "solve":
                edits.append(read_edit(inner))
            else:
                text.append(line)
        for what, found, way in (
            ("does not say what to do", text, "a line of text"),
            ("has no goal", goals, "a line “goal: …”"),
            ("has no solution", edits, "a line “solve: …”"),
        ):
            if not found:
                raise LessonMistake(block.line, f"the task {what}: write {way}")
        return cls(tuple(text), tuple(hints), tuple(goals), tuple(edits), places)

    def task(self, slots: _Slots, scene: Scene) -> Task:
        """The task, whose goals and solution find their layers in whatever network is at hand."""
        goals, edits, places = self.goals, self.edits, self.places

        def missing(project: Project, analysis: Analysis) -> tuple[str, ...]:
            state = State(project, analysis)
            found = scene.binding(state)
            return tuple(dict.fromkeys(filter(None, (goal.missing(state, found, places) for goal in goals))))

        def done(project: Project, analysis: Analysis, maps: Maps) -> bool:
            return not missing(project, analysis)

        return Task(
            text=slots.filled(self.text),
            done=done,
            solution=lambda project: made(edits, project, _finder(scene)),
            hints=tuple(slots.filled([line]) for line in self.hints),
            missing=missing,
        )


def _finder(scene: Scene) -> Callable[[Project], dict[str, str]]:
    from engine.analysis.analyze import analyze

    return lambda project: dict(scene.binding(State(project, analyze(project.network))))


def _highlight(block: FencedBlock) -> Highlight:
    said = dict(key_and_value(line, ("layers", "panel")) for line in block.filled_lines)
    layers = tuple(word.strip() for word in said.get("layers", "").split(",") if word.strip())
    return Highlight(nodes=layers, panel=said.get("panel", ""))


def _picture(block: FencedBlock, slots: _Slots) -> Picture:
    said = {}
    for line in block.filled_lines:
        key, value = key_and_value(line, ("style", "caption", "beside"))
        said[key] = slots.filled([Line(line.number, value)]) if key == "caption" else value
    if "style" not in said:
        raise LessonMistake(block.line, "a figure has a style: a line “style: flow”")
    return Picture(style=said["style"], caption=said.get("caption", ""), beside=said.get("beside", ""))
