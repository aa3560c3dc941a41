"""What is told of a number: the right derivations, in the right topics."""

import pytest

import presets
from engine.analysis.analyze import Analysis, analyze
from engine.derivation.derive import QUANTITIES
from engine.layers.batch_norm import BatchNorm2d
from engine.layers.convolution import Conv2d
from engine.layers.input import Input
from engine.layers.rectifiers import ReLU
from engine.model.network import Network, Node
from gui.words.explanation import Explanation, explain_layer, explain_total
from gui.words.number_format import Numbers

NETWORK = Network(
    [
        Node(id="input", layer=Input(shape=(3, 8, 8))),
        Node(id="a", layer=Conv2d(out_channels=16, kernel_size=(3, 5)), inputs=("input",)),
        Node(id="norm", layer=BatchNorm2d(), inputs=("a",)),
    ]
)


def explained(node_id: str, quantity: str) -> Explanation:
    found = explain_layer(NETWORK, analyze(NETWORK), node_id, quantity, Numbers())
    assert found is not None
    return found


def test_a_cost_is_told_in_all_conventions_the_asked_one_first() -> None:
    found = explained("a", "flops")
    assert [topic.name for topic in found.topics] == ["MACs", "FLOPs", "Operations"]
    shown = found.topics[found.first]
    assert shown.name == "FLOPs"
    assert shown.lines[0].value == "92,160\u00a0FLOPs"
    assert "multiply–add 46,080" in found.topics[2].remark


def test_height_and_width_are_one_line_where_they_are_computed_alike() -> None:
    (size, jump, start) = explained("a", "start_height").topics
    assert [line.name for line in size.lines] == ["Height", "Width"]
    assert [line.value for line in size.lines] == ["3\u00a0px", "5\u00a0px"]
    assert [line.name for line in jump.lines] == ["Height and width"]
    assert [line.value for line in start.lines] == ["−1\u00a0px", "−2\u00a0px"]
    assert size.text.startswith("Height: 1 + ")
    assert size.latex.count("\n") == 1


def test_what_is_not_trained_is_told_where_there_is_any() -> None:
    assert [topic.name for topic in explained("a", "parameters").topics] == ["Trained", "Memory"]
    assert [topic.name for topic in explained("norm", "parameters").topics] == [
        "Trained",
        "Not trained",
        "Memory",
    ]


def test_a_layer_without_numbers_has_no_explanation() -> None:
    network = Network([Node(id="a", layer=Conv2d())])
    assert explain_layer(network, analyze(network), "a", "macs", Numbers()) is None
    assert explain_total(network, Analysis(), "receptive_field_height", Numbers()) is None


def test_totals_are_those_of_the_analysis() -> None:
    network = presets.load("inception_3a").project.network
    analysis = analyze(network)
    found = explain_total(network, analysis, "macs", Numbers())
    assert found is not None
    assert found.title == "Cost of the network"
    assert found.topics[0].lines[0].derivation.value == analysis.totals.macs
    memory = explain_total(network, analysis, "activation_bytes", Numbers())
    assert memory is not None
    peak = memory.topics[1].lines[0].derivation.value
    assert peak == analysis.totals.peak_activation_bytes


def test_the_networks_field_is_told_where_it_grew() -> None:
    network = Network([*NETWORK.nodes.values(), Node(id="act", layer=ReLU(), inputs=("norm",))])
    found = explain_total(network, analyze(network), "receptive_field_height", Numbers())
    assert found is not None
    assert found.title == "Receptive field of Conv 3×5 · 16"
    assert found.topics[0].lines[0].derivation.text == "1 + (3 − 1)·1 = 3"


def test_the_branch_that_sees_least_is_told_too() -> None:
    network = presets.load("inception_3a").project.network
    found = explain_total(network, analyze(network), "receptive_field_height", Numbers())
    assert found is not None
    assert found.topics[0].lines[0].value == "5\u00a0px"
    assert found.topics[0].remark == "1 px along the branch that sees least."


@pytest.mark.parametrize("quantity", sorted(QUANTITIES))
def test_every_quantity_belongs_to_a_topic(quantity: str) -> None:
    vector = quantity == "output_features"
    network = presets.load("lenet5").project.network
    node_id = network.order[-1] if vector else network.order[1]
    found = explain_layer(network, analyze(network), node_id, quantity, Numbers())
    assert found is not None
    named = [line.derivation.quantity for line in found.topics[found.first].lines]
    assert quantity in named or quantity.replace("width", "height") in named or quantity == "non_trainable"
