"""What figures call a layer, in the words of the papers they are modelled on."""

import re
from collections.abc import Callable, Sequence
from string import ascii_lowercase

from engine.layers import Layer
from engine.model.network import Node
from engine.shapes import Padding, Shape, Window, pair_text, shape_text


def window_text(layer: Layer) -> str:
    """`3×3`; empty for a layer without a kernel."""
    return "" if layer.kernel is None else pair_text(layer.kernel.kernel_size)


def stride_text(layer: Layer) -> str:
    """`/2`, `/2×1`; `×2` of one that enlarges; empty where every position is taken."""
    kernel = layer.kernel
    if kernel is None or kernel.stride == (1, 1):
        return ""
    sides = kernel.stride
    sign = "×" if layer.transposed else "/"
    return f"{sign}{sides[0] if sides[0] == sides[1] else pair_text(sides)}"


def called(node: Node, shape: Shape | None = None, written: Callable[[Shape], str] = shape_text) -> str:
    """The phrase, after the name where the user gave one: `stem: 3×3 conv, 64`."""
    words = phrase(node, shape, written)
    return f"{node.name}: {words}" if node.name else words


def full_label(node: Node) -> str:
    """As on the card, and what it is where the user renamed it: `stem (Conv 3×3 · 64)`."""
    return f"{node.name} ({node.layer.label})" if node.name else node.label


def phrase(node: Node, shape: Shape | None = None, written: Callable[[Shape], str] = shape_text) -> str:
    """What a layer is, in the words of the ResNet paper: `3×3 conv, 64, /2`, `fc 1000`."""
    layer = node.layer
    if layer.is_input and shape is not None and len(shape) == 3:
        return f"{'image' if shape[0] in (1, 3) else 'input'} {written(shape)}"
    if not layer.short:
        return layer.label
    out = "" if layer.outputs is None else str(layer.outputs)
    if layer.kernel is None:
        return f"{layer.short} {out}".rstrip()
    groups = f"{layer.weight_groups} groups" if layer.weight_groups > 1 else ""
    return _listed(
        f"{window_text(layer)} {layer.short}", out, groups, stride_text(layer), _dilation(layer.kernel)
    )


def googlenet_phrase(
    node: Node, *, channels: bool = False, written: Callable[[Shape], str] = shape_text
) -> tuple[str, str]:
    """Two lines as in GoogLeNet's figure 3: `Conv` and `3×3+1(S)`; S for same padding, V for valid.

    With `channels` the second tells how many come out, as table 1 of the paper does: `3×3+1(S), 128`.
    """
    layer = node.layer
    word = layer.figure_word or layer.label
    if layer.is_input:
        return word, written(layer.output_shape())
    kernel = layer.kernel
    if kernel is None:
        return word, "" if layer.outputs is None else str(layer.outputs)
    step = kernel.stride[0] if kernel.stride[0] == kernel.stride[1] else pair_text(kernel.stride)
    window = f"{pair_text(kernel.kernel_size)}+{step}({'V' if pads_nothing(kernel) else 'S'})"
    return word, _listed(window, str(layer.outputs) if channels and layer.outputs is not None else "")


def pads_nothing(window: Window) -> bool:
    """Whether the window stays inside its map."""
    return window.kernel_size != (1, 1) and window.padding == Padding("valid")


def place_name(nodes: Sequence[Node]) -> str:
    """What these nodes have in common in their names: `conv3`, of conv3_1 and conv3_2; empty for nothing."""
    if any(node.name for node in nodes):
        return " · ".join(dict.fromkeys(node.name for node in nodes if node.name))
    if any(is_numbered(node) for node in nodes):
        return ""
    scopes = {node.id.rpartition("/")[0] for node in nodes}
    if len(scopes) == 1 and (scope := scopes.pop()) and len(nodes) > 1:
        return scope
    names = [node.id for node in nodes]
    common = _shared_beginning(names)
    if len(nodes) > 1:
        numbers = [name[len(common) :] for name in names]
        if common[-1:].isalpha() and all(number.isdigit() for number in numbers):
            return f"{common}{numbers[0]}–{numbers[-1]}"
        if any(name[len(common) :][:1].islower() for name in names):
            common = common.rstrip(ascii_lowercase)  # `stem` and `stage1` share no word
        common = re.sub(r"[_/.\-]+\w?$|[_/.\-]+$", "", common)
        if len(common) <= 1:
            return _two_places(nodes)
    return common if len(common) > 1 else ""


def _two_places(nodes: Sequence[Node]) -> str:
    """`stem · stage1_1`: both places where nodes without a common one lie; empty where there are more."""
    places = list(dict.fromkeys(node.id.rpartition("/")[0] or node.id for node in nodes))
    return " · ".join(places) if len(places) == 2 else ""


def is_numbered(node: Node) -> bool:
    """Whether the id is one that the program gave: conv2d_3."""
    return re.fullmatch(re.escape(node.layer.kind.lower()) + r"_\d+", node.id) is not None


def _listed(*words: str) -> str:
    return ", ".join(word for word in words if word)


def _shared_beginning(names: Sequence[str]) -> str:
    first, last = min(names), max(names)
    same = 0
    while same < len(first) and first[same] == last[same : same + 1]:
        same += 1
    return first[:same]


def _dilation(kernel: Window) -> str:
    sides = kernel.dilation
    if sides == (1, 1):
        return ""
    return f"dilated {sides[0] if sides[0] == sides[1] else pair_text(sides)}"
