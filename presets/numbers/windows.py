"""Numbers that lessons tell of windows and wires: what is read or stepped over, what a network ends in."""

import numpy as np

from engine.layers import Layer
from engine.shapes import Shape, is_map
from presets import counting
from presets.finding import Place, located
from presets.lesson import NotFound, Quote, State
from presets.quotes import report


def positions_read(place: Place) -> Quote:
    """Positions of its input that a layer reads, each counted once, those of the border left out."""

    def engine(state: State) -> int:
        found = report(state, place)
        layer = state.project.network[found.node_id].layer
        given, out = found.input_shapes[0], found.output_shape
        if out is None or not is_map(given) or not is_map(out):
            raise NotFound(str(place))
        made = 1
        for axis in (0, 1):
            made *= len({row for one in range(out[1 + axis]) for row in layer.reads(one, axis, given)})
        return made

    return Quote(
        engine=engine,
        counted=lambda state: counting.positions_read(state, located(place, state.project.network)),
    )


def strided_layers() -> Quote:
    """Layers whose window moves by more than one pixel: poolings mostly, and strides."""

    def engine(state: State) -> int:
        windows = [node.layer.window for node in state.project.network.nodes.values()]
        return sum(window is not None and max(window.stride) > 1 for window in windows)

    def saved(state: State) -> int:
        records = [node.layer.to_json() for node in state.project.network.nodes.values()]
        return sum(max(np.ravel(record.get("stride", 1))) > 1 for record in records)

    return Quote(engine=engine, counted=saved)


def skipping_layers() -> Quote:
    """Layers that step over positions of what they read, by their stride or by gaps in their window.

    What is cut off at the end, where no window fits any more, does not count.
    """

    def skips(layer: Layer, given: Shape, out: Shape | None) -> bool:
        if out is None or layer.window is None or not is_map(given) or not is_map(out):
            return False
        for axis in (0, 1):
            read = {row for output in range(out[1 + axis]) for row in layer.reads(output, axis, given)}
            if read and len(read) < max(read) - min(read) + 1:
                return True
        return False

    def engine(state: State) -> int:
        nodes = state.project.network.nodes
        return sum(
            skips(nodes[node_id].layer, shape, found.output_shape)
            for node_id, found in state.analysis.layers.items()
            for shape in found.input_shapes[:1]
        )

    return Quote(engine=engine, counted=lambda state: counting.skipping(state))


def ends(kind: str) -> Quote:
    """How many of the layers that nobody reads are of this kind; an activation after it may be."""

    def engine(state: State) -> int:
        network = state.project.network
        found = 0
        for node_id in network.order:
            node = network.nodes[node_id]
            if network.outputs_of[node_id] or not node.inputs:
                continue
            while node.layer.role == "activation" and node.inputs:
                node = network.nodes[node.inputs[0]]
            found += node.layer.kind == kind
        return found

    def counted(state: State) -> int:
        """From the layers of this kind on: nothing but activations may read them."""
        network = state.project.network

        def last(node_id: str) -> bool:
            readers = network.outputs_of[node_id]
            return all(network.nodes[one].layer.role == "activation" and last(one) for one in readers)

        named = [one for one, node in network.nodes.items() if node.layer.to_json()["kind"] == kind]
        return sum(last(one) for one in named)

    return Quote(engine=engine, counted=counted)
