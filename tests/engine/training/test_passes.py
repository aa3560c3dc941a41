"""Every fast way of a batch against its slow twin, the layers' own methods; and the same bytes by any number
of threads."""

from typing import Any

import numpy as np
import pytest

from engine.layers import layer_from_json
from engine.layers.input import Input
from engine.model.network import Network, Node
from engine.plan.output_shapes import output_shapes
from engine.training.parameters import Parameters
from engine.training.passes.by_itself import ByItself
from engine.training.passes.lanes import batch_first, batch_last, lanes
from engine.training.passes.tape import Tape
from tests.engine.check_layer import near

MAPS = (6, 7, 5)
VECTOR = (9,)

CASES: dict[str, tuple[dict[str, Any], tuple[tuple[int, ...], ...]]] = {
    "3×3": ({"kind": "Conv2d", "out_channels": 5}, (MAPS,)),
    "1×1": ({"kind": "Conv2d", "out_channels": 7, "kernel_size": [1, 1], "bias": False}, (MAPS,)),
    "strided": (
        {"kind": "Conv2d", "out_channels": 8, "kernel_size": [3, 2], "stride": [2, 3], "padding": "valid"},
        (MAPS,),
    ),
    "groups": ({"kind": "Conv2d", "out_channels": 4, "groups": 2, "dilation": [2, 2]}, (MAPS,)),
    "whole": ({"kind": "Conv2d", "out_channels": 13, "kernel_size": [7, 5], "padding": "valid"}, (MAPS,)),
    "many": ({"kind": "Conv2d", "out_channels": 16, "kernel_size": [5, 5]}, ((17, 9, 8),)),
    "depthwise": ({"kind": "DepthwiseConv2d", "multiplier": 2}, (MAPS,)),
    "transposed": (
        {"kind": "ConvTranspose2d", "out_channels": 3, "kernel_size": [3, 3], "stride": [2, 2]},
        (MAPS,),
    ),
    "stamps": ({"kind": "ConvTranspose2d", "out_channels": 4, "kernel_size": [2, 2], "groups": 2}, (MAPS,)),
    "dense": ({"kind": "Linear", "out_features": 10}, (VECTOR,)),
    "dense, no bias": ({"kind": "Linear", "out_features": 1, "bias": False}, (VECTOR,)),
    "max": ({"kind": "MaxPool2d"}, (MAPS,)),
    "max, overlapping": (
        {"kind": "MaxPool2d", "kernel_size": [3, 3], "stride": [2, 1], "padding": [1, 1, 1, 1]},
        (MAPS,),
    ),
    "max, ceil": ({"kind": "MaxPool2d", "kernel_size": [3, 3], "stride": [2, 2], "ceil_mode": True}, (MAPS,)),
    "mean": ({"kind": "AvgPool2d"}, (MAPS,)),
    "mean, padded": (
        {"kind": "AvgPool2d", "kernel_size": [3, 3], "stride": [2, 1], "padding": [1, 1, 1, 1]},
        (MAPS,),
    ),
    "mean of all": ({"kind": "GlobalAvgPool2d"}, (MAPS,)),
    "largest of all": ({"kind": "GlobalMaxPool2d"}, (MAPS,)),
    "batch norm": ({"kind": "BatchNorm2d"}, (MAPS,)),
    "relu": ({"kind": "ReLU"}, (MAPS,)),
    "relu6": ({"kind": "ReLU6"}, (VECTOR,)),
    "leaky": ({"kind": "LeakyReLU"}, (MAPS,)),
    "prelu": ({"kind": "PReLU"}, (MAPS,)),
    "tanh": ({"kind": "Tanh"}, (MAPS,)),
    "gelu": ({"kind": "GELU"}, (MAPS,)),
    "flatten": ({"kind": "Flatten"}, (MAPS,)),
    "flatten, one pixel": ({"kind": "Flatten"}, ((6, 1, 1),)),
    "identity": ({"kind": "Identity"}, (MAPS,)),
    "dropout": ({"kind": "Dropout"}, (MAPS,)),
    "softmax": ({"kind": "Softmax"}, (VECTOR,)),
    "layer norm": ({"kind": "LayerNorm"}, (MAPS,)),
    "slice": ({"kind": "Slice", "start": 2, "stop": 5}, (MAPS,)),
    "add": ({"kind": "Add"}, (MAPS, MAPS, MAPS)),
    "concat": ({"kind": "Concat"}, (MAPS, (2, 7, 5))),
    "multiply": ({"kind": "Multiply"}, (MAPS, MAPS)),
}


