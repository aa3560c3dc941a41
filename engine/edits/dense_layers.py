"""There is no fully connected layer, only convolutions: a head of dense layers as convolutions, and back.

A Linear layer behind a Flatten of C×H×W maps is a convolution with an H×W kernel and no padding, the next one
is 1×1: the same numbers in another shape. Then a larger photograph gives a map of scores. LeCun, 2015; Long,
Shelhamer & Darrell, "Fully convolutional networks for semantic segmentation", CVPR 2015, section 3.1.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from engine.errors import NetworkError, ShapeError
from engine.layers import Layer
from engine.layers.flatten import Flatten
from engine.layers.linear import Linear
from engine.model.network import Network, Node
from engine.plan.output_shapes import output_shapes
from engine.shapes import Shape, elements, is_map, shape_text
from engine.weights.recast import recast


@dataclass(frozen=True, kw_only=True)
class Conversion:
    """A network in which layers were exchanged for others that compute the same."""

    network: Network
    converted: tuple[str, ...]
    """Nodes whose layer is another one now; they keep their ids, names and weights."""
    removed: tuple[str, ...] = ()
    """Flattens, and adaptive poolings that did nothing, which would hold the size of the photograph."""
    added: tuple[str, ...] = ()


def is_dense(network: Network, node_id: str) -> bool:
    """Whether `as_convolutions` is for this node."""
    return network[node_id].layer.family == "dense"


def may_be_dense(network: Network, node_id: str) -> bool:
    """Whether `as_dense` is for this node: a convolution that sees the whole of its maps at once."""
    node = network[node_id]
    if not node.layer.is_convolution:
        return False
    shapes = output_shapes(network)
    return _dense(node.layer, [shapes[source] for source in node.inputs if source in shapes]) is not None


def as_convolutions(network: Network, node_id: str) -> Conversion:
    """With the Linear at this node, and those it is in a row with, as convolutions.

    `NetworkError` says which layer stands in the way.
    """
    if not is_dense(network, node_id):
        raise NetworkError(f"{network[node_id].label} is no Linear layer")
    shapes = _shapes(network, node_id)
    flattens = _flattens_above(network, node_id, shapes)
    forms: dict[str, Shape] = {}
    """Vectors that are maps now: (C, H, W) whose values, row by row, are the vector."""
    instead: dict[str, str] = {}
    made: dict[str, Node] = {}
    converted: list[str] = []
    for current in network.order:
        node = network[current]
        inputs = tuple(instead.get(source, source) for source in node.inputs)
        if current in flattens or (node.layer.flattens and node.inputs[0] in forms):
            source = node.inputs[0]
            forms[current] = forms.get(source) or shapes[source]
            instead[current] = inputs[0]
            continue
        if current not in shapes or not any(source in forms for source in node.inputs):
            made[current] = node if inputs == node.inputs else dataclasses.replace(node, inputs=inputs)
            continue
        form = forms.get(node.inputs[0], ())
        layer = node.layer.as_convolution(form)
        if layer is not None:
            weights = recast(node.weights, node.layer, (elements(form),), layer, form)
            made[current] = dataclasses.replace(node, layer=layer, inputs=inputs, weights=weights)
            converted.append(current)
            forms[current] = (shapes[current][0], 1, 1)
        else:
            form = _as_before(node, [forms.get(source) or shapes[source] for source in node.inputs], shapes)
            if not is_map(shapes[current]):
                forms[current] = form
            made[current] = dataclasses.replace(node, inputs=inputs)
    idle = _idle_pools(network, flattens, shapes)
    made = {current: _past(network, node, idle) for current, node in made.items() if current not in idle}
    removed = (*idle, *instead)
    return Conversion(network=Network(made.values()), converted=tuple(converted), removed=removed)


def as_dense(network: Network, node_id: str) -> Conversion:
    """With the convolution at this node, and the 1×1s behind it, as Linear layers behind a Flatten.

    `NetworkError` where a kernel does not see its maps whole, or a layer needs maps.
    """
    node = network[node_id]
    shapes = _shapes(network, node_id)
    source = shapes[node.inputs[0]]
    if not node.layer.covers(source):
        raise NetworkError(
            f"{node.label} is no dense layer: it does not see all of its {shape_text(source)} maps at once,"
            " without padding, dilation and groups"
        )
    flatten = Node(id=network.new_id(Flatten().kind), layer=Flatten(), inputs=node.inputs)
    vectors: dict[str, Shape] = {}
    made: dict[str, Node] = {}
    converted: list[str] = []
    for current in network.order:
        node = network[current]
        reads = current == node_id or any(above in vectors for above in node.inputs)
        if current not in shapes or not reads:
            made[current] = node
            continue
        before = [shapes[above] for above in node.inputs]
        layer = _dense(node.layer, before)
        if layer is None:
            vectors[current] = _as_before(
                node, [vectors.get(above) or shapes[above] for above in node.inputs], shapes
            )
            made[current] = node
            continue
        inputs = node.inputs
        if current == node_id:
            made[flatten.id] = flatten
            inputs = (flatten.id,)
        weights = recast(node.weights, node.layer, before[0], layer, (elements(before[0]),))
        made[current] = dataclasses.replace(node, layer=layer, inputs=inputs, weights=weights)
        converted.append(current)
        vectors[current] = shapes[current][:1]
    return Conversion(network=Network(made.values()), converted=tuple(converted), added=(flatten.id,))


def _shapes(network: Network, node_id: str) -> Mapping[str, Shape]:
    shapes = output_shapes(network)
    if node_id not in shapes:
        raise NetworkError(f"{network[node_id].label} cannot be computed yet: mend the network first")
    return shapes


def _flattens_above(network: Network, node_id: str, shapes: Mapping[str, Shape]) -> frozenset[str]:
    """Where the maps become the vector that the node reads."""
    found: set[str] = set()
    waiting = list(network[node_id].inputs)
    while waiting:
        node = network[waiting.pop()]
        if node.layer.flattens and is_map(shapes[node.inputs[0]]):
            found.add(node.id)
        else:
            waiting += node.inputs
    return frozenset(found)


def _idle_pools(network: Network, flattens: frozenset[str], shapes: Mapping[str, Shape]) -> tuple[str, ...]:
    """Adaptive poolings right before the Flattens that change nothing at this size of the photograph."""
    found = []
    for flatten in flattens:
        node = network[network[flatten].inputs[0]]
        while node.layer.commutes_with_flatten and len(node.inputs) == 1:
            node = network[node.inputs[0]]
        adaptive = node.layer.role == "pooling" and node.layer.window is None and not node.layer.whole_input
        adaptive = adaptive and shapes[node.inputs[0]] == shapes[node.id]
        if adaptive and len(network.outputs_of[node.id]) == 1:
            found.append(node.id)
    return tuple(found)


def _past(network: Network, node: Node, gone: tuple[str, ...]) -> Node:
    inputs = tuple(network[source].inputs[0] if source in gone else source for source in node.inputs)
    return node if inputs == node.inputs else dataclasses.replace(node, inputs=inputs)


def _dense(layer: Layer, inputs: list[Shape]) -> Layer | None:
    """The dense layer that a convolution of these inputs is; None where it is none."""
    if len(inputs) != 1 or layer.outputs is None or not layer.covers(inputs[0]):
        return None
    return Linear(out_features=layer.outputs, bias="bias" in layer.param_shapes(*inputs))


def _as_before(node: Node, inputs: list[Shape], shapes: Mapping[str, Shape]) -> Shape:
    """What a layer makes of inputs in another form; `NetworkError` unless it is the same, row by row."""
    before = [shapes[source] for source in node.inputs]
    why = f"{node.label} stands in the way: it takes {shape_text(before[0])} another way than"
    try:
        made = node.layer.output_shape(*inputs)
    except ShapeError:
        raise NetworkError(f"{why} {shape_text(inputs[0])}") from None
    spread = any(
        is_map(one) and one[1:] != (1, 1) and one != old for one, old in zip(inputs, before, strict=True)
    )
    alike = elements(made) == elements(shapes[node.id]) and (
        node.layer.param_shapes(*inputs) == node.layer.param_shapes(*before)
    )
    if not alike or (spread and not node.layer.commutes_with_flatten):
        raise NetworkError(f"{why} {shape_text(inputs[0])}")
    return made


def conversion_text(before: Network, made: Conversion) -> str:
    """What was done, for people: `fc1 is Conv 7×7 · 128 now, fc2 Conv 1×1 · 10`."""
    parts = [f"{before[one].label} is {made.network[one].layer.label}" for one in made.converted]
    text = ", ".join(parts)
    if made.removed:
        text += f"; {' and '.join(before[one].label for one in made.removed)} went"
    return text
