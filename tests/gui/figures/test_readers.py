"""Every preset in every style and format is read back by programs that know nothing of OneByOne.

`make test` looks at LeNet-5, `make test-figures` at all presets.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import presets
from engine.analysis.analyze import analyze
from gui.figures.drawing.drawing import Drawing
from gui.figures.figure import Subject, can_write, make_animation, make_figure, usual_motion
from gui.figures.rendering.painter import raster
from gui.figures.style import Options, Style
from gui.figures.styles import STYLES
from gui.figures.worked.photograph_crop import photograph_of
from gui.figures.writer import Finish
from gui.figures.writers import WRITERS
from gui.look.theme import LIGHT
from tests.gui.figures.everything import EVERYTHING
from tests.gui.figures.readers import (
    compile_tex,
    convert_slides,
    difference,
    fonts_not_embedded,
    is_alike,
    needs,
    pdf_size,
    read_pdf,
    read_svg,
)

pytestmark = [pytest.mark.usefixtures("qapp"), pytest.mark.timeout(1800)]

AREA = 300_000
"""Pixels of the pictures that are compared."""
MOST = 6_000_000
SETS = (
    pytest.param(("lenet5",), id="lenet5"),
    pytest.param(tuple(presets.preset_names()), id="all presets", marks=pytest.mark.figures),
)
every_style = pytest.mark.parametrize("style", STYLES)
every_set = pytest.mark.parametrize("names", SETS)


@cache
def subject_of(name: str) -> Subject:
    project = presets.load(name).project
    return Subject(project=project, analysis=analyze(project.network), palette=LIGHT)


@cache
def options() -> Options:
    naive = subject_of("inception_3a_naive")
    return Options(baseline=(naive.project, naive.analysis))


def with_maps(subject: Subject, style: Style) -> tuple[Subject, Options]:
    """As if the network had been run: made-up maps of the layer that the style shows and of its inputs."""
    project, analysis = subject.project, subject.analysis
    chosen = style.focused(project, analysis, options())
    if not style.needs - {"baseline"}:
        return subject, chosen
    shown = [node for node in project.network.nodes.values() if node.id == chosen.layer]
    ids = {node.id for node in project.network.nodes.values() if not node.inputs}
    ids |= {chosen.layer, *(source for one in shown for source in one.inputs)}
    made = {}
    for node_id in sorted(ids & set(analysis.layers)):
        shape = analysis.layers[node_id].output_shape
        if shape is not None:
            values = np.sin(np.arange(np.prod(shape), dtype=np.float32) / 60).reshape(1, *shape)
            made[node_id] = values
    rows, columns = next(iter(made.values())).shape[-2:] if made else (8, 8)
    photograph = np.indices((rows, columns)).sum(axis=0)[..., None].repeat(3, axis=2).astype(np.uint8)
    effective = np.ones((rows, columns), np.float32)
    return replace(subject, maps=made), replace(chosen, photograph=photograph, effective=effective)


def subjects(names: tuple[str, ...], style: str) -> Iterator[tuple[str, Subject, Options]]:
    """Those that the style can draw, with maps where it draws nothing without them."""
    found = False
    for name in names:
        subject, chosen = with_maps(subject_of(name), STYLES[style])
        if not STYLES[style].problem(subject.project, subject.analysis, chosen):
            found = True
            yield name, subject, chosen
    if not found:
        pytest.skip("cannot be drawn in this style")


def drawings(names: tuple[str, ...], style: str) -> Iterator[tuple[str, Drawing]]:
    for name, subject, chosen in subjects(names, style):
        yield name, make_figure(subject, STYLES[style], chosen).drawing


def width_of(drawing: Drawing) -> int:
    """Pixels of the width that give about `AREA`, and more where type could not be read otherwise."""
    size = drawing.width * drawing.height
    scale = min(max((AREA / size) ** 0.5, 0.75), (MOST / size) ** 0.5)
    return max(64, round(scale * drawing.width))


def painted(drawing: Drawing) -> np.ndarray:
    """As Qt draws it: what the dialog shows."""
    pixels = raster(drawing, width_of(drawing) / drawing.width).astype(float)
    alpha = pixels[..., 3:] / 255
    return np.rint(pixels[..., :3] * alpha + 255 * (1 - alpha)).astype(np.uint8)


def written(name: str, drawing: Drawing, **finish) -> bytes:
    return WRITERS[name].write(drawing, Finish(**finish))


@every_set
@every_style
def test_librsvg_draws_the_svg_as_qt_does(names: tuple[str, ...], style: str) -> None:
    needs("rsvg-convert")
    for name, drawing in drawings(names, style):
        expected = painted(drawing)
        size = expected.shape[1::-1]
        shapes = read_svg(written("svg", drawing, outlines=True), *size)
        assert is_alike(shapes, expected, letters=False), name
        text = read_svg(written("svg", drawing), *size)
        assert is_alike(text, expected, letters=True), name


@every_set
@every_style
def test_poppler_draws_the_pdf_as_qt_does_and_finds_its_fonts(
    names: tuple[str, ...], style: str, tmp_path: Path
) -> None:
    needs("pdftoppm")
    for name, drawing in drawings(names, style):
        path = tmp_path / f"{name}.pdf"
        path.write_bytes(written("pdf", drawing))
        assert fonts_not_embedded(path) == [], name
        assert pdf_size(path) == pytest.approx((drawing.width * 0.75, drawing.height * 0.75), abs=0.6)
        expected = painted(drawing)
        assert is_alike(read_pdf(path, *expected.shape[1::-1]), expected, letters=False), name


@every_set
@every_style
def test_pdflatex_compiles_the_tikz(names: tuple[str, ...], style: str, tmp_path: Path) -> None:
    needs("pdflatex")
    needs("pdftoppm")
    for name, drawing in drawings(names, style):
        path = tmp_path / f"{name}.tex"
        path.write_bytes(written("tikz", drawing))
        pdf = compile_tex(path)
        assert pdf_size(pdf) == pytest.approx((drawing.width * 0.75, drawing.height * 0.75), abs=0.6)
        # Its letters are LaTeX's own.
        expected = painted(drawing)
        assert is_alike(read_pdf(pdf, *expected.shape[1::-1]), expected, letters=True), name
        path.unlink()


@pytest.mark.figures
@every_style
def test_libreoffice_draws_the_slides(style: str, tmp_path: Path) -> None:
    needs("soffice")
    needs("pdftoppm")
    made, drawn = [], []
    for name, drawing in drawings(tuple(presets.preset_names()), style):
        path = tmp_path / f"{name}.pptx"
        path.write_bytes(written("pptx", drawing))
        made.append(path)
        drawn.append(drawing)
    for path, drawing in zip(convert_slides(made, tmp_path), drawn, strict=True):
        slide = read_pdf(path, 800)
        assert slide.shape[1] / slide.shape[0] == pytest.approx(16 / 9, rel=0.01)
        share = min(slide.shape[1] / drawing.width, slide.shape[0] / drawing.height, 800 / 960)
        width, height = round(drawing.width * share), round(drawing.height * share)
        left, top = (slide.shape[1] - width) // 2, (slide.shape[0] - height) // 2
        part = slide[top : top + height, left : left + width]
        expected = painted(drawing)
        assert is_alike(part, expected, letters=True), path.stem


@every_set
@every_style
def test_animations_have_the_frames_and_durations_they_were_given(names: tuple[str, ...], style: str) -> None:
    for name, subject, chosen in subjects(names, style):
        motion = usual_motion(STYLES[style], WRITERS["gif"])
        animation = make_animation(subject, STYLES[style], chosen, motion)
        last = animation.frames[-1]
        scale = min(0.5, 160 / last.width, 160 / last.height)
        whole = animation.duration_ms * (len(animation.frames) - 1) + animation.last_ms
        for form in ("gif", "webp", "apng"):
            data = WRITERS[form].animate(animation, Finish(scale=scale))
            image = Image.open(io.BytesIO(data))
            count = getattr(image, "n_frames", 1)
            if count == 1:
                continue  # a still picture has no duration
            durations = []
            for index in range(count):
                image.seek(index)
                image.load()
                durations.append(image.info.get("duration", whole))
            assert len(durations) <= len(animation.frames), (name, form)
            assert sum(durations) == pytest.approx(whole), (name, form)


class _Cells(HTMLParser):
    """Counts the rows and cells of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[int] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "tr":
            self.rows.append(0)
        elif tag in ("td", "th"):
            self.rows[-1] += 1


