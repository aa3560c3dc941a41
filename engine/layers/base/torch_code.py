"""PyTorch spelling shared by the layers that slide a window."""

from collections.abc import Sequence
from typing import Any

from engine.layers.base.layer import Layer, TorchCode
from engine.shapes import Pair, Shape


def pair_code(pair: Pair) -> str:
    """`3` for (3, 3), else `(1, 7)`."""
    return str(pair[0]) if pair[0] == pair[1] else repr(pair)


def pads_code(pads: tuple[Pair, Pair]) -> str:
    """((top, bottom), (left, right)) in the order of `F.pad`."""
    (top, bottom), (left, right) = pads
    return f"({left}, {right}, {top}, {bottom})"


def windowed(module: str, layer: Layer, shape: Shape, leading: Sequence[int], **options: Any) -> TorchCode:
    """A convolution or pooling module; unequal padding per side becomes an explicit `F.pad` before it.

    `leading` are the positional arguments before the kernel size, `options` further keyword arguments.
    """
    window = layer.window
    assert window is not None
    (top, bottom), (left, right) = window.pads((shape[1], shape[2]))
    arguments = [*map(str, leading), pair_code(window.kernel_size)]
    arguments.append(f"stride={pair_code(window.stride)}")
    call = "{self}({0})"
    if top == bottom and left == right:
        if top or left:
            arguments.append(f"padding={pair_code((top, left))}")
    else:
        call = f"{{self}}(F.pad({{0}}, {pads_code(((top, bottom), (left, right)))}))"
    if window.dilation != (1, 1):
        arguments.append(f"dilation={pair_code(window.dilation)}")
    arguments += [f"{name}={value!r}" for name, value in options.items()]
    return TorchCode(call=call, module=f"{module}({', '.join(arguments)})")
