"""SVG."""

from xml.etree import ElementTree

from gui.figures.drawing.drawing import Drawing, Text
from gui.figures.text.type_metrics import spans_width
from gui.figures.writer import Finish
from gui.figures.writers.svg import write
from tests.gui.figures.everything import EVERYTHING

SVG = "{http://www.w3.org/2000/svg}"


def parsed(drawing: Drawing = EVERYTHING, **finish) -> ElementTree.Element:
    return ElementTree.fromstring(write(drawing, Finish(**finish)))


def test_every_item_has_its_element() -> None:
    root = parsed()
    found = [element.tag.removeprefix(SVG) for element in root.iter()]
    assert found.count("ellipse") == 2  # one of them the head of a path
    assert found.count("polygon") == 2
    assert found.count("image") == 2
    assert found.count("text") == 4
    assert root.get("viewBox") == "0 0 240 160"
    assert root.findtext(f"{SVG}title") == "All there is & <more>"


def test_opacity_dashes_and_turns_are_written() -> None:
    root = parsed()
    assert next(root.iter(f"{SVG}ellipse")).get("fill-opacity") == "0.5"
    assert next(root.iter(f"{SVG}polygon")).get("stroke-dasharray") == "4,2"
    turned = [one.get("transform") for one in root.iter(f"{SVG}text") if one.get("transform")]
    assert turned == ["rotate(-90 228 110)"]


def test_scripts_come_back_to_the_line() -> None:
    text = next(one for one in parsed().iter(f"{SVG}text") if len(one))
    shifts = [float(one.get("dy", 0)) for one in text]
    assert shifts[0] > 0 > shifts[1]
    assert "".join(text.itertext()) == "yi = W·x2"
    assert text[0].get("font-style") == "italic"


def test_a_raised_piece_shifts_back_for_the_next() -> None:
    from gui.figures.drawing.drawing import Span

    line = (Span("a"), Span("2", script=1), Span("b"))
    drawing = Drawing(width=9, height=9, items=(Text(x=0, y=9, text=line, size=10, colour="#000000"),))
    text = next(parsed(drawing).iter(f"{SVG}text"))
    assert sum(float(one.get("dy", 0)) for one in text) == 0
    assert float(text.get("textLength")) == round(spans_width(line, 10), 3)


def test_letters_become_shapes_where_that_is_wanted(qapp: object) -> None:
    root = parsed(outlines=True)
    assert not list(root.iter(f"{SVG}text"))
    shapes = [one for one in root.iter(f"{SVG}path") if one.get("aria-label")]
    assert [shape.get("aria-label") for shape in shapes][:2] == ["Conv 3×3 · 64", "yi = W·x2"]
    assert all(shape.get("d", "").startswith("M") for shape in shapes)
