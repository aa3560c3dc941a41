"""A group layer by layer beside the folded network."""

import pytest

from engine.errors import FormatError
from engine.model.figure_notes import FigureNote
from gui.figures.drawing.drawing import Rect, Text
from gui.figures.drawing.item_bounds import extent, extent_of_all
from tests.gui.figures.composed.test_excerpt import drawn, loaded, words

STYLED = ("flow", "column", "slabs", "table")


@pytest.mark.parametrize("style", STYLED)
@pytest.mark.parametrize("size", [{}, {"width_mm": 254.0, "height_mm": 142.9, "min_type_pt": 8.0}])
def test_the_group_stands_in_a_frame_beside_the_network_and_nothing_overlaps(style: str, size: dict) -> None:
    project, _ = loaded("resnet18")
    nodes = set(project.groups.nodes("conv3_2"))
    drawing = drawn("resnet18", style, opened="conv3_2", **size)
    frame = max(
        (item for item in drawing.items if isinstance(item, Rect) and item.part == "conv3_2" and item.dashes),
        key=lambda item: item.width * item.height,
    )
    (left, top), (right, bottom) = extent(frame)

    def is_inside(item) -> bool:
        (x1, y1), (x2, y2) = extent(item)
        return left <= x1 and x2 <= right and top <= y1 and y2 <= bottom

    inside = [item for item in drawing.items if item is not frame and is_inside(item)]
    outside = [item for item in drawing.items if item is not frame and not is_inside(item) and item.part]
    drawn_inside = {item.part for item in inside if item.wire is None}
    assert {"conv3_2/conv1", "conv3_2/conv2", "conv3_2/add"} <= drawn_inside
    assert drawn_inside - {""} <= {*nodes, "conv3_2", "conv3_1/relu"}
    assert {item.part for item in outside} - nodes - {"conv3_2"}
    _, (x2, y2) = extent_of_all(item for item in outside if item.part not in nodes | {"conv3_2"})
    assert x2 <= left or y2 <= top
    assert "conv3_2" in [item.plain for item in drawing.items if isinstance(item, Text)]
    assert max(right - drawing.width, bottom - drawing.height, -left, -top) <= 0.01


def test_a_group_that_is_there_twice_says_so() -> None:
    project, _ = loaded("resnet18")
    assert "conv2 ×2" in words(drawn("resnet18", "column", opened="group_1"))
    assert set(project.groups.inner("group_1")) == {"conv2_1", "conv2_2"}


def test_notes_count_in_the_network_and_in_the_group() -> None:
    note = FigureNote(kind="label", nodes=("conv3_2/conv1",), text="here")
    assert words(drawn("resnet18", "column", note, opened="conv3_2")).splitlines().count("here") >= 1
    title = FigureNote(kind="title", text="Once")
    assert words(drawn("resnet18", "column", title, opened="conv3_2")).splitlines().count("Once") == 1


def test_a_group_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(
        FormatError, match=r"there is no group 'nix' in this network; there are stem \(Stem\)"
    ):
        drawn("resnet18", "column", opened="nix")
    with pytest.raises(FormatError, match="there are none"):
        drawn("alexnet", "column", opened="nix")
    with pytest.raises(FormatError, match="no group 'stem' in what is shown; show all layers"):
        drawn("resnet18", "column", opened="stem", only=("input", "conv1"))
