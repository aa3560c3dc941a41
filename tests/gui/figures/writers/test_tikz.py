"""TikZ."""

import re
import zlib

import numpy as np

from gui.figures.drawing.drawing import Drawing, Font, Picture, Text
from gui.figures.rendering.inline_image import coarser, inline_image
from gui.figures.text.latex_text import can_set, set_line
from gui.figures.writer import Finish
from gui.figures.writers.tikz import MOST_PIXELS, write
from tests.gui.figures.everything import EVERYTHING, SHARP


def source(drawing: Drawing = EVERYTHING, **finish) -> str:
    return write(drawing, Finish(**finish)).decode("ascii")


def test_it_is_a_document_of_its_own(qapp: object) -> None:
    text = source()
    assert text.count(r"\begin{document}") == text.count(r"\end{document}") == 1
    packages = re.findall(r"\\usepackage\{(.*?)\}", text)
    assert packages == ["fix-cm", "tikz"]
    assert r"\includegraphics" not in text
    assert r"\input" not in text
    assert r"\paperwidth=180bp \paperheight=120bp" in text


def test_parts_are_named_and_colours_defined_before_they_are_used(qapp: object) -> None:
    text = source()
    assert [line for line in text.splitlines() if line.startswith("% first")] == ["% first"]
    used = set(re.findall(r"(?:fill|draw|text)=c([0-9A-F]{6})", text))
    assert used <= set(re.findall(r"\\definecolor\{c([0-9A-F]{6})\}\{HTML\}", text))


def test_signs_of_tex_are_set_as_signs() -> None:
    assert can_set("50 % of_{a} \\ × −1 → #1 & $")
    text = Text(x=0, y=0, text="a_b % 3×3", size=10, colour="#000000", weight=600)
    assert set_line(text) == r"\textbf{a\_b \% 3$\times$3}"
    assert not can_set("混合")


def test_each_typeface_is_one_that_latex_has() -> None:
    def line(font: Font) -> str:
        text = Text(x=0, y=15, text="a", size=10, colour="#000000", font=font)
        return source(Drawing(width=50, height=20, items=(text,)))

    assert r"{\fontfamily{phv}\selectfont a}" in line("arial")
    assert r"{\rmfamily a}" in line("serif")
    assert r"{a}" in line("inter")


def test_what_latex_cannot_set_becomes_shapes(qapp: object) -> None:
    drawing = Drawing(width=50, height=20, items=(Text(x=0, y=15, text="混", size=10, colour="#000000"),))
    assert "\\node" not in source(drawing)
    plain = Drawing(width=50, height=20, items=(Text(x=0, y=15, text="a", size=10, colour="#000000"),))
    assert "\\node" in source(plain)
    assert "nonzero rule" in source(plain, outlines=True)


def test_a_picture_keeps_its_pixels() -> None:
    lines = inline_image(SHARP, 10, 10, smooth=False)
    start = lines.index("ID")
    table = re.search(r"/RGB (\d+) <([0-9a-f]+)>", "".join(lines[:start]))
    packed = "".join(lines[start + 1 :]).partition(">")[0]
    colours = np.frombuffer(bytes.fromhex(table[2]), np.uint8).reshape(-1, 3)
    indices = np.frombuffer(zlib.decompress(bytes.fromhex(packed)), np.uint8)
    assert np.array_equal(colours[indices].reshape(SHARP.shape), SHARP)
    assert max(map(len, lines)) <= 120


def test_many_pictures_share_what_tex_can_hold() -> None:
    pixels = np.zeros((1000, 1000, 3), np.uint8)
    picture = Picture(x=0, y=0, width=50, height=50, pixels=pixels)
    text = source(Drawing(width=50, height=50, items=(picture, picture)))
    sizes = [int(w) * int(h) for w, h in re.findall(r"BI /W (\d+) /H (\d+)", text)]
    assert 0.9 * MOST_PIXELS < sum(sizes) <= MOST_PIXELS


def test_coarser_pictures_keep_their_kind_of_pixels() -> None:
    board = np.indices((8, 8)).sum(axis=0) % 2 * np.uint8(255)
    pixels = np.repeat(board[..., None].astype(np.uint8), 3, axis=2)
    assert set(np.unique(coarser(pixels, 16, smooth=False))) <= {0, 255}
    assert set(np.unique(coarser(pixels, 16, smooth=True))) == {128}
    assert coarser(pixels, 64, smooth=True) is pixels
