"""The figures that lessons end with can be drawn."""

import pytest

from engine.analysis.analyze import analyze
from engine.execution.executor import Executor
from engine.image.image_source import open_image
from gui.figures.figure import make_figure
from gui.figures.styles import STYLES
from gui.lessons.handouts.figure_job import FigureOrder
from gui.look.theme import LIGHT
from presets.checks.playing import projects
from presets.lesson import Lesson
from presets.lessons import lessons

QUICK = [lesson for lesson in lessons() if not any(step.task and step.task.slow for step in lesson.steps)]


@pytest.mark.parametrize("lesson", [pytest.param(one, id=one.id) for one in QUICK])
def test_a_lessons_last_figure_is_drawn_of_the_network_that_it_ends_with(lesson: Lesson) -> None:
    project = projects(lesson)[-1][1]
    picture = lesson.steps[-1].figure
    assert picture is not None
    order = FigureOrder(
        picture=picture,
        caption="What is seen",
        project=project,
        analysis=analyze(project.network),
        palette=LIGHT,
    )
    scene, maps = open_image(project.image), {}
    if "maps" in STYLES[picture.style].needs:
        results = Executor().run(project.network, scene, seed=project.seed)
        maps = {result.node_id: result.map for result in results}
    subject, style, options = order.prepared(scene, maps)
    assert style.name == picture.style
    drawing = make_figure(subject, style, options).drawing
    assert len(drawing.items) > 3
