"""Receptive fields: worked out by hand, and against the slow twin that follows every tap."""

from fractions import Fraction

import pytest
from hypothesis import given

from engine.analysis.analyze import analyze
from engine.analysis.periodic_span import LONGEST_PERIOD
from engine.analysis.receptive_field import AxisField, ReceptiveField, rational_json
from engine.model.network import Network
from engine.shapes import Reach
from tests.engine.dependencies import Dependencies
from tests.engine.small_networks import branching_networks, chain, conv, graph, make, pool


def field_of(network: Network, node_id: str) -> ReceptiveField:
    found = analyze(network).layers[node_id].receptive_field
    assert found is not None
    return found


def same_everywhere(value: int) -> tuple[int, int]:
    return value, value


def test_a_pixel_of_the_input_sees_itself() -> None:
    field = field_of(chain(), "input")
    assert (field.size, field.jump, field.start, field.smallest) == ((1, 1), (1, 1), (0, 0), (1, 1))
    assert field.aligned
    assert not field.whole_input


def test_vgg16_sees_212_pixels_at_its_last_pool() -> None:
    layers = []
    for convolutions in (2, 2, 3, 3, 3):
        layers += [conv(4) for _ in range(convolutions)] + [pool()]
    field = analyze(chain(*layers, shape=(3, 224, 224))).totals.receptive_field
    assert field is not None
    assert (field.size, field.jump, field.start) == ((212, 212), (32, 32), (-90, -90))


def test_pooling_doubles_the_jump_and_not_the_field() -> None:
    valid = [conv(4, padding="valid") for _ in range(5)]
    stack = [*valid, pool(), conv(4, 1), *(conv(4, padding="valid") for _ in range(4))]
    reports = list(analyze(chain(*stack, shape=(3, 400, 400))).layers.values())
    seen = [report.receptive_field.size for report in reports if report.receptive_field]
    assert seen == [same_everywhere(n) for n in (1, 3, 5, 7, 9, 11, 12, 12, 16, 20, 24, 28)]


def test_axes_are_counted_apart() -> None:
    field = field_of(
        chain(conv(4, (1, 7), (2, 1), padding=[0, 0, 3, 2], dilation=(3, 2)), conv(4, (3, 1))), "n2"
    )
    assert (field.size, field.jump, field.start) == ((5, 13), (2, 1), (-2, -3))


@pytest.mark.parametrize(("size", "start"), [(28, 0), (27, -1)])
def test_same_padding_with_a_stride_starts_where_the_input_size_says(size: int, start: int) -> None:
    field = field_of(chain(conv(4, 3, 2), shape=(3, size, size)), "n1")
    assert field.start == same_everywhere(start)


def test_branches_unite_exactly_and_remember_the_smallest() -> None:
    module = graph(
        (192, 28, 28),
        one=(conv(64, 1), "input"),
        three=(conv(128, 3), "input"),
        five=(conv(32, 5), "input"),
        pooled=(pool(3, 1, padding="same"), "input"),
        joined=(make("Concat"), "one", "three", "five", "pooled"),
    )
    field = field_of(module, "joined")
    assert (field.size, field.start, field.smallest) == ((5, 5), (-2, -2), (1, 1))
    assert field.aligned


def test_a_branch_off_to_one_side_widens_the_union_and_is_not_aligned() -> None:
    net = graph(
        (2, 20, 20),
        left=(conv(2, (1, 5), padding=[0, 0, 4, 0]), "input"),
        right=(conv(2, (1, 5), padding=[0, 0, 0, 4]), "input"),
        sum=(make("Add"), "left", "right"),
    )
    field = field_of(net, "sum")
    assert (field.size, field.start, field.smallest) == ((1, 9), (0, -4), (1, 5))
    assert not field.aligned


def test_different_jumps_are_reported_and_every_output_keeps_its_own_span() -> None:
    net = graph(
        (2, 9, 9),
        strided=(conv(2, 1, 2), "input"),
        cut=(conv(2, 5, padding="valid"), "input"),
        sum=(make("Add"), "strided", "cut"),
        after=(conv(2, 3), "sum"),
    )
    field = field_of(net, "sum")
    assert not field.aligned
    assert field.jump == (2, 2)
    assert [field.height.span(o) for o in range(5)] == [(0, 4), (1, 5), (2, 6), (3, 7), (4, 8)]
    assert field_of(net, "after").height.span(4) == (3, 10)
    assert not field_of(net, "after").aligned


