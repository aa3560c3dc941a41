"""Oblique boxes as thick as they have channels."""

from typing import Any

import numpy as np
import pytest

import presets
from engine.analysis.analyze import analyze
from engine.layers.input import Input
from engine.model.network import Network, Node
from engine.model.project import Project
from gui.figures.drawing.drawing import Drawing, Ellipse, Path, Picture, Polygon, Text
from gui.figures.drawing.item_bounds import extent_of_all, text_overlaps
from gui.figures.slabs.oblique import Solid
from gui.figures.slabs.slab_piece import BAND, COLOURS
from gui.figures.style import Options
from gui.figures.styles import STYLES
from gui.look.theme import DARK, LIGHT


def drawn(project: Project | str, palette=LIGHT, **options: Any) -> Drawing:
    project = presets.load(project).project if isinstance(project, str) else project
    return STYLES["slabs"].draw(project, analyze(project.network), None, palette, Options(**options))


def texts(drawing: Drawing) -> list[str]:
    return [item.plain for item in drawing.items if isinstance(item, Text)]


def fills(drawing: Drawing, colour: str, part: str) -> list[Polygon]:
    return [
        item
        for item in drawing.items
        if isinstance(item, Polygon) and item.fill == colour and item.part == part
    ]


def test_a_solid_is_drawn_around_its_middle_line() -> None:
    solid = Solid(x=10, y=0, width=8, height=40, depth=40)
    assert solid.slant == pytest.approx(15.4)
    assert solid.at(0, 0, 0) == pytest.approx((10 - 7.7, 20 + 7.7))
    assert solid.at(1, 1, 1) == pytest.approx((18 + 7.7, -20 - 7.7))
    assert solid.seen_from == pytest.approx(solid.left)
    bar = Solid(x=0, y=0, width=9, height=9, depth=200)
    assert bar.seen_from == pytest.approx(-4.5)


def test_vgg_has_a_slab_a_layer_a_band_an_activation_and_its_numbers() -> None:
    drawing = drawn("vgg16")
    assert len(fills(drawing, COLOURS["convolution"], "conv3_2")) == 1
    assert len([item for item in drawing.items if isinstance(item, Polygon) and item.fill == BAND]) == 3 * 13
    found = texts(drawing)
    assert [found.count(c) for c in ("64", "128", "256", "512")] == [2, 2, 3, 6]
    for word in ("conv1", "conv5", "224", "14", "fc6", "softmax"):
        assert word in found


def test_thickness_is_channels_and_height_is_size_in_the_chosen_scaling() -> None:
    def box(drawing: Drawing, part: str) -> tuple[float, float]:
        (x1, y1), (x2, _), _, (_, y2) = fills(drawing, COLOURS["convolution"], part)[0].points
        return x2 - x1, y1 - y2

    linear, root = drawn("vgg16", scaling="linear"), drawn("vgg16", scaling="sqrt")
    assert box(root, "conv4_1")[0] / box(root, "conv2_1")[0] == pytest.approx(2)
    assert box(root, "conv1_1")[1] / box(root, "conv3_1")[1] == pytest.approx(2)
    assert box(linear, "conv1_1")[1] / box(linear, "conv3_1")[1] == pytest.approx(4)


def test_a_resnet_has_sums_shortcuts_and_dotted_projections() -> None:
    drawing = drawn("resnet18")
    assert len([item for item in drawing.items if isinstance(item, Ellipse)]) == 8
    heads = [item for item in drawing.items if isinstance(item, Path) and item.head == "arrow"]
    assert sum(bool(head.dashes) for head in heads) == 3
    assert "1×1 conv, 128, /2" in texts(drawing)


def test_shortcuts_of_a_unet_are_nested() -> None:
    drawing = drawn("unet")
    across = {}
    for item in drawing.items:
        if isinstance(item, Path) and item.head == "arrow" and item.part.endswith("concat"):
            ys = [piece.end[1] for piece in item.pieces]
            across[item.part] = min(across.get(item.part, 1e9), *ys)
    assert across["up1/concat"] < across["up2/concat"] < across["up3/concat"] < across["up4/concat"]
    assert texts(drawing).count("copy and crop") == 4


def test_a_folded_resnet_50_fits_a_slide_with_readable_type() -> None:
    drawing = drawn("resnet50", fold=True, width_mm=254.0, height_mm=142.9, min_type_pt=8.0)
    scale = min(960 / drawing.width, 540 / drawing.height)
    assert scale * min(item.size for item in drawing.items if isinstance(item, Text)) * 0.75 >= 7.95
    assert {"×2", "×3", "×5"} <= set(texts(drawing))


@pytest.mark.parametrize("name", presets.preset_names())
def test_no_words_overlap_and_nothing_is_clipped(name: str) -> None:
    drawing = drawn(name, DARK)
    assert not [(a.plain, b.plain) for a, b in text_overlaps(drawing.items)]
    (left, top), (right, bottom) = extent_of_all(drawing.items)
    assert left >= 0
    assert top >= 0
    assert right <= drawing.width
    assert bottom <= drawing.height


def test_empty_half_built_and_odd_networks_are_drawn() -> None:
    assert texts(drawn(Project())) == ["No layers yet"]
    from engine.layers.convolution import Conv2d
    from engine.layers.linear import Linear

    lonely = Project(network=Network([Node(id="conv", layer=Conv2d())]))
    assert "3×3 conv, 64" in " ".join(texts(drawn(lonely))) or "conv" in texts(drawn(lonely))
    vectors = Network(
        [Node(id="x", layer=Input(shape=(2048, 1, 7))), Node(id="y", layer=Linear(), inputs=("x",))]
    )
    assert drawn(Project(network=vectors)).width > 0


def test_the_legend_names_what_is_there() -> None:
    found = texts(drawn("lenet5", legend=True))
    for name in ("Input", "Convolution", "Pooling", "Dense", "Softmax", "Activation"):
        assert name in found
    assert "Sum" not in found


def test_real_maps_lie_on_the_right_faces() -> None:
    maps = {
        "input": np.full((1, 1, 32, 32), 0.5, np.float32),
        "tanh1": np.arange(6 * 784, dtype=np.float32).reshape(1, 6, 28, 28),
        "s2": np.arange(6 * 196, dtype=np.float32).reshape(1, 6, 14, 14),
    }
    project = presets.load("lenet5").project
    analysis = analyze(project.network)
    drawing = STYLES["slabs"].draw(project, analysis, maps, LIGHT, Options(faces=True))
    found = {item.part: item for item in drawing.items if isinstance(item, Picture)}
    assert set(found) == {"input", "c1", "s2"}
    face = found["c1"]
    side = [item for item in drawing.items if isinstance(item, Polygon) and item.part == "c1"][-1]
    assert (face.x, face.y) == pytest.approx(side.points[3])
    assert (face.x + face.width, face.y - face.rise) == pytest.approx(side.points[2])
    assert face.pixels.shape == (112, 112, 3)
    plain = STYLES["slabs"].draw(project, analysis, maps, LIGHT, Options())
    assert not [item for item in plain.items if isinstance(item, Picture)]


def test_boxes_of_two_places_are_called_after_both() -> None:
    """`stem` and `stage1_1` have letters in common and no word."""
    found = texts(drawn("convnext_tiny", labels=frozenset({"names"})))
    assert "st" not in found
    assert {"stem · stage1_1", "down2 · stage2_1", "stage1_2"} <= set(found)
