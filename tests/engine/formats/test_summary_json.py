"""The contract of `summary --json`."""

import json
from fractions import Fraction

from engine.analysis.analyze import analyze
from engine.analysis.receptive_field import ReceptiveField
from engine.formats.tables.summary_json import field_record, summary_json, summary_record
from engine.layers.convolution import Conv2d
from engine.layers.input import Input
from engine.model.network import Network, Node
from engine.shapes import Reach

NETWORK = Network(
    [
        Node(id="late", layer=Conv2d(out_channels=2, kernel_size=(1, 1)), inputs=("early",), name="mix"),
        Node(id="early", layer=Conv2d(out_channels=4), inputs=("image",)),
        Node(id="image", layer=Input(shape=(3, 8, 8))),
    ]
)
FIELD = {"size": [3, 3], "jump": [1, 1], "start": [-1, -1], "smallest": [3, 3]}
FIELD |= {"whole_input": False, "aligned": True}


def test_the_record_has_exactly_the_promised_keys_and_values() -> None:
    record = summary_record("net", NETWORK, analyze(NETWORK))
    layers = record.pop("layers")
    assert record == {
        "schema": 1,
        "name": "net",
        "input": [3, 8, 8],
        "totals": {
            "parameters": 112 + 10,
            "non_trainable": 0,
            "macs": 64 * (108 + 8),
            "flops": 128 * (108 + 8),
            "operations": {
                "multiply_add": 64 * (108 + 8),
                "add": 64 * (4 + 2),
                "multiply": 0,
                "compare": 0,
                "divide": 0,
                "exp": 0,
            },
            "parameter_bytes": 4 * 122,
            "activation_bytes": 4 * 64 * (3 + 4 + 2),
            "peak_activation_bytes": 4 * 64 * (3 + 4),
            "receptive_field": FIELD,
        },
        "problems": [],
    }
    assert layers[2] == {
        "id": "late",
        "kind": "Conv2d",
        "label": "mix",
        "inputs": ["early"],
        "input_shapes": [[4, 8, 8]],
        "output_shape": [2, 8, 8],
        "parameters": 10,
        "macs": 512,
        "flops": 1024,
        "activation_bytes": 512,
        "receptive_field": FIELD,
        "problems": [],
    }
    assert [layer["id"] for layer in layers] == ["image", "early", "late"]


def test_a_problem_stands_at_its_layer_and_in_the_list() -> None:
    network = Network([Node(id="image", layer=Input(shape=(3, 8, 8))), Node(id="alone", layer=Conv2d())])
    record = json.loads(summary_json("net", network, analyze(network)))
    assert record["layers"][1]["problems"] == record["problems"]
    assert record["problems"][0]["id"] == "alone"
    assert "no input" in record["problems"][0]["message"]
    assert record["layers"][1]["output_shape"] is None
    assert record["layers"][1]["receptive_field"] is None


def test_fractions_are_texts() -> None:
    upsampled = Reach.of(Fraction(-3, 2), 0, Fraction(1, 2)), Reach.of(0, 0)
    record = field_record(ReceptiveField.of_input((8, 8)).through(upsampled))
    assert record is not None
    assert record["size"] == [2, 1]
    assert record["jump"] == ["1/2", 1]
    assert record["start"] == [-1, 0]


def test_an_empty_network_has_a_summary() -> None:
    record = summary_record("nothing", Network(), analyze(Network()))
    assert record["input"] is None
    assert record["layers"] == []
    assert record["totals"]["receptive_field"] is None
