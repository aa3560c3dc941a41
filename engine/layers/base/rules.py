"""How the numbers of a layer follow from its settings and inputs: what most kinds have in common.

Each rule knows its value, so that what is explained cannot differ from what is counted. A kind with a rule of
its own overrides the member of `Layer` that calls these.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from engine.formula import Expression, Rule, ceiling, floor, minus, number, plus, product, ratio
from engine.shapes import Shape, Window, is_map

if TYPE_CHECKING:
    from engine.layers.base.layer import Layer

SOURCE: Final = "Dumoulin & Visin, A guide to convolution arithmetic for deep learning, 2016"
AXES: Final = ("height", "width")


def channels(layer: "Layer", inputs: tuple[Shape, ...]) -> Rule:
    """Set, or kept; see `kept_or_set`."""
    name = "channels" if inputs and is_map(inputs[0]) else "features"
    return kept_or_set(layer, inputs, 0, name, is_set=layer.outputs is not None)


def size(layer: "Layer", axis: int, inputs: tuple[Shape, ...]) -> Rule:
    """That of the window, or kept."""
    if layer.window is not None and is_map(inputs[0]):
        return windowed(layer.window, (inputs[0][1], inputs[0][2]), axis)
    return kept_or_set(layer, inputs, 1 + axis, AXES[axis])


def kept_or_set(
    layer: "Layer", inputs: tuple[Shape, ...], place: int, name: str, *, is_set: bool = False
) -> Rule:
    """The size at this place of the output: a setting, or as it comes in, or said without a reason."""
    result = layer.output_shape(*inputs)[place]
    if is_set or not inputs:
        return Rule(number(result), f"a setting of {layer.label}")
    if result in [shape[place] for shape in inputs if len(shape) > place]:
        return Rule(number(result), f"unchanged: the {name} of what comes in")
    return Rule(number(result), f"as {layer.label} makes it")


def windowed(window: Window, size: tuple[int, int], axis: int) -> Rule:
    """floor((n + p + q − e) / stride) + 1, e = dilation·(k − 1) + 1; `same` is ceil(n / stride)."""
    n, stride = number(size[axis]), number(window.stride[axis])
    if window.padding.mode == "same":
        lines = ("rows", "columns")[axis]
        return Rule(
            _over(ceiling, n, stride), f"⌈n / stride⌉, as many {lines} as fit with same padding", SOURCE
        )
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
        if made.value != window.output_size(size)[axis]:
            made = minus(made, number(1))
            rule += "; the last window would start in the padding and is dropped"
    return Rule(made, rule, SOURCE)


def parameter(layer: "Layer", name: str, inputs: tuple[Shape, ...]) -> Rule:
    """A parameter's values: kernel height · kernel width · channels in · channels out."""
    shape = layer.param_shapes(*inputs)[name]
    things = "channels" if is_map(inputs[0]) else "features"
    if len(shape) == 1:
        if shape[0] == 1 != inputs[0][0]:
            return Rule(number(1), f"one for all {things}")
        return Rule(number(shape[0]), f"{things} out" if layer.outputs is not None else things)
    factors = [number(size) for size in (*shape[2:], *reversed(shape[:2]))]
    coming, going = f"{things} in", f"{things} out"
    read = inputs[0][0]
    if layer.transposed:
        coming, going = going, coming
        read = layer.output_shape(*inputs)[0]
    if layer.weight_groups > 1:
        coming = f"({coming}/groups)"
        factors[-2] = ratio(number(read), number(layer.weight_groups))
    elif shape[1] == 1 != read:
        coming = "1"
    kernel = ["kernel height", "kernel width"] if len(shape) == 4 else []
    return Rule(product(*factors), " · ".join((*kernel, coming, going)))


def macs(layer: "Layer", inputs: tuple[Shape, ...]) -> Rule:
    """Each weight once for each position of the output; of a transposed convolution, of the input."""
    if not layer.macs(*inputs):
        return Rule(number(0), "only convolutions and linear layers are counted in multiply–adds")
    weights = parameter(layer, "weight", inputs)
    side, shape = ("input", inputs[0]) if layer.transposed else ("output", layer.output_shape(*inputs))
    if not is_map(shape):
        return Rule(weights.expression, f"{weights.words}: each weight once")
    words = (
        f"{side} height · {side} width · {weights.words}: each weight once for each position of the {side}"
    )
    return Rule(product(number(shape[1]), number(shape[2]), weights.expression), words)


def _over(rounding: Callable[[Expression], Expression], above: Expression, below: Expression) -> Expression:
    """A rounded quotient; by 1 nothing needs to be divided or rounded."""
    return above if below.value == 1 else rounding(ratio(above, below))
