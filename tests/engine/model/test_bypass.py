"""A bypassed node passes its input on, and comes back as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.analysis.analyze import analyze
from engine.errors import FormatError, NetworkError
from engine.formats.project_json import read, write
from engine.model.bypass import bypass, restore
from engine.model.network import Bypassed, Network
from engine.model.project import Project
from tests.engine.small_networks import branching_networks, chain, conv, graph, make, pool


def test_a_bypassed_layer_costs_nothing_and_passes_its_input_on() -> None:
    net = chain(conv(8), conv(16), pool(), shape=(3, 8, 8))
    after = bypass(net, "n2")
    report = analyze(after).layers["n2"]
    assert report.output_shape == (8, 8, 8)
    assert (report.parameters, report.macs) == (0, 0)
    assert after["n2"].label == "Conv 3×3 · 16"
    assert after["n1"] is net["n1"]
    assert restore(after, "n2") == net


def test_a_join_passes_its_first_input_on_and_gets_the_others_back() -> None:
    net = graph((4, 8, 8), a=(conv(4), "input"), b=(conv(4), "input"), sum=(make("Add"), "a", "b"))
    after = bypass(net, "sum")
    assert after["sum"].inputs == ("a",)
    assert restore(after, "sum") == net
    assert restore(after.remove("b"), "sum")["sum"].inputs == ("a",)
    moved = after.connect("input", "sum", replacing="a")
    assert restore(moved, "sum")["sum"].inputs == ("input", "b")
    below = after.disconnect("input", "b").connect("sum", "b")
    assert restore(below, "sum")["sum"].inputs == ("a",)


def test_bypassing_twice_changes_nothing_and_an_input_cannot_be() -> None:
    net = bypass(chain(conv()), "n1")
    assert bypass(net, "n1") is net
    assert restore(chain(conv()), "n1") == chain(conv())
    with pytest.raises(NetworkError, match="input of the network"):
        bypass(net, "input")


def test_another_layer_at_the_node_ends_the_bypass() -> None:
    assert bypass(chain(conv()), "n1").replace_layer("n1", pool())["n1"].bypassed is None


def test_it_survives_the_file() -> None:
    net = graph((4, 8, 8), a=(conv(4), "input"), sum=(make("Add"), "a", "input"))
    project = Project(network=bypass(net, "sum"))
    again = read(write(project))
    assert again == project
    assert restore(again.network, "sum") == net


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('{"kind": "Identity"}', '{"kind": "ReLU"}', "its layer is ReLU, no Identity"),
        ('"bypassed": {', '"bypassed": {"width": 3, ', "unknown field 'width'"),
        ('"inputs": ["input"]}', '"inputs": [3]}', "must be a list of ids"),
    ],
)
def test_a_file_that_bypasses_wrongly_is_refused(old: str, new: str, why: str) -> None:
    data = write(Project(network=bypass(chain(conv()), "n1"))).decode()
    assert old in data
    with pytest.raises(FormatError, match=why):
        read(data.replace(old, new).encode())


def test_a_copy_remembers_the_copies_of_its_inputs() -> None:
    net = graph((4, 8, 8), a=(conv(4), "input"), sum=(make("Add"), "a", "input"))
    project, ids = Project(network=bypass(net, "sum")).paste(
        [bypass(net, "sum")[one] for one in ("a", "sum")], {}
    )
    copy = project.network[ids[1]]
    assert copy.bypassed == Bypassed(layer=make("Add"), inputs=(ids[0],))


@given(branching_networks(), st.data())
def test_whatever_is_bypassed_comes_back(network: Network, data: st.DataObject) -> None:
    ids = [node for node in network.nodes if node != "input"]
    chosen = data.draw(st.lists(st.sampled_from(ids), unique=True)) if ids else []
    assert restore(bypass(network, *chosen), *chosen) == network
