"""Views of tensors over maps, against numpy's own reshaping and transposing of numbered values."""

from math import prod
from random import Random

import numpy as np
import pytest

from engine.formats.onnx.reader.moving import moves
from engine.formats.onnx.reader.views import View, own_axes
from engine.shapes import Shape

MAPS: tuple[Shape, ...] = ((6, 4, 10), (12, 1, 1), (1, 8, 6), (24,), (2, 3, 5), (8, 2, 2))


def cut(size: int, random: Random) -> tuple[int, ...]:
    """A random way to write a size as a product."""
    sizes = []
    while size > 1 and len(sizes) < 4:
        divisor = random.choice([d for d in range(1, size + 1) if size % d == 0])
        sizes.append(divisor)
        size //= divisor
    return (*sizes, size)


@pytest.mark.parametrize("shape", MAPS, ids=str)
def test_a_view_names_the_value_at_every_place(shape: Shape) -> None:
    random = Random(str(shape))
    for _ in range(60):
        view, values = View.of(shape, 1), np.arange(prod(shape)).reshape(1, *shape)
        for _ in range(random.randint(1, 5)):
            if random.random() < 0.5:
                order = random.sample(range(values.ndim), values.ndim)
                view, values = view.transpose(order), values.transpose(order)
            else:
                wanted = cut(values.size, random)
                made = view.reshape(wanted)
                if made is None:
                    continue
                view, values = made, values.reshape(wanted)
            assert view.shape == values.shape
            assert (view.indices() == values.ravel()).all()


@pytest.mark.parametrize("shape", [shape for shape in MAPS if len(shape) == 3], ids=str)
def test_moves_put_every_value_where_the_view_says(shape: Shape) -> None:
    random = Random(str(shape))
    found = 0
    for _ in range(200):
        view, values = View.of(shape, 1), np.arange(prod(shape), dtype=np.float32).reshape(1, *shape)
        x = values
        for _ in range(3):
            wanted = cut(values.size, random)
            made = view.reshape(wanted)
            if made is not None:
                order = random.sample(range(len(wanted)), len(wanted))
                view, values = made.transpose(order), values.reshape(wanted).transpose(order)
        target = random.choice([shape, (values.size,), (values.size, 1, 1), (1, shape[0], prod(shape[1:]))])
        layers = moves(shape, view.parts, target)
        if layers is None:
            continue
        found += bool(layers)
        y = x
        for layer in layers:
            y = layer.forward([y], {})
        assert y.shape[1:] == target
        assert (y.ravel() == values.ravel()).all()
    assert found > 20


def test_the_batch_stays_apart() -> None:
    view = View.of((6, 2, 2), 4)
    assert view.shape == (4, 6, 2, 2)
    flat = view.reshape((4, 24))
    assert flat is not None
    assert flat.shape == (4, 24)
    together = view.reshape((8, 3, 2, 2))
    assert together is None or together.axes[0][0] == (4, -1)
    assert view.reshape((2, 2, 24)) is None, "images of a batch are not dealt out"


def test_axes_that_run_along_those_of_the_map() -> None:
    assert own_axes(((4, 15),), (4, 3, 5)) == (0,)
    assert own_axes(((15, 1),), (4, 3, 5)) == (1, 2)
    assert own_axes(((60, 1),), (4, 3, 5)) == (0, 1, 2)
    assert own_axes(((2, 30),), (4, 3, 5)) is None, "half of the channels"
    assert own_axes(((4, 1),), (4, 1, 1)) == (0,)


def test_expanding_repeats_and_is_undone() -> None:
    view = View.of((3, 1, 1), 1).expand((1, 3, 4, 5))
    assert view.shape == (1, 3, 4, 5)
    assert view.repeats
    assert view.indices().tolist() == [c for c in range(3) for _ in range(20)]
    assert view.unrepeated() == View.of((3, 1, 1), 1)