def tape(case: str, *, slow: bool = False, threads: int = 1) -> tuple[Tape, Parameters]:
    """The case's layer behind one scale an input, so that gradients of inputs are asked for, too."""
    record, shapes = CASES[case]
    nodes = [Node(id="image", layer=Input(shape=(1, 16, 16)))]
    for number, shape in enumerate(shapes):
        nodes += _laid_out(number, shape)
    sources = tuple(f"scale {number}" for number in range(len(shapes)))
    nodes.append(Node(id="layer", layer=layer_from_json(record), inputs=sources))
    network = Network(nodes)
    found = output_shapes(network)
    parameters = Parameters(network, found, network.order)
    parameters.draw(3)
    parameters.values += np.random.default_rng(1).normal(0, 0.3, parameters.values.size).astype(np.float32)
    return Tape(network, found, parameters, "image", "layer", slow=slow, threads=threads), parameters


def _laid_out(number: int, shape: tuple[int, ...]) -> list[Node]:
    """Some of the picture's values in this shape, each multiplied by a learned number."""
    size = int(np.prod(shape))
    flat = Node(id=f"flat {number}", layer=layer_from_json({"kind": "Flatten"}), inputs=("image",))
    dense = Node(
        id=f"dense {number}",
        layer=layer_from_json({"kind": "Linear", "out_features": size}),
        inputs=(flat.id,),
    )
    nodes, last = [flat, dense], dense.id
    if len(shape) == 3:
        reshape = layer_from_json({"kind": "Reshape", "shape": list(shape)})
        nodes.append(Node(id=f"shape {number}", layer=reshape, inputs=(last,)))
        last = f"shape {number}"
    nodes.append(Node(id=f"scale {number}", layer=layer_from_json({"kind": "Scale"}), inputs=(last,)))
    return nodes


COMMON = (
    "3×3", "strided", "groups", "dense", "max", "mean, padded", "mean of all", "batch norm", "relu", "tanh",
    "flatten", "dropout", "add", "concat",
)  # fmt: skip
"""Tried every time; each kernel of the others would have to be compiled, too."""


@pytest.mark.parametrize(
    "case", [case if case in COMMON else pytest.param(case, marks=pytest.mark.slow) for case in CASES]
)
def test_a_fast_way_is_its_slow_twin(case: str) -> None:
    random = np.random.default_rng(0)
    found = []
    for batch, training in ((5, True), (5, False)):
        x = random.standard_normal((batch, 1, 16, 16)).astype(np.float32)
        step = 1 if training else None
        for slow in (True, False):
            way, parameters = tape(case, slow=slow)
            y = way.forward(x, seed=1, step=step)
            dy = np.random.default_rng(2).standard_normal(y.shape).astype(np.float32)
            if training:
                way.backward(dy)
            measured = np.concatenate([np.zeros(1), *map(np.ravel, parameters.measured.values())])
            found.append((y, parameters.gradients.copy(), measured))
        for fast, twin in zip(found[-1], found[-2], strict=True):
            near(fast, twin, 3e-5)


