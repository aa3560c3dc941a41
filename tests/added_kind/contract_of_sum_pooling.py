"""The test of an added kind, with its slow twin: `test_how_to_add` puts it among the tests of layers."""

from collections.abc import Sequence

import numpy as np
from engine.layers.sum_pooling import SumPool2d

from tests import reference
from tests.engine.check_layer import check_layer


@reference.twin("SumPool2d")
def added_up(
    layer: SumPool2d, inputs: Sequence[reference.Array], params: reference.Params
) -> reference.Array:
    (x,) = inputs
    (kh, kw), (sh, sw) = layer.kernel_size, layer.stride
    rows, columns = range(0, x.shape[1] - kh + 1, sh), range(0, x.shape[2] - kw + 1, sw)
    return np.array([[[plane[h : h + kh, w : w + kw].sum() for w in columns] for h in rows] for plane in x])


def test_sum_pooling_keeps_the_contract() -> None:
    check_layer(SumPool2d(), (3, 6, 7))
    check_layer(SumPool2d(kernel_size=(3, 2), stride=(1, 2)), (2, 5, 6))
