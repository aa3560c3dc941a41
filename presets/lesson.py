"""What a lesson is: a network to start from and steps to read, try and look at. Values alone, free of Qt.

Texts are Markdown in which `{name}` stands for a number of the step's `quotes`: the engine computes it from
the network at hand, and it can be found in a second, independent way (`presets.quotes`). Only what others
claim is written down as it is.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import isclose
from types import MappingProxyType
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from engine.analysis.analyze import Analysis
from engine.errors import EngineError
from engine.model.network import Network
from engine.model.project import Project

Maps = Mapping[str, npt.NDArray[np.float32]]
"""Maps by node id, batch first; empty where nothing was computed yet."""

Number = int | float | Fraction

Level = Literal["beginner", "intermediate", "advanced"]

UNKNOWN: Final = "–"
"""Stands for a number that the network at hand does not have."""


class NotFound(LookupError):
    """The network at hand lacks the layer, or the map, that a number is about."""


@dataclass(frozen=True)
class State:
    """What a lesson looks at: the project as it stands, its numbers, and the maps that are known of it."""

    project: Project
    analysis: Analysis
    maps: Maps = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, kw_only=True)
class Quote:
    """A number in a text. Both ways raise `NotFound` where the network does not have it."""

    engine: Callable[[State], Number]
    counted: Callable[[State], Number]
    """The same number found in another way: counted in the arrays, or by the plainest definition."""
    places: int = 0
    unit: str = ""
    shown: Callable[[State], str] | None = None
    """How it is written, where that is more than the number: a formula that ends in it."""
    needs_maps: bool = False
    tolerance: float = 0.0
    """How far the two ways may be apart, relative to the larger or to 1; 0 for exact counting."""

    def text(self, state: State) -> str:
        """The engine's number as the text says it."""
        return self.shown(state) if self.shown is not None else self.written(self.engine(state))

    def written(self, value: Number) -> str:
        """A value of this quote as it is written: `120,422,400`, `9.68`, `75 %`."""
        rounded = f"{round(value):,}" if self.places == 0 else f"{float(value):,.{self.places}f}"
        return rounded.replace("-", "−") + self.unit

    def agrees(self, state: State) -> bool:
        """Whether both ways give the same number."""
        one, other = self.engine(state), self.counted(state)
        if not self.tolerance:
            return bool(one == other)
        return isclose(float(one), float(other), rel_tol=self.tolerance, abs_tol=self.tolerance)


Quotes = Mapping[str, Quote]


@dataclass(frozen=True, kw_only=True)
class Task:
    """Something to do; the program notices when it is done."""

    text: str
    done: Callable[[Project, Analysis, Maps], bool]
    """Pure. False while maps that it asks for are not there yet."""
    solution: Callable[[Project], Project]
    """Does it for the user; the project before is one in which it is undone."""
    hints: tuple[str, ...] = ()
    needs_maps: bool = False
    slow: bool = False
    """The solution computes: it may take seconds, and belongs on the compute thread."""
    missing: Callable[[Project, Analysis], tuple[str, ...]] | None = None
    """What is still to be done, a line each in Markdown; empty once nothing is."""


def nothing_missing(
    missing: Callable[[Project, Analysis], tuple[str, ...]],
) -> Callable[[Project, Analysis, Maps], bool]:
    """The `done` of a task that can say what is missing: true once that is nothing."""
    return lambda project, analysis, maps: not missing(project, analysis)


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """A question to answer before looking. Choices may quote numbers; one of them is right."""

    question: str
    choices: tuple[str, ...]
    right: int
    reveal: str
    """Markdown shown after an answer, whichever it was."""
    replies: tuple[str, ...] = ()
    """What is said to each choice, before the reveal; as many as there are choices, or none."""

    @property
    def texts(self) -> tuple[str, ...]:
        """All that may quote numbers."""
        return (self.question, *self.choices, *self.replies, self.reveal)


