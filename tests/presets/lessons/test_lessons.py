"""Every lesson, played from start to end with its own solutions."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

import presets.lessons
from engine.analysis.analyze import analyze
from presets import preset_names
from presets.lesson import UNKNOWN, Lesson, filled, numbers, slots
from presets.lessons import UnknownLesson, lesson, lessons
from tests.presets.lessons.playing_once import played

WRITTEN = {
    path.name.removesuffix(".lesson.md") for path in Path(presets.lessons.__path__[0]).glob("*.lesson.md")
}
LESSONS = [pytest.param(one, id=one.id) for one in lessons()]


@pytest.mark.parametrize("one", LESSONS)
def test_tasks_are_undone_before_their_solution_and_done_after_it(one: Lesson) -> None:
    for step in played(one.id):
        task = step.step.task
        if task is not None:
            before, after = step.before, step.after
            where = f"{one.id}, step {step.number}"
            assert not task.done(before.project, before.analysis, before.maps), where
            assert task.done(after.project, after.analysis, after.maps), where


@pytest.mark.parametrize("one", LESSONS)
def test_a_task_is_not_done_on_an_empty_canvas_nor_by_a_network_of_another_lesson(one: Lesson) -> None:
    stranger = lesson("deep-stack" if one.id != "deep-stack" else "bottleneck-3a").start()
    for project in (replace(one.start(), network=type(stranger.network)(), positions={}), stranger):
        analysis = analyze(project.network)
        for step in one.steps:
            if step.task is not None:
                assert not step.task.done(project, analysis, {}), step.title


@pytest.mark.parametrize("one", LESSONS)
def test_every_number_in_a_text_is_the_engines_and_is_found_by_counting_too(one: Lesson) -> None:
    for step in played(one.id):
        used = dict.fromkeys(name for text in step.step.texts for name in slots(text))
        assert set(used) <= set(step.step.quotes), f"{one.id}, step {step.number}"
        for name in used:
            quote = step.step.quotes[name]
            engine, counted = quote.engine(step.after), quote.counted(step.after)
            assert quote.agrees(step.after), f"{one.id}, step {step.number}, {name}: {engine} ≠ {counted}"


@pytest.mark.parametrize("one", LESSONS)
def test_no_text_shows_an_unknown_number_once_its_step_is_done(one: Lesson) -> None:
    for step in played(one.id):
        known = numbers(step.step, step.after)
        assert UNKNOWN not in known.values(), (step.step.title, known)
        assert not any("{" in filled(text, known) for text in step.step.texts)


TYPED = re.compile(r"(?<!v)(?<!\d)\d+\.\d+|\d{1,3}(?:,\d{3})+|(?<![A-Za-z]-)(?<!\d)\d{3,}")


@pytest.mark.parametrize("one", LESSONS)
def test_no_number_is_typed_into_a_text_that_the_engine_could_tell(one: Lesson) -> None:
    """Large numbers and decimals are slots; settings of layers and claims in quotation marks are allowed."""
    for step in one.steps:
        for text in step.texts:
            bare = re.sub(r"\{\w+\}|[“\"][^”\"]*[”\"]", "", text)
            found = [number for number in TYPED.findall(bare) if number not in allowed_numbers(one)]
            assert not found, (one.id, step.title, found)


def allowed_numbers(one: Lesson) -> set[str]:
    """Settings of the lesson's layers, which a text has to name: channels and sizes of what is built."""
    allowed: set[str] = set()
    for step in played(one.id):
        for project in (step.before.project, step.after.project):
            for node in project.network.nodes.values():
                allowed |= set(re.findall(r"\d+", str(node.layer.to_json())))
    return allowed | {"2019", "2016", "2014", "2015", "2013", "94.86", "0.299", "0.587", "0.114"}


@pytest.mark.parametrize("one", LESSONS)
def test_a_prediction_has_a_right_choice_among_several(one: Lesson) -> None:
    for step in one.steps:
        if step.prediction is not None:
            assert len(step.prediction.choices) >= 2
            assert 0 <= step.prediction.right < len(step.prediction.choices)
            assert step.prediction.reveal.strip()


@pytest.mark.parametrize("one", [one for one in lessons() if one.id not in WRITTEN], ids=lambda one: one.id)
def test_choices_are_plain_and_differ_and_each_has_its_reply(one: Lesson) -> None:
    """Buttons know no Markdown. A right choice must not stand out by being the longest by far."""
    for asked in one.questions.values():
        bare = [re.sub(r"\{\w+\}", "12", choice) for choice in asked.choices]
        assert not any(mark in choice for choice in bare for mark in "*_`"), bare
        assert len(set(asked.choices)) == len(asked.choices)
        assert len(asked.replies) in (0, len(asked.choices))
        if asked.replies:
            longest = max(len(choice) for index, choice in enumerate(bare) if index != asked.right)
            assert len(bare[asked.right]) <= max(2 * longest, longest + 15), bare


@pytest.mark.parametrize("one", LESSONS)
def test_a_lesson_starts_from_a_network_without_problems_and_ends_with_a_figure(one: Lesson) -> None:
    assert not analyze(one.start().network).problems
    assert one.start().title
    assert len(one.steps) >= 2
    assert one.steps[-1].figure is not None
    assert any(step.task is not None for step in one.steps)
    assert set(one.networks) <= set(preset_names())
    assert one.summary.endswith(".")
    assert one.source


def test_ids_and_places_in_the_list_are_unique() -> None:
    assert len({one.id for one in lessons()}) == len({one.rank for one in lessons()}) == len(lessons())


def test_an_unknown_lesson_is_refused_with_close_ones() -> None:
    with pytest.raises(UnknownLesson, match="deep-stack"):
        lesson("deep-stak")
