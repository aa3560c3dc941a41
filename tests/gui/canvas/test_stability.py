"""An edit does not shuffle what it does not concern: room is made locally, and deleting moves nothing."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.edits.card_ports import InPort
from engine.layers import layer_kinds
from engine.layout.card_rects import place, shown_places
from engine.layout.layout import DOWN, RIGHT, lay_out
from engine.layout.room import overlap
from engine.model.grouping import Grouping
from engine.model.network import Network
from engine.model.project import DIRECTIONS, Project
from gui.canvas.geometry import placing
from presets import block
from tests.engine.layout.test_layout import grouped_networks

RELU = layer_kinds()["ReLU"]()
directions = pytest.mark.parametrize("direction", DIRECTIONS)


def laid_out(grouped: tuple[Network, Grouping], direction: str) -> Project:
    network, groups = grouped
    at = lay_out(network, groups, direction=direction)
    return Project(network=network, positions=at, groups=groups, direction=direction)


def visible_wires(project: Project) -> list[tuple[str, str]]:
    card = project.groups.card
    return [(a, b) for a, b in project.network.edges if card(a) != card(b)]


@directions
@given(grouped=grouped_networks(), data=st.data())
def test_inserting_moves_only_what_lies_behind_and_all_of_it_alike(direction, grouped, data) -> None:
    project = laid_out(grouped, direction)
    wires = visible_wires(project)
    if not wires:
        return
    edge = data.draw(st.sampled_from(wires))
    made = placing.insert(project, RELU, InPort((edge[1],), edge[0]))
    before, after = shown_places(project), shown_places(made)
    along, across = (0, 1) if direction == "right" else (1, 0)
    moved = {one for one in before if after[one] != before[one]}
    steps = {after[one][along] - before[one][along] for one in moved}
    assert len(steps) <= 1
    assert all(step > 0 for step in steps)
    assert all(after[one][across] == before[one][across] for one in moved)
    target = before[project.groups.card(edge[1])][along]
    assert all(before[one][along] >= target for one in moved)
    assert not any(overlap(place(made, "relu_1"), at) for one, at in after.items() if one != "relu_1")


@directions
@given(grouped=grouped_networks(), data=st.data())
def test_inserting_keeps_the_order_of_every_line(direction, grouped, data) -> None:
    project = laid_out(grouped, direction)
    wires = visible_wires(project)
    if not wires:
        return
    source, reader = data.draw(st.sampled_from(wires))
    made = placing.insert(project, RELU, InPort((reader,), source))
    before, after = shown_places(project), shown_places(made)
    along, across = (0, 1) if direction == "right" else (1, 0)
    for a, b in made.network.edges:
        ends = [project.groups.card(one) for one in (a, b)]
        if all(end in before for end in ends) and before[ends[0]][along] < before[ends[1]][along]:
            assert after[ends[0]][along] < after[ends[1]][along]
    for combination, other in combinations(before, 2):
        if before[combination][across] < before[other][across]:
            assert after[combination][across] < after[other][across]


@given(grouped=grouped_networks(), data=st.data())
def test_deleting_moves_nothing(grouped, data) -> None:
    project = laid_out(grouped, "right")
    if not project.network.nodes:
        return
    gone = data.draw(st.sampled_from(list(project.network.nodes)))
    kept = project.remove(gone)
    assert all(kept.positions[position] == project.positions[position] for position in kept.positions)


@directions
def test_what_is_appended_or_inserted_runs_the_way_of_the_network(direction) -> None:
    column = (DOWN if direction == "down" else RIGHT).column
    kinds = layer_kinds()
    project = Project(direction=direction).add(kinds["Input"](shape=(3, 32, 32)), (0.0, 0.0))
    project = placing.append(project, RELU, "input_1")
    assert place(project, "relu_1") == ((0.0, column) if direction == "down" else (column, 0.0))
    project = placing.insert(project, kinds["Conv2d"](), InPort(("relu_1",), "input_1"))
    along = 1 if direction == "down" else 0
    order = [place(project, one)[along] for one in ("input_1", "conv2d_1", "relu_1")]
    assert order == [0.0, column, 2 * column]
    project = placing.insert(project, block("residual_basic"), InPort(("conv2d_1",), "input_1"))
    ends = [place(project, one) for one in ("input_1", "residual_basic_1/relu", "conv2d_1")]
    assert [at[along] for at in ends] == sorted(at[along] for at in ends)
    assert len({at[1 - along] for at in ends}) == 1
