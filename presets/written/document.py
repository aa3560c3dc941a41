"""The text of a lesson file cut into its parts: front matter, steps, fenced blocks, each with its line."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final

from engine.errors import FormatError, listed, quoted

BLOCKS: Final = (
    "network", "places", "predict", "compare", "task", "outcome", "look", "figure", "notes", "found", "quiz",
)  # fmt: skip
"""Words behind the three backticks that mean something; others are Markdown's own code."""

_FENCE: Final = re.compile(r"```\s*(\w*)\s*$")


class LessonMistake(FormatError):
    """What is wrong in a lesson file, with its line: `waves.lesson.md, line 12: …`."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line}: {message}")
        self.line = line


@dataclass(frozen=True)
class Line:
    """A line of the file, counted from 1."""

    number: int
    text: str


@dataclass(frozen=True)
class FencedBlock:
    """What stands between three backticks and a word, and three backticks."""

    name: str
    line: int
    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        """All of it as Markdown."""
        return "\n".join(line.text for line in self.lines)

    @property
    def filled_lines(self) -> tuple[Line, ...]:
        """Without empty lines."""
        return tuple(Line(line.number, line.text.strip()) for line in self.lines if line.text.strip())


@dataclass
class Section:
    """A step as it is written, or what stands before the first one (without a title)."""

    title: str
    line: int
    prose: list[Line] = field(default_factory=list)
    blocks: dict[str, FencedBlock] = field(default_factory=dict)


@dataclass(frozen=True)
class Document:
    """The parts of a lesson file."""

    facts: Mapping[str, Line]
    """The front matter: each key with the line that holds its value."""
    head: Section
    steps: tuple[Section, ...]


def cut(text: str) -> Document:
    """The parts of a lesson's text. `LessonMistake`."""
    facts, head, steps, last = _parts(text, FACTS)
    if not steps:
        raise LessonMistake(last, "the lesson has no step. A line “# Title” begins one.")
    for line in head.prose:
        if line.text.strip():
            raise LessonMistake(line.number, "text before the first step. A line “# Title” begins a step.")
    return Document(facts, head, tuple(steps))


def cut_whole(text: str, facts: Sequence[str], blocks: Sequence[str]) -> Document:
    """The parts of a text without steps, with these facts and blocks alone. `LessonMistake`."""
    found, head, steps, _ = _parts(text, facts)
    if steps:
        raise LessonMistake(steps[0].line, "a line “# Title” begins a step, and only lessons have steps")
    for line in head.prose:
        if line.text.strip():
            raise LessonMistake(line.number, f"text outside of all blocks. There are {listed(blocks)}.")
    for block in head.blocks.values():
        if block.name not in blocks:
            raise LessonMistake(
                block.line, f"a {block.name} block belongs to a lesson. {meant(block.name, blocks)}"
            )
    return Document(found, head, ())


def _parts(text: str, known: Sequence[str]) -> tuple[dict[str, Line], Section, list[Section], int]:
    """Facts, what stands before the first step, the steps, and the number of the last line."""
    lines = [Line(number, line) for number, line in enumerate(text.splitlines(), start=1)]
    facts, rest = _front_matter(lines, known)
    head, *steps = _sections(rest)
    return facts, head, steps, max(len(lines), 1)


def key_and_value(line: Line, known: Iterable[str]) -> tuple[str, str]:
    """The two sides of `key: value`; the key must be known."""
    key, colon, value = line.text.partition(":")
    key = key.strip()
    if not colon:
        raise LessonMistake(line.number, f"{quoted(line.text.strip())} is no “key: value”")
    if key not in (names := tuple(known)):
        raise LessonMistake(line.number, f"unknown key {quoted(key)}. {meant(key, names)}")
    return key, value.strip()


def meant(word: str, known: Sequence[str]) -> str:
    """What a word may have been meant for, else everything there is."""
    close = get_close_matches(word, known, n=2, cutoff=0.6)
    return f"Did you mean {' or '.join(close)}?" if close else f"There are {listed(known)}."


FACTS: Final = (
    "id", "title", "summary", "level", "minutes", "source", "network", "image", "networks",
    "rank", "next",
)  # fmt: skip
"""Keys of the front matter."""


def _front_matter(lines: list[Line], known: Sequence[str]) -> tuple[dict[str, Line], list[Line]]:
    if not lines or lines[0].text.strip() != "---":
        raise LessonMistake(
            1, "the file begins with a line “---”, then “title: …” and other facts, then “---”"
        )
    facts: dict[str, Line] = {}
    for index, line in enumerate(lines[1:], start=1):
        if line.text.strip() == "---":
            return facts, lines[index + 1 :]
        if line.text.strip():
            key, value = key_and_value(line, known)
            if key in facts:
                raise LessonMistake(line.number, f"{key} is said twice: also in line {facts[key].number}")
            facts[key] = Line(line.number, value)
    raise LessonMistake(1, "the facts that begin here have no end: a line “---” after the last one")


def _sections(lines: list[Line]) -> Iterator[Section]:
    section = Section(title="", line=lines[0].number if lines else 1)
    index = 0
    while index < len(lines):
        line = lines[index]
        fence = _FENCE.match(line.text)
        if fence:
            end = _end_of_fence(lines, index)
            inner = tuple(lines[index + 1 : end])
            if fence[1] in BLOCKS:
                _take(section, FencedBlock(fence[1], line.number, inner))
            elif fence[1] and (close := get_close_matches(fence[1], BLOCKS, n=1, cutoff=0.7)):
                raise LessonMistake(
                    line.number, f"unknown block {quoted(fence[1])}. Did you mean {close[0]}?"
                )
            else:
                section.prose += lines[index : end + 1]
            index = end + 1
            continue
        if line.text.startswith("# "):
            yield section
            section = Section(title=line.text[2:].strip(), line=line.number)
        else:
            section.prose.append(line)
        index += 1
    yield section


def _end_of_fence(lines: list[Line], start: int) -> int:
    """The line with the closing backticks. A new step or block before it means that they were forgotten."""
    for index in range(start + 1, len(lines)):
        text = lines[index].text
        if text.strip() == "```":
            return index
        if text.startswith("# ") or _FENCE.match(text):
            break
    raise LessonMistake(lines[start].number, "the block that begins here has no end: a line “```”")


def _take(section: Section, block: FencedBlock) -> None:
    if block.name in section.blocks:
        first = section.blocks[block.name].line
        raise LessonMistake(
            block.line, f"a second {block.name} block in one step: the first is in line {first}"
        )
    section.blocks[block.name] = block
