"""The contract of all lessons: whatever a student made of the network, a step reads it and can be solved."""

from dataclasses import replace
from random import Random

import pytest

from engine.analysis.analyze import analyze
from engine.errors import EngineError
from engine.execution.executor import Executor
from engine.model.project import Project
from presets.checks.playing import play, projects
from presets.checks.spoilers import SPOILERS, faults, spoiled
from presets.lesson import Lesson, NotFound, State, Step, Task, numbers
from presets.lessons import lesson, lessons

SAMPLE = [lesson(name) for name in ("deep-stack", "bottleneck-3a", "padding-stride", "network-in-network")]


@pytest.mark.parametrize("one", SAMPLE, ids=lambda one: one.id)
def test_the_first_task_lives_with_every_detour(one: Lesson) -> None:
    number = next(index for index, step in enumerate(one.steps) if step.task is not None)
    before, _ = projects(one)[number]
    for name, project in spoiled(before):
        assert faults(one.steps[number], project) == [], name


@pytest.mark.slow
@pytest.mark.parametrize("one", lessons(), ids=lambda one: one.id)
def test_every_step_lives_with_every_detour_from_both_ends(one: Lesson) -> None:
    for step, pair in zip(one.pages, projects(one), strict=True):
        for project in pair:
            for name, made in spoiled(project):
                assert faults(step, made) == [], (step.title, name)


@pytest.mark.slow
def test_5000_edited_projects_make_no_exception() -> None:
    """Two to five detours one after the other, from any step of any lesson, read by any of its steps."""
    random = Random(21)
    known = [one for one in lessons() if one.id != "information"]
    played = {one.id: projects(one) for one in known}
    for _ in range(5000):
        one = random.choice(known)
        project = random.choice(random.choice(played[one.id]))
        names = random.choices(tuple(SPOILERS), k=random.randint(2, 5))
        for name in names:
            project = _edited(project, name)
        step = random.choice(one.steps)
        assert faults(step, project) == [], (one.id, step.title, names)


def _edited(project: Project, name: str) -> Project:
    try:
        return SPOILERS[name](project)
    except (NotFound, EngineError):
        return project


DOES_THE_TASK = {("bottleneck-3a", "a grey input"), ("bottleneck-4a", "a grey input")}
"""Of one channel, no reduction saves anything: where the saving ends was asked."""


@pytest.mark.parametrize("one", lessons(), ids=lambda one: one.id)
def test_a_task_that_a_detour_leaves_undone_says_what_is_missing(one: Lesson) -> None:
    """And it is done exactly where nothing is missing, as far as that can be told without maps."""
    project = one.start()
    for step in one.steps:
        project = project if step.opens is None else step.opens()
        task = step.task
        if task is None:
            continue
        assert task.missing is not None, step.title
        for name, made in spoiled(project):
            analysis = analyze(made.network)
            missing = task.missing(made, analysis)
            done = task.done(made, analysis, {})
            assert done == (not missing), (step.title, name)
            assert missing or (one.id, name) in DOES_THE_TASK, (step.title, name)
            assert all(one.strip() and one[-1] not in ".!" for one in missing), missing
        if task.slow:
            break  # its solution computes; what follows builds on it
        project = task.solution(project)
        analysis = analyze(project.network)
        assert task.needs_maps or not task.missing(project, analysis), step.title


@pytest.mark.parametrize("one", lessons(), ids=lambda one: one.id)
def test_a_number_that_needs_maps_is_never_measured_where_there_are_none(one: Lesson) -> None:
    """Texts are read on the thread of the window first, which must not wait for a training."""
    project = one.start()
    for page in one.pages:
        project = project if page.opens is None else page.opens()
        state = State(project, analyze(project.network))
        for name in page.quoted:
            if page.quotes[name].needs_maps:
                with pytest.raises((NotFound, EngineError)):
                    page.quotes[name].text(state)


@pytest.mark.parametrize("name", ["channel-scaling", "projection", "learns-grey", "padding-stride"])
def test_a_page_reads_the_maps_of_another_pages_network(name: str) -> None:
    """As where a lesson is resumed: a page is shown before the network that it begins with is there."""
    executor = Executor()
    states = {}
    for page in play(lesson(name), executor, all_maps=True):
        states |= {id(state.project): state for state in (page.before, page.after)}
    executor.close()
    for page in lesson(name).pages:
        for state in states.values():
            numbers(page, state)
            if page.task is not None:
                page.task.done(state.project, state.analysis, state.maps)


def test_a_fault_is_seen() -> None:
    def broken(project: Project) -> Project:
        raise IndexError("tuple index out of range")

    task = Task(text="", done=lambda project, analysis, maps: False, solution=broken)
    step = Step(title="", text="", task=task)
    assert faults(step, Project()) == ["solution: IndexError: tuple index out of range"]


def test_numbers_are_about_the_network_asked_for_when_copies_lie_about() -> None:
    deep = lesson("deep-stack")
    before, _ = projects(deep)[0]
    clean = deep.steps[0]
    analysis = analyze(before.network)
    told = numbers(clean, State(before, analysis))
    for name in ("stray copies", "a wired copy", "a second output"):
        project = replace(SPOILERS[name](before))
        assert numbers(clean, State(project, analyze(project.network))) == told, name
