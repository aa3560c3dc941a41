"""SVG."""

import io
import re
from base64 import b64decode
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from gui.figures.drawing.drawing import Drawing, Text
from gui.figures.text.embedded_font import embedded
from gui.figures.text.type_metrics import FILES, spans_width
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


def test_layers_are_groups_with_ids_and_the_figure_tells_itself() -> None:
    drawing = replace(EVERYTHING, about="Two boxes & a line.")
    root = parsed(drawing)
    groups = list(root.iter(f"{SVG}g"))
    assert [group.get("data-layer") for group in groups] == ["first", "second", "third", "third"]
    assert [group.get("id") for group in groups] == ["first", "second", "third", None]
    assert root.findtext(f"{SVG}desc") == "Two boxes & a line."
    assert root.get("role") == "img"


def test_the_size_is_in_millimetres() -> None:
    root = parsed()
    assert root.get("width") == "63.5mm"  # 240 units of 1/96 inch
    assert root.get("height") == "42.333mm"


def test_a_layer_with_any_name_gets_an_id_that_xml_takes() -> None:
    names = ("1×1 & <b>", "混合", "a b", "a-b")
    items = tuple(Text(x=0, y=9, text="a", size=9, colour="#000000", part=name) for name in names)
    ids = [group.get("id") for group in parsed(Drawing(width=9, height=9, items=items)).iter(f"{SVG}g")]
    assert ids[:2] == ["_1-1----b-", "混合"]
    assert ids[2:] == ["a-b", None]


def test_the_letters_that_are_written_come_with_the_file() -> None:
    style = parsed().findtext(f"{SVG}style")
    faces = re.findall(r"font-weight:(\d+);src:url\(data:font/woff;base64,([^)]+)\)", style)
    assert [weight for weight, _ in faces] == ["400", "600"]
    for _, data in faces:
        face = b64decode(data)
        assert face[:4] == b"wOFF"
        assert len(face) < 40_000
    assert parsed(outlines=True).find(f"{SVG}style") is None


def test_an_embedded_face_draws_its_letters_as_inter_does() -> None:
    tools = pytest.importorskip("fontTools.ttLib")
    pens = pytest.importorskip("fontTools.pens.recordingPen")
    from assets import font_paths

    letters = "Conv 3×3 · 64ÄµΣ"
    for name in FILES.values():
        path = next(path for path in font_paths() if path.stem == name)
        whole, part = tools.TTFont(path), tools.TTFont(io.BytesIO(embedded(name, letters)))
        drawn = []
        for font in (whole, part):
            glyphs, names = font.getGlyphSet(), font.getBestCmap()
            pen = [pens.DecomposingRecordingPen(glyphs) for _ in letters]
            for one, letter in zip(pen, letters, strict=True):
                glyphs[names[ord(letter)]].draw(one)
            drawn.append([one.value for one in pen])
        assert drawn[0] == drawn[1]
        assert len(part.getBestCmap()) == len(set(letters))
