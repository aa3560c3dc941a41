"""Ways to make branches meet: what brings one map to the size and channels of another,
and other settings of the layers above with which they meet: their padding, or their stride.

Offered where Add, Concat or Multiply got maps that do not fit together; tried before it is offered.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from engine.errors import ShapeError
from engine.fixes.fix import Fix, new_node
from engine.fixes.settings_that_fit import fits
from engine.layers import Layer
from engine.layers.borders import Crop
from engine.layers.convolution import Conv2d
from engine.layers.flatten import Flatten
from engine.layers.linear import Linear
from engine.layers.upsample import Upsample
from engine.model.network import Network, Node
from engine.shapes import SAME, VALID, Shape, count_text, is_map, pair_text

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


Adapter = tuple[str, tuple[Layer, ...]]
"""What it does in words, and the layers to put onto the wire, in order."""


def joining_fixes(
    network: Network,
    node: Node,
    shapes: tuple[Shape, ...],
    input_shapes: Mapping[str, tuple[Shape, ...]],
) -> tuple[Fix, ...]:
    """Edits after which the node takes its inputs, of these shapes; `input_shapes` are those of all nodes.

    Each way makes the others match one of the inputs.
    """
    if len(shapes) < 2:
        return ()
    if not all(map(is_map, shapes)):
        return tuple(_vector_joins(network, node, shapes))
    found: dict[str, Fix] = {}
    for wanted in dict.fromkeys(shapes):
        for fix in (
            *_insertions(network, node, shapes, wanted),
            *same_padding(network, node, shapes, wanted, input_shapes),
            *same_stride(network, node, shapes, wanted, input_shapes),
            *no_stride(network, node, shapes, wanted, input_shapes),
        ):
            found.setdefault(fix.text, fix)
    if not found:
        # None is the smaller in both height and width: what all of them cover is left.
        height, width = (min(shape[axis] for shape in shapes) for axis in (1, 2))
        for fix in _insertions(network, node, shapes, (shapes[0][0], height, width)):
            found.setdefault(fix.text, fix)
    return tuple(found.values())


def _insertions(network: Network, node: Node, shapes: tuple[Shape, ...], wanted: Shape) -> Iterator[Fix]:
    """Layers on the wires of all inputs that differ from the wanted one."""
    others = [(source, shape) for source, shape in zip(node.inputs, shapes, strict=True) if shape != wanted]
    for keep_channels in (True, False):
        ways = [list(_adapters(shape, wanted, keep_channels)) for _, shape in others]
        for chosen in _columns(ways):
            made = tuple(
                through(chosen[others.index((source, shape))][1], shape) if shape != wanted else shape
                for source, shape in zip(node.inputs, shapes, strict=True)
            )
            if fits(node.layer, *made):
                plan = [
                    (source, layers)
                    for (source, _), (_, layers) in zip(others, chosen, strict=True)
                    if layers
                ]
                words = [
                    f"{text} after {network[source].label}"
                    for (source, _), (text, layers) in zip(others, chosen, strict=True)
                    if layers
                ]
                if plan:
                    yield Fix("; ".join(dict.fromkeys(words)), _inserting(node.id, plan))


def _vector_joins(network: Network, node: Node, shapes: tuple[Shape, ...]) -> Iterator[Fix]:
    """Flatten on the maps, and where features differ, a Linear layer to the number that is wanted."""
    flatten = Flatten()
    for wanted in dict.fromkeys(flatten.output_shape(shape) for shape in shapes):
        plan: list[tuple[str, tuple[Layer, ...]]] = []
        words: list[str] = []
        for source, shape in zip(node.inputs, shapes, strict=True):
            layers = (flatten,) if is_map(shape) else ()
            flat = through(layers, shape)
            if flat != wanted and not fits(node.layer, flat, wanted):
                layers = (*layers, Linear(out_features=wanted[0]))
            if layers:
                plan.append((source, layers))
                words.append(f"{' and '.join(layer.label for layer in layers)} after {network[source].label}")
        made = [
            through(dict(plan).get(source, ()), shape)
            for source, shape in zip(node.inputs, shapes, strict=True)
        ]
        if plan and fits(node.layer, *made):
            yield Fix("; ".join(words), _inserting(node.id, plan))
            if all(len(layers) == 1 and layers[0] == flatten for _, layers in plan):
                return  # nothing to choose: every way would be the same


def _columns(ways: list[list[Adapter]]) -> Iterator[list[Adapter]]:
    """The first way of every input together, then the second of every input, …"""
    for index in range(max(map(len, ways), default=0)):
        if all(ways):
            yield [each[min(index, len(each) - 1)] for each in ways]


def _inserting(target: str, plan: list[tuple[str, tuple[Layer, ...]]]) -> Callable[[Network], Network]:
    def insert(network: Network) -> Network:
        for source, layers in plan:
            reader = target
            for layer in reversed(layers):
                made = new_node(network, layer)
                network = network.insert_on_edge(made, (source, reader))
                reader = made.id
        return network

    return insert


def _adapters(shape: Shape, wanted: Shape, keep_channels: bool) -> Iterator[Adapter]:
    """Ways from one map to the height and width of another, and to its channels unless they are kept."""
    channels = shape[0] if keep_channels else wanted[0]
    goal = (channels, *wanted[1:])
    project = _conv(channels)
    matching = f"1×1 convolution to {count_text(channels, 'channel')}"
    if shape == goal:
        yield "", ()
        return
    if shape[1:] == wanted[1:]:
        yield matching, (project,)
        return
    stride = factor_between(shape, wanted)
    if stride is not None:
        yield f"{matching}, stride {factor_text(stride)}", (_conv(channels, stride),)
    after = () if shape[0] == channels else (project,)
    for text, layer in _resized(shape, wanted):
        if fits(layer, shape) and through((layer, *after), shape) == goal:
            yield f"{text}, {matching}" if after else text, (layer, *after)


def _resized(shape: Shape, wanted: Shape) -> Iterator[tuple[str, Layer]]:
    """Crops and upsampling."""
    more = (shape[1] - wanted[1], shape[2] - wanted[2])
    size = pair_text((wanted[1], wanted[2]))
    if min(more) >= 0:
        corner = {"top": more[0] // 2, "left": more[1] // 2}
        yield f"Crop to {size}", Crop(**corner, height=wanted[1], width=wanted[2])
    factor = factor_between(wanted, shape)
    if factor is not None:
        yield f"Upsample to {size}", Upsample(scale_factor=factor)


def _conv(channels: int, stride: tuple[int, int] = (1, 1)) -> Layer:
    return Conv2d(out_channels=channels, kernel_size=(1, 1), stride=stride, padding=VALID)
