"""Other sizes: maps enlarged and reduced, rows left out, numbers around them, all channels as one."""

from random import Random

import numpy as np
import pytest

from engine.errors import ShapeError
from engine.layers import Layer
from engine.layers.base.interpolation import COORDINATES, MODES, ROUNDINGS
from engine.layers.borders import Pad
from engine.layers.channel_pool import ChannelPool
from engine.layers.resize import Resize
from engine.layers.subsample import Subsample
from engine.shapes import Shape
from tests.engine.check_layer import check_layer


@pytest.mark.parametrize(
    ("layer", "shapes"),
    [
        *(
            (Resize(size=(7, 3), mode=mode, coordinates=coordinate), [(2, 4, 5)])
            for mode in MODES
            for coordinate in COORDINATES
        ),
        *((Resize(size=(3, 8), mode="nearest", rounding=rounding), [(2, 4, 5)]) for rounding in ROUNDINGS),
        (Resize(size=(1, 1), coordinates="pytorch_half_pixel"), [(2, 4, 5)]),
        (Resize(size=(1, 1), coordinates="align_corners", mode="cubic"), [(2, 4, 5)]),
        (Resize(size=(6, 9), mode="cubic", cubic=-0.5, exclude_outside=True), [(2, 4, 5)]),
        (Resize(size=(5, 9), scale_height=1.4, scale_width=1.9), [(2, 4, 5)]),
        (Resize(size=(5, 9), mode="nearest", scale_height=1.4, scale_width=1.9), [(2, 4, 5)]),
        *((ChannelPool(mode=mode), [(5, 3, 4)]) for mode in ("mean", "max", "min")),
        (Subsample(), [(2, 5, 6)]),
        (Subsample(step=(3, 1), start=(1, 2)), [(2, 7, 6)]),
        (Pad(value=1.5), [(2, 3, 4)]),
        (Pad(value=-2.0, top=0, left=3), [(2, 3, 4)]),
    ],
    ids=str,
)
def test_sizes_keep_the_contract(layer: Layer, shapes: list[Shape]) -> None:
    check_layer(layer, *shapes)


def test_resizing_any_way_keeps_the_contract() -> None:
    random = Random(0)
    for _ in range(40):
        layer = Resize(
            size=(random.randint(1, 9), random.randint(1, 9)),
            mode=random.choice(MODES),
            coordinates=random.choice(COORDINATES),
            rounding=random.choice(ROUNDINGS),
        )
        check_layer(layer, (2, random.randint(1, 6), random.randint(1, 6)))


def test_halving_and_doubling_by_hand() -> None:
    row = np.array([1, 2, 3, 4], np.float32).reshape(1, 1, 1, 4)
    assert Resize(size=(1, 2)).forward([row], {}).ravel().tolist() == [1.5, 3.5]
    assert Resize(size=(1, 2), coordinates="asymmetric").forward([row], {}).ravel().tolist() == [1, 3]
    assert Resize(size=(1, 3), coordinates="align_corners").forward([row], {}).ravel().tolist() == [1, 2.5, 4]
    assert Resize(size=(1, 8), mode="nearest").forward([row], {}).ravel().tolist() == [1, 1, 2, 2, 3, 3, 4, 4]


def test_rows_that_are_not_there_cannot_be_kept() -> None:
    with pytest.raises(ShapeError, match=r"start=4×0 lies outside 4×4\. 0×0 keeps"):
        Subsample(start=(4, 0)).output_shape((2, 4, 4))