@pytest.mark.parametrize("case", ["3×3", "whole", "depthwise", "max", "mean", "batch norm", "tanh", "add"])
def test_any_number_of_threads_makes_the_same_bytes(case: str) -> None:
    x = np.random.default_rng(0).standard_normal((70, 1, 16, 16)).astype(np.float32)
    found = []
    for threads in (1, 2, 3):
        way, parameters = tape(case, threads=threads)
        way.crew.alone_below = 0.0
        y = way.forward(x, step=1)
        way.backward(y)
        found.append(y.tobytes() + parameters.gradients.tobytes())
        way.crew.close()
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize("batch", [1, 3, 16, 17, 33, 64, 100])
def test_any_batch_is_laid_out_and_back(batch: int) -> None:
    x = np.random.default_rng(0).standard_normal((batch, 2, 3, 4)).astype(np.float32)
    width = lanes(batch)
    assert width >= batch
    laid = batch_last(x, width)
    assert laid.shape == (3, 4, 2, width)
    assert not laid[..., batch:].any()
    np.testing.assert_array_equal(batch_first(laid, batch), x)


RESIDUAL: tuple[tuple[str, dict[str, Any], tuple[str, ...]], ...] = (
    ("conv 1", {"kind": "Conv2d", "out_channels": 4}, ("image",)),
    ("norm 1", {"kind": "BatchNorm2d"}, ("conv 1",)),
    ("relu 1", {"kind": "ReLU"}, ("norm 1",)),
    ("conv 2", {"kind": "Conv2d", "out_channels": 4}, ("relu 1",)),
    ("norm 2", {"kind": "BatchNorm2d"}, ("conv 2",)),
    ("relu 2", {"kind": "ReLU6"}, ("norm 2",)),
    ("conv 3", {"kind": "Conv2d", "out_channels": 4}, ("relu 2",)),
    ("norm 3", {"kind": "BatchNorm2d"}, ("conv 3",)),
    ("sum", {"kind": "Add"}, ("norm 3", "relu 1")),
    ("relu 3", {"kind": "ReLU"}, ("sum",)),
    ("wide", {"kind": "Conv2d", "out_channels": 5, "stride": [2, 2]}, ("relu 3",)),
    ("short", {"kind": "Conv2d", "out_channels": 5, "kernel_size": [1, 1], "stride": [2, 2]}, ("relu 3",)),
    ("norm 4", {"kind": "BatchNorm2d"}, ("short",)),
    ("end", {"kind": "Add"}, ("wide", "norm 4")),
)


def test_every_map_and_gradient_of_branches_is_its_slow_twins() -> None:
    """Also of a norm whose ReLU is taken on the way, and where branches meet on the way back."""
    network = Network(
        [Node(id="image", layer=Input(shape=(2, 8, 8)))]
        + [Node(id=name, layer=layer_from_json(record), inputs=inputs) for name, record, inputs in RESIDUAL]
    )
    found = output_shapes(network)
    x = np.random.default_rng(0).standard_normal((21, 2, 8, 8)).astype(np.float32)
    tapes, learned = [], []
    for slow in (True, False):
        parameters = Parameters(network, found, network.order)
        parameters.draw(3)
        way = Tape(network, found, parameters, "image", "end", slow=slow, threads=2)
        dy = np.random.default_rng(2).standard_normal(way.forward(x, step=1).shape).astype(np.float32)
        way.backward(dy)
        tapes.append(way)
        learned.append(parameters.gradients)
    for name, *_ in RESIDUAL:
        twin, fast = (way.map_of(name) for way in tapes)
        near(fast, twin, 3e-5)
        twin, fast = (way.slope_of(name) for way in tapes)
        near(fast, twin, 3e-5)
    near(learned[1], learned[0], 3e-5)
    for way in tapes:
        way.crew.close()


def test_what_has_a_fast_way_takes_it() -> None:
    slow = {case for case in CASES if isinstance(tape(case)[0].pass_of("layer"), ByItself)}
    assert slow == {"dropout", "largest of all", "layer norm", "multiply", "prelu", "slice", "softmax"}
