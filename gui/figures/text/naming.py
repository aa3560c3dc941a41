"""What figures call a layer, in the words of the papers they are modelled on."""

import re
from collections.abc import Sequence

from engine.layers import Layer
from engine.model.network import Node
from engine.shapes import Padding, Shape, Window, pair_text, shape_text

_SHORT = {
    "GlobalAvgPool2d": "global avg pool",
    "AdaptiveAvgPool2d": "avg pool",
    "MaxPool2d": "max pool",
    "AvgPool2d": "avg pool",
    "Softmax": "softmax",
    "Concat": "concat",
    "Add": "+",
    "Multiply": "×",
    "BatchNorm2d": "BN",
    "LayerNorm": "LN",
    "LocalResponseNorm": "LRN",
    "GroupNorm": "GN",
    "InstanceNorm2d": "IN",
    "ChannelShuffle": "shuffle",
    "PixelShuffle": "pixel shuffle",
}


def window_text(layer: Layer) -> str:
    """`3×3`; empty for a layer without a window."""
    return "" if layer.window is None else pair_text(layer.window.kernel_size)


def stride_text(layer: Layer) -> str:
    """`/2`, `/2×1`; empty where every position is taken."""
    window = layer.window
    if window is None or window.stride == (1, 1):
        return ""
    sides = window.stride
    sign = "×" if layer.kind == "ConvTranspose2d" else "/"
    return f"{sign}{sides[0] if sides[0] == sides[1] else pair_text(sides)}"


def phrase(node: Node, shape: Shape | None = None) -> str:
    """As in the figures of the ResNet paper: `3×3 conv, 64, /2`, `3×3 max pool, /2`, `fc 1000`."""
    layer = node.layer
    window, stride = window_text(layer), stride_text(layer)
    if node.name:
        return node.name
    words = {"Conv2d": "conv", "DepthwiseConv2d": "depthwise", "ConvTranspose2d": "up-conv"}.get(layer.kind)
    if words:
        channels, groups = getattr(layer, "out_channels", ""), getattr(layer, "groups", 1)
        grouped = f"{groups} groups" if groups > 1 else ""
        return _listed(f"{window} {words}", str(channels), grouped, stride, _dilation(layer))
    if layer.kind in ("MaxPool2d", "AvgPool2d"):
        return _listed(f"{window} {_SHORT[layer.kind]}", stride)
    if layer.kind == "Linear":
        return f"fc {getattr(layer, 'out_features', '')}"
    if layer.kind == "Input":
        return f"image {shape_text(shape)}" if shape is not None and len(shape) == 3 else "input"
    return _SHORT.get(layer.kind, layer.label)


def googlenet_phrase(node: Node) -> tuple[str, str]:
    """Two lines as in GoogLeNet's figure 3: `Conv` and `3×3+1(S)`; S for same padding, V for valid."""
    layer = node.layer
    window = layer.window
    words = {
        "Conv2d": "Conv", "DepthwiseConv2d": "DepthConv", "ConvTranspose2d": "UpConv", "MaxPool2d": "MaxPool",
        "AvgPool2d": "AveragePool", "GlobalAvgPool2d": "AveragePool", "Concat": "DepthConcat",
        "Softmax": "SoftmaxActivation", "LocalResponseNorm": "LocalRespNorm", "Linear": "FC", "Add": "Sum",
    }  # fmt: skip
    if layer.kind == "Input":
        return node.name or "input", shape_text(getattr(layer, "shape", ()))
    word = node.name or words.get(layer.kind, layer.label)
    if window is None:
        return word, str(getattr(layer, "out_features", ""))
    step = window.stride[0] if window.stride[0] == window.stride[1] else pair_text(window.stride)
    return word, f"{pair_text(window.kernel_size)}+{step}({'V' if pads_nothing(window) else 'S'})"


def pads_nothing(window: Window) -> bool:
    """Whether the window stays inside its map."""
    return window.kernel_size != (1, 1) and window.padding == Padding("valid")


def place_name(nodes: Sequence[Node]) -> str:
    """What these nodes have in common in their names: `conv3`, of conv3_1 and conv3_2; empty for nothing."""
    if any(node.name for node in nodes):
        return next(node.name for node in nodes if node.name) if len(nodes) == 1 else ""
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
        common = re.sub(r"[_/.\-]+\w?$|[_/.\-]+$", "", common)
    return common if len(common) > 1 else ""


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


def _dilation(layer: Layer) -> str:
    window = layer.window
    if window is None or window.dilation == (1, 1):
        return ""
    sides = window.dilation
    return f"dilated {sides[0] if sides[0] == sides[1] else pair_text(sides)}"
