"""Dense layers as circles."""

import numpy as np
import pytest

import presets
from engine.analysis.analyze import analyze
from engine.model.project import Project
from gui.figures.drawing.drawing import Drawing, Ellipse, Path, Text
from gui.figures.style import Options
from gui.figures.styles import STYLES
from gui.look.theme import LIGHT

NEURONS = STYLES["neurons"]


def drawn(project: Project, maps=None, **options) -> Drawing:
    return NEURONS.draw(project, analyze(project.network), maps, LIGHT, Options(**options))


def circles(drawing: Drawing, part: str) -> list[Ellipse]:
    found = [item for item in drawing.items if isinstance(item, Ellipse) and item.part == part]
    return [item for item in found if item.width > 10]


def test_few_neurons_are_drawn_all_and_many_with_dots() -> None:
    project = presets.load("lenet5").project
    drawing = drawn(project, max_maps=12)
    assert len(circles(drawing, "output")) == 10
    assert len(circles(drawing, "f6")) == 12 + 1  # and the bias of the next layer
    dots = [item for item in drawing.items if isinstance(item, Ellipse) and item.width < 5]
    assert {item.part for item in dots} == {"s4", "c5", "f6"}


def test_every_neuron_is_joined_with_all_before_it_and_their_bias() -> None:
    drawing = drawn(presets.load("lenet5").project, max_maps=4)
    lines = [item for item in drawing.items if isinstance(item, Path) and item.part == "f6"]
    assert len(lines) == 4 * (4 + 1)


def test_layers_say_how_many_neurons_they_have_and_where_the_first_come_from() -> None:
    drawing = drawn(presets.load("lenet5").project)
    words = [item.plain for item in drawing.items if isinstance(item, Text)]
    assert {"∈ \u211d400", "∈ \u211d120", "∈ \u211d84", "∈ \u211d10", "16×5×5 = 400"} <= set(words)


def test_real_values_colour_the_circles() -> None:
    project = presets.load("lenet5").project
    values = np.zeros((1, 84), np.float32)
    values[0, 0] = 3
    after = [project.network.outputs_of["f6"][0], "f6"]
    found = circles(drawn(project, dict.fromkeys(after, values), faces=True), "f6")
    fills = [item.fill for item in found if item.fill != LIGHT.surface]
    assert len(set(fills[:-1])) == 2


@pytest.mark.parametrize(
    ("name", "words"), [("unet", "this network has none"), ("inception_3a", "this network has none")]
)
def test_networks_without_dense_layers_are_refused_in_words(name: str, words: str) -> None:
    project = presets.load(name).project
    assert words in NEURONS.problem(project, analyze(project.network), Options())
