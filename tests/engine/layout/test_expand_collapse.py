"""Expanding and collapsing in place: room is made and taken back, and nothing else moves."""

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.layout.card_rects import Rect, box, shown_places
from engine.layout.expand_collapse import collapse, expand, toggle
from engine.layout.layout import BOX, CARD, RIGHT, ROW, lay_out
from engine.model.annotations import Frame, TextNote
from engine.model.grouping import Grouping
from engine.model.network import Network
from engine.model.project import COLUMN, DIRECTIONS, Project
from tests.engine.layout.test_layout import FOLDED, INCEPTION, grouped_networks


def laid_out(network: Network, groups: Grouping, direction: str = "right") -> Project:
    at = lay_out(network, groups, direction=direction)
    return Project(network=network, positions=at, groups=groups, direction=direction)


MODULE = laid_out(INCEPTION, FOLDED)


def overlaps(project: Project) -> set[tuple[str, str]]:
    places = shown_places(project)
    return {
        (combination, other)
        for combination, other in combinations(sorted(places), 2)
        if abs(places[combination][0] - places[other][0]) < CARD[0]
        and abs(places[combination][1] - places[other][1]) < CARD[1]
    }


def test_the_content_takes_the_place_of_the_card_and_what_is_behind_moves_along() -> None:
    opened = expand(MODULE, "module")
    assert opened.network is MODULE.network
    assert opened.position("a") == MODULE.position("a")
    assert box(opened, "module").left == MODULE.position("module")[0]
    assert opened.position("z")[1] == opened.position("a")[1]
    assert box(opened, "module").right + RIGHT.gap_along == opened.position("y")[0]
    assert not overlaps(opened)


def test_the_outline_has_room_around_the_cards() -> None:
    opened = expand(MODULE, "module")
    cards = [opened.position(one) for one in "bcdefz"]
    assert box(opened, "module") == Rect(
        min(x for x, _ in cards) - BOX.left,
        min(y for _, y in cards) - BOX.top,
        max(x for x, _ in cards) + CARD[0] + BOX.right,
        max(y for _, y in cards) + CARD[1] + BOX.bottom,
    )


def test_collapsing_gives_everything_back_its_place() -> None:
    assert collapse(expand(MODULE, "module"), "module") == MODULE
    assert toggle(toggle(MODULE, "module"), "module") == MODULE
    assert collapse(MODULE, "module") is MODULE
    opened = expand(MODULE, "module")
    assert expand(opened, "module") is opened


def test_what_lies_above_and_below_steps_aside_and_what_lies_before_stays() -> None:
    lonely = replace(
        MODULE,
        positions={**MODULE.positions, "a": (0.0, -ROW), "y": (0.0, 2 * ROW)},
        text_notes={"n": TextNote(id="n", x=10, y=3 * ROW), "m": TextNote(id="m", x=-300, y=20)},
    )
    opened = expand(lonely, "module")
    card, found = Rect.of_card(lonely.position("module")), box(opened, "module")
    assert opened.position("a") == (0.0, -ROW + found.top - card.top)
    assert opened.position("y") == (0.0, 2 * ROW + found.bottom - card.bottom)
    assert opened.text_notes["n"].y == 3 * ROW + found.bottom - card.bottom
    assert opened.text_notes["m"] == lonely.text_notes["m"]
    assert collapse(opened, "module") == lonely


def test_a_frame_around_the_group_grows_with_it() -> None:
    x, y = MODULE.position("module")
    around = Frame(id="frame_1", x=x - 20, y=y - 20, width=CARD[0] + 40, height=CARD[1] + 40)
    below = Frame(id="frame_2", x=x, y=y + 300, width=100, height=100)
    project = MODULE.annotate(around, below)
    opened = expand(project, "module")
    found, grown = box(opened, "module"), opened.frames["frame_1"]
    assert grown.holds(found.left, found.top, found.right - found.left, found.bottom - found.top)
    assert opened.frames["frame_2"].height == 100
    assert opened.frames["frame_2"].y > y + 300
    assert collapse(opened, "module") == project


def test_expanding_an_inner_group_expands_those_around_it() -> None:
    inner = MODULE.groups.add("inner", ["e", "f"])
    nested = laid_out(INCEPTION, inner.replace(replace(inner["inner"], collapsed=True)))
    assert nested.groups.card("e") == "module"
    opened = expand(nested, "inner")
    assert not any(group.collapsed for group in opened.groups.values())
    assert not overlaps(opened)
    outer, found = box(opened, "module"), box(opened, "inner")
    assert outer.left < found.left
    assert outer.bottom > found.bottom


@pytest.mark.parametrize("direction", DIRECTIONS)
@given(grouped=grouped_networks(), data=st.data())
def test_an_expansion_shuffles_nothing_and_can_be_taken_back(
    direction: str, grouped: tuple[Network, Grouping], data: st.DataObject
) -> None:
    project = laid_out(*grouped, direction)
    shown = [
        group
        for group in project.groups
        if project.groups.card(group) == group and project.groups[group].collapsed
    ]
    if not shown:
        return
    group_id = data.draw(st.sampled_from(shown))
    opened = expand(project, group_id)
    closed = collapse(opened, group_id)
    assert shown_places(closed) == shown_places(project)
    assert expand(closed, group_id).positions == opened.positions
    before, after = shown_places(project), shown_places(opened)
    along, across = (0, 1) if direction == "right" else (1, 0)
    for combination, other in combinations(before.keys() & after.keys(), 2):
        if before[combination][across] <= before[other][across]:
            assert after[combination][across] <= after[other][across]
        if (
            before[combination][across] == before[other][across]
            and before[combination][along] <= before[other][along]
        ):
            assert after[combination][along] <= after[other][along]
    for one in before.keys() & after.keys():
        assert after[one][along] >= before[one][along]
        if before[one][along] <= before[group_id][along]:
            assert after[one][along] == before[one][along]


def test_columns_are_as_far_apart_as_ever() -> None:
    assert MODULE.position("y")[0] - MODULE.position("module")[0] == COLUMN
