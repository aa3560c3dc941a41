"""No setting that changes what a layer computes is left out where it is written as PyTorch."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from engine.errors import EngineError
from engine.layers import Layer, Setting, layer_kinds
from engine.shapes import VALID, Padding, Shape
from engine.weights.source import initial_parameters

SHAPES: tuple[Shape, ...] = ((6, 12, 12), (64, 6, 6), (12,), (6, 1, 1))


def others(setting: Setting, value: Any) -> Iterator[Any]:
    """Other values that a setting may have."""
    match setting.type:
        case "bool":
            yield not value
        case "choice":
            yield from (choice for choice in setting.choices if choice != value)
        case "pair":
            yield from ((2, 2), (3, 3), (1, 3), (2, 1))
        case "int":
            yield from (value + 1, 2, 3, 1)
        case "float":
            yield from (value / 2 if value else 0.25, 0.5, 2.0)
        case "padding":
            yield from (VALID, Padding.of(1), Padding.of((1, 0, 2, 0)), Padding.of("same"))
        case "shape":
            yield from ((6, 10, 14), (24, 6, 6), (864,))


def outcome(layer: Layer, inputs: tuple[Shape, ...]) -> tuple[Any, bytes]:
    """The shapes, and the numbers for inputs and parameters that only shapes decide."""
    params = initial_parameters(layer, inputs)
    rng = np.random.default_rng(1)
    params = {name: rng.uniform(0.5, 1, values.shape).astype(np.float32) for name, values in params.items()}
    arrays = [np.random.default_rng(2).standard_normal((1, *shape)).astype(np.float32) for shape in inputs]
    shapes = {name: values.shape for name, values in params.items()}
    return (layer.output_shape(*inputs), shapes), np.round(layer.forward(arrays, params), 4).tobytes()


def written(layer: Layer, inputs: tuple[Shape, ...]) -> str:
    code = layer.torch(*inputs)
    return f"{code}"


@pytest.mark.parametrize("kind", [kind for kind in layer_kinds() if kind not in ("Input", "Foreign")])
def test_a_setting_that_counts_is_written(kind: str) -> None:
    cls = layer_kinds()[kind]
    tried = 0
    for shape in SHAPES:
        inputs = (shape,) * max(1, cls.min_inputs)
        for first in (cls(), *(entry.layer for entry in cls.palette())):
            for setting in first.settings():
                for value in others(setting, getattr(first, setting.name)):
                    try:
                        changed = first.replace(**{setting.name: value})
                        before, after = outcome(first, inputs), outcome(changed, inputs)
                        texts = written(first, inputs), written(changed, inputs)
                    except (EngineError, TypeError):
                        continue  # does not fit this shape, or cannot be written at all
                    tried += 1
                    if before != after:
                        assert texts[0] != texts[1], f"{setting.name}={value!r} is not written"
    assert tried or not cls().settings() or kind in NOT_TRIED


NOT_TRIED = ("Reshape", "Parameter", "Subsample", "CenterCrop")
"""Kinds whose other settings fit none of the shapes here, or that are not written as PyTorch."""
