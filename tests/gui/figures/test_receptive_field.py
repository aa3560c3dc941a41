"""Nested boxes on the photograph, and the heat map beside it."""

from typing import Any

import numpy as np
import pytest

import presets
from engine.analysis.analyze import analyze
from engine.layers.input import Input
from engine.model.network import Network, Node
from engine.model.project import Project
from gui.figures.drawing.drawing import Drawing, Picture, Rect, Text
from gui.figures.drawing.item_bounds import text_overlaps
from gui.figures.style import Options
from gui.figures.styles import STYLES
from gui.figures.worked.seen_by import fewer, views
from gui.look.theme import LIGHT

STYLE = STYLES["receptive-field"]


def drawn(name: str, **options: Any) -> Drawing:
    project = presets.load(name).project
    return STYLE.draw(project, analyze(project.network), None, LIGHT, Options(**options))


def texts(drawing: Drawing) -> list[str]:
    return [item.plain for item in drawing.items if isinstance(item, Text)]


def test_views_nest_and_are_those_of_the_algebra() -> None:
    project = presets.load("vgg16").project
    found = views(project.network, analyze(project.network), "pool5", Options())
    sizes = [view.size[0] for view in found]
    assert sizes == sorted(set(sizes))
    assert sizes[0] == 3
    assert sizes[-1] == 212
    middle = [sum(view.rows) / 2 for view in found]
    assert max(middle) - min(middle) < 17


def test_the_box_is_drawn_to_the_photographs_scale() -> None:
    drawing = drawn("vgg16", layer="conv1_2", at=(0, 100, 50), max_maps=1)
    (picture,) = (item for item in drawing.items if isinstance(item, Picture))
    boxes = [
        item for item in drawing.items if isinstance(item, Rect) and item.part == "conv1_2" and not item.fill
    ]
    unit = picture.width / 224
    assert boxes[-1].width == pytest.approx(5 * unit)
    assert boxes[-1].x - picture.x == pytest.approx((50 - 2) * unit)
    assert boxes[-1].y - picture.y == pytest.approx((100 - 2) * unit)
    assert "5×5" in texts(drawing)


def test_at_most_so_many_layers_are_shown_the_last_among_them() -> None:
    drawing = drawn("vgg16", max_maps=4)
    assert len([text for text in texts(drawing) if "×" in text and text[0].isdigit()]) == 4
    assert "212×212" in texts(drawing)
    assert fewer([1, 2, 3, 4, 5], 3) == [1, 3, 5]  # type: ignore[list-item, comparison-overlap]


def test_the_photograph_and_the_heat_map_are_shown_where_they_are_known() -> None:
    photograph = np.full((448, 448, 3), 200, np.uint8)
    effective = np.zeros((224, 224), np.float32)
    effective[112, 112] = 1
    drawing = drawn("vgg16", photograph=photograph, effective=effective)
    first, second = (item for item in drawing.items if isinstance(item, Picture))
    assert first.pixels.shape == (448, 448, 3)
    assert (second.pixels[0, 0] == 110).all()
    assert (second.pixels[224, 224] != 110).any()
    assert not text_overlaps(drawing.items)


def test_what_reaches_into_the_padding_is_drawn_beside_the_photograph() -> None:
    drawing = drawn("resnet18")
    (picture,) = (item for item in drawing.items if isinstance(item, Picture))
    assert min(item.x for item in drawing.items if isinstance(item, Rect)) < picture.x
    assert not [item for item in drawing.items if isinstance(item, Rect) and item.dashes]


def test_what_reaches_too_far_is_cut_off_apart_from_others_and_told() -> None:
    drawing = drawn("googlenet")
    dashed = [item for item in drawing.items if isinstance(item, Rect) and item.dashes]
    places = {(item.part, item.x, item.y, item.width, item.height) for item in dashed}
    assert len(places) == len({place[1:] for place in places}) == 2
    assert "Dashed: reaches farther than is drawn" in texts(drawing)


def test_a_wide_input_keeps_its_shape() -> None:
    network = Network([Node(id="x", layer=Input(shape=(3, 20, 60)))])
    from engine.layers.convolution import Conv2d

    network = network.add(Node(id="conv", layer=Conv2d(kernel_size=(1, 5)), inputs=("x",)))
    drawing = STYLE.draw(Project(network=network), analyze(network), None, LIGHT, Options())
    (picture,) = (item for item in drawing.items if isinstance(item, Picture))
    assert picture.width == pytest.approx(3 * picture.height)
    assert "1×5" in texts(drawing)


def test_networks_without_a_field_say_why() -> None:
    def said(project: Project, layer: str = "") -> str:
        return STYLE.problem(project, analyze(project.network), Options(layer=layer))

    assert "add an Input" in said(Project())
    lenet = presets.load("lenet5").project
    assert "no place" in said(lenet, "f6")
    assert "no layer" in said(lenet, "nope")
    assert said(lenet) == ""
