"""PDF and PNG."""

import io
import re
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from engine.errors import FormatError
from gui.figures.drawing.drawing import Curve, Drawing, Path, Picture, Polygon, Rect, Text
from gui.figures.rendering.painter import write_pdf, write_png

pytestmark = pytest.mark.usefixtures("qapp")

PIXELS = np.array([[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [0, 0, 0]]], np.uint8)
DRAWING = Drawing(
    width=80,
    height=40,
    background="#FFFFFF",
    title="Shapes",
    items=(
        Rect(x=0, y=0, width=20, height=20, fill="#0072B2"),
        Polygon(points=((20, 0), (40, 0), (40, 20), (20, 20)), fill="#E69F00"),
        Picture(x=40, y=0, width=20, height=20, pixels=PIXELS),
        Path(start=(60, 10), pieces=(Curve((65, 10), (70, 10), (80, 10)),), stroke="#D55E00", stroke_width=8),
        Text(x=40, y=36, text="Conv 3×3", size=13, colour="#000000", weight=600, anchor="middle"),
    ),
)


def pixels(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGBA"))


def test_shapes_have_their_colours_and_places() -> None:
    made = pixels(write_png(DRAWING))
    assert made.shape == (40, 80, 4)
    assert made[10, 10].tolist() == [0x00, 0x72, 0xB2, 255]
    assert made[10, 30].tolist() == [0xE6, 0x9F, 0x00, 255]
    assert made[10, 70].tolist() == [0xD5, 0x5E, 0x00, 255]
    assert made[30, 5].tolist() == [255, 255, 255, 255]


def test_pixels_of_a_picture_stay_sharp() -> None:
    made = pixels(write_png(DRAWING, scale=3))
    assert made[0:30, 120:150, :3].reshape(-1, 3).min(axis=0).tolist() == [255, 0, 0]
    assert made[29, 149].tolist() == [255, 0, 0, 255]
    assert made[30, 150].tolist() == [0, 0, 0, 255]


def test_text_is_centred_on_its_anchor() -> None:
    dark = np.argwhere(pixels(write_png(DRAWING, scale=4))[100:, :, :3].max(axis=2) < 100)
    assert len(dark) > 200
    assert (dark[:, 1].min() + dark[:, 1].max()) / 8 == pytest.approx(40, abs=1)


def test_no_background_is_transparent() -> None:
    made = pixels(write_png(Drawing(width=9, height=9)))
    assert made[..., 3].max() == 0


def test_a_picture_that_is_too_large_is_refused_before_it_is_made() -> None:
    with pytest.raises(FormatError, match="80,000×40,000 pixels"):
        write_png(DRAWING, scale=1000)


def test_a_pdf_has_the_size_of_the_drawing_and_its_text_with_embedded_fonts() -> None:
    data = write_pdf([DRAWING])
    assert data.startswith(b"%PDF-")
    assert re.search(rb"/MediaBox \[0 0 60\.0+ 30\.0+\]", data)
    assert b"Inter-SemiBold" in data
    assert b"/FontFile" in data


def test_the_same_drawing_gives_the_same_pdf() -> None:
    made = [write_pdf([DRAWING]) for _ in range(3)]
    assert all(a == b for a, b in pairwise(made))
    assert b"20000101000000Z" in made[0]


def test_offsets_of_the_pdf_are_right() -> None:
    data = write_pdf([DRAWING])
    start = int(re.search(rb"startxref\s+(\d+)", data)[1])
    assert data[start : start + 4] == b"xref"
    for offset, number in zip(re.findall(rb"(\d{10}) 00000 n", data), range(1, 99), strict=False):
        assert re.match(rb"%d 0 obj" % number, data[int(offset) :])


def test_the_font_of_a_window_changes_no_figure(qapp) -> None:
    from gui.look.appearance import font
    from tests.gui.figures.everything import EVERYTHING

    before = qapp.font()
    plain = write_png(EVERYTHING), write_pdf([EVERYTHING])
    qapp.setFont(font())
    try:
        assert (write_png(EVERYTHING), write_pdf([EVERYTHING])) == plain
    finally:
        qapp.setFont(before)
