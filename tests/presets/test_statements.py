"""What is commonly said has its answer on a page of a lesson, with the engine's number."""

from dataclasses import replace

import pytest

from engine.execution.executor import Executor
from presets.checks.playing import Played, play
from presets.checks.told import check_statements, fault_of
from presets.lessons import lessons
from presets.statements import Statement, lesson_of, statements

BRIEF = (
    "bottleneck-3a",
    "one-over-25",
    "how-many-maps",
    "padding-stride",
    "how-large-is-the-map",
    "projection",
)
"""Lessons that are played within seconds; the others' turn comes with the slow tests."""


def pages(lesson_id: str) -> tuple[Played, ...]:
    executor = Executor()
    try:
        return tuple(play(lesson_of(lesson_id), executor))
    finally:
        executor.close()


def test_every_row_names_a_page_and_no_sentence_comes_twice() -> None:
    found = statements()
    assert len({one.said for one in found}) == len(found) > 50
    for one in found:
        assert 1 <= one.page <= len(lesson_of(one.lesson).pages), one.said
        assert one.true
        assert one.told


def test_every_lesson_of_the_list_answers_something() -> None:
    silent = {one.id for one in lessons()} - {one.lesson for one in statements()}
    assert not silent


@pytest.mark.parametrize("lesson_id", BRIEF)
def test_answers_are_on_their_page_with_the_engines_numbers(lesson_id: str) -> None:
    chosen = [one for one in statements() if one.lesson == lesson_id]
    assert chosen
    assert [checked.said for checked in check_statements(chosen) if not checked.agrees] == []


@pytest.mark.slow
def test_all_answers_are_on_their_pages() -> None:
    assert [checked.said for checked in check_statements(statements()) if not checked.agrees] == []


def test_an_answer_that_no_page_gives_is_seen() -> None:
    right = next(one for one in statements() if one.told == "24.876")
    played = pages(right.lesson)
    assert fault_of(right, played) == ""
    for wrong in (
        replace(right, told="24.877"),
        replace(right, page=9),
        replace(right, page=3, told="nearly 25"),
    ):
        assert fault_of(wrong, played)


def test_a_number_that_nobody_computed_is_no_answer() -> None:
    """Unless it is a claim's, quoted as it stands in print."""
    played = pages("one-over-25")
    typed = Statement(source="", said="", true="", lesson="one-over-25", page=2, told="25")
    assert fault_of(typed, played) == ""
    step = replace(
        played[1].step, text="Exactly 26.", quotes={}, prediction=None, comparison=None, figure=None
    )
    made = (replace(played[1], step=step),)
    assert fault_of(replace(typed, told="26"), made) == "", "typed as it stands"
    assert fault_of(replace(typed, told="27"), made)