@dataclass(frozen=True, kw_only=True)
class Highlight:
    """Where to look: layers on the canvas, a panel by its title, and one map of the first layer."""

    nodes: tuple[str, ...] = ()
    panel: str = ""
    channel: int | None = None
    colours: str = ""
    """Of its maps, while the step is looked at: a colour map, or `rgb` for three maps as one picture."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A figure to take away: a style of `gui.figures` with its options, as in `onebyone export`."""

    style: str
    options: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    caption: str = ""
    beside: str = ""
    """A second network, by its preset's name, for styles that compare two."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A table of two readings of the same thing, such as a popular one and the right one."""

    heading: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """Cells are texts with quotes."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One page of a lesson."""

    title: str
    text: str
    """Markdown with `{quotes}`."""
    quotes: Quotes = field(default_factory=lambda: MappingProxyType({}))
    opens: Callable[[], Project] | None = None
    """A network that this step continues with, instead of the one at hand."""
    highlight: Highlight | None = None
    prediction: Prediction | None = None
    task: Task | None = None
    outcome: str = ""
    """Markdown that is added once the task is done."""
    comparison: Comparison | None = None
    figure: Picture | None = None
    notes: str = ""
    """Markdown for who presents: not shown to the audience."""
    quiz: tuple[Prediction, ...] = ()
    """Questions that look back: those of the page that closes a lesson."""

    @property
    def questions(self) -> tuple[Prediction, ...]:
        """All that is asked here: the prediction, or the quiz."""
        return (*(() if self.prediction is None else (self.prediction,)), *self.quiz)

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything of the step that may quote numbers."""
        found = self.task
        cells = [] if self.comparison is None else [cell for row in self.comparison.rows for cell in row]
        return (
            self.text,
            *(text for asked in self.questions for text in asked.texts),
            *((found.text, *found.hints) if found is not None else ()),
            self.outcome,
            *cells,
            *((self.figure.caption,) if self.figure is not None else ()),
        )

    @property
    def quoted(self) -> tuple[str, ...]:
        """Names of the numbers that the step's texts really quote, each once."""
        return tuple(dict.fromkeys(name for text in self.texts for name in slots(text)))

    @property
    def needs_maps(self) -> bool:
        """Whether a number or the task asks for computed maps."""
        asked = self.task is not None and self.task.needs_maps
        return asked or any(self.quotes[name].needs_maps for name in self.quoted)


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """A question, and the way to its answer."""

    id: str
    title: str
    summary: str
    """One sentence for lists."""
    rank: int
    """Place in the list."""
    level: Level
    minutes: int
    source: str
    """Where it comes from, with section or figure."""
    start: Callable[[], Project]
    steps: tuple[Step, ...]
    networks: tuple[str, ...] = ()
    """Presets that it opens or speaks of, by name."""
    found: str = ""
    """What was found, told at the end; Markdown with `quiz_quotes`. Without it the summary is."""
    quiz: tuple[Prediction, ...] = ()
    """Two to four questions at the end."""
    quiz_quotes: Quotes = field(default_factory=lambda: MappingProxyType({}))
    """Numbers of `found` and `quiz`, about the network that the last step leaves."""
    next: str = ""
    """The lesson offered at the end: its id, or its file; empty for the next by rank."""
    learners: Mapping[str, Callable[[], Network]] = field(default_factory=lambda: MappingProxyType({}))
    """Networks whose learning it compares, by title: they can be compared anew with other data and seeds."""
    file_text: str = ""
    """The whole file of a lesson that was read from one."""

    @cached_property
    def pages(self) -> tuple[Step, ...]:
        """The steps, and the page that closes the lesson: what was found, and the quiz."""
        closing = Step(
            title="What you found", text=self.found or self.summary, quotes=self.quiz_quotes, quiz=self.quiz
        )
        return (*self.steps, closing)

    @property
    def questions(self) -> Mapping[int, Prediction]:
        """All that is asked, by its number: a step's own, counted from 0; the quiz goes on behind them."""
        asked = {number: step.prediction for number, step in enumerate(self.steps) if step.prediction}
        return asked | dict(enumerate(self.quiz, start=len(self.steps)))


_SLOT: Final = re.compile(r"\{(\w+)\}")


def slots(text: str) -> tuple[str, ...]:
    """Names of the numbers that a text quotes, in order, each once."""
    return tuple(dict.fromkeys(_SLOT.findall(text)))


def numbers(step: Step, state: State) -> dict[str, str]:
    """The numbers that the step's texts quote, as they are written; `–` for those not to be had here."""
    made = {}
    for name in step.quoted:
        try:
            made[name] = step.quotes[name].text(state)
        except (NotFound, EngineError):
            made[name] = UNKNOWN
    return made


def filled(text: str, numbers: Mapping[str, str]) -> str:
    """The text with its numbers in it."""
    return _SLOT.sub(lambda match: numbers.get(match[1], UNKNOWN), text)
