"""What the user says on a figure: in every style, in the file of the project, after the network changed."""

import pytest

import presets
from engine.analysis.analyze import analyze
from engine.errors import FormatError, NetworkError
from engine.formats.project_json import read, write
from engine.model.figure_notes import FigureNote, orphans, with_note, without_notes
from engine.model.project import Project
from gui.figures.drawing.drawing import Drawing, Path, Span, Text
from gui.figures.drawing.item_bounds import extent
from gui.figures.figure import Subject, make_figure
from gui.figures.style import Options
from gui.figures.styles import STYLES
from gui.figures.text.equation import typeset
from gui.look.theme import LIGHT

NETWORKS = {"u": ("unet", "down1/conv1", "down1/conv2"), "neurons": ("alexnet", "fc6", "fc7")}
STYLED = [
    name for name, style in STYLES.items() if not style.needs and style.table is None and name != "arithmetic"
]


def project(style: str, *notes: FigureNote) -> Project:
    from dataclasses import replace

    name = NETWORKS.get(style, ("alexnet",))[0]
    return replace(presets.load(name).project, figure_notes=notes)


def nodes(style: str) -> tuple[str, str]:
    return NETWORKS[style][1:] if style in NETWORKS else ("conv1", "conv3")


def drawn(style: str, *notes: FigureNote, **options) -> Drawing:
    made = project(style, *notes)
    subject = Subject(project=made, analysis=analyze(made.network), palette=LIGHT)
    return make_figure(subject, STYLES[style], Options(**options)).drawing


def words(drawing: Drawing) -> list[str]:
    return [item.plain for item in drawing.items if isinstance(item, Text)]


@pytest.mark.parametrize("style", STYLED)
def test_every_style_shows_every_kind_of_note(style: str) -> None:
    first, last = nodes(style)
    plain = drawn(style)
    labelled = drawn(style, FigureNote(kind="label", nodes=(first,), text="Edges $w_1^2$"))
    assert "Edges w12" in words(labelled)
    assert "as learned" in words(drawn(style, FigureNote(kind="line", nodes=(first,), text="as learned")))
    coloured = drawn(style, FigureNote(kind="colour", nodes=(first,), text="#12AB34"))
    fills = {getattr(item, "fill", None) for item in coloured.items if item.part == first}
    assert "#12AB34" in fills
    hidden = drawn(style, FigureNote(kind="hide", nodes=(first,)))
    assert not [item for item in hidden.items if item.part == first]
    dimmed = drawn(style, FigureNote(kind="dim", nodes=(first,)))
    assert [i for i in dimmed.items if i.part == first] != [i for i in plain.items if i.part == first]
    assert [i for i in dimmed.items if i.part == last] == [i for i in plain.items if i.part == last]
    path = drawn(style, FigureNote(kind="highlight", nodes=(first,)))
    assert [i for i in path.items if i.part == first] == [i for i in plain.items if i.part == first]
    assert [i for i in path.items if i.part == last] != [i for i in plain.items if i.part == last]
    braced = drawn(style, FigureNote(kind="brace", nodes=(first, last), text="encoder, ×3"))
    assert "encoder, ×3" in words(braced)
    assert len([i for i in braced.items if isinstance(i, Path)]) > len(
        [i for i in plain.items if isinstance(i, Path)]
    )
    assert "look" in words(drawn(style, FigureNote(kind="arrow", nodes=(last,), text="look")))
    assert "My network" in words(drawn(style, FigureNote(kind="title", text="My network")))
    for drawing in (labelled, braced, hidden):
        for item in drawing.items:
            (left, top), (right, bottom) = extent(item)
            assert min(left, top) >= -0.01
            assert max(right - drawing.width, bottom - drawing.height) <= 0.01


def test_notes_count_when_a_figure_is_fitted_to_a_size() -> None:
    note = FigureNote(kind="brace", nodes=("conv1", "conv5"), text="features")
    drawing = drawn("slabs", note, width_mm=254, height_mm=142.9, min_type_pt=8)
    assert drawing.width == pytest.approx(960)
    assert "features" in words(drawing)


def test_formulas_are_set_in_pieces() -> None:
    assert typeset("plain") == "plain"
    assert typeset(r"costs 3 \$") == "costs 3 $"
    assert typeset("$x_1^2$ in") == (
        Span("x", italic=True), Span("1", script=-1), Span("2", script=1), Span(" in")
    )  # fmt: skip
    assert typeset(r"$W_{ij} \times \alpha$") == (
        Span("W", italic=True), Span("ij", script=-1, italic=True), Span(" × "), Span("α", italic=True)
    )  # fmt: skip
    for text in ("$", "$$", "$x", "a $ b $ c $", "$}{_^$", "$\\$"):
        typeset(text)


def test_notes_are_kept_in_the_project_file() -> None:
    notes = (
        FigureNote(kind="label", nodes=("conv1",), text="Kanten μ 混合"),
        FigureNote(kind="highlight", nodes=("conv1", "conv2")),
        FigureNote(kind="title", text="T"),
    )
    made = project("slabs", *notes)
    assert read(write(made)).figure_notes == notes
    assert "figure_notes" not in write(project("slabs")).decode()


def test_notes_of_layers_that_are_gone_are_kept_and_listed() -> None:
    note = FigureNote(kind="label", nodes=("conv1",), text="Stem")
    made = project("slabs", note)
    changed = made.with_network(made.network.remove("conv1"))
    assert changed.figure_notes == (note,)
    assert orphans(changed.figure_notes, changed.network, changed.groups) == [note]
    subject = Subject(project=changed, analysis=analyze(changed.network), palette=LIGHT)
    figure = make_figure(subject, STYLES["slabs"], Options())
    assert "1 note is about a layer that is gone: label of conv1" in figure.note


def test_a_note_takes_the_place_of_an_older_one_and_goes_without_words() -> None:
    first = FigureNote(kind="label", nodes=("a",), text="A")
    second = FigureNote(kind="label", nodes=("a",), text="B")
    assert with_note((first,), second) == (second,)
    assert with_note((first,), FigureNote(kind="label", nodes=("a",))) == ()
    assert without_notes((first, FigureNote(kind="hide", nodes=("b",))), "a") == (
        FigureNote(kind="hide", nodes=("b",)),
    )


def test_damaged_notes_are_refused_in_words() -> None:
    with pytest.raises(NetworkError, match="'shout' is none of label, line"):
        FigureNote(kind="shout")
    with pytest.raises(NetworkError, match="'red' is no colour"):
        FigureNote(kind="colour", nodes=("a",), text="red")
    with pytest.raises(NetworkError, match="about 2 layers, not 1"):
        FigureNote(kind="brace", nodes=("a",), text="b")
    text = write(project("slabs", FigureNote(kind="title", text="T"))).decode()
    with pytest.raises(FormatError, match=r"figure_notes\[0\]: kind='shout'"):
        read(text.replace('"kind": "title"', '"kind": "shout"').encode())
