"""Braces and arrows in figures of several lines: beside their own line, over nothing else."""

import pytest

from engine.model.figure_notes import FigureNote
from gui.figures.drawing.drawing import Path, Rect, Text
from gui.figures.drawing.item_bounds import extent, text_overlaps
from gui.figures.notes.lines import Lines
from gui.figures.notes.subjects import Subjects, meets
from tests.gui.figures.notes.test_wires_and_groups import drawn, loaded, words

SLIDE = {"width_mm": 254.0, "height_mm": 142.9, "min_type_pt": 8.0}
RANGES = [
    ("conv2_1/conv1", "conv2_2/conv2"),
    ("conv3_1", "conv4_2"),
    ("conv5_1", "classifier"),
    ("input", "conv1"),
]


def lines_of(style: str, **options) -> Lines:
    project, _ = loaded("resnet18")
    return Lines(Subjects(drawn(style, name="resnet18", **options).items, project))


@pytest.mark.parametrize(("style", "axis"), [("slabs", 0), ("flow", 0), ("column", 1)])
def test_lines_are_cut_where_the_figure_breaks_them_and_nowhere_else(style: str, axis: int) -> None:
    lines = lines_of(style)
    assert lines.axis == axis
    assert len(lines.lines) == 2
    project, _ = loaded("resnet18")
    assert [part for line in lines.lines for part in line] == Subjects(
        drawn(style, name="resnet18").items, project
    ).in_order


@pytest.mark.parametrize("style", ["slabs", "flow", "column"])
@pytest.mark.parametrize("options", [{}, SLIDE])
@pytest.mark.parametrize("ends", RANGES)
def test_a_brace_lies_over_no_layer_and_its_words_over_no_others(
    style: str, options: dict, ends: tuple[str, str]
) -> None:
    plain = drawn(style, name="resnet18", **options)
    note = FigureNote(kind="brace", nodes=ends, text="encoder")
    braced = drawn(style, note, name="resnet18", **options)
    added = braced.items[len(plain.items) :]
    faces = [extent(i) for i in braced.items if i.wire is None and i.part and getattr(i, "fill", None)]
    curls = [item for item in added if isinstance(item, Path)]
    assert len(curls) in (2, 4, 6)
    inner = len(lines_of(style, **options).lines) > 2
    assert words(braced).count("encoder") == 1
    if not inner:
        assert not [curl for curl in curls for face in faces if meets(extent(curl), face)]
        assert not [pair for pair in text_overlaps(braced.items) if pair[0] in added or pair[1] in added]


@pytest.mark.parametrize("style", ["slabs", "flow", "column"])
@pytest.mark.parametrize("node", ["conv1", "conv5_2"])
def test_an_arrow_comes_from_outside_over_no_other_layer(style: str, node: str) -> None:
    plain = drawn(style, name="resnet18")
    note = FigureNote(
        kind="arrow", nodes=(node if style != "flow" else node.replace("conv1", "stem"),), text="look"
    )
    made = drawn(style, note, name="resnet18")
    (line,) = [i for i in made.items[len(plain.items) :] if isinstance(i, Path)]
    project, _ = loaded("resnet18")
    own = Subjects(made.items, project).parts_of(note.nodes[0])
    boxes = [i for i in made.items if isinstance(i, Rect) and i.fill and i.part and i.part not in own]
    assert not [box for box in boxes if box.wire is None and meets(extent(line), extent(box))]
    assert "look" in [item.plain for item in made.items if isinstance(item, Text)]
