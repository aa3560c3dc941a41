"""Planes of cells: what one output value reads."""

from typing import Any

import numpy as np
import pytest

import presets
from engine.analysis.analyze import analyze
from engine.layers.add import Add
from engine.layers.convolution import Conv2d
from engine.layers.depthwise import DepthwiseConv2d
from engine.layers.input import Input
from engine.layers.max_pooling import MaxPool2d
from engine.layers.transposed_convolution import ConvTranspose2d
from engine.model.network import Network, Node
from engine.model.project import Project
from engine.shapes import VALID, Padding
from gui.figures.drawing.drawing import Drawing, Polygon, Text
from gui.figures.drawing.item_bounds import extent_of_all, text_overlaps
from gui.figures.style import Options
from gui.figures.styles import STYLES
from gui.figures.styles.arithmetic import INPUT, MADE, OUTPUT, READ
from gui.figures.worked.cutout import cut_around, footprint, shown_channels
from gui.look.theme import DARK, LIGHT

STYLE = STYLES["arithmetic"]


def small(layer: Any, shape: tuple[int, int, int] = (2, 5, 5)) -> Project:
    return Project(
        network=Network(
            [Node(id="x", layer=Input(shape=shape)), Node(id="layer", layer=layer, inputs=("x",))]
        )
    )


def drawn(project: Project, maps=None, palette=LIGHT, **options: Any) -> Drawing:
    return STYLE.draw(project, analyze(project.network), maps, palette, Options(**options))


def texts(drawing: Drawing) -> list[str]:
    return [item.plain for item in drawing.items if isinstance(item, Text)]


def cells(drawing: Drawing, fill: str) -> list[Polygon]:
    return [item for item in drawing.items if isinstance(item, Polygon) and item.fill == fill]


def test_a_1x1_convolution_reads_a_column_through_all_channels() -> None:
    drawing = drawn(small(Conv2d(out_channels=3, kernel_size=(1, 1)), (4, 5, 5)))
    assert len(cells(drawing, READ)) == 4
    assert len(cells(drawing, INPUT)) == 4 * 24
    assert [cell.fill_opacity > 0.5 for cell in cells(drawing, MADE)].count(True) == 1
    assert len(cells(drawing, OUTPUT)) == 3 * 25 - 1
    assert "1 cell through all 4 channels" in texts(drawing)
    assert "4 values are read" in texts(drawing)


def test_a_3x3_convolution_with_padding_reads_cells_that_are_dashed() -> None:
    drawing = drawn(small(Conv2d(out_channels=1), (1, 5, 5)), at=(0, 0, 0))
    dashed = [item for item in drawing.items if isinstance(item, Polygon) and item.dashes]
    assert len(dashed) == 7 * 7 - 5 * 5
    assert len(cells(drawing, READ)) == 4


@pytest.mark.parametrize(
    ("layer", "at", "rows", "channels"),
    [
        (Conv2d(out_channels=4, kernel_size=(3, 3)), (0, 0, 0), (-1, 0, 1), (0, 1)),
        (
            Conv2d(out_channels=4, kernel_size=(2, 2), dilation=(2, 2), padding=Padding.of(0)),
            (3, 1, 1), (1, 3), (0, 1),
        ),
        (Conv2d(out_channels=4, groups=2), (3, 2, 2), (1, 2, 3), (1,)),
        (DepthwiseConv2d(multiplier=2), (2, 2, 2), (1, 2, 3), (1,)),
        (MaxPool2d(), (1, 1, 0), (2, 3), (1,)),
        (ConvTranspose2d(out_channels=2, kernel_size=(3, 3), stride=(2, 2)), (0, 3, 0), (1,), (0, 1)),
    ],
)  # fmt: skip
def test_what_is_read(layer: Any, at: Any, rows: tuple[int, ...], channels: tuple[int, ...]) -> None:
    shape = (2, 5, 5)
    found = footprint(layer, shape, layer.output_shape(shape), at)
    assert found.rows == rows
    assert found.channels == channels


def test_large_maps_are_cut_out_around_what_is_read() -> None:
    cut = cut_around((3, 224, 224), (100, 101, 102), (0, 1, 2), (0, 1, 2), pads=1)
    assert len(cut.rows) == len(cut.columns) == 8
    assert 100 in cut.rows
    assert cut.columns.start == -1
    assert not cut.whole
    assert cut_around((3, 5, 9), (1,), (1,), (0,)).whole
    assert shown_channels(range(64), 10, 4) == (0, 1, 10, 63)


def test_values_are_those_of_the_maps_and_add_up() -> None:
    project = small(Conv2d(out_channels=1, kernel_size=(1, 1), bias=False))
    x = np.arange(50, dtype=np.float32).reshape(1, 2, 5, 5) / 10
    node = project.network.nodes["layer"]
    weight = node.weights.parameters("layer", node.layer, ((2, 5, 5),), 0)["weight"]
    result = np.einsum("kcij,nchw->nkhw", weight, x).astype(np.float32)
    drawing = drawn(project, {"x": x, "layer": result}, values=True, at=(0, 1, 2))
    found = texts(drawing)
    assert any(one.startswith("0.70×") for one in found)
    assert any(one.startswith("3.20×") for one in found)
    assert any(f"= {result[0, 0, 1, 2]:.3f}".replace("-", "−") in one for one in found)


