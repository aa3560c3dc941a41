"""PowerPoint."""

import io

import pytest
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE
from pptx.slide import Slide
from pptx.util import Emu

from gui.figures.drawing.drawing import Drawing
from gui.figures.drawing.item_bounds import scaled_drawing
from gui.figures.writer import Finish
from gui.figures.writers.pptx import write
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
