"""The numbers of several nodes together: sums of theirs, and what goes in and out."""

from engine.analysis.analyze import analyze
from engine.analysis.group_report import outer_inputs, outer_outputs, report_together
from tests.engine.small_networks import chain, conv, graph, make, pool

NET = graph(
    (3, 8, 8),
    stem=(conv(4), "input"),
    a=(conv(2, 1), "stem"),
    b=(conv(2, 3), "stem"),
    sum=(make("Add"), "a", "b"),
    end=(pool(2), "sum"),
)


def test_sums_are_those_of_the_nodes() -> None:
    analysis = analyze(NET)
    found = report_together(analysis, ["sum", "a", "b"])
    assert found.nodes == ("a", "b", "sum")
    assert found.parameters == (4 * 2 + 2) + (9 * 4 * 2 + 2)
    assert found.macs == 64 * (4 * 2) + 64 * (9 * 4 * 2)
    assert found.activation_bytes == 3 * 2 * 64 * 4
    assert found.operations.add == sum(analysis.layers[node].operations.add for node in found.nodes)
    assert report_together(analysis, NET.nodes).macs == analysis.totals.macs


def test_what_goes_in_and_out_as_a_whole() -> None:
    found = report_together(analyze(NET), ["sum", "a", "b"])
    assert (found.inputs, found.input_shapes) == (("stem",), ((4, 8, 8),))
    assert (found.outputs, found.output_shapes) == (("sum",), ((2, 8, 8),))
    assert found.output == "sum"
    assert found.receptive_field is not None
    assert found.receptive_field.size == (5, 5)


def test_a_group_can_have_several_ends_and_none_that_is_read() -> None:
    assert outer_inputs(NET, ["sum", "stem"]) == ("input", "a", "b")
    assert outer_outputs(NET, ["stem", "a", "end"]) == ("stem", "a", "end")
    assert outer_outputs(NET, ["end", "sum"]) == ("end",)
    assert outer_inputs(NET, ["input"]) == ()


def test_problems_and_unknown_shapes_of_half_built_networks_are_told() -> None:
    net = chain(conv(4), conv(4, 9, padding=0), conv(4), shape=(3, 4, 4))
    found = report_together(analyze(net), ["n2", "n3"])
    assert [problem.node_id for problem in found.problems] == ["n2"]
    assert found.output_shapes == ()
    assert found.receptive_field is None
