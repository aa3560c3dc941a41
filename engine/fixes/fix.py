"""Ways out of problems at one node: each is a caption and one edit of the network.

A fix is offered only where it works: the changed layer is asked for its output shape first.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from engine.fixes.settings_that_fit import fits, fitting_layers, wrong_setting
from engine.layers import Layer
from engine.layers.flatten import Flatten
from engine.layers.input import Input
from engine.model.network import Network, Node
from engine.shapes import Shape, is_map, shape_text

MOST_SOURCES: Final = 3
"""How many nodes are proposed as a missing input."""


@dataclass(frozen=True)
class Fix:
    """A way out of a problem: what it is called, and the edit it makes."""

    text: str
    apply: Callable[[Network], Network]
    refit: str = ""
    """A node that the window fits to the photograph instead of making the edit, which takes its time."""


def setting_fixes(node: Node, shapes: tuple[Shape, ...], setting: str | None) -> tuple[Fix, ...]:
    """Other settings of the node's layer that take these inputs; `setting` is the one found wrong."""
    return tuple(
        Fix(text, lambda network, layer=layer: network.replace_layer(node.id, layer))  # type: ignore[misc]  # the default binds the loop's layer
        for text, layer in fitting_layers(node.layer, shapes, setting)
    )


def vector_fixes(
    network: Network, node: Node, shapes: tuple[Shape, ...], above: Mapping[str, tuple[Shape, ...]]
) -> tuple[Fix, ...]:
    """Flatten before a layer that takes vectors; the map before a Flatten for one that takes maps.

    `above` holds the input shapes of the node's sources.
    """
    if len(shapes) != 1:
        return ()
    (source,), (shape,) = node.inputs, shapes
    found: list[Fix] = []
    if is_map(shape) and not node.layer.flattens:
        layer = Flatten()

        def insert(network: Network) -> Network:
            return network.insert_on_edge(new_node(network, layer), (source, node.id))

        found += _rewired("Insert a Flatten", insert, node, layer.output_shape(shape))
    before = network[source].inputs
    if not is_map(shape) and len(before) == 1 and is_map(*above[source]):

        def read(network: Network) -> Network:
            return network.connect(before[0], node.id, replacing=source)

        (pixels,) = above[source]
        # A map of one pixel is a vector by another name: no window is made to fit it.
        if pixels[1:] != (1, 1) or wrong_setting(node.layer, above[source]) != "kernel_size":
            found += _rewired(f"Read the map before {network[source].label}", read, node, pixels)
    return tuple(found)


def _rewired(text: str, rewire: Callable[[Network], Network], node: Node, *shapes: Shape) -> Iterator[Fix]:
    """The edit that brings these shapes to the node, with other settings there where it needs them too."""
    if fits(node.layer, *shapes):
        yield Fix(text, rewire)
        return
    for more, layer in fitting_layers(node.layer, shapes, wrong_setting(node.layer, shapes)):
        words = f"{text}, {more[0].lower()}{more[1:]}"
        yield Fix(words, lambda network, layer=layer: rewire(network).replace_layer(node.id, layer))  # type: ignore[misc]  # the default binds the loop's layer


def missing_input_fixes(network: Network, node: Node, shapes: Mapping[str, Shape | None]) -> tuple[Fix, ...]:
    """Wires from nodes that the layer can read, those that nobody reads yet first, the deepest first."""
    below = network.descendants(node.id) | {node.id}
    inputs = [shapes[source] for source in node.inputs]
    found: list[tuple[str, Fix]] = []
    for source in sorted(reversed(network.order), key=lambda node_id: bool(network.outputs_of[node_id])):
        shape = shapes[source]
        if source in below or source in node.inputs or shape is None:
            continue
        known = [one for one in (*inputs, shape) if one is not None]
        text = f"Read {network[source].label} ({shape_text(shape)})"
        edit = partial(_reading, source=source, reader=node.id)
        if len(known) >= node.layer.min_inputs:
            found += [(source, fix) for fix in list(_rewired(text, edit, node, *known))[:1]]
        else:
            found.append((source, Fix(text, edit)))
        if len(found) == MOST_SOURCES:
            break
    texts = Counter(fix.text for _, fix in found)
    return tuple(fix if texts[fix.text] == 1 else _told_apart(network, source, fix) for source, fix in found)


def _told_apart(network: Network, source: str, fix: Fix) -> Fix:
    """With the id behind the caption, where several nodes have the same."""
    label = network[source].label
    return replace(fix, text=fix.text.replace(label, f"{label} {source}", 1))


def _reading(network: Network, source: str, reader: str) -> Network:
    return network.connect(source, reader)


def no_input_fixes(network: Network) -> tuple[Fix, ...]:
    """An Input before the first node that reads nothing."""
    first = next(node for node in network.nodes.values() if not node.inputs)
    layer = Input()

    def add(network: Network) -> Network:
        made = new_node(network, layer)
        return network.add(made).connect(made.id, first.id)

    return (Fix(f"Add an Input {shape_text(layer.output_shape())}", add),)


def new_node(network: Network, layer: Layer, name: str = "") -> Node:
    """The layer under a free id."""
    return Node(id=network.new_id(layer.kind), layer=layer, name=name)
