"""A step as it goes on paper: a title, words, a figure, and room to write; not yet on any page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gui.lessons.handouts.forms import Version
from gui.lessons.handouts.on_paper import on_paper
from gui.lessons.lesson_jobs import known
from gui.lessons.prose import table
from presets.checks.playing import Played
from presets.lesson import Comparison, Prediction, filled, numbers

BOX: Final = "☐"
TICK: Final = "☑"
LINE_BREAK: Final = "  \n"
"""Of Markdown."""
EMPTY: Final = "\N{NO-BREAK SPACE}"
"""A cell to write in."""


@dataclass(frozen=True, kw_only=True)
class Words:
    """Markdown that is kept together."""

    markdown: str


@dataclass(frozen=True, kw_only=True)
class Room:
    """Lines to write on."""

    lines: int


@dataclass(frozen=True, kw_only=True, eq=False)
class PrintedStep:
    """One page of a lesson, its numbers filled in."""

    title: str
    blocks: tuple[Words | Room, ...]
    said: int
    """How many of them only say something: then comes the figure."""
    played: Played
    notes: str
    """What the lecturer is told, in Markdown."""


def printed(played: Played, version: Version) -> PrintedStep:
    """The step with its questions open and room to write, or with what is right and what came of it."""
    solved = version == "solution"
    step = played.step
    after = numbers(step, played.after)
    found = after if solved else known(numbers(step, played.before), after)
    said = list(filter(None, on_paper(filled(step.text, found)).split("\n\n")))
    blocks: list[Words | Room] = [Words(markdown=paragraph) for paragraph in said]
    asks = bool(step.questions) or step.task is not None
    for asked in step.questions:
        blocks += _question(asked, after, solved=solved)
    if step.comparison is not None:
        blocks.append(Words(markdown=_comparison(step.comparison, after, solved=solved or not asks)))
    if step.task is not None:
        blocks.append(Words(markdown=f"→ **{filled(step.task.text.strip(), found)}**"))
        outcome = on_paper(filled(step.outcome, after))
        if solved:
            blocks += [Words(markdown=paragraph) for paragraph in outcome.split("\n\n")]
        else:
            blocks.append(Room(lines=4))
    kept = [block for block in blocks if isinstance(block, Room) or block.markdown.strip()]
    return PrintedStep(
        title=step.title, blocks=tuple(kept), said=len(said), played=played, notes=_notes(played, after)
    )


def _question(asked: Prediction, found: Mapping[str, str], *, solved: bool) -> list[Words | Room]:
    marks = [TICK if solved and number == asked.right else BOX for number in range(len(asked.choices))]
    choices = [f"{mark} {filled(choice, found)}" for mark, choice in zip(marks, asked.choices, strict=True)]
    question = Words(markdown=LINE_BREAK.join([f"**{filled(asked.question.strip(), found)}**", *choices]))
    if not solved:
        return [question, Room(lines=2)]
    return [question, Words(markdown=on_paper(filled(asked.reveal, found)))]


def _comparison(comparison: Comparison, found: Mapping[str, str], *, solved: bool) -> str:
    """The table; with empty cells to be filled in by who has not seen it yet."""
    rows = comparison.rows
    if not solved:
        rows = tuple((row[0], *(EMPTY for _ in row[1:])) for row in rows)
    return table(Comparison(heading=comparison.heading, rows=rows), dict(found))


def _notes(played: Played, found: Mapping[str, str]) -> str:
    """The step's own, or what it says where it has none, and what is right."""
    step = played.step
    parts = [filled((step.notes.strip() or step.text.strip()), found)]
    parts += [f"Answer: {filled(asked.choices[asked.right], found)}" for asked in step.questions]
    if step.task is not None and step.outcome.strip():
        parts.append(f"Then: {filled(step.outcome.strip(), found)}")
    return "\n\n".join(filter(None, parts))
