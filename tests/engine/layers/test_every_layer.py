"""What every kind says of itself holds, with every setting: the contract of the members of `Layer`."""

import numpy as np
import pytest

from engine.layers import Layer, layer_kinds
from engine.shapes import Shape, is_map
from tests.engine.check_layer import random_params
from tests.engine.every_layer import every_layer, named

EVERY = every_layer()
ON_MAPS = [
    (layer, shapes)
    for layer, shapes in EVERY
    if shapes and all(map(is_map, (*shapes, layer.output_shape(*shapes))))
]
CHOOSES = ("MaxPool2d",)
"""Kinds that read all values of a window and pass one on: a gradient may stand at a part of what is read."""


def test_every_kind_is_tried() -> None:
    assert {layer.kind for layer, _ in EVERY} == set(layer_kinds())


@pytest.mark.parametrize(("layer", "shapes"), ON_MAPS, ids=map(named, ON_MAPS))
def test_an_output_reads_what_its_gradient_reaches(layer: Layer, shapes: tuple[Shape, ...]) -> None:
    random = np.random.default_rng(0)
    params = random_params(layer, shapes, random)
    inputs = [random.uniform(0.5, 1.5, (1, *shape)).astype(np.float32) for shape in shapes]
    for axis in (0, 1):
        count = layer.output_shape(*shapes)[1 + axis]
        repeated = [np.repeat(x, count, axis=0) for x in inputs]
        output = layer.forward(repeated, params)
        dy = random.uniform(0.5, 1.5, output.shape).astype(np.float32)
        others = np.moveaxis(dy, 2 + axis, 1)  # a view: image n keeps the gradient of output n alone
        others[~np.eye(count, dtype=bool)] = 0.0
        for of, dx in enumerate(layer.backward(repeated, params, output, dy)):
            reached = np.moveaxis(dx, 2 + axis, 1).any(axis=(2, 3))
            for at in range(count):
                read = layer.reads(at, axis, *shapes, of=of)
                assert list(read) == sorted(set(read)), "in order, each once"
                found = set(np.flatnonzero(reached[at]).tolist())
                assert found <= set(read) if layer.kind in CHOOSES else found == set(read)
