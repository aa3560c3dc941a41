"""What all kernels keep: the same bytes for any number of threads, and for any layout of the input."""

from collections.abc import Iterator

import numba
import numpy as np
import pytest

from engine.layers import Layer
from engine.layers.add import Add
from engine.layers.average_pooling import AvgPool2d
from engine.layers.batch_norm import BatchNorm2d
from engine.layers.convolution import Conv2d
from engine.layers.depthwise import DepthwiseConv2d
from engine.layers.group_norm import GroupNorm
from engine.layers.layer_norm import LayerNorm
from engine.layers.linear import Linear
from engine.layers.local_response_norm import LocalResponseNorm
from engine.layers.max_pooling import MaxPool2d
from engine.layers.rectifiers import PReLU
from engine.layers.smooth_activations import GELU
from engine.layers.softmax import Softmax
from engine.layers.transposed_convolution import ConvTranspose2d
from engine.layers.upsample import Upsample
from engine.shapes import Shape
from tests.engine.check_layer import random_params

CASES: tuple[tuple[Layer, Shape], ...] = (
    (Conv2d(out_channels=7, kernel_size=(3, 3)), (17, 23, 29)),
    (DepthwiseConv2d(), (17, 23, 29)),
    (ConvTranspose2d(out_channels=5, kernel_size=(3, 3)), (17, 13, 11)),
    (Linear(out_features=300), (1000,)),
    (MaxPool2d(), (17, 23, 29)),
    (AvgPool2d(), (17, 23, 29)),
    (BatchNorm2d(), (17, 23, 29)),
    (GroupNorm(num_groups=3), (18, 23, 29)),
    (LayerNorm(), (17, 23, 29)),
    (LocalResponseNorm(), (17, 23, 29)),
    (PReLU(), (17, 23, 29)),
    (GELU(), (17, 23, 29)),
    (Softmax(), (17, 23, 29)),
    (Upsample(mode="bilinear"), (17, 23, 29)),
)


@pytest.fixture(autouse=True)
def _all_threads_again() -> Iterator[None]:
    before = numba.get_num_threads()
    yield
    numba.set_num_threads(before)


@pytest.mark.parametrize(("layer", "shape"), CASES, ids=lambda case: getattr(case, "kind", ""))
def test_the_number_of_threads_changes_no_bit(layer: Layer, shape: Shape) -> None:
    random = np.random.default_rng(5)
    params = random_params(layer, (shape,), random)
    x = random.standard_normal((2, *shape)).astype(np.float32)
    made = []
    for threads in range(1, numba.config.NUMBA_NUM_THREADS + 1):
        numba.set_num_threads(threads)
        y = layer.forward([x], params)
        made.append((y.tobytes(), layer.backward([x], params, y, y)[0].tobytes()))
    assert all(one == made[0] for one in made)


@pytest.mark.parametrize(("layer", "shape"), CASES, ids=lambda case: getattr(case, "kind", ""))
def test_views_and_read_only_inputs_are_as_good(layer: Layer, shape: Shape) -> None:
    random = np.random.default_rng(6)
    params = random_params(layer, (shape,), random)
    x = random.standard_normal((2, *shape)).astype(np.float32)
    view = np.moveaxis(np.ascontiguousarray(np.moveaxis(x, 1, -1)), -1, 1)
    view.flags.writeable = False
    for param in params.values():
        param.flags.writeable = False
    y = layer.forward([x], params)
    assert layer.forward([view], params).tobytes() == y.tobytes()
    dy = np.moveaxis(np.ascontiguousarray(np.moveaxis(y, 1, -1)), -1, 1)
    dy.flags.writeable = False
    expected = layer.backward([x], params, y, y)[0]
    np.testing.assert_array_equal(layer.backward([view], params, y, dy)[0], expected)


def test_results_are_arrays_of_their_own() -> None:
    x = np.ones((1, 2, 3, 3), np.float32)
    y = Add().forward([x, x, x], {})
    assert not np.shares_memory(x, y)
    assert (x == 1).all()
