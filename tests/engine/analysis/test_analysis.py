"""The numbers of whole networks, half-built ones included."""

import pytest
from hypothesis import given

import engine.analysis.analyze as module
from engine.analysis.analyze import Analysis, analyze, peak_maps
from engine.layers import Operations
from engine.model.network import Network, Node
from tests.engine.small_networks import branching_networks, chain, conv, graph, make, pool


def test_an_empty_network_has_no_numbers_and_no_problems() -> None:
    analysis = analyze(Network())
    assert analysis.totals.parameters == 0
    assert analysis.totals.operations == Operations()
    assert analysis.totals.receptive_field is None
    assert analysis.problems == ()


def test_parameters_macs_and_bytes_add_up() -> None:
    net = chain(conv(64), make("BatchNorm2d"), make("ReLU"), pool(), shape=(3, 32, 32))
    totals = analyze(net).totals
    assert totals.parameters == 3 * 3 * 3 * 64 + 64 + 2 * 64
    assert totals.non_trainable == 2 * 64
    assert totals.parameter_bytes == 4 * (totals.parameters + totals.non_trainable)
    assert totals.macs == 32 * 32 * 64 * 27
    assert totals.flops == 2 * totals.macs
    assert totals.activation_bytes == 4 * (3 * 32 * 32 + 3 * 64 * 32 * 32 + 64 * 16 * 16)
    assert totals.operations.multiply_add == totals.macs


def test_a_chain_holds_two_neighbouring_maps_at_its_peak() -> None:
    net = chain(conv(8), conv(16), conv(4), shape=(3, 10, 10))
    assert analyze(net).totals.peak_activation_bytes == 4 * 100 * (8 + 16)
    assert peak_maps(net, analyze(net).layers) == ("n1", "n2")


def test_a_skip_keeps_its_map_alive() -> None:
    net = graph(
        (8, 10, 10), a=(conv(8), "input"), b=(conv(2), "a"), c=(conv(8), "b"), sum=(make("Add"), "c", "a")
    )
    assert peak_maps(net, analyze(net).layers) == ("a", "c", "sum")
    assert analyze(net).totals.peak_activation_bytes == 3 * 4 * 800


def test_a_result_that_nobody_reads_stays() -> None:
    net = graph(
        (1, 10, 10), result=(conv(50), "input"), b=(conv(1), "input"), c=(conv(1), "b"), d=(conv(1), "c")
    )
    assert "result" in peak_maps(net, analyze(net).layers)
    assert analyze(net).totals.peak_activation_bytes == 4 * 100 * 52


def test_the_last_spatial_layer_is_the_deepest_one() -> None:
    net = graph(
        (3, 32, 32),
        a=(conv(8), "input"),
        deep=(conv(8), "a"),
        deeper=(conv(8), "deep"),
        aside=(conv(8, 1), "input"),
        head=(make("GlobalAvgPool2d"), "deeper"),
        flat=(make("Flatten"), "head"),
        scores=(make("Linear"), "flat"),
    )
    assert analyze(net).totals.receptive_field_node == "deeper"
    reordered = Network(
        [
            net["input"],
            net["aside"],
            *(node for node in net.nodes.values() if node.id not in ("input", "aside")),
        ]
    )
    assert analyze(reordered).totals.receptive_field_node == "deeper"


def test_a_gate_makes_the_whole_input_seen_and_leaves_the_branch_its_own_field() -> None:
    net = graph(
        (8, 20, 20),
        a=(conv(8, 3), "input"),
        squeeze=(make("GlobalAvgPool2d"), "a"),
        excite=(conv(8, 1), "squeeze"),
        gate=(make("Sigmoid"), "excite"),
        scaled=(make("Multiply"), "a", "gate"),
        after=(conv(8, 3, 2), "scaled"),
        skip=(conv(8, 1, 2), "input"),
        sum=(make("Add"), "after", "skip"),
    )
    analysis = analyze(net)
    assert not analysis.problems
    field = analysis.layers["after"].receptive_field
    assert field is not None
    assert field.whole_input
    assert (field.size, field.start, field.smallest, field.jump) == ((20, 20), (0, 0), (5, 5), (2, 2))
    both = analysis.layers["sum"].receptive_field
    assert both is not None
    assert (both.smallest, both.jump, both.whole_input) == ((1, 1), (2, 2), True)
    assert analysis.totals.receptive_field == both


