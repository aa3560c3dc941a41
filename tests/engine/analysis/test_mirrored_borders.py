"""Receptive fields behind borders that mirror or repeat the map: where the pixels are really read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.analysis.analyze import analyze
from engine.analysis.receptive_boxes import outputs_seeing, units_on_the_way
from engine.layers import Layer
from engine.model.network import Network, Node
from tests.engine.small_networks import branching_networks, chain, conv, graph, make, pool

SIDE = st.integers(0, 4)
MIRRORS = st.builds(
    lambda mode, top, bottom, left, right: make(
        "Pad", mode=mode, top=top, bottom=bottom, left=left, right=right
    ),
    st.sampled_from(["reflect", "replicate"]), *[SIDE] * 4,
)  # fmt: skip
WINDOWS = st.one_of(
    st.builds(
        lambda kernel, stride, gap: conv(2, kernel, stride, padding="valid", dilation=(gap, gap)),
        st.integers(1, 3), st.integers(1, 2), st.integers(1, 2),
    ),
    st.builds(lambda kernel: pool(kernel, 1), st.integers(1, 3)),
    st.just(make("ReLU")),
)  # fmt: skip


def pixels_read(network: Network, node_id: str, output: int, axis: int) -> set[int]:
    """The input's rows or columns that this one of the node depends on, layer by layer."""
    analysis = analyze(network)
    wanted = {node_id: {output}}
    for current in reversed(network.order):
        node, shapes = network.nodes[current], analysis.layers[current].input_shapes
        for of, source in enumerate(node.inputs):
            for index in wanted.get(current, ()):
                wanted.setdefault(source, set()).update(node.layer.reads(index, axis, *shapes, of=of))
    return wanted.get("input", set())


def spans_agree(network: Network, node_id: str) -> None:
    report = analyze(network).layers[node_id]
    assert report.receptive_field is not None
    assert report.output_shape is not None
    for axis in (0, 1):
        for output in range(report.output_shape[1 + axis]):
            read = pixels_read(network, node_id, output, axis)
            assert report.receptive_field.axes[axis].span(output) == (min(read), max(read))


@given(st.lists(st.one_of(MIRRORS, WINDOWS), min_size=1, max_size=5), st.integers(20, 27))
def test_every_box_ends_where_the_first_and_the_last_pixel_is_read(layers: list[Layer], size: int) -> None:
    network = chain(*layers, shape=(2, size, size + 2))
    if any(report.output_shape is None for report in analyze(network).layers.values()):
        return  # the map is too small for a mirror or a window
    spans_agree(network, list(network.nodes)[-1])


@pytest.mark.parametrize("mode", ["reflect", "replicate"])
def test_branches_with_mirrored_borders_meet(mode: str) -> None:
    border = make("Pad", mode=mode, top=2, bottom=2, left=2, right=2)
    network = graph(
        (2, 14, 11),
        first=(border, "input"),
        conv1=(conv(2, 5, padding="valid"), "first"),
        add1=(make("Add"), "conv1", "input"),
        second=(border, "add1"),
        conv2=(conv(2, 5, padding="valid"), "second"),
        add2=(make("Add"), "conv2", "add1"),
    )
    for node_id in network.nodes:
        spans_agree(network, node_id)


def test_a_mirrored_corner_lies_inside_of_the_photograph() -> None:
    net = chain(make("Pad", mode="reflect", top=5, bottom=1, left=5, right=1), shape=(3, 9, 9))
    analysis = analyze(net)
    field = analysis.layers["n1"].receptive_field
    assert field is not None
    assert field.box(0, 0) == ((5, 5), (5, 5))
    assert field.box(5, 5) == ((0, 0), (0, 0))
    assert field.box(14, 14) == ((7, 7), (7, 7))
    assert field.size == (1, 1)
    rows, _ = outputs_seeing(field, 7, 7, (15, 15))
    assert 14 in rows
    assert [unit.node_id for unit in units_on_the_way(net, analysis, "n1", 0, 0)] == ["input"]


def test_a_border_of_zeros_still_lies_beside_the_photograph() -> None:
    field = analyze(chain(make("Pad", top=1), shape=(3, 9, 9))).layers["n1"].receptive_field
    assert field is not None
    assert field.box(0, 0) == ((-1, -1), (-1, -1))


@settings(max_examples=30)
@given(branching_networks(largest=24), MIRRORS, MIRRORS)
def test_no_pixel_that_is_read_lies_outside_of_the_box(network: Network, first: Layer, second: Layer) -> None:
    """Behind joined branches, with padding of zeros between the borders."""
    last = list(network.nodes)[-1]
    for node_id, layer in (("first", first), ("conv", conv(2, 3)), ("second", second)):
        network = network.add(Node(id=node_id, layer=layer, inputs=(last,)))
        last = node_id
    report = analyze(network).layers[last]
    if report.output_shape is None:
        return  # the map is too small for the mirror
    assert report.receptive_field is not None
    for axis in (0, 1):
        count = report.output_shape[1 + axis]
        for output in {0, 1, count // 2, count - 1}:
            read = pixels_read(network, last, output, axis)
            span = report.receptive_field.axes[axis].span(output)
            if read:
                assert span is not None
                assert span[0] <= min(read)
                assert max(read) <= span[1]
