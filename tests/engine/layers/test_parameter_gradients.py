"""What every kind says about its parameters' gradients, held against differences of its slow twin."""

from typing import Any

import numpy as np
import pytest

from engine.errors import ShapeError
from engine.layers import Layer, layer_from_json
from engine.layers.batch_norm import BatchNorm2d
from engine.layers.dropout import Dropout
from engine.shapes import Shape
from tests import reference
from tests.engine.check_layer import near, random_params
from tests.engine.every_layer import every_layer, over

STEP = 1e-6
BATCH = 2
MAPS: tuple[Shape, ...] = ((4, 7, 6),)
VECTOR: tuple[Shape, ...] = ((5,),)
WITH_PARAMETERS = [(layer, shapes) for layer, shapes in every_layer() if layer.param_shapes(*shapes)]
SMALL: tuple[tuple[Layer, tuple[Shape, ...]], ...] = tuple(
    (layer_from_json(record), shapes)
    for record, shapes in [
        ({"kind": "Conv2d", "out_channels": 4, "kernel_size": [3, 2], "stride": [2, 1], "groups": 2}, MAPS),
        (
            {"kind": "Conv2d", "out_channels": 2, "dilation": [2, 2], "bias": False},
            MAPS,
        ),
        ({"kind": "Conv2d", "out_channels": 3, "kernel_size": [1, 1]}, MAPS),
        ({"kind": "ConvTranspose2d", "out_channels": 6, "stride": [2, 3], "groups": 2}, MAPS),
        ({"kind": "DepthwiseConv2d", "multiplier": 2, "stride": [1, 2]}, MAPS),
        ({"kind": "Linear", "out_features": 3}, VECTOR),
        ({"kind": "BatchNorm2d"}, MAPS),
        ({"kind": "GroupNorm", "num_groups": 2}, MAPS),
        ({"kind": "InstanceNorm2d", "affine": True}, MAPS),
        ({"kind": "LayerNorm"}, MAPS),
        ({"kind": "LayerNorm"}, VECTOR),
        ({"kind": "PReLU"}, MAPS),
        ({"kind": "PReLU", "shared": True}, MAPS),
        ({"kind": "PReLU"}, VECTOR),
        ({"kind": "Scale"}, MAPS),
        ({"kind": "Scale"}, VECTOR),
        ({"kind": "Parameter", "shape": [4, 2, 3]}, ()),
    ]
)


def _drawn(shape: tuple[int, ...]) -> Any:
    return np.random.default_rng(7).random(shape, np.float32)


@pytest.mark.parametrize("case", SMALL, ids=lambda case: case[0].kind)
def test_parameter_gradients_are_what_differences_say(case: tuple[Layer, tuple[Shape, ...]]) -> None:
    check_parameter_gradients(*case)


def test_every_kind_with_parameters_is_tried() -> None:
    assert {layer.kind for layer, _ in SMALL} == {layer.kind for layer, _ in WITH_PARAMETERS}


@pytest.mark.slow
@over(WITH_PARAMETERS)
def test_parameter_gradients_hold_with_every_setting(layer: Layer, shapes: tuple[Shape, ...]) -> None:
    check_parameter_gradients(layer, shapes)


def check_parameter_gradients(layer: Layer, shapes: tuple[Shape, ...]) -> None:
    """⟨dw, v⟩ against the difference of ⟨dy, y⟩ along v, over a batch, for every trained parameter."""
    random = np.random.default_rng(0)
    params = random_params(layer, shapes, random)
    inputs = [random.standard_normal((BATCH, *shape)).astype(np.float32) for shape in shapes]
    output = layer.forward(inputs, params)
    output = np.broadcast_to(output, (BATCH, *output.shape[1:]))
    dy = random.standard_normal(output.shape).astype(np.float32)
    made = layer.parameter_gradients(inputs, params, output, dy)
    assert set(made) == set(params) - set(layer.non_trainable)

    def loss(moved: dict[str, Any]) -> float:
        outputs = [reference.forward(layer, [x[n] for x in inputs], moved)[0] for n in range(BATCH)]
        return float(sum((y * dy[n]).sum() for n, y in enumerate(outputs)))

    for name, gradient in made.items():
        assert (gradient.shape, gradient.dtype) == (params[name].shape, np.float32)
        direction = random.standard_normal(gradient.shape)
        sides = [
            loss(params | {name: params[name].astype(np.float64) + sign * STEP * direction})
            for sign in (1, -1)
        ]
        slope = (sides[0] - sides[1]) / (2 * STEP)
        scale = max(float(np.abs(gradient * direction).sum()), 1.0)
        assert abs(float((gradient * direction).sum()) - slope) <= 1e-4 * scale, name


def test_batch_norm_in_training_is_its_formula_and_its_gradient_goes_through_the_statistics() -> None:
    random = np.random.default_rng(1)
    layer = BatchNorm2d(eps=1e-3)
    x = random.standard_normal((3, 2, 4, 5)).astype(np.float32) * 3 + 1
    params = random_params(layer, ((2, 4, 5),), random)
    dy = random.standard_normal(x.shape).astype(np.float32)
    y, kept = layer.forward_in_training([x], params, _drawn)
    mean, variance = x.astype(np.float64).mean((0, 2, 3)), x.astype(np.float64).var((0, 2, 3))
    near(kept["running_mean"], 0.9 * params["running_mean"] + 0.1 * mean)
    near(kept["running_var"], 0.9 * params["running_var"] + 0.1 * variance * 60 / 59)

    def output(x: Any, weight: Any, bias: Any) -> Any:
        normal = (x - x.mean((0, 2, 3), keepdims=True)) / np.sqrt(x.var((0, 2, 3), keepdims=True) + 1e-3)
        return normal * weight[:, None, None] + bias[:, None, None]

    start = {"x": x.astype(np.float64)} | {
        name: params[name].astype(np.float64) for name in ("weight", "bias")
    }
    near(y, output(**start))
    (dx,), slopes = layer.backward_in_training([x], params, y, kept, dy)
    for name, gradient in {"x": dx, **slopes}.items():
        direction = random.standard_normal(gradient.shape)
        sides = [
            (output(**start | {name: start[name] + sign * STEP * direction}) * dy).sum() for sign in (1, -1)
        ]
        slope = (sides[0] - sides[1]) / (2 * STEP)
        assert abs((gradient * direction).sum() - slope) <= 1e-4 * np.abs(gradient * direction).sum()


def test_batch_norm_says_that_one_value_has_no_variance() -> None:
    layer, x = BatchNorm2d(), np.ones((1, 2, 1, 1), np.float32)
    with pytest.raises(ShapeError, match="one value a channel"):
        layer.forward_in_training([x], random_params(layer, ((2, 1, 1),), np.random.default_rng(0)), _drawn)


@pytest.mark.parametrize("p", [0.0, 0.25, 1.0])
def test_dropout_drops_its_share_and_the_gradient_goes_where_values_went(p: float) -> None:
    layer, x = Dropout(p=p), np.full((4, 500), 3, np.float32)
    y, kept = layer.forward_in_training([x], {}, _drawn)
    assert (y == 0).mean() == pytest.approx(p, abs=0.03)
    assert set(np.unique(y)) <= {np.float32(0), np.float32(3) * np.float32(1 / (1 - p) if p < 1 else 0)}
    (dx,), slopes = layer.backward_in_training([x], {}, y, kept, np.ones_like(x))
    np.testing.assert_array_equal(dx, y / 3)
    assert slopes == {}