def test_gate_after_gate_keeps_the_jump_and_a_smallest_field_within_the_input() -> None:
    nodes = {"a": (conv(8, 3, 2), "input")}
    for number in range(4):
        source = f"scaled{number - 1}" if number else "a"
        nodes[f"c{number}"] = (conv(8, 5), source)
        nodes[f"gate{number}"] = (make("GlobalAvgPool2d"), f"c{number}")
        nodes[f"scaled{number}"] = (make("Multiply"), f"c{number}", f"gate{number}")
    field = analyze(graph((8, 20, 20), **nodes)).totals.receptive_field
    assert field is not None
    assert (field.size, field.jump, field.smallest, field.aligned) == ((20, 20), (2, 2), (20, 20), True)


def test_a_problem_names_its_node_and_the_rest_keeps_its_numbers() -> None:
    net = graph(
        (3, 8, 8),
        a=(conv(16), "input"),
        wrong=(conv(4, 9, padding="valid"), "a"),
        below=(conv(4), "wrong"),
        b=(conv(2), "a"),
    )
    analysis = analyze(net)
    (problem,) = analysis.problems
    assert problem.node_id == "wrong"
    assert problem.setting == "kernel_size"
    assert "9×9" in problem.message
    assert analysis.layers["below"].output_shape is None
    assert analysis.layers["below"].problems == ()
    assert analysis.layers["b"].output_shape == (2, 8, 8)
    assert analysis.totals.parameters == (27 * 16 + 16) + (16 * 9 * 2 + 2)


def test_a_node_without_its_input_is_a_problem_and_no_error() -> None:
    net = Network(
        [
            Node(id="input", layer=make("Input")),
            Node(id="alone", layer=conv()),
            Node(id="sum", layer=make("Add"), inputs=("input",)),
        ]
    )
    messages = {problem.node_id: problem.message for problem in analyze(net).problems}
    assert "has no input" in messages["alone"]
    assert "at least 2 inputs and has 1" in messages["sum"]


def test_a_network_without_input_says_so_once() -> None:
    net = Network([Node(id="a", layer=conv()), Node(id="b", layer=conv(), inputs=("a",))])
    assert sum("no Input" in problem.message for problem in analyze(net).problems) == 1


def test_an_edit_leaves_the_reports_above_and_beside_it_the_same_objects() -> None:
    net = graph((3, 16, 16), a=(conv(8), "input"), b=(conv(8), "a"), c=(conv(8), "b"), aside=(conv(4), "a"))
    before = analyze(net)
    after = analyze(net.replace_layer("b", conv(8, 5)), before)
    kept = [node for node in net.nodes if after.layers[node] is before.layers[node]]
    assert kept == ["input", "a", "aside"]
    assert after == analyze(net.replace_layer("b", conv(8, 5)))


def test_a_setting_of_one_layer_asks_only_that_layer_for_its_costs() -> None:
    net = chain(*[conv(8) for _ in range(20)], shape=(3, 21, 23))
    analyze(net)
    missed = module._costs.cache_info().misses
    analyze(net.replace_layer("n10", conv(8, 5)))
    assert module._costs.cache_info().misses == missed + 1


@given(branching_networks())
def test_an_analysis_that_takes_reports_over_equals_one_made_afresh(network: Network) -> None:
    before = analyze(network)
    for node_id in network.nodes:
        if network[node_id].layer.kind == "Conv2d":
            edited = network.replace_layer(node_id, conv(2, 1))
            fresh, taken_over = analyze(edited), analyze(edited, before)
            assert fresh.totals == taken_over.totals
            assert {k: strip(v) for k, v in fresh.layers.items()} == {
                k: strip(v) for k, v in taken_over.layers.items()
            }


def strip(report: module.LayerReport) -> tuple[object, ...]:
    """Everything but fixes, whose edits are functions and equal only to themselves."""
    return (report.output_shape, report.macs, report.receptive_field, [p.message for p in report.problems])


def test_an_analysis_without_a_network_is_empty() -> None:
    assert Analysis().layers == {}
    with pytest.raises(AttributeError):
        Analysis().problems = ()  # type: ignore[misc]


def test_layers_behind_one_whose_numbers_stay_the_same_are_not_counted_again() -> None:
    net = chain(conv(8), conv(16), make("ReLU"), conv(4), shape=(3, 8, 8))
    before = analyze(net)
    after = analyze(net.replace_layer("n1", conv(12)), before)
    assert after.layers["n2"].parameters > before.layers["n2"].parameters
    assert after.layers["n3"] is before.layers["n3"]
    assert after.layers["n4"] is before.layers["n4"]
    assert after == analyze(net.replace_layer("n1", conv(12)))
