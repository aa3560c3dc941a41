"""Where nodes are drawn: on columns and rows, without overlap, like the figures in papers."""

import time
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

import presets
from engine.errors import NetworkError
from engine.layers import layer_kinds
from engine.layout.layout import BOX, CARD, DOWN, LINE_GAP, ROW, lay_out
from engine.model.grouping import Group, Grouping
from engine.model.network import Network, Node
from engine.model.project import COLUMN, DIRECTIONS, Point

CARD_WIDTH, CARD_HEIGHT = CARD


def drawn(*wires: str, line_starts: str = "") -> dict[str, Point]:
    """Positions in columns and rows for wires such as "ab", nodes in the order in which they are named."""
    return lay_out(network(*(tuple(wire) for wire in wires)), line_starts=line_starts, column=1, row=1)


def network(*wires: tuple[str, ...]) -> Network:
    inputs: dict[str, list[str]] = {}
    for source, *targets in wires:
        inputs.setdefault(source, [])
        for target in targets:
            inputs.setdefault(target, []).append(source)
    concat = layer_kinds()["Concat"]()
    return Network(Node(id=node_id, layer=concat, inputs=tuple(read)) for node_id, read in inputs.items())


def crossings(net: Network, at: dict[str, Point]) -> int:
    """Pairs of wires between the same two columns that cross."""
    wires = [(at[a], at[b]) for a, b in net.edges]
    return sum(
        (p[0][1] - q[0][1]) * (p[1][1] - q[1][1]) < 0
        for index, p in enumerate(wires)
        for q in wires[:index]
        if p[0][0] == q[0][0] and p[1][0] == q[1][0]
    )


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """Any directed graph without a cycle, connected or not."""
    count = draw(st.integers(0, 14))
    wires: list[tuple[str, ...]] = [(str(node),) for node in range(count)]
    for target in range(1, count):
        sources = draw(st.sets(st.integers(0, target - 1), max_size=3))
        wires += [(str(source), str(target)) for source in sorted(sources)]
    return network(*wires)


def test_a_chain_is_a_straight_line() -> None:
    assert drawn("ab", "bc", "cd") == {"a": (0, 0), "b": (1, 0), "c": (2, 0), "d": (3, 0)}


def test_columns_and_rows_leave_room_for_a_shape_on_the_wire() -> None:
    at = lay_out(network(("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")))
    assert at["b"][0] - at["a"][0] == COLUMN == 256
    assert at["c"][1] - at["b"][1] == ROW == 120


def test_an_inception_module_has_a_row_for_each_branch_around_its_middle() -> None:
    at = drawn("ab", "ac", "cd", "ae", "ef", "ag", "gh", "bz", "dz", "fz", "hz")
    assert [at[one] for one in "bceg"] == [(1, 0), (1, 1), (1, 2), (1, 3)]
    assert [at[one] for one in "dfh"] == [(2, 1), (2, 2), (2, 3)]
    assert at["a"] == (0, 1.5)
    assert at["z"] == (3, 1.5)


def test_branches_follow_the_order_in_which_they_are_joined() -> None:
    at = drawn("ab", "ac", "cz", "bz")
    assert at["c"][1] < at["b"][1]


def test_a_shortcut_is_straight_and_the_residual_branch_hangs_below() -> None:
    at = drawn("ab", "bc", "cd", "bd", "de")
    assert [at[one] for one in "abde"] == [(0, 0), (1, 0), (3, 0), (4, 0)]
    assert at["c"] == (2, 1)


def test_a_short_branch_is_a_shortcut_too() -> None:
    at = drawn("ab", "bc", "cz", "as", "sz")
    assert at["s"] == (1, 0)
    assert at["b"] == (1, 1)


def test_skips_within_skips_make_a_u() -> None:
    at = drawn("ab", "bc", "cd", "de", "ef", "fg", "gh", "ah", "bg", "cf")
    assert [at[one][1] for one in "abcdefgh"] == [0, 1, 2, 3, 3, 2, 1, 0]


def test_branches_that_cross_over_are_drawn_with_as_few_crossings_as_possible() -> None:
    net = network(("a", "b"), ("a", "c"), ("b", "e"), ("c", "d"), ("b", "f"), ("c", "f"), *("dz", "ez", "fz"))
    assert crossings(net, lay_out(net)) == 0


def test_a_new_line_begins_below_the_lowest_branch_indented_by_a_column() -> None:
    at = drawn("ab", "bc", "bd", "ce", "de", "ef", "fg", line_starts="f")
    assert at["f"] == (1, 1 + LINE_GAP)
    assert at["g"] == (2, 1 + LINE_GAP)


def test_a_line_begins_with_all_branches_of_which_one_is_named() -> None:
    at = drawn("ab", "bc", "bd", "ce", "de", line_starts="d")
    assert at["b"] == (1, 0)
    assert (at["c"], at["d"]) == ((1, LINE_GAP), (1, LINE_GAP + 1))


