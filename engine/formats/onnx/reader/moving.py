"""Layers that only move values about, found by where each value goes."""

import json
from collections.abc import Iterator
from math import prod
from typing import Any

from engine.formats.onnx.op import Op
from engine.formats.onnx.reader.views import Axis, View, own_parts
from engine.layers import Layer
from engine.layers.channel_shuffle import ChannelShuffle
from engine.layers.flatten import Flatten
from engine.layers.foreign import FIXED, HELD, Foreign
from engine.layers.permute import Permute
from engine.layers.pixel_shuffle import PixelShuffle, PixelUnshuffle
from engine.layers.reshape import Reshape
from engine.shapes import Shape, is_map


def moves(shape: Shape, parts: Axis, target: Shape) -> tuple[Layer, ...] | None:
    """The layers after which a map of this shape lies in the order `parts` tells, as an array `target`.

    None where there are none: where values repeat, or go ways that these layers do not know.
    """
    if View((parts,)).repeats or prod(size for size, _ in parts) != prod(shape):
        return None
    for layers, order, made in _known(shape, target):
        if View((order,)).parts == View((parts,)).parts:
            return (*layers, *_shaped(made, target))
    return _permuted(shape, parts, target)


def moved_elsewhere(shape: Shape, parts: Axis, target: Shape) -> tuple[Layer, ...] | None:
    """Any other order, and repeated values, as the operator of ONNX that does it."""
    kept = tuple(part for part in parts if part[1])
    if len(kept) < len(parts):
        before = moves(shape, kept, (prod(size for size, _ in kept),)) if kept else None
        if before is None:
            return None
        made = tuple(size for size, _ in parts)
        given = tuple(size if stride else 1 for size, stride in parts)
        fixed = {"is": FIXED, "shape": [len(made) + 1], "dtype": "int64", "values": [1, *made]}
        return (*before, _foreign(Op.Expand, given, made, target, [fixed], {}))
    blocks = sorted(parts, key=lambda part: -part[1])
    sizes = [size for size, _ in blocks]
    if any(stride != prod(sizes[place + 1 :]) for place, (_, stride) in enumerate(blocks)):
        return None
    order = [blocks.index(part) for part in parts]
    made = tuple(sizes[axis] for axis in order)
    attributes = {"perm": [0, *(axis + 1 for axis in order)]}
    return (_foreign(Op.Transpose, tuple(sizes), made, target, [], attributes),)


def _foreign(
    operator: str, given: Shape, made: Shape, target: Shape, rest: list[Any], attributes: dict[str, Any]
) -> Foreign:
    inputs = [{"is": HELD, "shape": [1, *given]}, *rest]
    facts = {"inputs": inputs, "attributes": attributes, "opset": 17, "made": [1, *made]}
    return Foreign(operator=operator, definition=json.dumps(facts), shape=target)


def _shaped(shape: Shape, target: Shape) -> tuple[Layer, ...]:
    if shape == target:
        return ()
    return (Reshape(shape=target),) if is_map(target) else (Flatten(),)


def _known(shape: Shape, target: Shape) -> Iterator[tuple[tuple[Layer, ...], Axis, Shape]]:
    """Layers that have a name, the order they make, and their map's shape."""
    yield (), own_parts(shape), shape
    if not is_map(shape) or not is_map(target):
        return
    channels, height, width = shape
    own = View((own_parts(shape),))
    if target == shape:
        for groups in _divisors(channels):
            dealt = own.reshape((groups, channels // groups, height, width))
            assert dealt is not None
            yield (ChannelShuffle(groups=groups),), dealt.transpose((1, 0, 2, 3)).parts, shape
    if target[0] > channels and height % target[1] == 0 and width % target[2] == 0:
        factor = height // target[1]
        if factor > 1 and factor * target[2] == width and channels * factor**2 == target[0]:
            yield from _unshuffled(shape, factor)
    if target[1] > height and (target[1] % height, target[2] % width) == (0, 0):
        factor = target[1] // height
        if factor * width != target[2]:
            return
        if channels % factor**2 == 0:
            rest = channels // factor**2
            made = (rest, height * factor, width * factor)
            deep = own.reshape((rest, factor, factor, height, width))
            assert deep is not None
            yield (PixelShuffle(upscale_factor=factor),), deep.transpose((0, 3, 1, 4, 2)).parts, made
            deep = own.reshape((factor, factor, rest, height, width))
            assert deep is not None
            layers = ChannelShuffle(groups=factor**2), PixelShuffle(upscale_factor=factor)
            yield layers, deep.transpose((2, 3, 0, 4, 1)).parts, made


def _unshuffled(shape: Shape, factor: int) -> Iterator[tuple[tuple[Layer, ...], Axis, Shape]]:
    """The blocks of each map stacked; or, as SpaceToDepth has it, one block's channels after the other's."""
    channels, height, width = shape
    made = (channels * factor**2, height // factor, width // factor)
    cut = View((own_parts(shape),)).reshape((channels, made[1], factor, made[2], factor))
    assert cut is not None
    stacked = PixelUnshuffle(downscale_factor=factor)
    yield (stacked,), cut.transpose((0, 2, 4, 1, 3)).parts, made
    if channels > 1:
        yield (stacked, ChannelShuffle(groups=channels)), cut.transpose((2, 4, 0, 1, 3)).parts, made


def _permuted(shape: Shape, parts: Axis, target: Shape) -> tuple[Layer, ...] | None:
    """Up to three blocks of axes in another order: cut into them, turned, and put together."""
    blocks = sorted(parts, key=lambda part: -part[1])
    sizes = [size for size, _ in blocks]
    if len(blocks) > 3 or any(stride != prod(sizes[place + 1 :]) for place, (_, stride) in enumerate(blocks)):
        return None
    order = [blocks.index(part) for part in parts]
    while len(order) < 3:
        # A map that has the block as its own axis already need not be cut.
        order = [0, *(number + 1 for number in order)]
        sizes = [1, *sizes]
    fitting = _as_it_is(shape, parts)
    if fitting is not None:
        turned = tuple(shape[axis] for axis in fitting)
        return (Permute(order=_text(fitting)), *_shaped(turned, target))
    turned = tuple(sizes[axis] for axis in order)
    return (
        Reshape(shape=(sizes[0], sizes[1], sizes[2])),
        Permute(order=_text(tuple(order))),
        *_shaped(turned, target),
    )


def _as_it_is(shape: Shape, parts: Axis) -> tuple[int, ...] | None:
    """An order of the map's own three axes that makes these parts."""
    from itertools import permutations

    if not is_map(shape):
        return None
    own = own_parts(shape)
    for order in permutations(range(3)):
        if View((tuple(own[axis] for axis in order),)).parts == View((parts,)).parts:
            return order
    return None


def _text(order: tuple[int, ...]) -> str:
    return "".join("CHW"[axis] for axis in order)


def _divisors(number: int) -> Iterator[int]:
    for divisor in range(2, number):
        if number % divisor == 0:
            yield divisor
