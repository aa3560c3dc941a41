"""The effective field that a figure shows: of a living value, by its name; and why there is none."""

from typing import Any

import numpy as np
import pytest

from engine.analysis.analyze import analyze
from engine.execution.executor import Executor
from engine.image.photograph import Scene
from engine.model.network import Network
from engine.model.project import Project
from engine.weights import BY_HAND, Given
from gui.commands.networks import find_photograph
from gui.figures.drawing.drawing import Picture, Text
from gui.figures.drawing.item_bounds import text_overlaps
from gui.figures.style import Maps, Options
from gui.figures.styles import STYLES
from gui.figures.worked.effective import value_name, with_effective
from gui.look.theme import LIGHT
from presets import load
from tests.engine.small_networks import chain, conv, make

STYLE = STYLES["receptive-field"]


def focused(project: Project, scene: Scene, **chosen: Any) -> tuple[Maps, Options]:
    results = Executor().run(project.network, scene, seed=project.seed)
    maps = {result.node_id: result.map for result in results}
    options = STYLE.focused(project, analyze(project.network), Options(**chosen))
    return maps, with_effective(project, maps, options)


def said(project: Project, options: Options) -> str:
    drawing = STYLE.draw(project, analyze(project.network), None, LIGHT, options)
    assert not text_overlaps(drawing.items)
    assert sum(isinstance(item, Picture) for item in drawing.items) == 2
    return " ".join(item.plain for item in drawing.items if isinstance(item, Text))


@pytest.mark.parametrize(
    "name",
    [
        "mobilenet_v1",
        "squeezenet1_0",
        "mobilenet_v2",
        *(
            pytest.param(name, marks=pytest.mark.slow)
            for name in ("googlenet", "densenet121", "inception_v3")
        ),
    ],
)
def test_the_usual_figure_of_a_preset_is_of_a_living_value_and_names_it(name: str) -> None:
    named = load(name)
    project, (_, scene) = named.project, find_photograph(named, "astronaut")
    maps, options = focused(project, scene)
    assert options.effective is not None
    assert options.effective.max() == 1
    assert options.at is not None
    assert not options.why_empty
    words = said(project, options)
    assert value_name(options.at, maps[options.layer].shape[1:]) in words
    assert f"channel {options.at[0]}, middle" in words


def shut(kind: str = "ReLU", bias: float = -1.0) -> Project:
    """Channel 1 of three is the bias alone, whatever is looked at."""
    net = chain(conv(3), make(kind), shape=(3, 12, 12))
    arrays = {
        "weight": np.ones((3, 3, 3, 3), np.float32) * np.array([1, 0, 2], np.float32)[:, None, None, None],
        "bias": np.array([0, bias, 0], np.float32),
    }
    return Project(network=net.set_weights("n1", Given(origin=BY_HAND, arrays=arrays)))


SCENE = np.full((12, 12, 3), 255, np.uint8)


def test_a_chosen_value_behind_a_shut_relu_says_so() -> None:
    project = shut()
    _, options = focused(project, SCENE, layer="n2", at=(1, 6, 6))
    assert options.effective is not None
    assert not options.effective.any()
    words = said(project, options)
    assert "No pixel matters to channel 1, middle: Switched off" in words
    assert "n1" in words


def test_a_value_at_a_ceiling_is_not_called_negative() -> None:
    project = shut("ReLU6", 9.0)
    _, options = focused(project, SCENE, layer="n2", at=(1, 2, 3))
    words = said(project, options)
    assert "No pixel matters to channel 1, row 2, column 3" in words
    assert "ceiling" in words
    assert "it is 6 and" in words


def test_the_choice_passes_over_values_at_a_ceiling() -> None:
    project = shut("ReLU6", 9.0)
    dim = np.full((12, 12, 3), 20, np.uint8)
    maps, options = focused(project, dim, layer="n2")
    assert maps["n2"][0, 1, 6, 6] == 6
    assert options.at == (2, 6, 6)
    assert options.effective is not None
    assert options.effective.any()


def test_a_layer_that_is_shut_throughout_says_so_without_a_choice() -> None:
    net = chain(conv(3), make("ReLU"), shape=(3, 12, 12))
    arrays = {"weight": -np.ones((3, 3, 3, 3), np.float32), "bias": -np.ones(3, np.float32)}
    project = Project(network=net.set_weights("n1", Given(origin=BY_HAND, arrays=arrays)))
    _, options = focused(project, SCENE, layer="n2")
    assert "No pixel matters to channel 0, middle: Switched off" in said(project, options)


def test_rounding_is_not_drawn_at_full_strength() -> None:
    """The softmax over a single map is 1 whatever it reads."""
    project = Project(network=chain(conv(1), make("Softmax"), shape=(3, 12, 12)))
    _, options = focused(project, SCENE, layer="n2")
    assert options.effective is not None
    assert not options.effective.any()
    assert options.why_empty
    assert "No pixel matters" in said(project, options)


def test_a_vector_and_an_unknown_layer_have_no_field() -> None:
    project = Project(network=chain(conv(2), make("Flatten"), shape=(3, 12, 12)))
    _, options = focused(project, SCENE, layer="n2")
    assert options.effective is None
    assert with_effective(Project(network=Network()), {}, Options(layer="nope")).effective is None
