"""What can be clicked in each style: layers and wires where they are drawn one by one, or explicitly none."""

from dataclasses import replace
from functools import cache
from typing import Any

import pytest

import presets
from engine.analysis.analyze import analyze
from engine.execution.executor import Executor
from engine.image.image_source import open_image
from engine.model.figure_notes import FigureNote
from gui.figures.drawing.drawing import Drawing, Picture, Rect, Text
from gui.figures.drawing.item_bounds import extent
from gui.figures.figure import Subject, make_figure
from gui.figures.notes.hit import Hit, hit
from gui.figures.style import Options
from gui.figures.styles import STYLES
from gui.figures.worked.effective import with_effective
from gui.figures.worked.photograph_crop import photograph_of
from gui.look.theme import LIGHT

CLICKED = {
    "arithmetic": {"c3"},
    "blocks": {"input", "c1", "s2", "c3", "s4", "c5", "f6", "output", "softmax"},
    "column": {"input", "c1", "s2", "c3", "s4", "c5", "f6", "output", "softmax"},
    "comparison": {"input", "c1", "s2", "c3", "s4", "c5", "f6", "output", "softmax"},
    "configuration": set(),  # rows of several layers in words
    "feature-maps": {"s2", "c3"},
    "flow": set(presets.load("lenet5").project.network.nodes),
    "lenet": {"input", "c1", "s2", "c3", "s4", "c5", "f6", "output", "softmax"},
    "neurons": {"s4", "c5", "f6", "output"},
    "receptive-field": {"c1", "s2", "c3"},
    "slabs": {"input", "c1", "s2", "c3", "s4", "c5", "f6", "output", "softmax"},
    "table": {"input", "c1", "s2", "c3", "s4", "c5", "f6", "output", "softmax"},
}
"""What a click finds in LeNet-5, of styles of one layer for c3; the U-Net's style is tested for itself."""


@cache
def run() -> tuple[Any, ...]:
    project = presets.load("lenet5").project
    scene = open_image(project.image)
    found = Executor().run(project.network, scene, seed=project.seed)
    return project, analyze(project.network), {result.node_id: result.map for result in found}, scene


def drawn(style: str, *notes: FigureNote) -> Drawing:
    project, analysis, maps, scene = run()
    other = presets.load("alexnet").project
    options = Options(
        layer="c3" if STYLES[style].focus else "", photograph=photograph_of(project, scene),
        baseline=(other, analyze(other.network)) if style == "comparison" else None,
    )  # fmt: skip
    if "effective" in STYLES[style].needs:
        options = with_effective(project, maps, options)
    project = replace(project, figure_notes=notes)
    subject = Subject(project=project, analysis=analysis, palette=LIGHT, maps=maps)
    return make_figure(subject, STYLES[style], options).drawing


def test_every_style_says_what_can_be_clicked() -> None:
    assert set(CLICKED) | {"u"} == set(STYLES)


@pytest.mark.parametrize("style", sorted(CLICKED))
def test_a_click_on_every_face_finds_what_can_be_clicked_there(style: str) -> None:
    project, drawing = run()[0], drawn(style)
    found = set()
    for item in drawing.items:
        (left, top), (right, bottom) = extent(item)
        at = hit(drawing, (left + right) / 2, (top + bottom) / 2, reach=3.0)
        if at.part in project.network:
            found.add(at.part)
    assert found == CLICKED[style]
    assert hit(drawing, drawing.width - 1, 1.0) == Hit()


@pytest.mark.parametrize("style", ["arithmetic", "feature-maps", "receptive-field", "comparison"])
def test_styles_that_were_run_take_notes_on_what_they_show(style: str) -> None:
    first = sorted(CLICKED[style])[0]
    words = [item.plain for item in drawn(style, FigureNote(kind="label", nodes=(first,), text="Mine")).items
             if isinstance(item, Text)]  # fmt: skip
    assert words.count("Mine") == 1
    hidden = drawn(style, FigureNote(kind="hide", nodes=(first,)))
    assert first not in {item.part for item in hidden.items}
    plain = drawn(style)
    dimmed = drawn(style, FigureNote(kind="dim", nodes=(first,)))
    changed = {a.part for a, b in zip(plain.items, dimmed.items, strict=True) if not same(a, b)}
    assert changed == {first}


def same(one: Any, other: Any) -> bool:
    if isinstance(one, Picture):
        return bool((one.pixels == other.pixels).all())
    return bool(one == other)


def test_the_baseline_of_a_comparison_is_not_meant_by_notes() -> None:
    drawing = drawn("comparison", FigureNote(kind="colour", nodes=("input",), text="#12AB34"))
    inputs = [i for i in drawing.items if isinstance(i, Rect) and i.part.endswith("input") and i.fill]
    assert [item.fill == "#12AB34" for item in inputs] == [False, True]
    assert {item.part.partition(": ")[0] for item in inputs} == {"baseline", "input"}
