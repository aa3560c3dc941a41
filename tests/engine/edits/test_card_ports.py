"""A collapsed group is wired like a node: by what it puts out and what it reads."""

from engine.edits.card_ports import (
    Connection,
    HeldPort,
    InPort,
    ports_behind,
    ways_in,
    ways_out,
    without_wires,
)
from engine.edits.joining import joined_ends
from engine.model.network import Network, Node
from engine.model.project import Project
from tests.engine.small_networks import conv, graph, make

RESIDUAL = graph(
    (8, 16, 16),
    conv=(conv(8), "input"),
    relu=(make("ReLU"), "conv"),
    sum=(make("Add"), "relu", "input"),
    tail=(conv(4), "sum"),
    other=(conv(8), "input"),
)


def folded(network: Network, *members: str) -> Project:
    return Project(network=network).group(members, "Block").set_collapsed("group_1", True)


def test_layers_of_a_group_that_read_the_same_are_one_way_in() -> None:
    assert ways_in(RESIDUAL, ("conv", "relu", "sum")) == (InPort(("conv", "sum"), "input"),)
    assert ways_out(RESIDUAL, ("conv", "relu", "sum")) == ("sum",)


def test_what_lacks_an_input_is_the_way_in_before_what_is_taken() -> None:
    network = RESIDUAL.disconnect("input", "conv")
    assert ways_in(network, ("conv", "relu", "sum")) == (InPort(("conv",)),)


def test_a_full_node_can_be_read_at_each_of_its_inputs() -> None:
    assert ways_in(RESIDUAL, ("tail",)) == (InPort(("tail",), "sum"),)
    assert ways_in(RESIDUAL, ("sum",)) == (InPort(("sum",)),)
    assert ways_in(RESIDUAL, ("input",)) == ()


def test_a_wire_to_a_group_takes_the_place_of_what_all_its_layers_read() -> None:
    project = folded(RESIDUAL, "conv", "relu", "sum")
    (connection,) = HeldPort.of_card(project, "other", "out").connections("group_1")
    made = connection.made_in(project)
    assert made.network["conv"].inputs == ("other",)
    assert made.network["sum"].inputs == ("relu", "other")


def test_no_wire_leads_back_into_what_it_comes_from() -> None:
    project = folded(RESIDUAL, "conv", "relu", "sum")
    held = HeldPort.of_card(project, "tail", "out")
    assert held.connections("group_1") == ()
    assert "cycle" in held.refusal("group_1")
    assert HeldPort.of_card(project, "group_1", "in").connections("tail") == ()


def test_a_group_with_two_ways_out_leaves_the_choice() -> None:
    project = folded(RESIDUAL, "conv", "relu")
    network = RESIDUAL.add(Node(id="free", layer=make("ReLU"))).connect("conv", "other")
    project = project.with_network(network)
    found = HeldPort.of_card(project, "group_1", "out").connections("free")
    assert found == tuple(Connection(source, InPort(("free",))) for source in ("conv", "relu"))


def test_the_wires_behind_one_go_by_where_they_come_from() -> None:
    project = folded(RESIDUAL, "conv", "relu", "sum")
    assert ports_behind(project, ("input", "group_1")) == {"input": InPort(("conv", "sum"), "input")}
    cut = without_wires(project, ("input", "group_1"))
    assert (cut.network["conv"].inputs, cut.network["sum"].inputs) == ((), ("relu",))


def test_what_is_joined_are_the_ends_from_top_to_bottom_or_a_chain_and_its_shortcut() -> None:
    project = Project(network=RESIDUAL, positions={"other": (256.0, -50.0), "tail": (512.0, 90.0)})
    assert joined_ends(project, ["tail", "other", "conv"]) == ("other", "conv", "tail")
    assert joined_ends(project, ["input", "conv", "relu"]) == ("input", "relu")
