"""Holds what is said about the 1×1 to the pages of lessons that answer it."""

import re
from collections.abc import Collection, Iterator
from typing import Final

from engine.execution.executor import Executor
from presets.checks.checking import Checked
from presets.checks.playing import Played, play
from presets.lesson import filled
from presets.statements import Statement, lesson_of

STATEMENT: Final = "statement"
"""What such a check is called among others."""


def check_statements(chosen: Collection[Statement]) -> Iterator[Checked]:
    """Play the lesson of each, and find its words on its page. Runs kernels: for the compute thread."""
    for lesson_id in dict.fromkeys(one.lesson for one in chosen):
        executor = Executor()
        pages = tuple(play(lesson_of(lesson_id), executor))
        executor.close()
        for statement in chosen:
            if statement.lesson == lesson_id:
                fault = fault_of(statement, pages)
                yield Checked(
                    lesson=lesson_id,
                    step=statement.page,
                    name=STATEMENT,
                    said=fault or f"{statement.said} {statement.told}",
                    agrees=not fault,
                )


def fault_of(statement: Statement, pages: Collection[Played]) -> str:
    """Why the page does not tell what the statement says that it tells; empty where it does."""
    found = [played for played in pages if played.number == statement.page]
    if not found:
        return f"{statement.lesson} has no page {statement.page}"
    step, state = found[0].step, found[0].after
    known = {name: step.quotes[name].text(state) for name in step.quoted}
    texts = [_plain(filled(text, known)) for text in step.texts]
    if not any(_plain(statement.told) in text for text in texts):
        return f"page {statement.page} does not say “{statement.told}”"
    typed = " ".join(_plain(text) for text in step.texts)
    if _plain(statement.told) in typed:
        return ""  # no number but a claim's, as it stands in print
    engines = _numbers(" ".join(known.values()))
    if not _numbers(statement.told) & engines:
        return f"“{statement.told}” holds no number of the engine"
    return ""


def _numbers(text: str) -> set[str]:
    return set(re.findall(r"\d[\d,.]*\d|\d", text))


def _plain(text: str) -> str:
    """Without line breaks, and with plain spaces."""
    return re.sub(r"\s+", " ", text).strip()
