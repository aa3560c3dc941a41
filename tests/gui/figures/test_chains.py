"""The two looks that draw chains alone: LeNet's stacks and AlexNet's blocks."""

import itertools
from typing import Any

import numpy as np
import pytest

import presets
from engine.analysis.analyze import analyze
from engine.layers.convolution import Conv2d
from engine.layers.input import Input
from engine.model.network import Network, Node
from engine.model.project import Project
from gui.figures.drawing.drawing import Drawing, Ellipse, Picture, Polygon, Rect, Text
from gui.figures.drawing.item_bounds import extent_of_all, text_overlaps
from gui.figures.style import Options
from gui.figures.styles import STYLES
from gui.look.theme import DARK, LIGHT

CHAINS = ("lenet5", "alexnet", "vgg16", "vgg19", "nin_cifar10", "mobilenet_v1", "hierarchy", "projection")


def drawn(style: str, project: Project | str, palette=LIGHT, maps=None, **options: Any) -> Drawing:
    project = presets.load(project).project if isinstance(project, str) else project
    return STYLES[style].draw(project, analyze(project.network), maps, palette, Options(**options))


def texts(drawing: Drawing) -> list[str]:
    return [item.plain for item in drawing.items if isinstance(item, Text)]


def maps_of(drawing: Drawing, part: str) -> list[Rect]:
    found = [item for item in drawing.items if isinstance(item, Rect) and item.part == part]
    return [one for one in found if one.fill_opacity == 1.0]


def test_a_stack_has_a_square_a_map_each_8_to_the_right_and_down() -> None:
    squares = maps_of(drawn("lenet", "lenet5"), "c1")
    assert len(squares) == 6
    steps = {(b.x - a.x, b.y - a.y) for a, b in itertools.pairwise(squares)}
    assert {(round(dx, 6), round(dy, 6)) for dx, dy in steps} == {(8.0, 8.0)}
    assert len({square.fill for square in squares}) == 2


def test_dots_stand_for_maps_that_are_not_drawn() -> None:
    drawing = drawn("lenet", "lenet5", max_maps=4)
    assert len(maps_of(drawing, "c3")) == 4
    assert len(maps_of(drawing, "c1")) == 4
    dots = [
        item for item in drawing.items if isinstance(item, Ellipse) and item.part == "c3" and item.width < 3
    ]
    assert len(dots) == 3
    for dot in dots:
        x, y = dot.x + dot.width / 2, dot.y + dot.height / 2
        for one in maps_of(drawing, "c3"):
            assert not (one.x <= x <= one.x + one.width and one.y <= y <= one.y + one.height)


def test_stacks_lie_on_one_line_and_say_their_shape_above_and_their_operation_below() -> None:
    drawing = drawn("lenet", "lenet5")
    found = texts(drawing)
    for word in ("1@32×32", "6@28×28", "16@5×5", "120", "84", "Convolution", "5×5, Tanh", "Dense", "Softmax"):
        assert word in found
    middles = set()
    for part in ("input", "c1", "s2", "c3", "s4"):
        squares = maps_of(drawing, part)
        middles.add(round((squares[0].y + squares[-1].y + squares[-1].height) / 2, 3))
    assert len(middles) == 1


def test_real_maps_lie_on_the_faces_the_strongest_in_front() -> None:
    maps = {"c1": np.zeros((1, 6, 28, 28), np.float32), "input": np.full((1, 1, 32, 32), 0.5, np.float32)}
    maps["c1"][0, 3] = np.arange(784, dtype=np.float32).reshape(28, 28)
    drawing = drawn("lenet", "lenet5", maps=maps, faces=True)
    faces = [item for item in drawing.items if isinstance(item, Picture) and item.part == "c1"]
    assert len(faces) == 6
    assert faces[-1].pixels.shape == (28, 28, 3)
    assert len(np.unique(faces[-1].pixels.reshape(-1, 3), axis=0)) > 100
    assert not [item for item in drawn("lenet", "lenet5", maps=maps).items if isinstance(item, Picture)]


def test_a_block_has_three_faces_a_kernel_and_its_pyramid() -> None:
    drawing = drawn("blocks", "lenet5")
    faces = [item for item in drawing.items if isinstance(item, Polygon) and item.part == "c1"]
    assert len(faces) == 3 + 2  # and the kernel in the input, which leads to it
    kernel = faces[-1].points
    assert kernel[0][1] - kernel[3][1] == pytest.approx(faces[-1].points[1][1] - kernel[2][1])
    assert {"32", "28", "6", "120", "Convolution"} <= set(texts(drawing))


def test_thickness_grows_with_the_logarithm_of_the_channels() -> None:
    def thickness(part: str) -> float:
        front = [item for item in drawing.items if isinstance(item, Polygon) and item.part == part][1].points
        return front[1][0] - front[0][0]

    drawing = drawn("blocks", "vgg16")
    assert thickness("conv4_1") - thickness("conv3_1") == pytest.approx(
        thickness("conv3_1") - thickness("conv2_1"), rel=0.02
    )


@pytest.mark.parametrize("style", ["lenet", "blocks"])
@pytest.mark.parametrize("name", CHAINS)
def test_no_words_overlap_and_nothing_is_clipped(style: str, name: str) -> None:
    drawing = drawn(style, name, DARK)
    assert not [(a.plain, b.plain) for a, b in text_overlaps(drawing.items)]
    (left, top), (right, bottom) = extent_of_all(drawing.items)
    assert min(left, top) >= 0
    assert right <= drawing.width
    assert bottom <= drawing.height


@pytest.mark.parametrize("style", ["lenet", "blocks"])
def test_branches_are_refused_with_the_styles_that_draw_them(style: str) -> None:
    project = presets.load("resnet18").project
    said = STYLES[style].problem(project, analyze(project.network), Options())
    assert "pool1" in said
    assert "slabs, column and flow can" in said
    assert texts(drawn(style, project)) == [said]


@pytest.mark.parametrize("style", ["lenet", "blocks"])
def test_odd_networks(style: str) -> None:
    assert texts(drawn(style, Project())) == ["No layers yet"]
    wide = Network(
        [
            Node(id="x", layer=Input(shape=(2048, 1, 64))),
            Node(id="y", layer=Conv2d(kernel_size=(1, 3)), inputs=("x",)),
            Node(id="z", layer=Conv2d(out_channels=7), inputs=()),
        ]
    )
    assert "several" in STYLES[style].problem(Project(network=wide), analyze(wide), Options())
    flat = wide.remove("z")
    assert drawn(style, Project(network=flat)).width > 0
    broken = Network([Node(id="conv", layer=Conv2d())])
    assert drawn(style, Project(network=broken)).width > 0
