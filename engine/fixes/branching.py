"""Other settings of the layers above with which branches meet: their padding, or their stride.

Offered where Add, Concat or Multiply got maps that do not fit together; tried before it is offered.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from engine.errors import ShapeError
from engine.fixes.fix import Fix
from engine.fixes.settings_that_fit import fits
from engine.layers import Layer
from engine.model.network import Network, Node
from engine.shapes import SAME, Shape, is_map, pair_text

FARTHEST: Final = 64
"""Largest stride or upsampling factor that is proposed."""


def same_padding(
    network: Network,
    node: Node,
    shapes: tuple[Shape, ...],
    wanted: Shape,
    input_shapes: Mapping[str, tuple[Shape, ...]],
) -> Iterator[Fix]:
    """Padding `same` at the sources whose maps came out too small."""

    def padded(layer: Layer, shape: Shape) -> tuple[str, Layer] | None:
        if not any(setting.name == "padding" for setting in layer.settings()):
            return None
        return "Use padding same", layer.replace(padding=SAME)

    yield from _at_the_sources(network, node, shapes, wanted, input_shapes, padded)


def same_stride(
    network: Network,
    node: Node,
    shapes: tuple[Shape, ...],
    wanted: Shape,
    input_shapes: Mapping[str, tuple[Shape, ...]],
) -> Iterator[Fix]:
    """A larger stride at the sources whose maps came out too large."""

    def strided(layer: Layer, shape: Shape) -> tuple[str, Layer] | None:
        factor = factor_between(shape, wanted)
        if factor is None or layer.window is None:
            return None
        if not any(setting.name == "stride" for setting in layer.settings()):
            return None
        stride = layer.window.stride[0] * factor[0], layer.window.stride[1] * factor[1]
        return f"Stride {factor_text(stride)}", layer.replace(stride=stride)

    yield from _at_the_sources(network, node, shapes, wanted, input_shapes, strided)


def no_stride(
    network: Network,
    node: Node,
    shapes: tuple[Shape, ...],
    wanted: Shape,
    input_shapes: Mapping[str, tuple[Shape, ...]],
) -> Iterator[Fix]:
    """Stride 1 and padding `same` at the layer above that made a branch smaller: its pooling, mostly."""
    smaller = [
        (number, source)
        for number, (source, shape) in enumerate(zip(node.inputs, shapes, strict=True))
        if is_map(shape) and shape[1:] != wanted[1:]
    ]
    if len(smaller) != 1:
        return
    ((number, source),) = smaller
    chain: list[Node] = []
    while True:
        above = network[source]
        window = above.layer.window
        if window is not None and window.stride != (1, 1):
            break
        if len(above.inputs) != 1 or network.outputs_of[source][1:]:
            return
        chain.append(above)
        (source,) = above.inputs
    names = {setting.name for setting in above.layer.settings()}
    if not {"stride", "padding"} <= names or network.outputs_of[source][1:]:
        return
    changed = above.layer.replace(stride=(1, 1), padding=SAME)
    try:
        shape = changed.output_shape(*input_shapes[source])
        shape = through(tuple(one.layer for one in reversed(chain)), shape)
    except ShapeError:
        return
    if fits(node.layer, *shapes[:number], shape, *shapes[number + 1 :]):
        text = f"Stride 1 and padding same at {above.label}"
        yield Fix(text, lambda network: network.replace_layer(above.id, changed))


def _at_the_sources(
    network: Network,
    node: Node,
    shapes: tuple[Shape, ...],
    wanted: Shape,
    input_shapes: Mapping[str, tuple[Shape, ...]],
    change: Callable[[Layer, Shape], tuple[str, Layer] | None],
) -> Iterator[Fix]:
    """One change of every source whose map has another height or width; offered where the node then fits."""
    changed: list[tuple[str, Layer]] = []
    words: dict[str, list[str]] = {}
    made = []
    for source, shape in zip(node.inputs, shapes, strict=True):
        if shape[1:] != wanted[1:]:
            try:
                way = change(network[source].layer, shape)
                if way is None:
                    return
                shape = way[1].output_shape(*input_shapes[source])
            except ShapeError:
                return
            changed.append((source, way[1]))
            words.setdefault(way[0], []).append(network[source].label)
        made.append(shape)
    if not changed or not fits(node.layer, *made):
        return

    def edit(network: Network) -> Network:
        for source, layer in changed:
            network = network.replace_layer(source, layer)
        return network

    yield Fix("; ".join(f"{text} at {', '.join(names)}" for text, names in words.items()), edit)


def factor_between(shape: Shape, wanted: Shape) -> tuple[int, int] | None:
    """The strides that take this height and width to the wanted ones, reading from the first position on."""
    found = []
    for have, want in zip(shape[1:], wanted[1:], strict=True):
        factor = -(-have // want)
        if factor > FARTHEST or -(-have // factor) != want:
            return None
        found.append(factor)
    return (found[0], found[1]) if max(found) > 1 else None


def factor_text(factor: tuple[int, int]) -> str:
    return str(factor[0]) if factor[0] == factor[1] else pair_text(factor)


def through(layers: tuple[Layer, ...], shape: Shape) -> Shape:
    for layer in layers:
        shape = layer.output_shape(shape)
    return shape
