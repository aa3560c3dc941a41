"""Tables set as in papers: layers with their numbers, and configurations stage by stage."""

from typing import Any

import pytest

import presets
from engine.analysis.analyze import analyze
from engine.model.project import Project
from gui.figures.drawing.drawing import Drawing, Text
from gui.figures.drawing.item_bounds import extent_of_all, text_overlaps
from gui.figures.style import Options
from gui.figures.styles import STYLES
from gui.look.theme import DARK, LIGHT


def project_of(name: str) -> Project:
    return presets.load(name).project


def drawn(style: str, project: Project, palette=LIGHT, **options: Any) -> Drawing:
    return STYLES[style].draw(project, analyze(project.network), None, palette, Options(**options))


def texts(drawing: Drawing) -> list[str]:
    return [item.plain for item in drawing.items if isinstance(item, Text)]


def test_the_layer_table_has_a_row_a_layer_and_the_totals() -> None:
    drawing = drawn("table", project_of("vgg16"))
    found = texts(drawing)
    assert found.count("Conv 3×3 · 512") == 6
    assert found[:6] == ["Layer", "Settings", "Output", "Parameters", "MACs", "Receptive field"]
    assert found[-4:] == ["Total", "138.4\u00a0M", "15.5\u00a0G", "212×212"]
    row = [item for item in drawing.items if isinstance(item, Text) and item.part == "conv3_1"]
    assert [one.plain for one in row][1:] == [
        "same · ReLU",
        "256×56×56",
        "295.2\u00a0K",
        "924.8\u00a0M",
        "24×24",
    ]
    assert {one.anchor for one in row[3:]} == {"end"}


def test_the_table_of_texts_has_exact_numbers_that_add_up() -> None:
    project = project_of("lenet5")
    tabulate = STYLES["table"].table
    assert tabulate is not None
    table = tabulate(project, analyze(project.network), Options(channels_last=True))
    assert len(table.rows) == 9
    assert table.rows[1][2] == "28×28×6"
    for column in (3, 4):
        values = [int(row[column].replace(",", "")) for row in table.rows]
        assert sum(values) == int(table.totals[column].replace(",", ""))
    assert table.totals[3] == "61,706"


def test_long_tables_stand_in_pieces_side_by_side() -> None:
    found = texts(drawn("table", project_of("resnet50")))
    assert found.count("Layer") > 1
    assert found.count("Total") == 1
    folded = texts(drawn("table", project_of("resnet50"), fold=True))
    assert any(one.endswith("×5") for one in folded)
    assert len(folded) < len(found)


def test_the_configuration_is_that_of_vggs_table_1() -> None:
    found = texts(drawn("configuration", project_of("vgg16")))
    assert "[ 3×3 conv, 512 ] × 3" in found
    assert found.count("2×2 max pool, /2") == 5
    assert "16 weight layers · 138.4\u00a0M parameters" in found


def test_the_configuration_stands_beside_a_baseline() -> None:
    other = project_of("vgg11")
    found = texts(drawn("configuration", project_of("vgg16"), baseline=(other, analyze(other.network))))
    assert found[:2] == ["Output", "VGG-11"]
    assert "VGG-16" in found
    assert found.count("56×56") == 1
    tabulate = STYLES["configuration"].table
    assert tabulate is not None
    table = tabulate(project_of("vgg16"), analyze(project_of("vgg16").network), Options())
    assert table.rows[0] == ("224×224", "image 3×224×224; [ 3×3 conv, 64 ] × 2")


@pytest.mark.parametrize("style", ["table", "configuration"])
@pytest.mark.parametrize("name", presets.preset_names())
def test_no_words_overlap_and_nothing_is_clipped(style: str, name: str) -> None:
    drawing = drawn(style, project_of(name), DARK)
    assert not text_overlaps(drawing.items)
    (left, top), (right, bottom) = extent_of_all(drawing.items)
    assert min(left, top) >= 0
    assert right <= drawing.width
    assert bottom <= drawing.height


@pytest.mark.parametrize("style", ["table", "configuration"])
def test_an_empty_project_says_so(style: str) -> None:
    assert texts(drawn(style, Project())) == ["No layers yet"]


def test_letters_that_latex_lacks_become_shapes(qapp: object) -> None:
    from engine.formats.tables.typesetting import Table
    from gui.figures.writers.table_latex import tabulate

    text = tabulate(Table(headings=("Layer",), rows=(("Свёртка 卷积 🔥 μ",),))).decode("ascii")
    assert text.count("\\pdfliteral{q ") >= 2
    assert "$\\mu$" in text