def test_upsampling_divides_the_jump_and_neighbours_share_a_pixel() -> None:
    field = ReceptiveField.of_input((8, 8)).through((Reach.of(Fraction(-1, 2), 0, Fraction(1, 2)),) * 2)
    assert field.jump == (Fraction(1, 2), Fraction(1, 2))
    assert [field.height.span(o) for o in range(-1, 4)] == [(-1, -1), (0, 0), (0, 0), (1, 1), (1, 1)]
    assert field.size == (1, 1)
    assert rational_json(field.jump[0]) == "1/2"


def test_upsampling_and_striding_back_is_regular_again() -> None:
    up, down = Reach.of(Fraction(-1, 2), 0, Fraction(1, 2)), Reach.of(0, 0, 2)
    field = ReceptiveField.of_input((8, 8)).through((up, up)).through((down, down))
    assert field.height == ReceptiveField().height


def test_gaps_that_see_nothing_stay_empty() -> None:
    holes = Reach.of(0, 0, Fraction(1, 3))
    field = ReceptiveField.of_input((8, 8)).through((holes, holes))
    assert [field.height.span(o) for o in range(4)] == [(0, 0), None, None, (1, 1)]
    wide = field.through((Reach.of(0, 1), Reach.of(0, 4)))
    assert [wide.height.span(o) for o in range(4)] == [(0, 0), None, (1, 1), (1, 1)]
    assert wide.width.span(1) == (1, 1)
    assert field.box(1, 1) is None


def test_long_chains_of_odd_resamplings_stay_bounded() -> None:
    field = ReceptiveField.of_input((100, 100))
    for a, b in ((27, 55), (63, 127), (89, 97), (61, 71)):
        reach = Reach.of(0, 1, Fraction(a, b))
        field = field.through((reach, reach))
    assert field.height.strands[0].period == LONGEST_PERIOD
    assert field.jump[0] == Fraction(27 * 63 * 89 * 61, 55 * 127 * 97 * 71)


def test_global_pooling_and_dense_layers_see_the_whole_input() -> None:
    net = chain(conv(4), make("GlobalAvgPool2d"), make("Flatten"), make("Linear"), shape=(3, 30, 20))
    for node_id in ("n2", "n3", "n4"):
        field = field_of(net, node_id)
        assert field.whole_input
        assert (field.size, field.start, field.smallest) == ((30, 20), (0, 0), (30, 20))
    last = analyze(net).totals
    assert last.receptive_field_node == "n1"
    assert last.receptive_field is not None
    assert not last.receptive_field.whole_input


def test_two_inputs_of_one_size_share_their_pixels() -> None:
    net = graph(
        (2, 9, 9), a=(conv(2), "input"), other=(make("Input", shape=(2, 9, 9)),), b=(conv(2, 5), "other")
    )
    net = net.add(graph((1, 1, 1), c=(make("Add"),))["c"]).connect("a", "c").connect("b", "c")
    field = field_of(net, "c")
    assert (field.size, field.smallest, field.aligned) == ((5, 5), (3, 3), True)


def test_inputs_of_different_sizes_keep_the_larger_ones_pixels() -> None:
    net = graph((2, 9, 9), other=(make("Input", shape=(2, 18, 18)),), b=(conv(2, 3, 2), "other"))
    net = net.add(graph((1, 1, 1), c=(make("Add"),))["c"]).connect("input", "c").connect("b", "c")
    field = field_of(net, "c")
    assert (field.size, field.jump, field.input_size, field.aligned) == ((3, 3), (2, 2), (18, 18), False)


@given(branching_networks())
def test_every_output_of_a_random_network_sees_what_the_taps_say(network: Network) -> None:
    analysis = analyze(network)
    for axis in (0, 1):
        twin = Dependencies(network, axis)
        for node_id, report in analysis.layers.items():
            field = report.receptive_field
            assert field is not None
            for output in range(-1, twin.size_of(node_id) + 2):
                pixels = twin.pixels(node_id, output)
                expected = (min(pixels), max(pixels)) if pixels else None
                assert field.axes[axis].span(output) == expected, (node_id, axis, output)


@given(branching_networks(enlarging=False))
def test_size_jump_and_start_say_it_all_where_branches_share_a_jump(network: Network) -> None:
    for node_id, report in analyze(network).layers.items():
        field = report.receptive_field
        assert field is not None
        for axis in (0, 1):
            if len(field.axes[axis].strands) == 1:
                first = field.start[axis] + 3 * field.jump[axis]
                assert field.axes[axis].span(3) == (first, first + field.size[axis] - 1), node_id
            assert field.smallest[axis] <= field.size[axis]


def test_what_sees_the_whole_axis_sees_its_first_and_last_pixel() -> None:
    assert AxisField().seeing_all(5).span(0) == AxisField().seeing_all(5).span(3) == (0, 4)
