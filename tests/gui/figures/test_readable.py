"""The product's own rule: what is asked for a slide is read from the last row. Measured here alone."""

from functools import cache

import numpy as np
import pytest

import presets
from engine.analysis.analyze import Analysis, analyze
from engine.model.project import Project
from gui.figures.drawing.drawing import Text
from gui.figures.drawing.item_bounds import extent, text_overlaps
from gui.figures.figure import Subject, make_figure
from gui.figures.fitting import TARGETS, UNITS_PER_MM, Figure, smallest_type_pt
from gui.figures.style import Options
from gui.figures.styles import STYLES
from gui.look.theme import LIGHT

BASELINES = {
    "lenet5": "alexnet", "alexnet": "vgg16", "vgg16": "googlenet", "inception_3a": "inception_3a_naive",
    "googlenet": "vgg16", "resnet18": "resnet34", "resnet50": "vgg16", "densenet121": "resnet50",
    "unet": "fcn8s", "mobilenet_v2": "mobilenet_v1", "convnext_tiny": "resnet50",
}  # fmt: skip
"""The networks of the contact sheet, and what each is compared with."""
SAMPLE = ("lenet5", "inception_3a", "unet")
MOST_BELOW = 5
"""Of all styles × networks at slide size; none of them may be below `LEAST_PT`."""
LEAST_PT = 6.0


@cache
def loaded(name: str) -> tuple[Project, Analysis]:
    project = presets.load(name).project
    return project, analyze(project.network)


def slide(name: str, style_name: str) -> Figure | None:
    """The figure at slide size, with nothing asked for; None where the style cannot draw the network."""
    (project, analysis), style, target = loaded(name), STYLES[style_name], TARGETS["slide"]
    options = Options(
        width_mm=target.width_mm, height_mm=target.height_mm, min_type_pt=target.min_type_pt,
        baseline=loaded(BASELINES[name]),
    )  # fmt: skip
    if style.problem(project, analysis, options):
        return None
    return make_figure(Subject(project=project, analysis=analysis, palette=LIGHT), style, options)


def smallest(figure: Figure) -> float:
    """Re-measured on the drawings, not taken from the figure's word."""
    return min(smallest_type_pt(page) or 99.0 for page in figure.pages or (figure.drawing,))


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", SAMPLE)
def test_a_slide_is_readable_or_says_that_it_is_not(name: str, style: str) -> None:
    figure = slide(name, style)
    if figure is None:
        return
    assert figure.smallest_type_pt == pytest.approx(smallest(figure), abs=0.01) or not figure.smallest_type_pt
    assert figure.has_type_enough or "smallest type is" in figure.note
    assert smallest(figure) >= LEAST_PT


@pytest.mark.figures
def test_at_most_five_slides_of_all_miss_8_pt_and_none_6_pt() -> None:
    sizes = {
        (name, style): smallest(figure)
        for name in BASELINES
        for style in STYLES
        if (figure := slide(name, style)) is not None
    }
    below = {one: size for one, size in sizes.items() if size < TARGETS["slide"].min_type_pt - 0.05}
    print(f"{len(sizes)} slides, below 8 pt: {below}")
    assert len(below) <= MOST_BELOW
    assert min(sizes.values()) >= LEAST_PT


@pytest.mark.figures
@pytest.mark.parametrize("name", BASELINES)
def test_pages_hold_everything_once_and_fit_the_slide(name: str) -> None:
    for style in STYLES.values():
        figure = slide(name, style.name)
        if figure is None or not figure.pages or style.needs:
            continue
        height = TARGETS["slide"].height_mm
        assert height is not None
        parts = [{item.part for item in page.items} - {""} for page in figure.pages]
        assert all(parts) or style.name == "configuration", style.name
        for index, own in enumerate(parts):
            assert not any(own & other for other in parts[index + 1 :]), style.name
        for page in figure.pages:
            assert page.height <= height * UNITS_PER_MM + 0.01
            assert text_overlaps(page.items) == []
            for item in page.items:
                (left, top), (right, bottom) = extent(item)
                assert min(left, top) >= -0.01, item
                assert max(right - page.width, bottom - page.height) <= 0.01, item


def test_a_figure_of_several_pages_is_one_pdf_and_one_deck_and_numbered_pictures(tmp_path, qapp) -> None:
    from pptx import Presentation

    from gui.figures.figure import write_figure

    (project, analysis), target = loaded("googlenet"), TARGETS["slide"]
    subject = Subject(project=project, analysis=analysis, palette=LIGHT)
    options = Options(width_mm=target.width_mm, height_mm=target.height_mm, min_type_pt=target.min_type_pt)
    pages = make_figure(subject, STYLES["configuration"], options).pages
    assert len(pages) > 1
    for ending in ("pdf", "pptx", "svg"):
        note = write_figure(tmp_path / f"a.{ending}", subject, STYLES["configuration"], options)
        assert f"split over {len(pages)} pages" in note
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["a-2.svg", "a.pdf", "a.pptx", "a.svg"]
    assert (tmp_path / "a.pdf").read_bytes().count(b"/Type /Page\n") == len(pages)
    assert len(Presentation(str(tmp_path / "a.pptx")).slides) == len(pages)


