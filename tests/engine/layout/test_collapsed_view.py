"""Cards and the wires between them, when groups are collapsed."""

from hypothesis import given

from engine.layout.collapsed_view import visible_cards, wires_behind
from engine.model.grouping import Group, Grouping
from engine.model.network import Network
from tests.engine.layout.test_layout import grouped_networks
from tests.engine.small_networks import conv, graph, make

NET = graph(
    (3, 8, 8),
    a=(conv(), "input"),
    b=(conv(), "a"),
    c=(make("Concat"), "a", "b", "input"),
    d=(conv(), "c"),
)


def collapsed(*members: str) -> Grouping:
    return Grouping([Group(id="g", members=members, collapsed=True)])


def test_without_collapsed_groups_every_node_is_a_card() -> None:
    assert dict(visible_cards(NET, Grouping()))["c"] == ("a", "b", "input")
    open_box = Grouping([Group(id="g", members=("a", "b"))])
    assert visible_cards(NET, open_box) == visible_cards(NET, Grouping())


def test_wires_between_the_same_two_cards_are_one() -> None:
    cards = visible_cards(NET, collapsed("a", "b"))
    assert dict(cards) == {"input": (), "g": ("input",), "c": ("g", "input"), "d": ("c",)}
    assert wires_behind(NET, collapsed("a", "b"), ("g", "c")) == (("a", "c"), ("b", "c"))
    assert wires_behind(NET, collapsed("c", "d"), ("input", "g")) == (("input", "c"),)
    assert wires_behind(NET, Grouping(), ("c", "d")) == (("c", "d"),)
    assert wires_behind(NET, Grouping(), ("a", "d")) == ()


@given(grouped_networks())
def test_every_wire_is_behind_one_shown_wire_or_hidden(grouped: tuple[Network, Grouping]) -> None:
    net, groups = grouped
    cards = visible_cards(net, groups)
    assert set(cards) == {groups.card(node) for node in net.nodes}
    behind = [wire for one, sources in cards.items() for source in sources for wire in wires_behind(net, groups, (source, one))]  # fmt: skip  # noqa: E501
    hidden = [(a, b) for a, b in net.edges if groups.card(a) == groups.card(b)]
    assert sorted(behind + hidden) == sorted(net.edges)
