"""Small odd networks, drawn from a random source, and the slow, obvious way to compute them."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.errors import ShapeError
from engine.execution.executor import Executor
from engine.image.photograph import fill_input
from engine.layers import Layer, layer_kinds
from engine.model.network import Network, Node
from engine.shapes import Padding, Shape, elements
from engine.weights import Checkpoint, Weights, go_on

Map = npt.NDArray[np.float32]

PHOTOGRAPH = np.random.default_rng(0).integers(0, 255, (48, 40, 3), dtype=np.uint8)
LARGEST = 60_000
"""Values of a map: more teaches nothing and takes time."""


@dataclass(frozen=True)
class Anything(Weights):
    """Random values for every parameter, biases and running statistics included."""

    name = "anything"
    spoiled: float | None = None
    """Put in the place of one weight, to see where it goes."""

    def draws(self, layer: Layer, inputs: tuple[Shape, ...]) -> bool:
        return False  # running statistics are among the numbers

    def parameters(
        self,
        node_id: str,
        layer: Layer,
        inputs: tuple[Shape, ...],
        seed: int,
        checkpoint: Checkpoint = go_on,
    ) -> dict[str, Map]:
        generator = np.random.default_rng(list(f"{node_id} {seed}".encode()))
        made = {}
        for name, shape in layer.param_shapes(*inputs).items():
            if name == "running_var":
                values = generator.uniform(0.5, 1.5, shape)
            elif name == "weight" and len(shape) > 1:
                values = generator.standard_normal(shape) * (2 / max(1, prod(shape[1:]))) ** 0.5
            else:
                values = generator.uniform(0.2, 1.0, shape)
            made[name] = values.astype(np.float32)
            if self.spoiled is not None and name == "weight":
                made[name].flat[made[name].size // 2] = self.spoiled
        return made


ANYTHING = Anything()


def node(node_id: str, layer: Layer, *inputs: str, weights: Weights = ANYTHING) -> Node:
    """A node with random parameters."""
    return Node(id=node_id, layer=layer, inputs=inputs, weights=weights)


def make(kind: str, **settings: Any) -> Layer:
    """A layer by its kind's name."""
    return layer_kinds()[kind](**settings)


def odd_network(source: random.Random, steps: int = 7) -> Network:
    """An Input and up to so many layers, each reading from anything before it."""
    shape = (source.choice((1, 3, 4, 5, 16, 17, 32, 40)), source.randint(1, 18), source.randint(1, 18))
    nodes = [node("input", make("Input", shape=shape))]
    shapes: dict[str, Shape] = {"input": shape}
    for index in range(steps):
        reads = source.choice(list(shapes)[-3:])
        layer = _odd_layer(source, shapes[reads])
        inputs = [reads]
        if layer.kind in ("Add", "Concat", "Multiply"):
            same = [other for other in shapes if other != reads and _joins(layer.kind, shapes, reads, other)]
            inputs += source.sample(same, min(len(same), source.randint(1, 2)))
            if layer.kind == "Multiply":
                inputs = inputs[:2]
        try:
            if len(inputs) < layer.min_inputs:
                continue
            made = layer.output_shape(*(shapes[node_id] for node_id in inputs))
        except ShapeError:
            continue
        if elements(made) <= LARGEST:
            name = f"{layer.kind.lower()}_{index}"
            nodes.append(node(name, layer, *inputs))
            shapes[name] = made
    return Network(nodes)


def _joins(kind: str, shapes: Mapping[str, Shape], one: str, other: str) -> bool:
    if kind == "Concat":
        return len(shapes[one]) == 3 and shapes[one][1:] == shapes[other][1:]
    return shapes[one] == shapes[other]


