"""Output sizes over a large sample against the shapes that ONNX infers from the same settings."""

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from engine.errors import ShapeError
from engine.layers import Layer
from engine.layers.average_pooling import AvgPool2d
from engine.layers.convolution import Conv2d
from engine.layers.depthwise import DepthwiseConv2d
from engine.layers.max_pooling import MaxPool2d
from engine.layers.transposed_convolution import ConvTranspose2d
from engine.shapes import SAME, Padding, Pair

pytestmark = pytest.mark.peer

CHANNELS = 4
AT_ONCE = 50
"""Sets of settings in one graph."""

Spelled = tuple[Layer, str, dict[str, Any]]
"""A layer, and its operator and attributes as ONNX has them."""


def spelled(random: Random) -> Iterator[Spelled]:
    """Layers of each sliding kind; `same` by ONNX's own name for it, ceil mode by its own switch."""

    def pair(low: int, high: int) -> Pair:
        return random.randint(low, high), random.randint(low, high)

    k, s, d, added = pair(1, 7), pair(1, 4), pair(1, 3), pair(0, 2)
    sides = [random.randint(0, 3) for _ in range(4)]
    same, ceil = random.random() < 0.4, random.random() < 0.5
    top, bottom, left, right = sides
    onnx: dict[str, Any] = {"kernel_shape": k, "strides": s}
    onnx |= {"auto_pad": "SAME_UPPER"} if same else {"pads": (top, left, bottom, right)}
    ours: dict[str, Any] = {"kernel_size": k, "stride": s, "padding": SAME if same else Padding.of(sides)}
    rounded = {"ceil_mode": int(ceil)} if ceil and not same else {}
    dilated = onnx | {"dilations": d}
    yield Conv2d(out_channels=2, dilation=d, **ours), "Conv", dilated
    yield DepthwiseConv2d(multiplier=2, dilation=d, **ours), "Conv", dilated | {"group": CHANNELS}
    yield MaxPool2d(dilation=d, ceil_mode=ceil, **ours), "MaxPool", dilated | rounded
    yield AvgPool2d(ceil_mode=ceil, **ours), "AveragePool", onnx | rounded
    if not same:
        transposed = ConvTranspose2d(out_channels=2, dilation=d, output_padding=added, **ours)
        yield transposed, "ConvTranspose", dilated | {"output_padding": added}
        return
    transposed = ConvTranspose2d(out_channels=2, dilation=d, **ours)
    # The standard promises n · stride; of stamps with gaps between them the inference forgets the last gap.
    if all(extent >= step for extent, step in zip(transposed.stamp.extent, s, strict=True)):
        yield transposed, "ConvTranspose", dilated


def inferred(layers: list[Spelled], size: Pair) -> list[tuple[int, ...] | None]:
    """The shapes that ONNX infers of (CHANNELS, height, width), without the batch."""
    from onnx import TensorProto, helper, shape_inference

    shape = (CHANNELS, *size)
    nodes, weights = [], []
    for number, (layer, op_type, attributes) in enumerate(layers):
        names = ["x"]
        if "weight" in (held := layer.param_shapes(shape)):
            names.append(f"w{number}")
            weights.append(helper.make_tensor_value_info(names[1], TensorProto.FLOAT, held["weight"]))
        nodes.append(helper.make_node(op_type, names, [f"y{number}"], **attributes))
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, (1, *shape))
    model = helper.make_model(
        helper.make_graph(nodes, "sizes", [x, *weights], []), opset_imports=[helper.make_opsetid("", 22)]
    )
    made = shape_inference.infer_shapes(model).graph.value_info
    found = {one.name: tuple(d.dim_value for d in one.type.tensor_type.shape.dim)[1:] for one in made}
    return [found.get(f"y{number}") for number in range(len(layers))]


def test_sizes_are_those_of_onnx_over_a_large_sample() -> None:
    random = Random(11)
    compared = 0
    for _ in range(400):
        size = random.randint(1, 40), random.randint(1, 40)
        fitting = []
        for layer, op_type, attributes in (one for _ in range(AT_ONCE) for one in spelled(random)):
            try:
                fitting.append((layer.output_shape((CHANNELS, *size)), (layer, op_type, attributes)))
            except ShapeError:
                continue
        theirs = inferred([one for _, one in fitting], size)
        for (ours, one), shape in zip(fitting, theirs, strict=True):
            assert ours == shape, (size, one)
        compared += len(fitting)
    assert compared > 60_000