@every_set
@pytest.mark.parametrize("style", [name for name, style in STYLES.items() if style.table is not None])
def test_tables_are_read_back_cell_by_cell(names: tuple[str, ...], style: str, tmp_path: Path) -> None:
    needs("pdflatex")
    for name, subject, chosen in subjects(names, style):
        table = STYLES[style].table(subject.project, subject.analysis, chosen)
        width = len(table.headings)
        rows = list(csv.reader(io.StringIO(WRITERS["csv"].tabulate(table).decode())))
        assert {len(row) for row in rows} == {width}, name
        assert len(rows) == len(table.rows) + 1
        page = _Cells()
        page.feed(WRITERS["html"].tabulate(table).decode())
        assert set(page.rows) == {width}
        lines = WRITERS["markdown"].tabulate(table).decode().splitlines()
        assert {line.replace("\\|", "").count("|") for line in lines} == {width + 1}
        path = tmp_path / f"{name}.tex"
        path.write_bytes(WRITERS["latex"].tabulate(table))
        compile_tex(path)


def test_the_whole_vocabulary_is_read_back_alike(tmp_path: Path) -> None:
    needs("rsvg-convert")
    needs("pdftoppm")
    expected = painted(EVERYTHING)
    size = expected.shape[1::-1]
    assert difference(read_svg(written("svg", EVERYTHING, outlines=True), *size), expected) < 1
    path = tmp_path / "all.pdf"
    for outlines in (False, True):
        path.write_bytes(written("pdf", EVERYTHING, outlines=outlines))
        assert difference(read_pdf(path, width_of(EVERYTHING)), expected) < 1


def test_the_whole_vocabulary_compiles(tmp_path: Path) -> None:
    needs("pdflatex")
    needs("pdftoppm")
    for outlines, most in ((False, 3), (True, 1)):
        path = tmp_path / "all.tex"
        path.write_bytes(written("tikz", EVERYTHING, outlines=outlines))
        assert difference(read_pdf(compile_tex(path), width_of(EVERYTHING)), painted(EVERYTHING)) < most


def test_every_style_and_format_that_should_go_together_does() -> None:
    for style in STYLES.values():
        for writer in WRITERS.values():
            assert can_write(style, writer) == (writer.tabulate is None or style.table is not None)


def test_a_photograph_is_what_the_input_sees() -> None:
    scene = np.zeros((40, 80, 3), np.uint8)
    scene[:, 40:] = 255
    seen = photograph_of(subject_of("lenet5").project, scene)
    assert seen.shape[0] == seen.shape[1] >= 448
    assert seen[200, 60].max() < 30
    assert seen[200, -60].min() > 225
    assert seen[200, -10].max() < 30  # two columns of the 32 are the border that its digits were given