def _odd_layer(source: random.Random, shape: Shape) -> Layer:
    kinds = ["Conv2d"] * 8 + ["ReLU", "ReLU6", "BatchNorm2d", "Add", "Concat", "Multiply"] * 2
    kinds += ["MaxPool2d", "AvgPool2d", "GlobalAvgPool2d", "Flatten", "Linear", "Dropout", "DepthwiseConv2d"]
    kinds += [
        "LeakyReLU",
        "Hardswish",
        "Hardsigmoid",
        "SiLU",
        "GELU",
        "Tanh",
        "Sigmoid",
        "LayerNorm",
        "Scale",
        "ConvTranspose2d",
        "Softmax",
        "Upsample",
    ]
    kinds += ["LocalResponseNorm", "Crop", "Slice", "ChannelShuffle"]
    kind = source.choice(kinds)
    pair = (source.randint(1, 4), source.randint(1, 4))
    square = source.choice((1, 1, 3, 3, 3, 5))
    kernel = (square, square) if source.random() < 0.7 else pair
    stride = (1, 1) if source.random() < 0.6 else (source.randint(1, 3), source.randint(1, 3))
    sides = tuple(source.randint(0, 2) for _ in range(4))
    padding = Padding.of(source.choice(("same", "same", "valid", "full", sides)))
    if kind in ("Conv2d", "ConvTranspose2d"):
        groups = source.choice([g for g in (1, 1, 1, 2, 3, shape[0]) if shape[0] % g == 0])
        return make(
            kind,
            out_channels=groups * source.choice((1, 3, 8, 16, 16, 21, 32, 48)) if groups < 8 else groups,
            kernel_size=kernel,
            stride=stride,
            padding=padding,
            dilation=(1, 1) if source.random() < 0.8 else (source.randint(1, 3), source.randint(1, 3)),
            groups=groups,
            bias=source.random() < 0.5,
        )
    if kind == "DepthwiseConv2d":
        multiplier = source.choice((1, 1, 1, 2))
        return make(kind, kernel_size=kernel, stride=stride, padding=padding, multiplier=multiplier)
    if kind in ("MaxPool2d", "AvgPool2d"):
        settings = {"count_include_pad": source.random() < 0.5} if kind == "AvgPool2d" else {}
        ceil = source.random() < 0.5
        return make(kind, kernel_size=kernel, stride=stride, padding=padding, ceil_mode=ceil, **settings)
    if kind == "Slice":
        start = source.randrange(shape[0])
        return make(kind, start=start, stop=source.randint(start + 1, shape[0]))
    if kind == "Crop":
        return make(kind, top=source.randint(0, 2), left=source.randint(0, 2), height=2, width=3)
    if kind == "ChannelShuffle":
        return make(kind, groups=source.choice([g for g in (1, 2, 3, 4, 5, 8) if shape[0] % g == 0]))
    if kind == "Linear":
        return make(kind, out_features=source.choice((1, 10, 33)))
    return make(kind)


def expected(network: Network, found: Mapping[str, Map]) -> dict[str, Map]:
    """Every map as its layer's own `forward` makes it, from the found inputs where there are any."""
    maps: dict[str, Map] = {}
    for node_id in network.order:
        one = network.nodes[node_id]
        if one.layer.kind == "Input":
            maps[node_id] = fill_input(PHOTOGRAPH, one.layer.output_shape())
            continue
        inputs = [np.ascontiguousarray(found.get(source, maps[source])) for source in one.inputs]
        shapes = tuple(x.shape[1:] for x in inputs)
        maps[node_id] = one.layer.forward(inputs, one.weights.parameters(node_id, one.layer, shapes, 0))
    return maps


def run(network: Network, executor: Executor | None = None, wanted: Any = None) -> dict[str, Map]:
    """All maps by node id."""
    executor = executor or Executor()
    return {result.node_id: result.map for result in executor.run(network, PHOTOGRAPH, wanted=wanted)}


def assert_right(network: Network, found: Mapping[str, Map], tolerance: float = 2e-5) -> None:
    """Each found map equals the expected one within `tolerance` of its largest value, NaN for NaN."""
    for node_id, right in expected(network, found).items():
        if node_id not in found:
            continue
        made = found[node_id]
        where = f"{node_id}: {network.nodes[node_id].layer}"
        assert made.shape == right.shape, where
        assert made.dtype == np.float32, where
        finite = np.isfinite(right)
        assert np.array_equal(np.isnan(made), np.isnan(right)), f"NaN elsewhere in {where}"
        assert np.array_equal(made[~finite], right[~finite], equal_nan=True), f"infinity elsewhere in {where}"
        # A mean of values that cancel out is as exact as the values are, not as it is small itself.
        read = [found.get(source) for source in network.nodes[node_id].inputs]
        largest = max(
            (float(np.abs(x[np.isfinite(x)]).max(initial=0.0)) for x in read if x is not None), default=0.0
        )
        scale = max(float(np.abs(right[finite]).max(initial=1e-6)), 0.1 * largest)
        error = float(np.abs(made[finite] - right[finite]).max(initial=0.0))
        assert error <= tolerance * scale, f"{where}: {error / scale:.1e} of the largest value"


def check_many(seeds: range) -> None:
    """For other processes: networks of these seeds, every map and fused, against the layers' own kernels."""
    from engine.plan import post_activation

    for seed in seeds:
        network = odd_network(random.Random(seed))
        assert_right(network, run(network))
        assert_right(network, run(network, wanted=post_activation(network)))
