"""Real maps as a grid: input, kernels and output."""

from typing import Any

import numpy as np
import pytest

import presets
from engine.analysis.analyze import analyze
from engine.layers.convolution import Conv2d
from engine.layers.input import Input
from engine.model.network import Network, Node
from engine.model.project import Project
from gui.figures.drawing.drawing import Drawing, Picture, Text
from gui.figures.drawing.item_bounds import extent_of_all, text_overlaps
from gui.figures.style import Options
from gui.figures.styles import STYLES
from gui.figures.worked.kernels import kernel_picture
from gui.look.theme import DARK, LIGHT

STYLE = STYLES["feature-maps"]


def drawn(project: Project, maps=None, palette=LIGHT, **options: Any) -> Drawing:
    return STYLE.draw(project, analyze(project.network), maps, palette, Options(**options))


def texts(drawing: Drawing) -> list[str]:
    return [item.plain for item in drawing.items if isinstance(item, Text)]


def pictures(drawing: Drawing) -> list[Picture]:
    return [item for item in drawing.items if isinstance(item, Picture)]


def small(shape: tuple[int, int, int] = (3, 8, 16), out: int = 4) -> tuple[Project, dict[str, np.ndarray]]:
    conv = Node(id="conv", layer=Conv2d(out_channels=out), inputs=("x",))
    network = Network([Node(id="x", layer=Input(shape=shape)), conv])
    values = np.linspace(0, 1, int(np.prod(shape)), dtype=np.float32).reshape(1, *shape)
    result = np.zeros((1, out, *shape[1:]), np.float32)
    for channel in range(out):
        result[0, channel, :, : channel + 1] = channel + 1
    return Project(network=network), {"x": values, "conv": result}


def test_input_kernels_and_output_stand_side_by_side() -> None:
    project, maps = small()
    drawing = drawn(project, maps)
    assert len(pictures(drawing)) == 1 + 4 + 4
    assert {"Input", "4 kernels", "3×3×3 each", "Conv 3×3 · 4", "4×8×16"} <= set(texts(drawing))
    photograph, kernel, result = pictures(drawing)[0], pictures(drawing)[1], pictures(drawing)[-1]
    assert photograph.x < kernel.x < result.x
    assert photograph.width == pytest.approx(2 * photograph.height)
    assert result.width == pytest.approx(2 * result.height)


def test_the_maps_that_vary_most_are_chosen_and_numbered() -> None:
    project, maps = small(out=6)
    found = texts(drawn(project, maps, max_maps=2))
    assert [one for one in found if one.isdigit()] == ["4", "5", "4", "5"]
    with_first = texts(drawn(project, maps, max_maps=2, at=(0, 0, 0)))
    assert [one for one in with_first if one.isdigit()] == ["0", "5", "0", "5"]


def test_a_1x1_kernel_is_a_grid_of_its_weights() -> None:
    picture = kernel_picture(np.linspace(-1, 1, 16, dtype=np.float32).reshape(16, 1, 1))
    assert picture.shape == (4, 4, 3)
    assert tuple(picture[0, 0]) == (0x00, 0x72, 0xB2)
    assert tuple(picture[3, 3]) == (0xD5, 0x5E, 0x00)
    assert kernel_picture(np.zeros((3, 5, 5), np.float32)).shape == (5, 5, 3)
    assert kernel_picture(np.zeros((64, 3, 3), np.float32)).shape == (15, 15, 3)


def test_a_layer_without_kernels_shows_what_goes_in_and_comes_out() -> None:
    lenet = presets.load("lenet5").project
    maps = {"tanh1": np.zeros((1, 6, 28, 28), np.float32), "s2": np.ones((1, 6, 14, 14), np.float32)}
    found = texts(drawn(lenet, maps, layer="s2"))
    assert "Input" in found
    assert not [one for one in found if "kernels" in one]


def test_a_hair_wide_map_and_two_thousand_channels_are_drawn() -> None:
    project, maps = small((2048, 1, 40), out=3)
    drawing = drawn(project, maps, DARK)
    assert len(pictures(drawing)) == 8 + 3 + 3
    assert min(picture.height for picture in pictures(drawing)) >= 6
    assert not text_overlaps(drawing.items)
    (left, top), (right, bottom) = extent_of_all(drawing.items)
    assert min(left, top) >= 0
    assert right <= drawing.width
    assert bottom <= drawing.height


def test_what_cannot_be_shown_is_said() -> None:
    lenet = presets.load("lenet5").project
    analysis = analyze(lenet.network)
    assert "vector" in STYLE.problem(lenet, analysis, Options(layer="f6"))
    assert "no layer 'nope'" in STYLE.problem(lenet, analysis, Options(layer="nope"))
    assert "add an Input" in STYLE.problem(Project(), analyze(Network()), Options())
    assert texts(drawn(lenet)) == ["the maps are not known yet: run the network on a photograph"]


@pytest.mark.parametrize(("name", "layer", "said"), [("lenet5", "c1", True), ("alexnet", "conv1", False)])
def test_kernels_that_were_learned_say_from_what(name: str, layer: str, said: bool) -> None:
    project = presets.load(name).project
    shape = analyze(project.network).layers[layer].output_shape
    assert shape is not None
    found = texts(drawn(project, {layer: np.ones((1, *shape), np.float32)}, layer=layer))
    assert any("trained on 9,000 MNIST digits" in text for text in found) == said
