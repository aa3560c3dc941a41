"""Two networks side by side."""

from typing import Any

import pytest

import presets
from engine.analysis.analyze import analyze
from engine.model.project import Project
from gui.figures.drawing.drawing import Drawing, Rect, Text
from gui.figures.drawing.item_bounds import extent_of_all, text_overlaps
from gui.figures.style import Options
from gui.figures.styles import STYLES
from gui.look.theme import DARK, LIGHT

STYLE = STYLES["comparison"]


def drawn(name: str, baseline: str, palette=LIGHT, **options: Any) -> Drawing:
    project, other = presets.load(name).project, presets.load(baseline).project
    chosen = Options(baseline=(other, analyze(other.network)), **options)
    return STYLE.draw(project, analyze(project.network), None, palette, chosen)


def texts(drawing: Drawing) -> list[str]:
    return [item.plain for item in drawing.items if isinstance(item, Text)]


def test_totals_stand_beside_each_other_with_their_ratio() -> None:
    found = texts(drawn("inception_3a", "inception_3a_naive"))
    for word in ("387.3\u00a0K", "163.7\u00a0K", "303.5\u00a0M", "128.0\u00a0M", "÷ 2.37"):
        assert word in found
    assert found.index("Inception 3a, naive") < found.index("Inception 3a")


def test_bars_are_on_one_scale() -> None:
    bars = [
        item for item in drawn("inception_3a", "inception_3a_naive").items
        if isinstance(item, Rect) and item.height == 12 and not item.part
    ]  # fmt: skip
    assert len(bars) == 6
    assert bars[0].width / bars[1].width == pytest.approx(387_296 / 163_696, rel=1e-3)


def test_what_only_one_of_them_has_is_set_off() -> None:
    drawing = drawn("inception_3a", "inception_3a_naive")
    around = {item.part for item in drawing.items if isinstance(item, Rect) and item.stroke == LIGHT.accent}
    assert around == {"3x3_reduce", "5x5_reduce", "pool_proj"}
    other = drawn("resnet50", "vgg16")
    assert not [item for item in other.items if isinstance(item, Rect) and item.stroke == LIGHT.accent]


def test_networks_with_and_without_1x1_are_called_so() -> None:
    found = texts(drawn("resnet50", "vgg16"))
    assert found.count("without 1×1") == found.count("with 1×1") == 1
    assert found.count("VGG-16") == found.count("ResNet-50") == 4  # above, and beside each pair of bars


def test_what_is_the_same_is_said_to_be() -> None:
    assert texts(drawn("lenet5", "lenet5")).count("=") == 3


@pytest.mark.parametrize(
    ("name", "baseline"),
    [("vgg16", "vgg11"), ("googlenet", "alexnet"), ("densenet121", "resnet18"), ("unet", "lenet5")],
)
def test_no_words_overlap_and_nothing_is_clipped(name: str, baseline: str) -> None:
    drawing = drawn(name, baseline, DARK)
    assert not [(a.plain, b.plain) for a, b in text_overlaps(drawing.items)]
    (left, top), (right, bottom) = extent_of_all(drawing.items)
    assert min(left, top) >= 0
    assert right <= drawing.width
    assert bottom <= drawing.height


def test_without_a_baseline_it_says_what_is_missing() -> None:
    project = Project()
    analysis = analyze(project.network)
    assert "choose a baseline" in STYLE.problem(project, analysis, Options())
    assert "choose a baseline" in texts(STYLE.draw(project, analysis, None, LIGHT, Options()))[0]
    empty = STYLE.draw(project, analysis, None, LIGHT, Options(baseline=(project, analysis)))
    assert texts(empty).count("=") == 3
