"""Receptive fields both ways."""

from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.analysis.analyze import analyze
from engine.analysis.receptive_boxes import outputs_seeing, units_on_the_way
from engine.model.network import Network
from presets import load
from tests.engine.small_networks import branching_networks, chain, conv, graph, make, pool


def test_boxes_are_nested_from_the_unit_to_its_pixel() -> None:
    net = chain(conv(4), make("ReLU"), pool(2), conv(4), shape=(3, 16, 16))
    found = units_on_the_way(net, analyze(net), "n4", 3, 3)
    assert [one.node_id for one in found] == ["n4", "n3", "n1", "input"]
    assert [one.box for one in found] == [
        ((3, 10), (3, 10)),
        ((5, 8), (5, 8)),
        ((5, 7), (5, 7)),
        ((6, 6), (6, 6)),
    ]


def test_the_way_goes_through_the_branch_that_sees_most() -> None:
    net = graph(
        (3, 9, 9),
        small=(conv(2, 1), "input"),
        large=(conv(2, 5), "input"),
        both=(make("Concat"), "small", "large"),
    )
    found = units_on_the_way(net, analyze(net), "both", 4, 4)
    assert [one.node_id for one in found] == ["large", "input"]


def test_a_whole_input_ends_the_way() -> None:
    net = chain(conv(2), make("GlobalAvgPool2d"), shape=(3, 9, 9))
    assert [one.node_id for one in units_on_the_way(net, analyze(net), "n2", 0, 0)] == ["n2"]


@given(branching_networks(), st.randoms(use_true_random=False))
def test_every_box_lies_in_the_one_before(network: Network, random: Any) -> None:
    analysis = analyze(network)
    node_id = random.choice(list(network.nodes))
    shape = analysis.layers[node_id].output_shape
    assert shape is not None
    row, column = random.randrange(shape[1]), random.randrange(shape[2])
    found = units_on_the_way(network, analysis, node_id, row, column)
    for outer, inner in pairwise(found):
        assert outer.box != inner.box
        for (first, last), (begin, end) in zip(outer.box, inner.box, strict=True):
            assert first <= begin <= end <= last


@given(branching_networks(), st.randoms(use_true_random=False))
def test_who_sees_a_pixel_agrees_with_what_is_seen(network: Network, random: Any) -> None:
    analysis = analyze(network)
    node_id = list(network.nodes)[-1]
    shape, field = analysis.layers[node_id].output_shape, analysis.layers[node_id].receptive_field
    assert shape is not None
    assert field is not None
    height, width = field.input_size
    row, column = random.randrange(height), random.randrange(width)
    rows, columns = outputs_seeing(field, row, column, (shape[1], shape[2]))
    for output in range(shape[1]):
        span = field.height.span(output)
        if span is not None and span[0] <= row <= span[1]:
            assert output in rows
    if rows and columns:
        box = field.box(rows[0], columns[-1])
        assert box is not None
        assert box[0][0] <= row <= box[0][1]
        assert box[1][0] <= column <= box[1][1]


def test_every_layer_of_the_largest_presets_has_a_way_to_the_photograph() -> None:
    for name in ("resnet50", "googlenet", "densenet121", "unet"):
        network = load(name).project.network
        analysis = analyze(network)
        node_id = analysis.totals.receptive_field_node
        assert node_id is not None
        shape = analysis.layers[node_id].output_shape
        assert shape is not None
        found = units_on_the_way(network, analysis, node_id, shape[1] // 2, shape[2] // 2)
        assert len(found) > 5
        assert network[found[-1].node_id].layer.kind == "Input"
