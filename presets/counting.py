"""Numbers of a network found by the plainest definition: slide the window and count, walk back and collect.

A second opinion on the engine's formulas: nothing here computes a size, a cost or a receptive field by one.
"""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from engine.analysis.analyze import Analysis
from engine.execution.measured.measured_network import measured_network
from engine.layers import Layer
from engine.layers.transposed_convolution import ConvTranspose2d
from engine.model.network import Network, Node
from engine.shapes import Shape, Window
from engine.weights import HE
from presets.lesson import NotFound, State

Arrays = Mapping[str, npt.NDArray[np.float32]]


def arrays(state: State, node_id: str) -> Arrays:
    """The node's actual parameters by name."""
    node = measured_network(state.project.network, state.project.seed)[node_id]
    shapes = _input_shapes(state.analysis, node)
    return node.weights.parameters(node.id, node.layer, shapes, state.project.seed)


def sizes(state: State, node_id: str) -> Mapping[str, int]:
    """How many values the node's actual parameters have, by name."""
    node = state.project.network[node_id]
    if node.weights == HE:
        return _sizes(node.layer, _input_shapes(state.analysis, node))
    return {name: array.size for name, array in arrays(state, node_id).items()}


@lru_cache(maxsize=4096)
def _sizes(layer: Layer, shapes: tuple[Shape, ...]) -> Mapping[str, int]:
    return {name: array.size for name, array in HE.parameters("", layer, shapes, 0).items()}


def parameters(state: State, node_id: str) -> int:
    """Values in the node's trainable arrays."""
    fixed = state.project.network[node_id].layer.non_trainable
    return sum(size for name, size in sizes(state, node_id).items() if name not in fixed)


def macs(state: State, node_id: str) -> int:
    """Multiply–adds: each weight is used once at every place that the window comes to rest."""
    node = state.project.network[node_id]
    weights = sizes(state, node_id).get("weight", 0)
    if node.layer.kind == "Linear":
        return weights
    if node.layer.kind == "ConvTranspose2d":
        (shape,) = _input_shapes(state.analysis, node)
        return weights * shape[1] * shape[2]  # every value of the input is stamped once with every weight
    if node.layer.kind not in ("Conv2d", "DepthwiseConv2d"):
        return 0
    rows, columns = size(state, node_id)
    return weights * rows * columns


def size(state: State, node_id: str) -> tuple[int, int]:
    """Height and width: of the computed map, else by sliding the window over the input."""
    if node_id in state.maps:
        _, _, rows, columns = state.maps[node_id].shape
        return rows, columns
    node = state.project.network[node_id]
    window = node.layer.window
    if isinstance(node.layer, ConvTranspose2d):
        (given,) = _input_shapes(state.analysis, node)
        return _stamped(node.layer, given, 0), _stamped(node.layer, given, 1)
    if window is None:
        shape = state.analysis.layers[node_id].output_shape
        if shape is None or len(shape) != 3:
            raise NotFound(node_id)
        return shape[1], shape[2]
    shapes = _input_shapes(state.analysis, node)
    return _resting_places(window, shapes[0], 0), _resting_places(window, shapes[0], 1)


def channels(state: State, node_id: str) -> int:
    """Maps that come out: of the computed map, else one a kernel, else those of the inputs."""
    if node_id in state.maps:
        return int(state.maps[node_id].shape[1])
    node = state.project.network[node_id]
    if node.layer.kind in ("Conv2d", "Linear"):
        return len(arrays(state, node_id)["weight"])
    if node.layer.kind == "Concat":
        return sum(channels(state, source) for source in node.inputs)
    if node.inputs and node.layer.role in ("pooling", "activation", "normalization", "merge"):
        return channels(state, node.inputs[0])
    shape = state.analysis.layers[node_id].output_shape
    if shape is None:
        raise NotFound(node_id)
    return shape[0]


def map_bytes(state: State, node_id: str) -> int:
    """Of the computed map, else four for each value of as many maps as are counted."""
    if node_id in state.maps:
        return state.maps[node_id].nbytes
    shape = state.analysis.layers[node_id].output_shape
    if shape is None:
        raise NotFound(node_id)
    if len(shape) != 3:
        return 4 * channels(state, node_id)
    rows, columns = size(state, node_id)
    return 4 * channels(state, node_id) * rows * columns