def test_what_an_explicit_choice_would_have_to_give_up_is_split_instead() -> None:
    project, analysis = loaded("googlenet")
    target = TARGETS["slide"]
    options = Options(
        width_mm=target.width_mm, height_mm=target.height_mm, min_type_pt=target.min_type_pt,
        labels=frozenset({"names", "shapes"}), explicit=frozenset({"labels", "fold", "direction"}),
    )  # fmt: skip
    figure = make_figure(
        Subject(project=project, analysis=analysis, palette=LIGHT), STYLES["column"], options
    )
    assert figure.options == options
    assert len(figure.pages) > 1
    assert f"split over {len(figure.pages)} pages" in figure.note


@pytest.mark.parametrize(("name", "style"), [("vgg16", "slabs"), ("resnet18", "column"), ("alexnet", "flow")])
@pytest.mark.parametrize("place", ["slide", "a4"])
def test_no_line_is_left_with_a_single_word(name: str, style: str, place: str) -> None:
    project, analysis = loaded(name)
    target = TARGETS[place]
    options = Options(width_mm=target.width_mm, height_mm=target.height_mm, min_type_pt=target.min_type_pt)
    figure = make_figure(Subject(project=project, analysis=analysis, palette=LIGHT), STYLES[style], options)
    drawing = figure.drawing
    last = [item for item in drawing.items if item.part == project.network.order[-1]]
    across = 0 if style == "column" else 1
    (low, high) = (
        min(extent(item)[0][across] for item in last), max(extent(item)[1][across] for item in last)
    )  # fmt: skip
    beside = {
        item.part
        for item in drawing.items
        if item.part and low <= sum(corner[across] for corner in extent(item)) / 2 <= high
    }
    assert len(beside) > 1


def test_a_network_with_problems_is_compared_with_a_warning() -> None:
    from engine.layers.convolution import Conv2d
    from engine.model.network import Node
    from engine.shapes import Padding

    project, analysis = loaded("lenet5")
    layer = Conv2d(out_channels=4, kernel_size=(99, 99), padding=Padding("valid"))
    broken = Node(id="broken", layer=layer, inputs=("c1",))
    other = project.with_network(project.network.add(broken))
    options = Options(baseline=(other, analyze(other.network)))
    drawing = STYLES["comparison"].draw(project, analysis, None, LIGHT, options)
    words = [item.plain for item in drawing.items if isinstance(item, Text)]
    assert "! 1 layer has problems: its numbers are incomplete" in words


@pytest.mark.parametrize("style", ["arithmetic", "feature-maps", "receptive-field"])
@pytest.mark.parametrize("name", ["lenet5", "alexnet", "inception_3a", "googlenet"])
def test_what_is_of_one_layer_is_readable_in_a_column_of_a_paper(name: str, style: str) -> None:
    """Words grow, panels and lists go below each other; nothing overlaps, nothing is cut off."""
    (project, analysis), made, target = loaded(name), STYLES[style], TARGETS["column"]
    random = np.random.default_rng(0)
    maps = {
        one: random.standard_normal((1, *report.output_shape), dtype=np.float32)
        for one, report in list(analysis.layers.items())[:3]
        if report.output_shape is not None
    }
    _, *size = next(iter(maps.values())).shape[1:]
    options = Options(
        width_mm=target.width_mm, height_mm=target.height_mm, min_type_pt=target.min_type_pt,
        effective=random.random(size, dtype=np.float32), at=(0, 3, 3) if style == "receptive-field" else None,
    )  # fmt: skip
    subject = Subject(project=project, analysis=analysis, palette=LIGHT, maps=maps)
    drawing = make_figure(subject, made, options).drawing
    assert smallest_type_pt(drawing) >= target.min_type_pt - 0.05
    assert text_overlaps(drawing.items) == []
    for item in drawing.items:
        (left, top), (right, bottom) = extent(item)
        assert min(left, top) >= -0.01, item
        assert max(right - drawing.width, bottom - drawing.height) <= 0.01, item


def test_a_comparison_in_a_column_names_both_networks_whole() -> None:
    project, analysis = loaded("alexnet")
    target = TARGETS["column"]
    options = Options(
        width_mm=target.width_mm, height_mm=target.height_mm, min_type_pt=target.min_type_pt,
        baseline=loaded("vgg16"),
    )  # fmt: skip
    subject = Subject(project=project, analysis=analysis, palette=LIGHT)
    figure = make_figure(subject, STYLES["comparison"], options)
    words = [item.plain for item in figure.drawing.items if isinstance(item, Text)]
    assert words.count(project.title) == 4  # above the network, and beside three bars
    assert not any("…" in word for word in words)
