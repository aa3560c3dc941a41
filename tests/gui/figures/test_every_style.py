"""What every style owes every network: nothing overlaps, nothing is cut off, the promised options."""

from dataclasses import fields
from functools import cache

import pytest

import presets
from engine.analysis.analyze import Analysis, analyze
from engine.model.project import Project
from gui.figures.drawing.drawing import Drawing, Rect, Text
from gui.figures.drawing.item_bounds import extent, text_overlaps
from gui.figures.figure import Subject, make_figure
from gui.figures.fitting import TARGETS, UNITS_PER_MM
from gui.figures.style import Options
from gui.figures.styles import STYLES
from gui.look.theme import LIGHT, PALETTES

SAMPLE = ("lenet5", "inception_3a", "resnet18", "unet")
"""Looked at in every run; all presets in `make test-figures`."""

ALL = [
    pytest.param(name, marks=() if name in SAMPLE else pytest.mark.figures) for name in presets.preset_names()
]


@cache
def loaded(name: str) -> tuple[Project, Analysis]:
    project = presets.load(name).project
    return project, analyze(project.network)


@cache
def baseline() -> tuple[Project, Analysis]:
    return loaded("inception_3a_naive")


def options(**chosen) -> Options:
    return Options(baseline=baseline(), **chosen)


def drawn(name: str, style_name: str, **chosen) -> Drawing:
    """Skips what the style says that it cannot draw."""
    project, analysis = loaded(name)
    style, chosen_options = STYLES[style_name], options(**chosen)
    problem = style.problem(project, analysis, chosen_options)
    if problem:
        assert "\n" not in problem
        pytest.skip(problem)
    return style.draw(project, analysis, None, LIGHT, chosen_options)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", ALL)
def test_no_two_texts_overlap(name: str, style: str) -> None:
    for fold in (False, True) if "fold" in STYLES[style].uses else (False,):
        pairs = text_overlaps(drawn(name, style, fold=fold).items)
        assert [(pair.plain, other.plain) for pair, other in pairs[:5]] == []


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", ALL)
def test_nothing_is_cut_off(name: str, style: str) -> None:
    drawing = drawn(name, style)
    for item in drawing.items:
        (left, top), (right, bottom) = extent(item)
        assert left >= -0.01, item
        assert top >= -0.01, item
        assert right <= drawing.width + 0.01, item
        assert bottom <= drawing.height + 0.01, item


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", ALL)
def test_it_fits_a_slide(name: str, style: str) -> None:
    project, analysis = loaded(name)
    slide = TARGETS["slide"]
    chosen = options(width_mm=slide.width_mm, height_mm=slide.height_mm, min_type_pt=slide.min_type_pt)
    if STYLES[style].problem(project, analysis, chosen):
        pytest.skip("cannot be drawn so")
    subject = Subject(project=project, analysis=analysis, palette=LIGHT)
    drawing = make_figure(subject, STYLES[style], chosen).drawing
    assert drawing.width == pytest.approx(slide.width_mm * UNITS_PER_MM)
    assert drawing.height <= slide.height_mm * UNITS_PER_MM + 0.01
    assert text_overlaps(drawing.items, slack=0.5) == []


@pytest.mark.parametrize("style", STYLES)
def test_a_style_names_options_that_there_are(style: str) -> None:
    made = STYLES[style]
    assert made.uses <= {field.name for field in fields(Options)}
    assert made.name == style
    assert made.title
    assert made.about
    assert not made.about.endswith(".")


@pytest.mark.parametrize("style", STYLES)
def test_an_empty_network_is_drawn_or_refused_in_one_line(style: str) -> None:
    project, analysis = Project(), analyze(Project().network)
    problem = STYLES[style].problem(project, analysis, options())
    if not problem:
        drawing = STYLES[style].draw(project, analysis, None, LIGHT, options())
        assert drawing.width >= 0
    assert "\n" not in problem


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("palette", PALETTES.values(), ids=list(PALETTES))
def test_the_background_is_the_themes_or_none(style: str, palette) -> None:
    project, analysis = loaded("lenet5")
    if STYLES[style].problem(project, analysis, options()):
        pytest.skip("cannot be drawn so")
    bare = STYLES[style].draw(project, analysis, None, palette, options(transparent=True))
    assert bare.background is None
    whole = [
        item
        for item in bare.items
        if isinstance(item, Rect) and item.width >= bare.width and item.height >= bare.height
    ]
    assert not whole
    assert STYLES[style].draw(project, analysis, None, palette, options()).background is not None


@pytest.mark.parametrize("style", STYLES)
def test_items_say_for_which_layer_they_are_drawn(style: str) -> None:
    project, _ = loaded("lenet5")
    drawing = drawn("lenet5", style)
    parts = {item.part for item in drawing.items} - {""}
    if "baseline" not in STYLES[style].uses:
        assert parts <= set(project.network.order)
    if not STYLES[style].uses & {"layer", "baseline"} and STYLES[style].table is None:
        assert len(parts) > 3


@pytest.mark.parametrize("style", STYLES)
def test_the_same_network_gives_the_same_drawing(style: str) -> None:
    assert repr(drawn("lenet5", style)) == repr(drawn("lenet5", style))


def test_every_text_is_told_in_a_size_that_can_be_read() -> None:
    for style in STYLES:
        project, analysis = loaded("lenet5")
        if not STYLES[style].problem(project, analysis, options()):
            drawing = STYLES[style].draw(project, analysis, None, LIGHT, options())
            assert min((item.size for item in drawing.items if isinstance(item, Text)), default=8) >= 7
