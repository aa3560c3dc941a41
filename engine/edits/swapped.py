"""Another kind of layer in the place of one: wires stay, and what both kinds can be set to."""

from typing import Final

from engine.errors import NetworkError, ShapeError
from engine.layers import Layer
from engine.model.project import Project
from engine.weights import HE

_ALIKE: Final = {"out_channels": "out_features", "out_features": "out_channels"}
"""What comes out has two names, one for maps and one for vectors."""


def swapped(old: Layer, new: Layer) -> Layer:
    """The new layer with the old one's settings, but those that tell the new kind's palette entries apart."""
    own = _telling(new)
    for setting in new.settings():
        name = setting.name if hasattr(old, setting.name) else _ALIKE.get(setting.name, "")
        if setting.name in own or not hasattr(old, name):
            continue
        try:
            new = new.replace(**{setting.name: getattr(old, name)})
        except ShapeError:
            continue  # out of the range of the new kind: it keeps its own
    return new


def swap(project: Project, node_ids: tuple[str, ...], layer: Layer) -> Project:
    """With a layer of this kind at each of these nodes; wires that it cannot take are cut.

    `NetworkError` for a network's input, which reads nothing, and for one in the place of another layer.
    """
    for node_id in node_ids:
        node = project.network[node_id]
        if (layer.max_inputs == 0) != (node.layer.max_inputs == 0):
            inside, source = (node.label, layer.label) if layer.max_inputs == 0 else (layer.label, node.label)
            raise NetworkError(f"{source} is an input of the network: {inside} cannot change places with it")
        made = swapped(node.shown_layer, layer)
        network = project.network.replace_layer(node_id, made)
        if made.kind != node.shown_layer.kind:
            network = network.set_weights(node_id, HE)
            if node.name == node.shown_layer.label:
                network = network.rename(node_id, "")
        project = project.with_network(network)
    return project


def _telling(layer: Layer) -> frozenset[str]:
    """The settings by which the palette's entries of a kind differ, and this layer from them."""
    entries = [entry.layer for entry in type(layer).palette()] or [layer]
    return frozenset(
        setting.name
        for setting in layer.settings()
        if len({repr(getattr(one, setting.name)) for one in (*entries, layer)}) > 1
    )
