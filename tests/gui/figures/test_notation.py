"""C×H×W, H×W×C and C@H×W: in every style that writes shapes, the one that was asked for and no other."""

import re
from functools import cache
from typing import Any

import pytest

import presets
from engine.analysis.analyze import analyze
from engine.execution.executor import Executor
from engine.image.image_source import open_image
from gui.figures.drawing.drawing import Text
from gui.figures.drawing.item_bounds import text_overlaps
from gui.figures.figure import Subject, make_figure, make_table
from gui.figures.style import NOTATIONS, Options
from gui.figures.styles import STYLES
from gui.look.theme import LIGHT

WITHOUT = {"receptive-field"}
"""Styles that write no shapes of maps."""
_SHAPE = re.compile(r"\d+@\d+×\d+|\d+×\d+×\d+")


@cache
def run(name: str, maps: bool) -> tuple[Any, ...]:
    project = presets.load(name).project
    if not maps:
        return project, analyze(project.network), None
    found = Executor().run(project.network, open_image("astronaut"), seed=project.seed)
    return project, analyze(project.network), {result.node_id: result.map for result in found}


def options_of(style: str, **given: Any) -> tuple[Subject, Options]:
    project, analysis, maps = run("unet" if style == "u" else "lenet5", style == "feature-maps")
    other = presets.load("alexnet").project
    baseline = (other, analyze(other.network)) if style == "comparison" else None
    subject = Subject(project=project, analysis=analysis, palette=LIGHT, maps=maps)
    return subject, Options(baseline=baseline, layer="c3" if STYLES[style].focus else "", **given)


def test_every_style_but_those_without_shapes_takes_a_notation() -> None:
    assert {name for name, style in STYLES.items() if "notation" not in style.uses} == WITHOUT


@pytest.mark.parametrize("style", sorted(set(STYLES) - WITHOUT))
@pytest.mark.parametrize("size", [{}, {"width_mm": 254.0, "height_mm": 142.9}])
def test_shapes_are_written_as_asked_and_in_no_other_way(style: str, size: dict[str, float]) -> None:
    told: dict[str, int] = {}
    for notation in NOTATIONS:
        subject, options = options_of(style, notation=notation, **size)
        drawing = make_figure(subject, STYLES[style], options).drawing
        text = "\n".join(item.plain for item in drawing.items if isinstance(item, Text))
        reports = [*subject.analysis.layers.values()]
        reports += [] if options.baseline is None else options.baseline[1].layers.values()
        shapes = [report.output_shape for report in reports if report.output_shape is not None]
        known = {options.shape(shape) for shape in shapes if len(shape) == 3}
        # `5×5×6 each` are kernels, not maps.
        found = _SHAPE.findall(re.sub(r"\d+×\d+×\d+ each", "", text))
        assert found
        assert set(found) <= known
        assert not text_overlaps(drawing.items)
        told[notation] = len(found)
    assert len(set(told.values())) == 1


@pytest.mark.parametrize("style", [name for name, style in STYLES.items() if style.table is not None])
def test_tables_of_text_take_the_notation_too(style: str) -> None:
    for notation in NOTATIONS:
        subject, options = options_of(style, notation=notation)
        table = make_table(subject, STYLES[style], options)
        cells = "\n".join(cell for row in table.rows for cell in row)
        assert style == "comparison" or options.shape((16, 10, 10)) in cells


def test_two_networks_in_a_configuration_keep_their_rows_and_tell_both_shapes() -> None:
    subject, _ = options_of("configuration", notation="C@HxW")
    other = presets.load("lenet5").project
    changed = other.replace_layer("c3", other.network["c3"].layer.replace(out_channels=20))
    pair = (changed, analyze(changed.network))
    plain = Options(baseline=pair)
    both = Options(baseline=pair, notation="C@HxW")
    rows = [make_table(subject, STYLES["configuration"], one).rows for one in (plain, both)]
    assert [row[1:] for row in rows[0][1:]] == [row[1:] for row in rows[1][1:]]  # the first tells the image
    assert "20@10×10 / 16@10×10" in [row[0] for row in rows[1]]
