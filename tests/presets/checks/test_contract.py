"""The contract of all tasks: whoever builds the network in another way than the lesson has done the task."""

from collections import Counter
from dataclasses import replace

import pytest

from engine.analysis.analyze import analyze
from engine.execution.executor import Executor
from engine.image.image_source import open_image
from engine.model.project import Project
from presets.checks.other_ways import WAYS, other_ways, refused
from presets.checks.playing import projects
from presets.lesson import Lesson, Maps, nothing_missing
from presets.lessons import lesson, lessons


@pytest.mark.parametrize("one", lessons(), ids=lambda one: one.id)
def test_every_task_accepts_other_ways(one: Lesson) -> None:
    """Named, grouped, built in another order, with copies in place or left about, a ReLU more, or shown in a
    network that was changed before."""
    project = one.start()
    for step in one.steps:
        before = project = project if step.opens is None else step.opens()
        task = step.task
        if task is None:
            continue
        if task.slow:
            break  # its solution computes; what follows builds on it
        project = task.solution(before)
        assert len(list(other_ways(task, before, project))) >= 6, step.title
        assert list(refused(task, before, project)) == [], step.title


@pytest.mark.slow
@pytest.mark.parametrize("name", ["hierarchy", "information", "fully-connected", "learns-grey"])
def test_tasks_that_compute_accept_other_ways(name: str) -> None:
    one = lesson(name)
    executor = Executor()

    def maps_of(project: Project) -> Maps:
        results = executor.run(project.network, open_image(project.image), seed=project.seed)
        return {result.node_id: result.map for result in results}

    for step, (before, after) in zip(one.pages, projects(one), strict=True):
        if step.task is not None:
            assert list(refused(step.task, before, after, maps_of)) == [], step.title
    executor.close()


def test_a_task_that_knows_its_layers_by_their_ids_is_seen() -> None:
    stack = lesson("network-in-network")
    before, after = next(pair for step, pair in zip(stack.pages, projects(stack), strict=True) if step.task)
    task = next(step.task for step in stack.steps if step.task is not None)
    added = [node_id for node_id in after.network.order if node_id not in before.network]

    def narrow(project: Project, _analysis: object) -> tuple[str, ...]:
        return tuple(f"the layer {one}" for one in added if one not in project.network)

    found = list(refused(replace(task, done=nothing_missing(narrow), missing=narrow), before, after))
    assert found == [f"a copy in its place: the layer {added[-1]}"]


def test_each_way_leads_to_another_project_with_all_layers_that_were_asked_for() -> None:
    stack = lesson("network-in-network")
    before, after = next(pair for step, pair in zip(stack.pages, projects(stack), strict=True) if step.task)
    wanted = Counter(after.network[one].layer for one in after.network.order)
    for name, way in WAYS.items():
        made = way(before, after)
        assert made != after, name
        assert Counter(made.network[one].layer for one in made.network.order) >= wanted, name


def test_a_layer_to_build_on_that_is_gone_is_called_gone() -> None:
    one = lesson("up-and-down")
    task = one.steps[0].task
    assert task is not None
    assert task.missing is not None
    empty = one.start().remove("input")
    assert task.missing(empty, analyze(empty.network)) == ("a *Max pool 2×2* after *input*, which is gone",)
