"""Groups after name scopes: nested as the names are, and none through which wires would run in a circle."""

from engine.formats.onnx.reader.file.graph import Operator
from engine.formats.onnx.reader.scopes import grouped, scope
from engine.model.network import Network, Node
from tests.engine.small_networks import make


def chain_of(count: int) -> Network:
    nodes = [Node(id="input", layer=make("Input"))]
    for number in range(count):
        nodes.append(Node(id=f"n{number}", layer=make("ReLU"), inputs=(nodes[-1].id,)))
    return Network(nodes)


def test_scopes_are_read_from_names_and_from_what_exporters_note() -> None:
    assert scope(Operator(op_type="Conv", name="/layer1/layer1.0/conv1/Conv")) == (
        "layer1",
        "layer1.0",
        "conv1",
    )
    assert scope(Operator(op_type="Conv", name="Conv_3")) == ()
    assert scope(None) == ()
    hints = {"pkg.torch.onnx.name_scopes": "['', 'layer1', 'layer1.0', 'layer1.0.conv1', 'conv2d']"}
    noted = Operator(op_type="Conv", name="node_conv2d", hints=hints)
    assert scope(noted) == ("layer1", "layer1.0", "layer1.0.conv1")
    broken = {"pkg.torch.onnx.name_scopes": "['"}
    assert scope(Operator(op_type="Conv", name="a/b", hints=broken)) == ("a",)


def test_groups_lie_in_one_another_as_the_names_do() -> None:
    scopes = {"n0": ("a", "b"), "n1": ("a", "b"), "n2": ("a",), "n3": ("c",)}
    groups = grouped(chain_of(4), scopes, ())
    assert {group.title: group.members for group in groups.values()} == {"a": ("n2",), "b": ("n0", "n1")}
    assert groups["a/b/"].parent == "a/"
    assert not any(group.collapsed for group in groups.values())
    large = grouped(chain_of(80), {f"n{number}": ("a",) for number in range(40)}, ())
    assert all(group.collapsed for group in large.values())


def test_a_scope_that_is_left_and_entered_again_is_no_group() -> None:
    scopes = {"n0": ("a",), "n1": ("b",), "n2": ("a",), "n3": ("b",), "n4": ("c",), "n5": ("c",)}
    assert [group.title for group in grouped(chain_of(6), scopes, ()).values()] == ["c"]


def test_ids_are_those_of_no_node() -> None:
    network = Network([Node(id="a/", layer=make("Input")), Node(id="n0", layer=make("ReLU"), inputs=("a/",)),
                       Node(id="n1", layer=make("ReLU"), inputs=("n0",))])  # fmt: skip
    assert list(grouped(network, {"n0": ("a",), "n1": ("a",)}, ())) == ["a/2"]
