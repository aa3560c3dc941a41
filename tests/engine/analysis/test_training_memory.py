"""Memory for a batch, counted by hand."""

import json

import pytest

from engine.analysis.analyze import analyze
from engine.analysis.training_memory import batch_memory
from engine.errors import ShapeError
from engine.layers import layer_from_json
from engine.layers.input import Input
from engine.model.network import Network, Node
from gui.command_line import main


def network() -> Network:
    nodes = [Node(id="image", layer=Input(shape=(1, 8, 8)))]
    for node_id, record in [
        ("conv", {"kind": "Conv2d", "out_channels": 4, "bias": False}),
        ("norm", {"kind": "BatchNorm2d"}),
        ("relu", {"kind": "ReLU"}),
        ("pool", {"kind": "MaxPool2d"}),
        ("drop", {"kind": "Dropout"}),
        ("flat", {"kind": "Flatten"}),
        ("head", {"kind": "Linear", "out_features": 3}),
    ]:
        nodes.append(Node(id=node_id, layer=layer_from_json(record), inputs=(nodes[-1].id,)))
    return Network(nodes)


def test_training_is_what_is_counted_by_hand() -> None:
    memory = batch_memory(analyze(network()), 10, 4, "sgd")
    trained, running = 36 + 8 + 195, 8
    # The picture for the convolution, conv for the norm, relu for itself, flat for the head; a byte for each
    # value that was pooled or dropped.
    kept = 4 * (64 + 256 + 256 + 64) + 64 + 64
    assert memory.parameters == 4 * (trained + running)
    assert memory.gradients == memory.optimizer == 4 * trained
    assert memory.kept_maps == 10 * kept
    assert memory.training == 4 * (3 * trained + running) + 10 * kept
    adam = batch_memory(analyze(network()), 10, 4, "adamw")
    assert adam.training - memory.training == 4 * trained


def test_a_batch_is_so_many_times_the_maps_and_smaller_numbers_take_less() -> None:
    analysis = analyze(network())
    one, many, half = batch_memory(analysis), batch_memory(analysis, 32), batch_memory(analysis, 32, 2)
    assert one.maps == analysis.totals.activation_bytes
    assert many.maps == 32 * one.maps == 2 * half.maps
    assert many.peak_maps == 32 * analysis.totals.peak_activation_bytes == 2 * half.peak_maps
    assert many.parameters == one.parameters == 2 * half.parameters
    assert many.optimizer == half.optimizer, "the optimiser remembers in float32"


def test_a_map_that_two_layers_keep_is_there_once() -> None:
    net = network().add(Node(id="more", layer=layer_from_json({"kind": "Conv2d"}), inputs=("relu",)))
    with_more = batch_memory(analyze(net))
    assert with_more.kept_maps == batch_memory(analyze(network())).kept_maps


@pytest.mark.parametrize(
    ("arguments", "message"),
    [((0,), "batch=0"), ((1, 3), "3 bytes a number"), ((1, 4, "lion"), "optimizer='lion'")],
)
def test_what_there_is_not_is_named(arguments: tuple[int, int, str], message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        batch_memory(analyze(network()), *arguments)


def test_the_command_tells_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["summary", "lenet5", "--batch", "64", "--training", "--json"]) == 0
    memory = json.loads(capsys.readouterr().out)["totals"]["memory"]
    assert memory["batch"] == 64
    assert memory["parameter_bytes"] == memory["gradient_bytes"] == 4 * 61_706
    assert memory["training_bytes"] == sum(
        memory[f"{part}_bytes"] for part in ("parameter", "gradient", "optimizer", "kept_activation")
    )
    assert main(["summary", "lenet5", "--batch", "64", "--bytes", "2"]) == 0
    assert "64 pictures, 16 bits a number: 123,412 bytes of parameters" in capsys.readouterr().out
    assert main(["summary", "lenet5", "--batch", "0"]) == 2
    assert "batch=0 must lie between" in capsys.readouterr().err