def test_real_maps_colour_the_cells() -> None:
    project = small(MaxPool2d())
    maps = {
        "x": np.arange(50, dtype=np.float32).reshape(1, 2, 5, 5),
        "layer": np.zeros((1, 2, 2, 2), np.float32),
    }
    drawing = drawn(project, maps, faces=True, colour_map="greys")
    assert not cells(drawing, READ)
    assert cells(drawing, "#FFFFFF")


def test_in_an_animation_the_footprint_moves_and_the_map_stays() -> None:
    project = small(Conv2d(out_channels=2), (3, 64, 64))
    first, second = (drawn(project, at=(0, 9, column)) for column in (9, 12))
    assert (first.width, first.height) == (second.width, second.height)
    places = [
        {cell.points for fill in (INPUT, READ) for cell in cells(drawing, fill)}
        for drawing in (first, second)
    ]
    assert places[0] == places[1]
    assert {cell.points for cell in cells(first, READ)} != {cell.points for cell in cells(second, READ)}


def test_small_maps_do_not_jump_either() -> None:
    project = small(Conv2d(out_channels=2))
    sizes = {(d.width, d.height) for at in ((0, 0, 0), (0, 2, 2), (0, 4, 4)) for d in [drawn(project, at=at)]}
    assert len({round(width) for width, _ in sizes}) <= 2


def test_layers_without_arithmetic_say_what_to_choose() -> None:
    def said(project: Project, layer: str = "") -> str:
        return STYLE.problem(project, analyze(project.network), Options(layer=layer))

    lenet = presets.load("lenet5").project
    assert said(lenet) == ""
    assert "vectors" in said(lenet, "f6")
    assert "reads nothing" in said(lenet, "input")
    assert "no layer 'nope'" in said(lenet, "nope")
    both = small(Conv2d()).network.add(Node(id="sum", layer=Add(), inputs=("x", "layer")))
    assert "several" in said(Project(network=both), "sum") or "problem" in said(Project(network=both), "sum")
    assert "add a convolution" in said(Project())
    assert texts(drawn(Project())) == [said(Project())]


@pytest.mark.parametrize("name", ["lenet5", "alexnet", "inception_3a", "unet", "projection", "densenet121"])
def test_no_words_overlap_and_nothing_is_clipped(name: str) -> None:
    drawing = drawn(presets.load(name).project, palette=DARK)
    assert not text_overlaps(drawing.items)
    (left, top), (right, bottom) = extent_of_all(drawing.items)
    assert min(left, top) >= 0
    assert right <= drawing.width
    assert bottom <= drawing.height


def test_a_transposed_convolution_slides_over_its_input_with_zeros_between() -> None:
    """Dumoulin & Visin, figure 4.5: 2×2 values, stride 2, kernel 3×3, a border of 2: 5×5 come out."""
    layer = ConvTranspose2d(out_channels=1, kernel_size=(3, 3), stride=(2, 2))
    plain, laid, between = layer.slides_over((1, 2, 2))
    assert laid == (1, 3, 3)
    assert between == (2, 2)
    assert plain.output_shape(laid) == layer.output_shape((1, 2, 2)) == (1, 5, 5)
    net = Network([Node(id="x", layer=Input(shape=(1, 2, 2))), Node(id="up", layer=layer, inputs=("x",))])
    drawing = STYLE.draw(Project(network=net), analyze(net), None, LIGHT, Options(layer="up"))
    cells = [item for item in drawing.items if isinstance(item, Polygon)]
    values = [item for item in cells if item.fill in (INPUT, READ) and not item.dashes]
    assert len(values) == 4
    assert len([item for item in cells if item.dashes]) == 7 * 7 - 4
    assert any("zeros put between rows and columns: 1×1" in text for text in texts(drawing))


@pytest.mark.parametrize("kernel", [2, 3, 4])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize(
    "padding", [VALID, Padding("same"), Padding("explicit", top=1, bottom=0, left=1, right=1)]
)
@pytest.mark.parametrize("dilation", [1, 2])
def test_the_plain_convolution_reads_what_the_transposed_one_reads(
    kernel: int, stride: int, padding: Padding, dilation: int
) -> None:
    shape = (2, 5, 4)
    layer = ConvTranspose2d(
        out_channels=3, kernel_size=(kernel, kernel), stride=(stride, stride), padding=padding,
        dilation=(dilation, dilation),
    )  # fmt: skip
    plain, laid, between = layer.slides_over(shape)
    out = layer.output_shape(shape)
    assert plain.output_shape(laid) == out
    if plain is layer:
        return
    for axis in (0, 1):
        for place in range(out[1 + axis]):
            own = layer.reads(place, axis, shape)
            apart = [
                index // between[axis]
                for index in plain.reads(place, axis, laid)
                if index % between[axis] == 0
            ]
            assert list(own) == apart