def test_a_long_chain_is_broken_into_lines() -> None:
    ids = [f"n{number:02}" for number in range(40)]
    net = network(*pairwise(ids))
    at = lay_out(net, line_columns=[12], column=1, row=1)
    assert max(x for x, _ in at.values()) == 11
    assert [at[one] for one in ("n11", "n12", "n22", "n23")] == [
        (11, 0),
        (1, LINE_GAP),
        (11, LINE_GAP),
        (1, 2 * LINE_GAP),
    ]


def test_a_line_is_broken_where_a_single_wire_leads_on() -> None:
    """Behind three diamonds, the fourth is too much: its line begins with the node that leads into it."""
    wires = ["jk"]
    for a, b, c, d in ("abcd", "defg", "ghij", "klmn"):
        wires += [a + b, a + c, b + d, c + d]
    at = lay_out(network(*(tuple(wire) for wire in wires)), line_columns=[8], column=1, row=1)
    assert at["j"] == (6, 0.5)
    assert at["k"] == (1, at["l"][1] + 0.5)
    assert at["n"] == (3, at["k"][1])


def test_lines_are_as_long_as_fits_a_window_best() -> None:
    widest = {}
    for count in (6, 60, 600):
        at = lay_out(network(*pairwise(str(number) for number in range(count))))
        widest[count] = 1 + max(x for x, _ in at.values()) / COLUMN
    # 600 fill lines of 24 but for one, which ends the last of them.
    assert widest == {6: 6, 60: 8, 600: 25}


def test_a_branch_longer_than_a_line_is_not_broken() -> None:
    at = lay_out(network(*(tuple(wire) for wire in ("ab", "bc", "cd", "de", "ae"))), line_columns=[2])
    assert at["b"][1] == at["c"][1] == at["d"][1]


def test_nothing_to_draw_is_no_error() -> None:
    assert lay_out(Network()) == {}


@given(networks(), st.sampled_from([(), (1,), (4, 8)]))
def test_no_card_lies_on_another(net: Network, line_columns: tuple[int, ...]) -> None:
    at = lay_out(net, line_columns=line_columns)
    assert at.keys() == net.nodes.keys()
    points = list(at.values())
    for index, (x, y) in enumerate(points):
        for other_x, other_y in points[:index]:
            assert abs(x - other_x) >= CARD_WIDTH or abs(y - other_y) >= CARD_HEIGHT
    if points:
        assert (min(x for x, _ in points), min(y for _, y in points)) == (0, 0)


@given(networks())
def test_a_node_lies_right_of_all_it_reads(net: Network) -> None:
    at = lay_out(net, line_columns=())
    for source, target in net.edges:
        assert at[target][0] >= at[source][0] + COLUMN


@given(networks())
def test_equal_networks_are_drawn_alike(net: Network) -> None:
    assert lay_out(net) == lay_out(Network(net.nodes.values()))


@st.composite
def grouped_networks(draw: st.DrawFn) -> tuple[Network, Grouping]:
    """Any network, with any groups around its nodes, in each other or apart, some of them collapsed."""
    net = draw(networks())
    groups = Grouping()
    for number in range(draw(st.integers(0, 4)) if len(net) else 0):
        chosen = draw(st.sets(st.sampled_from(list(net.nodes)), min_size=1))
        with suppress(NetworkError):
            groups = groups.add(f"g{number}", sorted(chosen))
    collapsed = [replace(group, collapsed=draw(st.booleans())) for group in groups.values()]
    return net, groups.replace(*collapsed)


directions = pytest.mark.parametrize("direction", ["right", "down"])


@directions
@given(grouped=grouped_networks())
def test_every_card_has_its_place_whatever_the_groups(
    direction: str, grouped: tuple[Network, Grouping]
) -> None:
    net, groups = grouped
    at = lay_out(net, groups, direction=direction)
    assert at.keys() == {*net.nodes, *(group for group in groups if groups[group].collapsed)}
    points = [place for one, place in at.items() if groups.card(one) == one]
    for index, (x, y) in enumerate(points):
        for other_x, other_y in points[:index]:
            assert abs(x - other_x) >= CARD_WIDTH or abs(y - other_y) >= CARD_HEIGHT
    if points:
        assert (min(x for x, _ in points), min(y for _, y in points)) == (0, 0)


@given(networks())
def test_downwards_every_node_lies_below_all_it_reads(net: Network) -> None:
    at = lay_out(net, direction="down", line_columns=())
    for source, target in net.edges:
        assert at[target][1] >= at[source][1] + DOWN.column


def test_downwards_branches_lie_side_by_side() -> None:
    at = lay_out(network("ab", "ac", "bd", "cd"), direction="down")  # type: ignore[arg-type]  # a text is a tuple
    assert at["a"] == (108, 0)
    assert (at["b"], at["c"]) == ((0, 128), (216, 128))
    assert at["d"] == (108, 256)


