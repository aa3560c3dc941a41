"""Layers with several inputs, and those between maps and vectors."""

import numpy as np
import pytest

from engine.errors import ShapeError
from engine.layers import Layer, Operations
from engine.layers.add import Add
from engine.layers.concat import Concat
from engine.layers.dropout import Dropout, Identity
from engine.layers.flatten import Flatten
from engine.layers.linear import Linear
from engine.layers.multiply import Multiply
from engine.shapes import Shape
from tests.engine.check_layer import check_layer


@pytest.mark.parametrize(
    ("layer", "shapes"),
    [
        (Add(), [(3, 4, 5)] * 2),
        (Add(), [(3, 4, 5)] * 4),
        (Add(), [(7,)] * 2),
        (Concat(), [(3, 4, 5), (1, 4, 5), (6, 4, 5)]),
        (Concat(), [(3,), (8,)]),
        (Multiply(), [(3, 4, 5)] * 2),
        (Multiply(), [(3, 4, 5), (3, 1, 1)]),
        (Multiply(), [(3, 1, 1), (3, 4, 5)]),
        (Multiply(), [(3, 4, 5), (1, 4, 5)]),
        (Multiply(), [(3, 4, 5), (1, 1, 1)]),
        (Multiply(), [(3, 1, 1), (1, 4, 5)]),
        (Multiply(), [(6,), (6,)]),
        (Flatten(), [(3, 4, 5)]),
        (Flatten(), [(6,)]),
        (Linear(), [(7,)]),
        (Linear(out_features=70, bias=False), [(130,)]),
        (Dropout(), [(3, 4, 5)]),
        (Dropout(p=0.0), [(7,)]),
        (Identity(), [(3, 4, 5)]),
    ],
    ids=str,
)
def test_joins_keep_the_contract(layer: Layer, shapes: list[Shape]) -> None:
    check_layer(layer, *shapes)


def column(*numbers: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.array(numbers, np.float32).reshape(1, len(numbers), 1, 1)


def test_joins_by_hand() -> None:
    a, b = column(1, 2), column(10, 20)
    assert Add().forward([a, b, b], {}).ravel().tolist() == [21, 42]
    assert Concat().forward([b, a], {}).ravel().tolist() == [10, 20, 1, 2]
    assert Multiply().forward([a, b], {}).ravel().tolist() == [10, 40]
    rows = np.arange(8, dtype=np.float32).reshape(1, 2, 2, 2)
    assert Flatten().forward([rows], {}).tolist() == [[0, 1, 2, 3, 4, 5, 6, 7]]
    assert Multiply().forward([rows, a], {}).ravel().tolist() == [0, 1, 2, 3, 8, 10, 12, 14]
    params = {"weight": np.array([[1, 2], [3, 4]], np.float32), "bias": np.array([100, 200], np.float32)}
    assert Linear(out_features=2).forward([np.array([[1, 10]], np.float32)], params).tolist() == [[121, 243]]
    assert Linear(out_features=2).macs((2,)) == 4
    assert Linear(out_features=2).operations((2,)) == Operations(multiply_add=4, add=2)


def test_adding_counts_one_addition_less_than_branches() -> None:
    assert Add().operations(*[(2, 3, 4)] * 3) == Operations(add=48)
    assert Multiply().operations((2, 3, 4), (2, 1, 1)) == Operations(multiply=24)


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        (
            [(64, 28, 28), (32, 28, 28)],
            "Add needs equal shapes: 64×28×28 and 32×28×28. A 1×1 convolution to 64 channels matches them.",
        ),
        (
            [(64, 56, 56), (128, 28, 28)],
            "Add needs equal shapes: 64×56×56 and 128×28×28."
            " A 1×1 convolution with stride 2 to 128 channels matches 64×56×56.",
        ),
        (
            [(8, 28, 28), (8, 26, 26)],
            "Add needs equal shapes: 8×28×28 and 8×26×26."
            " Padding 'same' keeps a map's size, and Crop cuts the larger one.",
        ),
        (
            [(8, 2, 2), (32,)],
            "Add needs equal shapes: 8×2×2 and 32. A Flatten on the maps turns them into a vector.",
        ),
        ([(8,), (32,)], "Add needs equal shapes: 8 and 32. A Linear layer to 8 features matches them."),
    ],
)
def test_shapes_that_do_not_add_up_come_with_a_way_out(shapes: list[Shape], message: str) -> None:
    with pytest.raises(ShapeError) as error:
        Add().output_shape(*shapes)
    assert str(error.value) == message


def test_maps_of_different_size_cannot_stand_side_by_side() -> None:
    with pytest.raises(ShapeError, match="Concat needs equal heights and widths: 8×28×28 and 8×26×26"):
        Concat().output_shape((8, 28, 28), (8, 26, 26))
    with pytest.raises(ShapeError, match="Concat needs maps or vectors, not both"):
        Concat().output_shape((8, 28, 28), (8,))


def test_gates_that_do_not_fit_come_with_a_way_out() -> None:
    with pytest.raises(ShapeError, match=r"equal channels, or one: 8×4×4 and 4×1×1\. A 1×1 convolution to 8"):
        Multiply().output_shape((8, 4, 4), (4, 1, 1))
    with pytest.raises(ShapeError, match=r"equal heights and widths, or 1×1: 8×4×4 and 8×2×2\. Global"):
        Multiply().output_shape((8, 4, 4), (8, 2, 2))
    with pytest.raises(ShapeError, match=r"8×4×4 and 8\. A gate for maps stays a map"):
        Multiply().output_shape((8, 4, 4), (8,))


def test_linear_asks_for_a_vector() -> None:
    with pytest.raises(ShapeError) as error:
        Linear().output_shape((512, 7, 7))
    assert str(error.value) == "Linear needs a vector, but its input is 512×7×7. Insert Flatten before it."
    assert Linear().whole_input


def test_linear_counts_as_in_vgg() -> None:
    layer = Linear(out_features=4096)
    assert layer.macs((25088,)) == 102_760_448
    assert layer.param_shapes((25088,)) == {"weight": (4096, 25088), "bias": (4096,)}
