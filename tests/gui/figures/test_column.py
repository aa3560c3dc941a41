"""A chain of small boxes with shortcuts at its side."""

from itertools import pairwise
from typing import Any

import pytest

import presets
from engine.analysis.analyze import analyze
from engine.model.project import Project
from gui.figures.chain.chain_box import COLOURS
from gui.figures.drawing.drawing import Drawing, Ellipse, Path, Rect, Text
from gui.figures.drawing.item_bounds import extent_of_all, text_overlaps
from gui.figures.style import Options
from gui.figures.styles import STYLES
from gui.look.theme import DARK, LIGHT

SLIDE = {"width_mm": 254.0, "height_mm": 142.9, "min_type_pt": 8.0}


def drawn(project: Project | str, palette=LIGHT, **options: Any) -> Drawing:
    project = presets.load(project).project if isinstance(project, str) else project
    return STYLES["column"].draw(project, analyze(project.network), None, palette, Options(**options))


def texts(drawing: Drawing) -> list[str]:
    return [item.plain for item in drawing.items if isinstance(item, Text)]


def boxes(drawing: Drawing) -> dict[str, Rect]:
    return {item.part: item for item in drawing.items if isinstance(item, Rect) and item.part}


def test_vgg_is_written_as_in_the_papers() -> None:
    drawing = drawn("vgg16")
    found = texts(drawing)
    assert found.count("3×3 conv, 512") == 6
    assert found.count("2×2 max pool, /2") == 5
    # Twice where a column ends within a stage.
    assert {found.count(f"{n}×{n}") for n in (224, 112, 56, 28, 14, 7)} == {1, 2}
    box = boxes(drawing)
    assert box["conv1_1"].fill == COLOURS["convolution"]
    assert box["fc8"].fill == COLOURS["dense"]
    assert box["pool1"].fill == COLOURS["pooling"]


def test_a_column_runs_down_and_a_row_to_the_right() -> None:
    down, right = boxes(drawn("lenet5")), boxes(drawn("lenet5", direction="right"))
    order = ["input", "c1", "s2", "c3", "s4", "c5", "f6", "output", "softmax"]
    assert all(down[a].y + down[a].height < down[b].y for a, b in pairwise(order))
    assert all(right[a].x + right[a].width < right[b].x for a, b in pairwise(order))
    assert len({one.x for one in down.values()}) == len({one.y for one in right.values()}) == 1


def test_an_inception_module_fans_out_and_joins() -> None:
    drawing = drawn("inception_3a")
    box = boxes(drawing)
    row = ["1x1", "3x3_reduce", "5x5_reduce", "pool"]
    names = [one for one in box if any(one.endswith(end) for end in row)]
    assert len({box[name].y for name in names}) == 1
    assert len({box[name].x for name in names}) == 4
    assert {"3×3+1(S), 128", "5×5+1(S), 32", "3×3+1(S)", "DepthConcat"} <= set(texts(drawing))


def test_shortcuts_lie_at_the_side_and_are_dotted_where_a_1x1_projects() -> None:
    drawing = drawn("resnet18", labels=frozenset({"names"}))
    assert len([item for item in drawing.items if isinstance(item, Ellipse)]) == 8
    side = [item for item in drawing.items if isinstance(item, Path) and len(item.pieces) == 5]
    assert len(side) == 8
    assert sum(bool(one.dashes) for one in side) == 3


def test_a_folded_resnet_50_fits_a_slide_with_readable_type() -> None:
    drawing = drawn("resnet50", fold=True, **SLIDE)
    scale = min(960 / drawing.width, 540 / drawing.height)
    assert scale * min(item.size for item in drawing.items if isinstance(item, Text)) * 0.75 >= 7.95
    assert {"×2", "×3", "×5"} <= set(texts(drawing))


@pytest.mark.parametrize("name", presets.preset_names())
@pytest.mark.parametrize("direction", ["down", "right"])
def test_no_words_overlap_and_nothing_is_clipped(name: str, direction: str) -> None:
    drawing = drawn(name, DARK, direction=direction, fold=direction == "right")
    assert not [(a.plain, b.plain) for a, b in text_overlaps(drawing.items)]
    (left, top), (right, bottom) = extent_of_all(drawing.items)
    assert min(left, top) >= 0
    assert right <= drawing.width
    assert bottom <= drawing.height


def test_costs_and_legend_where_they_are_wanted() -> None:
    found = texts(drawn("lenet5", labels=frozenset({"names", "parameters", "macs"}), legend=True))
    assert any(one.endswith("· 240.0\u00a0K MACs") for one in found)
    assert "28×28" not in found
    assert {"Convolution", "Pooling", "Dense"} <= set(found)


def test_an_empty_project_says_so() -> None:
    assert texts(drawn(Project())) == ["No layers yet"]


def test_on_a_slide_long_shortcuts_end_in_numbered_circles() -> None:
    drawing = drawn("unet", **SLIDE)
    scale = min(960 / drawing.width, 540 / drawing.height)
    assert scale * min(item.size for item in drawing.items if isinstance(item, Text)) * 0.75 >= 7.9
    circles = [item for item in drawing.items if isinstance(item, Ellipse)]
    numbers = [text for text in texts(drawing) if text.isdigit()]
    assert len(circles) == len(numbers)
    assert sorted(numbers) == sorted(2 * list(dict.fromkeys(numbers)))
    assert not text_overlaps(drawing.items)
    natural = drawn("unet")
    assert not [item for item in natural.items if isinstance(item, Ellipse)]
