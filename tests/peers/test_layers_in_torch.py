"""Every layer kind against PyTorch, through the code that the layer itself writes."""

from collections.abc import Callable, Iterator
from functools import partial
from random import Random
from typing import Any

import numpy as np
import pytest

from engine.errors import ShapeError
from engine.layers import Layer
from engine.layers.average_pooling import AvgPool2d
from engine.layers.convolution import Conv2d
from engine.layers.max_pooling import MaxPool2d
from engine.layers.transposed_convolution import ConvTranspose2d
from engine.shapes import Padding, Pair
from tests.engine.check_layer import near
from tests.peers.drawn_layers import KINDS, Drawn, draw_padding, drawn_layers

pytestmark = pytest.mark.peer


def run_in_torch(drawn: Drawn) -> tuple[Any, list[Any]]:
    """The output of the written code, and the leaf tensors it was computed from."""
    import torch
    import torch.nn.functional as F
    from torch import nn

    code = drawn.layer.torch(*drawn.shapes)
    names: dict[str, Any] = {"torch": torch, "nn": nn, "F": F}
    leaves = [torch.tensor(x, requires_grad=True) for x in drawn.inputs]
    names |= {f"x{number}": leaf for number, leaf in enumerate(leaves)}
    if code.module is not None:
        names["module"] = module = eval(code.module, names)
        module.eval()
        weights = {name: torch.tensor(value) for name, value in drawn.params.items()}
        missing, unexpected = module.load_state_dict(weights, strict=False)
        assert not unexpected
        assert set(missing) <= {"num_batches_tracked"}
    call = code.call.format(*(f"x{number}" for number in range(len(leaves))), self="module")
    return eval(call, names), leaves


@pytest.mark.parametrize("kind", KINDS)
def test_values_and_gradients_are_those_of_pytorch(kind: str) -> None:
    import torch

    random = np.random.default_rng(2)
    for drawn in drawn_layers(kind, 60):
        if kind == "InstanceNorm2d" and drawn.shapes[0][1:] == (1, 1):
            continue  # PyTorch refuses a single pixel
        theirs, leaves = run_in_torch(drawn)
        ours = drawn.layer.forward(drawn.inputs, drawn.params)
        near(ours, theirs.detach().numpy())
        dy = random.standard_normal(ours.shape).astype(np.float32)
        theirs.backward(torch.tensor(dy))
        for dx, leaf in zip(drawn.layer.backward(drawn.inputs, drawn.params, ours, dy), leaves, strict=True):
            near(dx, leaf.grad.numpy(), 1e-4)


def pairs_of_layers(random: Random) -> Iterator[tuple[Layer, Callable[[], Any]]]:
    """Layers with settings that PyTorch can spell, and how it spells them."""
    from torch import nn

    def pair(low: int, high: int) -> Pair:
        return random.randint(low, high), random.randint(low, high)

    k, s, d, added = pair(1, 7), pair(1, 4), pair(1, 3), pair(0, 3)
    pads = (random.randint(0, k[0] // 2), random.randint(0, k[1] // 2))
    ceil = random.random() < 0.5
    window: dict[str, Any] = dict(kernel_size=k, stride=s, padding=Padding.of(pads))
    yield Conv2d(out_channels=2, dilation=d, **window), partial(nn.Conv2d, 2, 2, k, s, pads, d)
    yield (
        MaxPool2d(dilation=d, ceil_mode=ceil, **window),
        partial(nn.MaxPool2d, k, s, pads, d, ceil_mode=ceil),
    )
    yield AvgPool2d(ceil_mode=ceil, **window), partial(nn.AvgPool2d, k, s, pads, ceil_mode=ceil)
    yield (
        ConvTranspose2d(out_channels=2, output_padding=added, dilation=d, **window),
        partial(nn.ConvTranspose2d, 2, 2, k, s, pads, added, dilation=d),
    )


def test_sizes_are_those_of_pytorch_over_a_large_sample() -> None:
    import torch

    random = Random(7)
    agreed = 0
    for _ in range(4000):
        x = torch.zeros((1, 2, random.randint(1, 40), random.randint(1, 40)))
        for layer, module in pairs_of_layers(random):
            try:
                ours: tuple[int, ...] | None = layer.output_shape(tuple(x.shape[1:]))
            except ShapeError as error:
                if "too wide" in str(error):
                    continue  # PyTorch lets a window of nothing but padding pass, and finds −∞ in it
                ours = None
            try:
                theirs = tuple(module()(x).shape[1:])
            except RuntimeError:
                theirs = None
            assert ours == theirs, layer
            agreed += ours is not None
    assert agreed > 8000


def test_padding_per_side_is_written_out() -> None:
    random = Random(8)
    for _ in range(200):
        padding = draw_padding(random)
        code = Conv2d(padding=padding, kernel_size=(4, 3)).torch((3, 9, 9))
        (top, bottom), (left, right) = Conv2d(padding=padding, kernel_size=(4, 3)).window.pads((9, 9))
        assert ("F.pad" in code.call) == (top != bottom or left != right)