def positions_read(state: State, node_id: str) -> int:
    """Positions of a node's first input that any of its windows touches."""
    rows, columns = _touched(state, node_id)
    return len(rows) * len(columns)


def skipping(state: State) -> int:
    """Layers whose windows leave out a row or a column between the first and the last that they touch."""
    found = 0
    for node_id, node in state.project.network.nodes.items():
        shapes = [state.analysis.layers[one].output_shape for one in (node_id, *node.inputs[:1])]
        if node.layer.window is None or any(shape is None or len(shape) != 3 for shape in shapes):
            continue
        touched = [lines for lines in _touched(state, node_id) if lines]
        found += any(len(lines) <= max(lines) - min(lines) for lines in touched)
    return found


def _touched(state: State, node_id: str) -> tuple[set[int], set[int]]:
    """Rows and columns of a node's first input that its windows touch."""
    node = state.project.network[node_id]
    shape, window = _input_shapes(state.analysis, node)[0], node.layer.window
    if window is None:
        return set(range(shape[1])), set(range(shape[2]))
    found: list[set[int]] = []
    for axis, places in enumerate(size(state, node_id)):
        before = window.pads((shape[1], shape[2]))[axis][0]
        taps = [tap * window.dilation[axis] - before for tap in range(window.kernel_size[axis])]
        touched = {place * window.stride[axis] + tap for place in range(places) for tap in taps}
        found.append(touched & set(range(shape[1 + axis])))
    return found[0], found[1]


def _resting_places(window: Window, shape: Shape, axis: int) -> int:
    before, after = window.pads((shape[1], shape[2]))[axis]
    first, found = -before, 0
    while first + window.extent[axis] <= shape[1 + axis] + after:
        first += window.stride[axis]
        found += 1
    return found


def _stamped(layer: ConvTranspose2d, shape: Shape, axis: int) -> int:
    """Cells from the first to the last stamp, without what is cut off."""
    taps = [tap * layer.dilation[axis] for tap in range(layer.kernel_size[axis])]
    cells = {index * layer.stride[axis] + tap for index in range(shape[1 + axis]) for tap in taps}
    before, after, added = layer.cuts(axis)
    return max(cells) + 1 - before - after + added


def seen_rows(network: Network, analysis: Analysis, node_id: str, row: int = 0) -> dict[str, set[int]]:
    """Rows of every node above that this row of a node depends on, padding included, by node id."""
    seen: dict[str, set[int]] = {node_id: {row}}
    for current in reversed(network.order):
        if current not in seen:
            continue
        node = network.nodes[current]
        for source in node.inputs:
            shape = analysis.layers[source].output_shape
            if shape is None or len(shape) != 3:
                raise NotFound(source)
            seen[source] = seen.get(source, set()) | _read(node, seen[current], shape)
    return seen


def field(state: State, node_id: str) -> int:
    """Rows of the Input from the first to the last that one output depends on."""
    rows = _input_rows(state, node_id, 0)
    return max(rows) - min(rows) + 1


def jump(state: State, node_id: str) -> int:
    """Rows of the Input between what neighbouring outputs begin with."""
    return min(_input_rows(state, node_id, 1)) - min(_input_rows(state, node_id, 0))


def _input_rows(state: State, node_id: str, row: int) -> set[int]:
    network = state.project.network
    seen = seen_rows(network, state.analysis, node_id, row)
    found = [rows for one, rows in seen.items() if network.nodes[one].layer.role == "input"]
    if len(found) != 1:
        raise NotFound(f"{node_id} depends on {len(found)} inputs")
    return found[0]


def _read(node: Node, rows: set[int], shape: Shape) -> set[int]:
    """Rows of its input that these rows of a node read."""
    if node.layer.whole_input:
        return set(range(shape[1]))
    window = node.layer.window
    if window is None:
        return set(rows)
    (top, _), _ = window.pads((shape[1], shape[2]))
    taps = [tap * window.dilation[0] - top for tap in range(window.kernel_size[0])]
    return {row * window.stride[0] + tap for row in rows for tap in taps}


def _input_shapes(analysis: Analysis, node: Node) -> tuple[Shape, ...]:
    shapes = tuple(analysis.layers[source].output_shape for source in node.inputs)
    known = tuple(shape for shape in shapes if shape is not None)
    if not known or len(known) < len(shapes):
        raise NotFound(node.id)
    return known
