"""Aligning, distributing and snapping, in numbers and by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt

from engine.layers.rectifiers import ReLU
from engine.layout.room import overlap
from gui.canvas.geometry.arranging import ALIGNMENTS, AXES, Guides, aligned, distributed

ALT = Qt.KeyboardModifier.AltModifier
PLACES = {"a": (0.0, 0.0), "b": (300.0, 200.0), "c": (900.0, 500.0)}


@pytest.mark.parametrize(
    ("alignment", "axis", "value"),
    [
        ("left", 0, 0),
        ("centre", 0, 450),
        ("right", 0, 900),
        ("top", 1, 0),
        ("middle", 1, 250),
        ("bottom", 1, 500),
    ],
)
def test_cards_are_brought_to_one_line(alignment: str, axis: int, value: float) -> None:
    made = aligned(PLACES, alignment)
    assert {place[axis] for place in made.values()} == {value}
    assert all(made[place][1 - axis] == PLACES[place][1 - axis] for place in PLACES)


def test_cards_are_put_at_equal_distances() -> None:
    assert [x for x, _ in distributed(PLACES, "horizontally").values()] == [0, 450, 900]
    assert [y for _, y in distributed(PLACES, "vertically").values()] == [0, 250, 500]
    two = {"a": (0.0, 0.0), "b": (10.0, 0.0)}
    assert distributed(two, "horizontally") == two


places = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=2),
    st.tuples(st.integers(-900, 900), st.integers(-900, 900)),
    min_size=2,
    max_size=9,
)


@given(places, st.sampled_from([*ALIGNMENTS, *AXES]))
def test_no_card_comes_to_lie_on_another_of_them(places: dict[str, tuple[int, int]], how: str) -> None:
    made = aligned(places, how) if how in ALIGNMENTS else distributed(places, how)
    assert made.keys() == places.keys()
    ids = list(made)
    if how in ALIGNMENTS or len(ids) > 2:
        assert not any(overlap(made[a], made[b]) for a in ids for b in ids if a < b)


def test_a_place_near_a_row_or_column_snaps_to_it() -> None:
    guides = Guides(PLACES.values())
    assert guides.snap((296.0, 90.0), 7) == ((300.0, 90.0), (True, False))
    assert guides.snap((20.0, 495.0), 7) == ((20.0, 500.0), (False, True))
    assert guides.snap((50.0, 50.0), 7) == ((50.0, 50.0), (False, False))
    (line,) = guides.lines((600.0, 200.0))
    assert (line.start[1], line.end[1]) == (236, 236)
    assert guides.lines((601.0, 201.0)) == ()


def test_selected_cards_are_aligned_in_one_undo_step(bench):
    bench.selection.select({"a", "b", "add"})
    assert bench.view.commands.align("bottom")
    assert {bench.document.project.position(one)[1] for one in ("a", "b", "add")} == {160}
    assert bench.document.undo_stack.count() == 1
    assert bench.document.undo_stack.undoText() == "Align bottom"
    bench.document.undo_stack.undo()
    assert bench.document.project.position("add") == (768, 0)
    assert not bench.view.commands.distribute("horizontally"), "they are already at equal distances"
    assert bench.view.commands.distribute("vertically")
    assert bench.document.project.position("b") == (512, 160)
    assert bench.document.project.position("a") == (256, 80)
    bench.selection.select({"a"})
    assert not bench.view.commands.align("left")


def test_a_dragged_card_snaps_into_the_row_of_another_and_shows_it(bench):
    bench.press(bench.card("add"))
    near = bench.card("add") + QPoint(24, 155)
    bench.move(near)
    item = bench.view.canvas_scene.nodes["add"]
    assert item.y() == 160
    assert any(type(one).__name__ == "GuideItem" for one in bench.view.canvas_scene.items())
    bench.release(near)
    assert bench.document.project.position("add") == (792, 160)
    assert not any(type(one).__name__ == "GuideItem" for one in bench.view.canvas_scene.items())


def test_with_alt_a_card_goes_anywhere(bench):
    bench.press(bench.card("add"))
    there = bench.card("add") + QPoint(21, 155)
    bench.move(there)
    bench.release(there, ALT)
    assert bench.document.project.position("add") == (789, 155)


def test_a_loose_card_dropped_on_a_wire_is_put_into_it(bench):
    bench.document.edit("x", lambda project: project.add(ReLU(), (300.0, 400.0)))
    start = bench.card("relu_1")
    middle = bench.wire("a", "b")
    bench.press(start)
    bench.move((start + middle) / 2)
    bench.move(middle)
    assert bench.view.canvas_scene.edges["a", "b"].hovered
    bench.release(middle)
    assert bench.network["b"].inputs == ("relu_1",)
    assert bench.network["relu_1"].inputs == ("a",)
    assert bench.document.undo_stack.count() == 2
    cards = [item.card for item in bench.view.canvas_scene.nodes.values()]
    assert not any(card.intersects(two) for card in cards for two in cards if card is not two)


def test_a_wired_card_over_a_wire_only_moves(bench):
    bench.drag(bench.card("add"), bench.wire("a", "b"))
    assert bench.network["b"].inputs == ("a",)
