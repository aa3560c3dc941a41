"""PowerPoint."""

import io

import pytest
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE
from pptx.slide import Slide
from pptx.util import Emu

import presets
from engine.analysis.analyze import analyze
from gui.figures.drawing.drawing import Drawing
from gui.figures.drawing.item_bounds import scaled_drawing
from gui.figures.figure import Subject, make_figure
from gui.figures.style import Options
from gui.figures.styles import STYLES
from gui.figures.writer import Finish
from gui.figures.writers.pptx import write
from gui.look.theme import LIGHT
from tests.gui.figures.everything import EVERYTHING


def opened(drawing: Drawing = EVERYTHING) -> tuple[object, Slide]:
    deck = Presentation(io.BytesIO(write(drawing, Finish())))
    (slide,) = deck.slides
    return deck, slide


def test_a_small_figure_stands_in_the_middle_of_a_slide() -> None:
    deck, slide = opened()
    assert deck.slide_width == pytest.approx(Emu(9144000), abs=10)
    assert deck.slide_width / deck.slide_height == pytest.approx(16 / 9, rel=1e-4)
    first = slide.shapes[0].shapes[0]
    assert first.left / 9525 == pytest.approx((960 - 240) / 2 + 10, abs=0.2)
    assert (first.width, first.height) == (40 * 9525, 30 * 9525)


def test_a_large_figure_has_a_larger_slide_up_to_what_powerpoint_takes() -> None:
    deck, _ = opened(scaled_drawing(EVERYTHING, 10))
    assert deck.slide_height == 1600 * 9525
    assert deck.slide_width / deck.slide_height == pytest.approx(16 / 9, rel=1e-4)
    deck, _ = opened(scaled_drawing(EVERYTHING, 100))
    assert deck.slide_width == pytest.approx(56 * 914400, abs=9525)


def test_shapes_are_native_and_grouped_by_layer() -> None:
    _, slide = opened()
    groups = [shape for shape in slide.shapes if shape.shape_type == MSO_SHAPE_TYPE.GROUP]
    assert [group.name for group in groups] == ["first", "second", "third", "third"]
    kinds = {shape.shape_type for group in groups for shape in group.shapes}
    assert kinds == {MSO_SHAPE_TYPE.AUTO_SHAPE, MSO_SHAPE_TYPE.FREEFORM, MSO_SHAPE_TYPE.PICTURE}
    assert groups[0].shapes[0].fill.fore_color.rgb == (0x00, 0x72, 0xB2)


def test_text_can_be_edited() -> None:
    _, slide = opened()
    boxes = [shape for shape in slide.shapes if shape.has_text_frame and shape.text_frame.text]
    assert [box.text_frame.text for box in boxes][:2] == ["Conv 3×3 · 64", "yi = W·x2"]
    run = boxes[0].text_frame.paragraphs[0].runs[0]
    assert (run.font.bold, run.font.size.pt) == (True, 9.75)
    assert boxes[2].rotation == 270


def test_every_shape_has_a_number_of_its_own() -> None:
    _, slide = opened()
    numbers = [element.get("id") for element in slide._element.iter() if element.tag.endswith("cNvPr")]
    assert len(numbers) == len(set(numbers)) > 12


def of(preset: str, style: str) -> Slide:
    project = presets.load(preset).project
    subject = Subject(project=project, analysis=analyze(project.network), palette=LIGHT)
    _, slide = opened(make_figure(subject, STYLES[style], Options()).drawing)
    return slide


def inner(slide: Slide) -> list:
    return [one for shape in slide.shapes for one in (shape.shapes if hasattr(shape, "shapes") else [shape])]


@pytest.mark.parametrize("style", ["column", "flow"])
def test_wires_are_connectors_glued_to_the_boxes_of_their_layers(style: str) -> None:
    slide = of("lenet5", style)
    numbers = {shape.shape_id: shape for shape in inner(slide)}
    connectors = [shape for shape in numbers.values() if shape._element.tag.endswith("cxnSp")]
    assert len(connectors) > 5
    project = presets.load("lenet5").project
    home = {
        one.shape_id: shape.name
        for shape in slide.shapes
        for one in (shape.shapes if hasattr(shape, "shapes") else [shape])
    }
    joined = set()
    for connector in connectors:
        ends = connector._element.findall(".//{*}stCxn") + connector._element.findall(".//{*}endCxn")
        joined.add(tuple(home[int(end.get("id"))] for end in ends))
    assert len(joined) > 5
    order = list(project.network.order)
    for source, target in (pair for pair in joined if len(pair) == 2):
        assert order.index(source) < order.index(target)


def test_text_stands_in_its_box() -> None:
    slide = of("lenet5", "column")
    boxes = [shape for shape in inner(slide) if shape.has_text_frame and shape.text_frame.text == "fc 84"]
    (box,) = boxes
    assert box.fill.type is not None
    assert box.text_frame.word_wrap is False
    two_lines = [shape for shape in inner(of("inception_3a", "column")) if shape.has_text_frame]
    assert "Conv\n3×3+1(S), 128" in [shape.text_frame.text for shape in two_lines]


def test_every_layer_has_a_text_for_those_who_do_not_see_it() -> None:
    slide = of("lenet5", "column")
    told: dict[str, str] = {}
    for shape in slide.shapes:
        told[shape.name] = told.get(shape.name, "") + (shape._element.find(".//{*}cNvPr").get("descr") or "")
    order = set(presets.load("lenet5").project.network.order)
    assert "5×5 conv, 6" in told["c1"]
    assert all(told[name] for name in order & told.keys())


def test_the_slide_says_which_shape_it_has() -> None:
    deck, _ = opened()
    assert deck.element.sldSz.get("type") == "screen16x9"
    deck, _ = opened(scaled_drawing(EVERYTHING, 10))
    assert deck.element.sldSz.get("type") is None
