"""Questions as a lesson file writes them, one in a `predict` block, several in a `quiz` block:

What does a 1×1 see of its neighbours?
- One pixel on each side :: That would be a 3×3.
+ Nothing :: It reads one pixel.
> It mixes maps, pixel by pixel.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from presets.lesson import Prediction
from presets.written.document import FencedBlock, LessonMistake, Line
from presets.written.slots import Slots


@dataclass
class _Lines:
    """The lines of one question, by what they are."""

    line: int
    question: list[Line] = field(default_factory=list)
    choices: list[Line] = field(default_factory=list)
    replies: list[Line] = field(default_factory=list)
    right: list[int] = field(default_factory=list)
    reveal: list[Line] = field(default_factory=list)


def prediction(block: FencedBlock, slots: Slots) -> Prediction:
    """The one question of a block. `LessonMistake`."""
    found = [_made(lines, slots) for lines in _questions(block)]
    if len(found) != 1:
        raise LessonMistake(block.line, f"a prediction is one question: here are {len(found)}")
    return found[0]


def quiz(block: FencedBlock, slots: Slots) -> tuple[Prediction, ...]:
    """All questions of a block. `LessonMistake`."""
    found = tuple(_made(lines, slots) for lines in _questions(block))
    if not found:
        raise LessonMistake(
            block.line, "the quiz asks nothing: write a question, then choices “- …” and “+ …”"
        )
    return found


def _questions(block: FencedBlock) -> Iterator[_Lines]:
    """A line of plain text after choices begins the next question."""
    found: _Lines | None = None
    for line in block.filled_lines:
        mark, rest = line.text[:2], line.text[2:].strip()
        is_text = mark not in ("- ", "+ ") and not line.text.startswith(">")
        if found is None or (is_text and found.choices):
            if found is not None:
                yield found
            found = _Lines(line.number)
        if is_text:
            found.question.append(line)
        elif line.text.startswith(">"):
            found.reveal.append(Line(line.number, line.text[1:].strip()))
        else:
            choice, _, reply = rest.partition("::")
            found.right += [len(found.choices)] if mark == "+ " else []
            found.choices.append(Line(line.number, choice.strip()))
            found.replies.append(Line(line.number, reply.strip()))
    if found is not None:
        yield found


def _made(lines: _Lines, slots: Slots) -> Prediction:
    """`- choice :: reply`, `+ the right one :: reply`, and lines that begin with `>` for the reveal."""
    if len(lines.choices) < 2 or len(lines.right) != 1 or not lines.question:
        raise LessonMistake(
            lines.line,
            f"a question has two or more choices “- …” and one of them right, “+ …”:"
            f" here are {len(lines.choices)} choices, {len(lines.right)} of them right",
        )
    replies = lines.replies if any(line.text for line in lines.replies) else []
    return Prediction(
        question=slots.filled(lines.question),
        choices=tuple(slots.filled([line]) for line in lines.choices),
        right=lines.right[0],
        reveal=slots.filled(lines.reveal),
        replies=tuple(slots.filled([line]) for line in replies),
    )
