"""The photograph before a network and the classes behind it, in every style that has room for them."""

from functools import cache
from typing import Any

import numpy as np
import pytest

import presets
from engine.analysis.analyze import analyze
from engine.analysis.classes import answer_node, top_classes
from engine.execution.executor import Executor
from engine.image.image_source import open_image
from gui.figures.drawing.drawing import Picture, Text
from gui.figures.drawing.item_bounds import extent, text_overlaps
from gui.figures.figure import Subject, make_figure
from gui.figures.fitting import Figure
from gui.figures.style import Options
from gui.figures.styles import STYLES
from gui.figures.worked.photograph_crop import photograph_of
from gui.look.theme import DARK, LIGHT

ENDED = sorted(name for name, style in STYLES.items() if style.ends)


@cache
def run(name: str) -> tuple[Any, ...]:
    project = presets.load(name).project
    scene = open_image(project.image or "astronaut")
    found = Executor().run(project.network, scene, seed=project.seed)
    maps = {result.node_id: result.map for result in found}
    return project, analyze(project.network), maps, photograph_of(project, scene)


def ended(name: str, style: str, palette=LIGHT, **options) -> Figure:
    project, analysis, maps, photograph = run(name)
    subject = Subject(project=project, analysis=analysis, palette=palette, maps=maps)
    return make_figure(subject, STYLES[style], Options(ends=True, photograph=photograph, **options))


def test_the_styles_of_the_issue_have_ends() -> None:
    assert ENDED == ["blocks", "column", "feature-maps", "flow", "lenet", "neurons", "slabs", "u"]


@pytest.mark.parametrize("style", [name for name in ENDED if name != "u"])
@pytest.mark.parametrize("size", [{}, {"width_mm": 254.0, "height_mm": 142.9, "min_type_pt": 8.0}])
def test_the_photograph_and_the_scores_stand_at_the_ends(style: str, size: dict) -> None:
    project, _, maps, _ = run("lenet5")
    figure = ended("lenet5", style, **size)
    items = figure.drawing.items
    shares = maps[answer_node(project.network)][0]
    best = top_classes(shares, project.class_names, 5)
    texts = [item for item in items if isinstance(item, Text)]
    for score in best:
        assert [t for t in texts if t.plain == score.name and t.part == answer_node(project.network)]
        assert f"{100 * float(shares[score.index]):.1f} %" in [t.plain for t in texts]
    shown = [item for item in items if isinstance(item, Picture) and item.part == "input"]
    assert len(shown) == 1
    first = min(t.x for t in texts if t.plain == best[0].name)
    others = [
        extent(i)[0][0] for i in items if i.part and i.part not in ("input",) and not isinstance(i, Text)
    ]
    assert shown[0].x <= max(others)
    assert first > shown[0].x or "column" in style
    assert not text_overlaps(items)
    assert "left out" not in figure.note


def test_a_u_has_its_photograph_and_says_that_there_are_no_classes() -> None:
    project = presets.load("unet").project
    subject = Subject(project=project, analysis=analyze(project.network), palette=LIGHT)
    options = Options(ends=True, photograph=np.zeros((64, 64, 3), np.uint8))
    figure = make_figure(subject, STYLES["u"], options)
    assert [item for item in figure.drawing.items if isinstance(item, Picture) and item.part == "input"]
    assert "the network gives no scores of classes" in figure.note


def test_scores_of_an_untrained_network_are_left_out_with_the_reason() -> None:
    figure = ended("alexnet", "column")
    assert "the classes are left out: untrained" in figure.note
    assert "%" not in "".join(item.plain for item in figure.drawing.items if isinstance(item, Text))
    assert [item for item in figure.drawing.items if isinstance(item, Picture)]


@pytest.mark.parametrize("style", sorted(set(STYLES) - set(ENDED) - {"comparison", "receptive-field"}))
def test_a_style_without_room_for_them_says_so(style: str) -> None:
    figure = ended("lenet5", style)
    assert f"the style {style} has no place for the photograph and the classes" in figure.note


def test_a_map_that_is_the_photograph_already_is_not_shown_twice() -> None:
    for style in ("flow", "slabs"):
        figure = ended("lenet5", style, faces=style == "slabs")
        own = [i for i in figure.drawing.items if isinstance(i, Picture) and i.part == "input"]
        assert len(own) == 1


def test_the_ends_lie_on_dark_paper_too() -> None:
    figure = ended("lenet5", "column", DARK)
    name = top_classes(run("lenet5")[2]["softmax"][0], run("lenet5")[0].class_names, 1)[0].name
    text = next(i for i in figure.drawing.items if isinstance(i, Text) and i.plain == name)
    assert text.colour == DARK.text
    assert np.isfinite(figure.drawing.width)


def test_a_part_without_the_ends_has_none() -> None:
    figure = ended("lenet5", "column", only=("c3", "s4"))
    assert not [item for item in figure.drawing.items if isinstance(item, Picture)]