INCEPTION = network(*(tuple(wire) for wire in ("ab", "ac", "cd", "ae", "ef", "bz", "dz", "fz", "zy")))
MODULE = Grouping([Group(id="module", members=tuple("bcdefz"))])
FOLDED = MODULE.replace(replace(MODULE["module"], collapsed=True))


def test_a_collapsed_group_is_one_card() -> None:
    at = lay_out(INCEPTION, FOLDED)
    assert (at["a"], at["module"], at["y"]) == ((0, 0), (COLUMN, 0), (2 * COLUMN, 0))


def test_what_is_hidden_waits_where_it_will_lie_in_its_box() -> None:
    at, shown = lay_out(INCEPTION, FOLDED), lay_out(INCEPTION, MODULE)
    for one in "bcdefz":
        hidden = at[one][0] - at["module"][0], at[one][1] - at["module"][1]
        assert hidden == (shown[one][0] - COLUMN, shown[one][1] - shown["a"][1])


def test_an_expanded_group_lies_in_a_box_that_nothing_else_touches() -> None:
    at = lay_out(INCEPTION, MODULE)
    assert at["b"][0] - BOX.left - (at["a"][0] + CARD_WIDTH) == COLUMN - CARD_WIDTH
    assert at["y"][0] - BOX.right - (at["z"][0] + CARD_WIDTH) == COLUMN - CARD_WIDTH
    assert at["a"][1] == at["z"][1] == at["y"][1]
    beside = network(*(tuple(wire) for wire in ("ab", "bd", "ac", "cd")))
    at = lay_out(beside, Grouping([Group(id="g", members=("c",))]))
    assert at["c"][1] - at["b"][1] == ROW + BOX.top


def test_a_shortcut_around_the_content_of_a_box_keeps_its_line() -> None:
    residual = network(*(tuple(wire) for wire in ("xa", "ab", "bc", "ac", "cd")))
    at = lay_out(residual, Grouping([Group(id="g", members=("b", "c"))]))
    assert at["a"][1] == at["c"][1] == at["d"][1]
    assert at["b"][1] == at["c"][1] + ROW


def test_a_group_that_wires_leave_and_enter_again_is_drawn_with_what_lies_between() -> None:
    net = network(*(tuple(wire) for wire in ("ab", "bc", "cd")))
    at = lay_out(net, Grouping([Group(id="g", members=("b", "d"))]))
    assert [at[one][0] for one in "abcd"] == [0, COLUMN, 2 * COLUMN, 3 * COLUMN]


def test_collapsed_groups_that_read_each_other_are_drawn_all_the_same() -> None:
    net = network(*(tuple(wire) for wire in ("ab", "bc", "cd")))
    boxes = Grouping(
        [Group(id="g", members=("a", "c"), collapsed=True), Group(id="h", members=("b", "d"), collapsed=True)]
    )
    at = lay_out(net, boxes)
    assert at["g"][0] != at["h"][0]


def test_adding_at_the_end_moves_nothing_that_was_there() -> None:
    before = lay_out(INCEPTION)
    longer = lay_out(network(*([(a, b) for a, b in INCEPTION.edges] + [("y", "new"), ("new", "last")])))
    assert {one: longer[one] for one in before} == before


def quickest(net: Network) -> float:
    """Seconds of this thread: the least of five, since other processes only ever make it longer."""
    took = []
    for _ in range(5):
        began = time.thread_time()
        lay_out(net)
        took.append(time.thread_time() - began)
    return min(took)


@pytest.mark.benchmark
def test_densenet_121_takes_less_than_300_ms() -> None:
    assert quickest(presets.load("densenet121").project.network) < 0.300


@pytest.mark.benchmark
def test_three_hundred_tangled_nodes_take_less_than_50_ms() -> None:
    wires = {(str(max(0, t - 1 - (t * step) % 20)), str(t)) for t in range(1, 300) for step in (3, 7)}
    net = network(*sorted(wires, key=lambda wire: int(wire[1])))
    assert quickest(net) < 0.050


@given(st.integers(1, 120), st.sampled_from(DIRECTIONS))
def test_no_line_of_a_chain_holds_one_or_two_cards_alone(count, direction) -> None:
    at = lay_out(network(*pairwise(str(number) for number in range(count + 1))), direction=direction)
    across = Counter(place[1 if direction == "right" else 0] for place in at.values())
    assert len(across) == 1 or min(across.values()) > 2


@pytest.mark.parametrize("behind", range(1, 8))
def test_what_follows_a_residual_block_never_stands_alone_on_a_line(behind) -> None:
    chain_behind = [("s", "t0"), *((f"t{n}", f"t{n + 1}") for n in range(behind))]
    at = lay_out(network("ab", "bc", "cd", "de", "es", "as", *chain_behind))
    lines = Counter(y for _, y in at.values() if y > ROW)  # the block's own rows are not counted
    assert all(count > 2 for count in lines.values())
