"""Layers of two networks are brought together by structure; none is lost, none is counted twice."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

import presets
from engine.analysis.comparison import align, branch_order
from engine.layers.convolution import Conv2d
from engine.layers.input import Input
from engine.layers.max_pooling import MaxPool2d
from engine.layers.rectifiers import ReLU
from engine.model.network import Network, Node


def chain(*layers: object, prefix: str = "n") -> Network:
    nodes: list[Node] = []
    for index, layer in enumerate(layers):
        inputs = (nodes[-1].id,) if nodes else ()
        nodes.append(Node(id=f"{prefix}{index}", layer=layer, inputs=inputs))  # type: ignore[arg-type]  # layers of several kinds
    return Network(nodes)


def test_a_network_corresponds_to_itself() -> None:
    network = presets.load("inception_3a").project.network
    assert align(network, network) == [(one, one) for one in branch_order(network)]


def test_an_inserted_layer_has_no_counterpart() -> None:
    before = presets.load("inception_3a").project.network
    after = before.insert_on_edge(Node(id="new", layer=Conv2d(kernel_size=(1, 1))), ("input", "1x1"))
    assert [pair for pair in align(before, after) if None in pair] == [(None, "new")]
    assert [pair for pair in align(after, before) if None in pair] == [("new", None)]


def test_branches_are_compared_whole() -> None:
    before = presets.load("inception_3a_naive").project.network
    after = presets.load("inception_3a").project.network
    assert align(before, after) == [
        ("input", "input"),
        ("1x1", "1x1"),
        (None, "3x3_reduce"),
        ("3x3", "3x3"),
        (None, "5x5_reduce"),
        ("5x5", "5x5"),
        ("pool", "pool"),
        (None, "pool_proj"),
        ("concat", "concat"),
    ]


def test_without_common_ids_the_likest_layers_are_found() -> None:
    before = chain(Input(), Conv2d(out_channels=8), ReLU(), MaxPool2d(), Conv2d(out_channels=16), prefix="a")
    after = chain(
        Input(), Conv2d(out_channels=4, kernel_size=(1, 1)), Conv2d(out_channels=8), ReLU(),
        Conv2d(out_channels=16), prefix="b",
    )  # fmt: skip
    assert align(before, after) == [
        ("a0", "b0"), (None, "b1"), ("a1", "b2"), ("a2", "b3"), ("a3", None), ("a4", "b4"),
    ]  # fmt: skip


def test_a_pointwise_convolution_is_no_small_spatial_one() -> None:
    before = chain(Input(), Conv2d(out_channels=8, kernel_size=(1, 1)), prefix="a")
    after = chain(Input(), Conv2d(out_channels=8), prefix="b")
    assert ("a1", "b1") not in align(before, after)


def test_a_layer_that_moved_stays_itself() -> None:
    before = chain(Input(), ReLU(), MaxPool2d(), Conv2d())
    after = Network(
        [
            before["n0"],
            Node(id="n2", layer=MaxPool2d(), inputs=("n0",)),
            Node(id="n1", layer=ReLU(), inputs=("n2",)),
            Node(id="n3", layer=Conv2d(), inputs=("n1",)),
        ]
    )
    assert sorted(pair[0] or "" for pair in align(before, after) if pair[0] == pair[1]) == [
        "n0", "n1", "n2", "n3",
    ]  # fmt: skip


NAMES = ("inception_3a", "inception_3a_naive", "lenet5", "resnet18", "squeezenet1_1", "unet", "alexnet")


@given(st.sampled_from(NAMES), st.sampled_from(NAMES))
def test_every_node_occurs_exactly_once(a: str, b: str) -> None:
    before, after = (presets.load(name).project.network for name in (a, b))
    pairs = align(before, after)
    assert (None, None) not in pairs
    for side, network in enumerate((before, after)):
        counter = Counter(one for pair in pairs if (one := pair[side]) is not None)
        assert counter == Counter(network.nodes.keys())


@pytest.mark.parametrize("name", ["googlenet", "densenet121", "unet"])
def test_the_order_has_every_input_before_its_reader(name: str) -> None:
    network = presets.load(name).project.network
    order = branch_order(network)
    place = {node_id: index for index, node_id in enumerate(order)}
    assert sorted(order) == sorted(network.nodes)
    assert all(place[source] < place[target] for source, target in network.edges)


def test_empty_networks() -> None:
    network = chain(Input(), ReLU())
    assert align(Network(), network) == [(None, "n0"), (None, "n1")]
    assert align(network, Network()) == [("n0", None), ("n1", None)]
    assert align(Network(), Network()) == []
