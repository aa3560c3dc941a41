"""Bars in a U: what stands on which level, what is refused in words."""

import re

import pytest

import presets
from engine.analysis.analyze import analyze
from engine.layers.convolution import Conv2d
from engine.layers.input import Input
from engine.layers.max_pooling import MaxPool2d
from engine.layers.upsample import Upsample
from engine.model.network import Network, Node
from engine.model.project import Project
from gui.figures.drawing.drawing import Drawing, Path, Rect, Text
from gui.figures.flow.u_shape import u_levels
from gui.figures.style import Options
from gui.figures.styles import STYLES
from gui.figures.styles.u import ARROWS
from gui.look.theme import LIGHT

U = STYLES["u"]


def drawn(project: Project, **options) -> Drawing:
    analysis = analyze(project.network)
    assert U.problem(project, analysis, Options()) == ""
    return U.draw(project, analysis, None, LIGHT, Options(**options))


def hourglass() -> Project:
    """Down and up without a skip."""
    return Project(
        network=Network(
            [
                Node(id="image", layer=Input(shape=(3, 32, 32))),
                Node(id="down", layer=Conv2d(out_channels=8), inputs=("image",)),
                Node(id="pool", layer=MaxPool2d(), inputs=("down",)),
                Node(id="deep", layer=Conv2d(out_channels=16), inputs=("pool",)),
                Node(id="up", layer=Upsample(), inputs=("deep",)),
                Node(id="end", layer=Conv2d(out_channels=3), inputs=("up",)),
            ]
        )
    )


def test_every_bar_of_unet_tells_its_channels_and_every_size_stands_beside_one() -> None:
    project = presets.load("unet").project
    drawing = drawn(project)
    told = [item.plain for item in drawing.items if isinstance(item, Text)]
    analysis = analyze(project.network)
    sizes = {
        f"{shape[1]}×{shape[2]}"
        for node_id, report in analysis.layers.items()
        if (shape := report.output_shape) is not None and "crop" not in node_id
    }
    assert {word for word in told if re.fullmatch(r"\d+×\d+", word)} == sizes
    bars = {item.part for item in drawing.items if isinstance(item, Rect) and item.part}
    for node_id in bars:
        channels = str(analysis.layers[node_id].output_shape[0])
        own = [item.plain for item in drawing.items if isinstance(item, Text) and item.part == node_id]
        assert channels in own


def test_the_legend_explains_every_colour_of_an_arrow() -> None:
    drawing = drawn(presets.load("unet").project)
    arrows = {
        item.stroke
        for item in drawing.items
        if isinstance(item, Path) and item.part and item.stroke_width < 4
    }
    explained = {item.stroke for item in drawing.items if isinstance(item, Path) and not item.part}
    assert arrows <= explained
    words = [item.plain for item in drawing.items if isinstance(item, Text) and not item.part]
    assert {"conv 3×3, ReLU", "max pool 2×2", "up-conv 2×2", "copy and crop", "conv 1×1, softmax"} <= set(
        words
    )
    assert ARROWS["skip"][0] in explained


def test_a_skip_runs_straight_across_from_one_side_to_the_other() -> None:
    drawing = drawn(presets.load("unet").project)
    skips = [
        item for item in drawing.items if isinstance(item, Path) and item.part and item.stroke_width == 4
    ]
    assert len(skips) == 4
    for skip in skips:
        assert len(skip.pieces) == 1
        assert skip.start[1] == skip.pieces[0].end[1]
        assert skip.start[0] < skip.pieces[0].end[0]


def test_an_hourglass_without_skips_is_a_u_too() -> None:
    drawing = drawn(hourglass())
    tops = {item.part: item.y for item in drawing.items if isinstance(item, Rect) and item.part}
    assert tops["deep"] > tops["down"]
    assert tops["deep"] > tops["end"]
    assert not [item for item in drawing.items if isinstance(item, Path) and item.stroke_width == 4]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("lenet5", "gives none: the styles slabs, column and flow"),
        ("inception_3a", "does not come up"),
        ("resnet18", "gives none"),
    ],
)
def test_what_is_no_u_is_refused_in_words(name: str, words: str) -> None:
    project = presets.load(name).project
    problem = U.problem(project, analyze(project.network), Options())
    assert words in problem
    assert "\n" not in problem


def test_levels_are_those_of_the_skips() -> None:
    sources = {"a": (), "b": ("a",), "c": ("b",), "d": ("c",), "e": ("d", "b"), "f": ("e", "a")}
    heights = dict(zip("abcdef", (32, 16, 8, 8, 16, 32), strict=True))
    levels = u_levels(sources, heights)
    assert levels is not None
    assert levels.steps == ((("a",), ("f",)), (("b",), ("e",)))
    assert levels.bottom == ("c", "d")
    crossing = sources | {"e": ("d", "a"), "f": ("e", "b")}
    assert u_levels(crossing, heights) is None
    residual = {"a": (), "b": ("a",), "c": ("b",), "d": ("c", "b"), "e": ("d",), "f": ("e",)}
    assert u_levels(residual, dict.fromkeys("abcdef", 8)) is None
