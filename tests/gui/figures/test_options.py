"""Colours, notation, typeface and sizes, of every style that knows them."""

import io
import zipfile

import pytest

import presets
from engine.analysis.analyze import analyze
from engine.errors import FormatError
from gui.command_line import main
from gui.figures.drawing.drawing import Drawing, Text
from gui.figures.figure import Subject, make_figure
from gui.figures.fitting import TARGETS, UNITS_PER_MM
from gui.figures.style import NOTATIONS, Options
from gui.figures.styles import STYLES
from gui.figures.tints import FAMILIES, GREYS, OKABE_ITO, colour_of_kind
from gui.figures.writer import Finish
from gui.figures.writers import WRITERS
from gui.look.theme import LIGHT

OTHERS = {"u": "unet", "neurons": "lenet5", "arithmetic": "alexnet"}
WITH_COLOURS = [name for name, style in STYLES.items() if "colours" in style.uses]
WITH_NOTATION = [name for name, style in STYLES.items() if "notation" in style.uses]


def drawn(style: str, **options) -> Drawing:
    project = presets.load(OTHERS.get(style, "lenet5")).project
    other = presets.load("alexnet").project
    options |= {"baseline": (other, analyze(other.network))}
    subject = Subject(project=project, analysis=analyze(project.network), palette=LIGHT)
    return make_figure(subject, STYLES[style], Options(**options)).drawing


def colours(drawing: Drawing) -> set[str]:
    found = {getattr(item, "fill", None) for item in drawing.items}
    return found | {getattr(item, "stroke", None) for item in drawing.items}


def test_every_kind_has_a_colour_in_every_palette() -> None:
    assert OKABE_ITO.keys() == GREYS.keys() == FAMILIES.keys()


@pytest.mark.parametrize("style", WITH_COLOURS)
def test_palettes_and_own_colours_reach_the_drawing(style: str) -> None:
    usual = colours(drawn(style))
    assert colours(drawn(style, colours="okabe-ito")) != usual or style in (
        "table",
        "flow",
        "blocks",
        "neurons",
    )
    greys = colours(drawn(style, colours="greys")) - usual
    assert greys
    assert all(colour[1:3] == colour[3:5] == colour[5:] for colour in greys if colour)
    kind = {"u": "up", "neurons": "pooling"}.get(style, "convolution")
    own = colours(drawn(style, colours="okabe-ito", colour=((kind, "#12AB34"),)))
    if style == "blocks":  # its faces are tinted
        assert own != colours(drawn(style, colours="okabe-ito"))
    else:
        assert any(colour and colour.startswith("#") and _is_like(colour, "#12AB34") for colour in own)


def _is_like(colour: str, other: str) -> bool:
    """Whether it is the other, or a tint of it: the same order of its parts, and green by far the most."""
    red, green, blue = bytes.fromhex(colour[1:])
    return colour == other or (green > blue > red and green - red > 40)


@pytest.mark.parametrize("style", WITH_NOTATION)
def test_shapes_are_written_as_they_were_asked_for(style: str) -> None:
    told = {
        notation: " ".join(i.plain for i in drawn(style, notation=notation).items if isinstance(i, Text))
        for notation in NOTATIONS
    }
    if style in ("feature-maps",):
        return  # without maps it has no shapes
    assert len(set(told.values())) == 3
    assert "@" in told["C@HxW"]
    assert "@" not in told["CxHxW"] + told["HxWxC"]


def test_a_colour_is_given_as_kind_and_hex() -> None:
    assert colour_of_kind("pooling=#c0392b") == ("pooling", "#C0392B")
    with pytest.raises(FormatError, match="'pool' is no kind of layer; there are input, convolution"):
        colour_of_kind("pool=#c0392b")
    with pytest.raises(FormatError, match="'red' is no colour such as"):
        colour_of_kind("pooling=red")


@pytest.mark.parametrize(
    ("font", "svg", "slide", "tex"),
    [
        ("arial", b"font-family=\"'Arial'", b'typeface="Arial"', b""),
        ("serif", b"CMU Serif", b'typeface="Times New Roman"', b"\\rmfamily "),
    ],
)
def test_the_typeface_reaches_every_writer(font: str, svg: bytes, slide: bytes, tex: bytes, qapp) -> None:
    drawing = drawn("column", font=font)
    written = WRITERS["svg"].write(drawing, Finish())
    assert svg.replace(b"'", b"") in written.replace(b"'", b"")
    assert b"@font-face" not in written
    with zipfile.ZipFile(io.BytesIO(WRITERS["pptx"].write(drawing, Finish()))) as deck:
        assert slide in deck.read("ppt/slides/slide1.xml")
    assert tex in WRITERS["tikz"].write(drawing, Finish())
    assert WRITERS["png"].write(drawing, Finish()) != WRITERS["png"].write(drawn("column"), Finish())


@pytest.mark.parametrize("name", TARGETS)
def test_every_size_is_kept(name: str) -> None:
    target = TARGETS[name]
    drawing = drawn(
        "slabs", width_mm=target.width_mm, height_mm=target.height_mm, min_type_pt=target.min_type_pt
    )
    assert drawing.width == pytest.approx(target.width_mm * UNITS_PER_MM)
    assert target.height_mm is None or drawing.height <= target.height_mm * UNITS_PER_MM + 0.01


def test_colours_of_several_kinds_are_given_one_after_another(tmp_path, qapp) -> None:
    path = tmp_path / "a.svg"
    words = ["--colour", "pooling=#12AB34", "--colour", "convolution=#AB1234", "--colour", "pooling=#1234AB"]
    assert main(["export", "lenet5", "-o", str(path), "--style", "column", *words]) == 0
    written = path.read_text(encoding="utf-8")
    assert "#AB1234" in written
    assert "#1234AB" in written
    assert "#12AB34" not in written
