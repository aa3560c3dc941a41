"""How output sizes were computed: channels, height, width, or features, with their values substituted."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from engine.analysis.analyze import LayerReport
from engine.derivation.formula import Expression, ceiling, floor, minus, number, plus, product, ratio
from engine.model.network import Node
from engine.shapes import Shape, Window, is_map

Step = tuple[Expression, str, str]

SOURCE: Final = "Dumoulin & Visin, A guide to convolution arithmetic for deep learning, 2016"


def height(node: Node, report: LayerReport, sources: list[LayerReport]) -> Step:
    """Rows that come out."""
    return _size(node, report, 0)


def width(node: Node, report: LayerReport, sources: list[LayerReport]) -> Step:
    """Columns that come out."""
    return _size(node, report, 1)


def channels(node: Node, report: LayerReport, sources: list[LayerReport]) -> Step:
    """Maps that come out."""
    assert report.output_shape is not None
    own = _CHANNELS.get(node.layer.kind)
    if own is not None:
        return own(node.layer, report.input_shapes)
    return _kept_or_set(node, report, report.output_shape[0], "channels")


def features(node: Node, report: LayerReport, sources: list[LayerReport]) -> Step:
    """Values of the vector that comes out."""
    assert report.output_shape is not None
    (first, *_) = report.input_shapes
    if node.layer.kind == "Flatten":
        return product(*map(number, first)), "channels · height · width, all in one row", ""
    own = _CHANNELS.get(node.layer.kind)
    if own is not None:
        return own(node.layer, report.input_shapes)
    return _kept_or_set(node, report, report.output_shape[0], "features")


def _size(node: Node, report: LayerReport, axis: int) -> Step:
    assert report.output_shape is not None
    result = report.output_shape[1 + axis]
    own = _SIZES.get(node.layer.kind)
    shapes = report.input_shapes
    if own is not None:
        return own(node.layer, shapes, axis)
    if node.layer.window is not None and shapes and is_map(shapes[0]):
        return _windowed(node.layer.window, (shapes[0][1], shapes[0][2]), axis, result)
    return _kept_or_set(node, report, result, ("height", "width")[axis], 1 + axis)


def _kept_or_set(node: Node, report: LayerReport, result: int, name: str, place: int = 0) -> Step:
    sizes = [shape[place] for shape in report.input_shapes if len(shape) > place]
    if result in sizes and not hasattr(node.layer, f"out_{name}"):
        return number(result), f"unchanged: the {name} of what comes in", ""
    return number(result), f"a setting of {node.layer.label}", ""


def _windowed(window: Window, size: tuple[int, int], axis: int, result: int) -> Step:
    """floor((n + p + q − e) / stride) + 1, e = dilation·(k − 1) + 1; `same` is ceil(n / stride)."""
    n, stride = number(size[axis]), number(window.stride[axis])
    if window.padding.mode == "same":
        return _over(ceiling, n, stride), "⌈n / stride⌉, as many rows as fit with same padding", SOURCE
    before, after = window.pads(size)[axis]
    kernel, dilation = window.kernel_size[axis], window.dilation[axis]
    extent = number(kernel)
    rule = "⌊(n + p + q − k) / stride⌋ + 1"
    if dilation > 1:
        extent = plus(product(number(dilation), minus(number(kernel), number(1))), number(1))
        rule = "⌊(n + p + q − (dilation·(k − 1) + 1)) / stride⌋ + 1"
    padded = plus(n, number(before), number(after)) if before or after else n
    room = minus(padded, extent)
    made = plus(_over(ceiling if window.ceil_mode else floor, room, stride), number(1))
    if window.ceil_mode:
        rule = rule.replace("⌊", "⌈").replace("⌋", "⌉")
        if made.value != result:
            made = minus(made, number(1))
            rule += "; the last window would start in the padding and is dropped"
    return made, rule, SOURCE


def _over(rounding: Callable[[Expression], Expression], above: Expression, below: Expression) -> Expression:
    """A rounded quotient; by 1 nothing needs to be divided or rounded."""
    return above if below.value == 1 else rounding(ratio(above, below))


def _stacked(layer: Any, shapes: tuple[Shape, ...]) -> Step:
    return plus(*(number(shape[0]) for shape in shapes)), "the sum over all inputs", ""


def _sliced(layer: Any, shapes: tuple[Shape, ...]) -> Step:
    return minus(number(layer.stop), number(layer.start)), "up to − from", ""


def _shuffled(layer: Any, shapes: tuple[Shape, ...]) -> Step:
    factor = number(layer.upscale_factor)
    return ratio(number(shapes[0][0]), product(factor, factor)), "channels / factor²", layer.source


def _multiplied(layer: Any, shapes: tuple[Shape, ...]) -> Step:
    rule = "kernels for each map · maps coming in"
    return product(number(layer.multiplier), number(shapes[0][0])), rule, layer.source


def _gated(layer: Any, shapes: tuple[Shape, ...]) -> Step:
    return number(max(shape[0] for shape in shapes)), "the channels of the larger input", ""


def _transposed(layer: Any, shapes: tuple[Shape, ...], axis: int) -> Step:
    """(n − 1)·stride − p − q + e + output padding."""
    before, after, added = layer.cuts(axis)
    n, extent = shapes[0][1 + axis], layer.stamp.extent[axis]
    steps = product(minus(number(n), number(1)), number(layer.stride[axis]))
    made = minus(steps, number(before), number(after)) if before or after else steps
    made = plus(made, number(extent), *([number(added)] if added else []))
    return made, "(n − 1)·stride − p − q + k + output padding", SOURCE


def _padded(layer: Any, shapes: tuple[Shape, ...], axis: int) -> Step:
    before, after = ((layer.top, layer.bottom), (layer.left, layer.right))[axis]
    return plus(number(shapes[0][1 + axis]), number(before), number(after)), "n + before + after", ""


def _cropped(layer: Any, shapes: tuple[Shape, ...], axis: int) -> Step:
    return number((layer.height, layer.width)[axis]), f"a setting of {layer.label}", ""


def _enlarged(layer: Any, shapes: tuple[Shape, ...], axis: int) -> Step:
    return product(number(shapes[0][1 + axis]), number(layer.scale_factor[axis])), "n · factor", ""


def _unshuffled(layer: Any, shapes: tuple[Shape, ...], axis: int) -> Step:
    return product(number(shapes[0][1 + axis]), number(layer.upscale_factor)), "n · factor", layer.source


def _parts(layer: Any, shapes: tuple[Shape, ...], axis: int) -> Step:
    rule = "one number for each map" if layer.whole_input else f"a setting of {layer.label}"
    return number(layer.parts[axis]), rule, layer.source


def _repeated(layer: Any, shapes: tuple[Shape, ...], axis: int) -> Step:
    return number(max(shape[1 + axis] for shape in shapes)), "a gate is repeated over the larger input", ""


_CHANNELS: Final[Mapping[str, Callable[[Any, tuple[Shape, ...]], Step]]] = {
    "Concat": _stacked,
    "DepthwiseConv2d": _multiplied,
    "Multiply": _gated,
    "PixelShuffle": _shuffled,
    "Slice": _sliced,
}
_SIZES: Final[Mapping[str, Callable[[Any, tuple[Shape, ...], int], Step]]] = {
    "AdaptiveAvgPool2d": _parts,
    "ConvTranspose2d": _transposed,
    "Crop": _cropped,
    "GlobalAvgPool2d": _parts,
    "Multiply": _repeated,
    "Pad": _padded,
    "PixelShuffle": _unshuffled,
    "Upsample": _enlarged,
}
