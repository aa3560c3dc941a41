"""Lenses of every kind of layer, on random numbers that are always the same."""

from typing import Any

import numpy as np

from engine.layers import Layer
from gui.value_inspector.inspected_value import InspectedValue
from tests.engine.small_networks import conv, make, pool

RAMP = np.arange(1, 17, dtype=np.float32).reshape(1, 1, 4, 4)


def lens_of(
    layer: Layer, *shapes: tuple[int, ...], at: tuple[int, ...], x: Any = None, params: Any = None
) -> InspectedValue:
    """The layer's own forward makes the output."""
    random = np.random.default_rng(0)
    inputs = [random.standard_normal((1, *shape)).astype(np.float32) for shape in shapes]
    inputs = inputs if x is None else [x]
    sizes = [one.shape[1:] for one in inputs]
    made = {
        name: (random.standard_normal(size) * 0.4).astype(np.float32)
        for name, size in layer.param_shapes(*sizes).items()
    }
    if "running_var" in made:
        made["running_var"] = np.abs(made["running_var"]) + np.float32(0.1)
    params = made if params is None else params
    return InspectedValue(
        node_id="n",
        layer=layer,
        label=layer.label,
        sources=tuple(f"Branch {number}" for number in range(len(inputs))),
        inputs=tuple(inputs),
        output=layer.forward(inputs, params),
        params=params,
        at=at,
    )


def ramp(kernel: int = 3, value: float = 1.0, at: tuple[int, ...] = (0, 0, 0)) -> InspectedValue:
    """The 4×4 image 1 … 16 under a kernel of equal numbers."""
    weights = {"weight": np.full((1, 1, kernel, kernel), value, np.float32)}
    return lens_of(conv(1, kernel, bias=False), x=RAMP, at=at, params=weights)


def every_kind() -> dict[str, InspectedValue]:
    """By name."""
    return {
        "convolution": lens_of(conv(32, 3), (64, 28, 28), at=(5, 0, 9)),
        "wide": lens_of(conv(32, 5), (16, 28, 28), at=(5, 10, 9)),
        "dilated": lens_of(conv(4, 3, dilation=(2, 2)), (8, 13, 13), at=(3, 4, 5)),
        "grouped": lens_of(conv(8, 3, groups=4), (16, 9, 9), at=(5, 4, 5)),
        "grouped pointwise": lens_of(conv(8, 1, groups=2), (16, 9, 9), at=(5, 4, 5)),
        "strided pointwise": lens_of(conv(8, 1, 2), (16, 9, 9), at=(5, 4, 3)),
        "depthwise": lens_of(make("DepthwiseConv2d"), (8, 13, 13), at=(3, 4, 5)),
        "transposed": lens_of(
            make("ConvTranspose2d", out_channels=8, kernel_size=(3, 3)), (8, 13, 13), at=(3, 6, 6)
        ),
        "sparse": lens_of(
            make("ConvTranspose2d", out_channels=2, kernel_size=(1, 1), stride=(3, 3)),
            (2, 4, 4),
            at=(1, 1, 1),
        ),
        "maximum": lens_of(pool(3, 2, padding=1), (8, 13, 13), at=(3, 0, 4)),
        "mean": lens_of(pool(2, 2, "AvgPool2d"), (8, 13, 13), at=(3, 0, 4)),
        "global": lens_of(make("GlobalAvgPool2d"), (8, 13, 13), at=(3, 0, 0)),
        "dense": lens_of(make("Linear", out_features=10), (84,), at=(3,)),
        "normalization": lens_of(make("BatchNorm2d"), (8, 13, 13), at=(3, 4, 5)),
        "activation": lens_of(make("ReLU"), (8, 13, 13), at=(3, 4, 5)),
        "sum": lens_of(make("Add"), (8, 13, 13), (8, 13, 13), (8, 13, 13), at=(3, 4, 5)),
        "pointwise": lens_of(conv(64, 1), (192, 28, 28), at=(17, 14, 14)),
        "ten to four": lens_of(conv(4, 1), (10, 8, 8), at=(1, 3, 4)),
        "doubling": ramp(1, 2.0, (0, 1, 2)),
        "ramp": ramp(),
    }
