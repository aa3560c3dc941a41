"""Normalisation layers."""

import numpy as np
import pytest

from engine.errors import ShapeError
from engine.layers import Layer, Operations
from engine.layers.batch_norm import BatchNorm2d
from engine.layers.group_norm import GroupNorm, InstanceNorm2d
from engine.layers.layer_norm import LayerNorm
from engine.layers.local_response_norm import LocalResponseNorm
from engine.layers.scale import Scale
from tests.engine.check_layer import check_layer, near


@pytest.mark.parametrize(
    "layer",
    [
        BatchNorm2d(),
        BatchNorm2d(eps=0.1),
        GroupNorm(num_groups=1),
        GroupNorm(num_groups=3, eps=0.01),
        InstanceNorm2d(),
        InstanceNorm2d(affine=True),
        LayerNorm(),
        LocalResponseNorm(alpha=0.5),
        LocalResponseNorm(size=3, alpha=2.0, beta=0.5, k=2.0),
        LocalResponseNorm(size=1),
        Scale(),
    ],
    ids=repr,
)
def test_normalisations_keep_the_contract(layer: Layer) -> None:
    check_layer(layer, (6, 5, 4))
    check_layer(layer, (9, 9, 11))


def test_vectors_are_scaled_and_normalised_over_their_features() -> None:
    check_layer(LayerNorm(), (12,))
    check_layer(Scale(), (12,))


def test_batch_norm_by_hand() -> None:
    layer = BatchNorm2d(eps=0.0)
    params = dict(weight=[3], bias=[1], running_mean=[2], running_var=[4])
    arrays = {name: np.array(value, np.float32) for name, value in params.items()}
    y = layer.forward([np.array([[[[2, 4, 8]]]], np.float32)], arrays)
    assert y.ravel().tolist() == [1, 4, 10]
    assert layer.operations((1, 1, 3)) == Operations(multiply=3, add=3)


def test_running_statistics_are_not_trained() -> None:
    assert BatchNorm2d.non_trainable == ("running_mean", "running_var")
    assert BatchNorm2d().param_shapes((8, 2, 2)) == dict.fromkeys(
        ("weight", "bias", "running_mean", "running_var"), (8,)
    )
    starts = {name: BatchNorm2d().initial_value(name) for name in BatchNorm2d().param_shapes((8, 2, 2))}
    assert starts == {"weight": 1, "bias": 0, "running_mean": 0, "running_var": 1}


def test_a_group_ends_with_mean_zero_and_variance_one() -> None:
    x = 7 + 3 * np.random.default_rng(0).standard_normal((2, 4, 9, 9)).astype(np.float32)
    params = {"weight": np.ones(4, np.float32), "bias": np.zeros(4, np.float32)}
    for layer, axes in (
        (GroupNorm(num_groups=2), (2, 3, 4)),
        (InstanceNorm2d(), (3, 4)),
        (LayerNorm(), (1, 2)),
    ):
        y = layer.forward([x], params)
        grouped = y.reshape(2, 4, 1, 9, 9) if layer.kind != "GroupNorm" else y.reshape(2, 2, 2, 9, 9)
        near(grouped.mean(axis=axes), np.zeros(()), 1e-4)
        near(grouped.var(axis=axes), np.ones(()), 1e-4)


def test_layer_norm_by_hand() -> None:
    x = np.array([[1, 3]], np.float32)
    params = {"weight": np.array([2, 2], np.float32), "bias": np.array([5, 5], np.float32)}
    assert LayerNorm(eps=0.0).forward([x], params).tolist() == [[3, 7]]


def test_local_response_by_hand() -> None:
    x = np.array([1, 2, 3], np.float32).reshape(1, 3, 1, 1)
    y = LocalResponseNorm(size=3, alpha=3.0, beta=1.0, k=1.0).forward([x], {})
    near(y.ravel(), [1 / (1 + 5), 2 / (1 + 14), 3 / (1 + 13)])


def test_local_response_counts_the_neighbours_that_exist() -> None:
    # 3 maps, window of 3: 2 + 3 + 2 maps are seen; each sum has one addition less, and k adds one
    layer = LocalResponseNorm(size=3)
    assert layer.operations((3, 1, 1)) == Operations(multiply=6, add=7, exp=3, divide=3)


def test_normalising_is_counted_step_by_step() -> None:
    # one group of 4 values: mean 3 + 1 ÷, differences 4, squares 4 ×, 3 + and 1 ÷, eps 1, root, 1 ÷, 4 ×
    assert InstanceNorm2d().operations((1, 2, 2)) == Operations(add=11, multiply=8, divide=3, exp=1)
    assert LayerNorm().operations((4,)) == Operations(add=15, multiply=12, divide=3, exp=1)


def test_an_even_neighbourhood_has_no_middle() -> None:
    with pytest.raises(ShapeError, match=r"size=4 has no middle: an odd number such as 5 has") as error:
        LocalResponseNorm(size=4).output_shape((8, 2, 2))
    assert error.value.setting == "size"


def test_groups_that_do_not_divide_are_named() -> None:
    with pytest.raises(ShapeError, match=r"num_groups=32 does not divide in_channels=48\. 24 does") as error:
        GroupNorm().output_shape((48, 2, 2))
    assert error.value.setting == "num_groups"


def test_maps_are_asked_for() -> None:
    for layer in (BatchNorm2d(), GroupNorm(), InstanceNorm2d(), LocalResponseNorm()):
        with pytest.raises(ShapeError, match=f"{layer.kind} needs maps"):
            layer.output_shape((64,))


def test_statistics_of_a_whole_map_see_the_whole_input() -> None:
    assert GroupNorm().whole_input
    assert InstanceNorm2d().whole_input
    assert not LayerNorm().whole_input
