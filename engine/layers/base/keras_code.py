"""Keras' spelling shared by several kinds: padding, convolutions, and where weights go."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from engine.layers.base.torch_code import pair_code
from engine.layers.base.written import KerasCode
from engine.shapes import SAME, Pair, Shape, Window

if TYPE_CHECKING:
    from engine.layers.base.layer import Array, Layer


def as_it_is(name: str) -> "Callable[[Mapping[str, Array]], Array]":
    """A variable of Keras that is a parameter here, laid out alike."""
    return lambda params: params[name]


def listed(inputs: tuple[Shape, ...]) -> str:
    """`{0}, {1}`: all inputs."""
    return ", ".join(f"{{{index}}}" for index in range(len(inputs)))


def is_same(window: Window, size: Pair) -> bool:
    """Whether the padding is what Keras calls "same" for maps of this size."""
    return window.pads(size) == Window(window.kernel_size, window.stride, SAME, window.dilation).pads(size)


def padded(call: str, pads: tuple[Pair, Pair]) -> str:
    """With rows and columns of zeros around, or cut off where a number is negative."""
    if any(side > 0 for axis in pads for side in axis):
        call = f"layers.ZeroPadding2D({_sides(pads, 1)})({call})"
    if any(side < 0 for axis in pads for side in axis):
        call = f"layers.Cropping2D({_sides(pads, -1)})({call})"
    return call


def convolution(
    name: str,
    layer: "Layer",
    shape: Shape,
    leading: str,
    more: str,
    weights: "Mapping[str, Callable[[Mapping[str, Array]], Array]]",
) -> KerasCode:
    """A layer that slides a kernel. Uneven padding goes before it; Keras has strides or dilation, not both:
    a dilated convolution with a stride leaves out what lies between."""
    window = layer.window
    assert window is not None
    size = (shape[1], shape[2])
    arguments = f"{leading}{pair_code(window.kernel_size)}"
    behind, source = "", "{0}"
    if max(window.stride) > 1 and max(window.dilation) > 1:
        behind = f"[:, ::{window.stride[0]}, ::{window.stride[1]}, :]"
        source = padded(source, window.pads(size))
    else:
        arguments += f", strides={pair_code(window.stride)}" if max(window.stride) > 1 else ""
        if any(map(any, window.pads(size))) and is_same(window, size):
            arguments += ', padding="same"'
        else:
            source = padded(source, window.pads(size))
    arguments += f", dilation_rate={pair_code(window.dilation)}" if max(window.dilation) > 1 else ""
    has_bias = getattr(layer, "bias", False)
    arguments += more + ("" if has_bias else ", use_bias=False")
    made = {**weights, **({"bias": as_it_is("bias")} if has_bias else {})}
    return KerasCode(f"layers.{name}({arguments}, {{name}})({source}){behind}", made)


def _sides(pads: tuple[Pair, Pair], sign: int) -> tuple[Pair, Pair]:
    (top, bottom), (left, right) = pads
    return (max(sign * top, 0), max(sign * bottom, 0)), (max(sign * left, 0), max(sign * right, 0))
