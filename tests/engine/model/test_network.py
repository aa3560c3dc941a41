"""Networks: edits give new ones, share what they do not touch, and never leave the valid ones."""

import pytest

from engine.errors import NetworkError
from engine.model.network import Network, Node
from engine.weights import HE, He
from tests.engine.small_networks import chain, conv, graph, make, pool


def test_nodes_come_after_their_inputs_by_depth() -> None:
    net = graph(
        (3, 8, 8), late=(make("Add"), "c", "input"), a=(conv(3), "input"), b=(conv(3), "a"), c=(conv(3), "b")
    )
    assert net.order == ("input", "a", "b", "c", "late")
    assert list(net.nodes) == ["input", "late", "a", "b", "c"]


def test_a_second_use_of_an_id_is_refused() -> None:
    with pytest.raises(NetworkError, match="two nodes have the id 'a'"):
        Network([Node(id="a", layer=conv()), Node(id="a", layer=pool())])
    with pytest.raises(NetworkError, match="two nodes"):
        chain(conv()).add(Node(id="n1", layer=conv()))


def test_inputs_must_exist_once_and_fit_the_kind() -> None:
    source = Node(id="input", layer=make("Input"))
    with pytest.raises(NetworkError, match="does not exist"):
        Network([Node(id="a", layer=conv(), inputs=("b",))])
    with pytest.raises(NetworkError, match="twice"):
        Network([source, Node(id="a", layer=make("Add"), inputs=("input", "input"))])
    with pytest.raises(NetworkError, match="at most 1"):
        Network([source, Node(id="b", layer=conv()), Node(id="a", layer=conv(), inputs=("input", "b"))])
    with pytest.raises(NetworkError, match="at most 0"):
        Network([source, Node(id="a", layer=make("Input"), inputs=("input",))])


def test_cycles_are_refused_on_creation_and_by_wires() -> None:
    with pytest.raises(NetworkError, match="cycle"):
        Network([Node(id="a", layer=conv(), inputs=("b",)), Node(id="b", layer=conv(), inputs=("a",))])
    net = chain(conv(), conv(), make("ReLU"))
    with pytest.raises(NetworkError, match="cycle"):
        net.connect("n3", "n1")
    with pytest.raises(NetworkError, match="cycle"):
        net.connect("n2", "n2")


def test_deleting_in_a_chain_heals_it() -> None:
    net = chain(conv(), make("ReLU"), pool(), conv(8))
    after = net.remove("n2", "n3")
    assert after["n4"].inputs == ("n1",)
    assert after["n1"] is net["n1"]
    assert net["n4"].inputs == ("n3",)


def test_deleting_where_branches_meet_keeps_the_first_and_doubles_nothing() -> None:
    net = graph((3, 8, 8), a=(conv(), "input"), sum=(make("Add"), "a", "input"), end=(conv(), "sum"))
    assert net.remove("sum")["end"].inputs == ("a",)
    assert net.remove("a")["sum"].inputs == ("input",)
    assert net.remove("input")["a"].inputs == ()


def test_wires_replace_append_and_are_cut() -> None:
    net = graph((3, 8, 8), a=(conv(), "input"), b=(conv(), "input"), sum=(make("Add"), "a"))
    assert net.connect("b", "sum")["sum"].inputs == ("a", "b")
    assert net.connect("b", "sum", replacing="a")["sum"].inputs == ("b",)
    assert net.connect("a", "b")["b"].inputs == ("a",)  # a single input is exchanged
    assert net.disconnect("a", "sum")["sum"].inputs == ()
    with pytest.raises(NetworkError, match="already an input"):
        net.connect("a", "sum")
    with pytest.raises(NetworkError, match="nothing can be wired"):
        net.add(Node(id="other", layer=make("Input"))).connect("a", "other")
    with pytest.raises(NetworkError, match="no wire"):
        net.disconnect("b", "sum")
    with pytest.raises(NetworkError, match="no node 'zebra'"):
        net.connect("zebra", "sum")


def test_a_node_dropped_on_a_wire_stands_in_its_place() -> None:
    net = graph((3, 8, 8), a=(conv(), "input"), sum=(make("Add"), "input", "a"))
    after = net.insert_on_edge(Node(id="new", layer=make("ReLU")), ("input", "sum"))
    assert after["sum"].inputs == ("new", "a")
    assert after["new"].inputs == ("input",)
    assert after["a"] is net["a"]
    with pytest.raises(NetworkError, match="cannot stand on a wire"):
        net.insert_on_edge(Node(id="new", layer=make("Input")), ("input", "a"))
    with pytest.raises(NetworkError, match="no wire"):
        net.insert_on_edge(Node(id="new", layer=conv()), ("a", "input"))
    with pytest.raises(NetworkError, match="two nodes"):
        net.insert_on_edge(Node(id="a", layer=conv()), ("input", "sum"))


def test_another_kind_keeps_the_wires_it_can_take() -> None:
    net = graph((3, 8, 8), a=(conv(), "input"), sum=(make("Add"), "input", "a"))
    assert net.replace_layer("sum", make("ReLU"))["sum"].inputs == ("input",)
    assert net.replace_layer("a", make("Input"))["a"].inputs == ()


def test_an_edit_that_changes_nothing_gives_the_same_network() -> None:
    net = chain(conv())
    assert net.replace_layer("n1", conv()) is net
    assert net.rename("n1", "  ") is net
    assert net.set_weights("n1", He()) is net
    assert net == chain(conv())
    assert net != chain(conv(8))


def test_names_stand_before_the_layers_own_label() -> None:
    net = chain(conv(8)).rename("n1", "  stem ")
    assert net["n1"].label == "stem"
    assert net.rename("n1", "")["n1"].label == "Conv 3×3 · 8"
    assert net["n1"].weights is HE


def test_free_ids_follow_the_kind() -> None:
    net = chain(conv()).add(Node(id="conv2d_1", layer=conv()))
    assert net.new_id("Conv2d") == "conv2d_2"
    assert net.new_id("Conv2d", ["conv2d_2"]) == "conv2d_3"


def test_readers_wires_and_ancestors_are_known() -> None:
    net = graph((3, 8, 8), a=(conv(), "input"), b=(conv(), "input"), sum=(make("Add"), "a", "b"))
    assert net.outputs_of["input"] == ("a", "b")
    assert set(net.edges) == {("input", "a"), ("input", "b"), ("a", "sum"), ("b", "sum")}
    assert net.ancestors("sum") == {"input", "a", "b"}
    assert net.ancestors("input") == frozenset()
    assert "a" in net
    assert "zebra" not in net


def test_a_network_cannot_be_changed_from_outside() -> None:
    net = chain(conv())
    with pytest.raises(TypeError):
        net.nodes["n1"] = net["input"]  # type: ignore[index]
    with pytest.raises(AttributeError):
        net["n1"].name = "x"  # type: ignore[misc]
    with pytest.raises(TypeError):
        hash(net)


def test_a_wire_that_would_close_a_cycle_is_named_by_both_its_ends() -> None:
    network = chain(conv(4), conv(8), shape=(3, 8, 8))
    with pytest.raises(NetworkError, match=r"^Conv .* · 8 → Conv .* · 4 would close a cycle$"):
        network.connect("n2", "n1")
