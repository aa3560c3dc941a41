"""Edits that lessons make for a user who asks. New cards lie beside what they read from."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.image.image_source import open_image
from engine.layers import Layer
from engine.layers.convolution import Conv2d
from engine.layout.layout import lay_out
from engine.model.network import Network
from engine.model.project import COLUMN, Project
from engine.shapes import Padding
from engine.weights import Weights
from presets.finding import Place, located
from presets.lesson import NotFound

ROW = 120.0
"""Vertical distance between branches."""

LINE = 180.0
"""Vertical distance between lines of one chain."""


def append(
    project: Project, *layers: Layer, after: Place | None = None, row: int = 0, below: bool = False
) -> Project:
    """With these layers one after another behind a node (the last in order where none is named).

    `row` is how many branches lower they lie; `below` begins a line below all cards.
    """
    if after is None and not len(project.network):
        raise NotFound("a layer to append to")
    source = project.network.order[-1] if after is None else located(after, project.network)
    for layer in layers:
        x, y = project.position(source)
        if below and project.positions:
            x = min(left for left, _ in project.positions.values()) - COLUMN
            y, below = max(top for _, top in project.positions.values()) + LINE, False
        node_id = project.network.new_id(layer.kind)
        project = project.add(layer, (x + COLUMN, y + row * ROW), after=source)
        source, row = node_id, 0
    return project


def insert(project: Project, layer: Layer, source: Place, target: Place) -> Project:
    """With the layer on the wire between two nodes, and all cards laid out anew to make room for it."""
    wire = located(source, project.network), located(target, project.network)
    made = project.insert_on_edge(layer, wire, project.position(wire[1]))
    return replace(made, positions=lay_out(made.network))


def conv(
    out_channels: int, kernel_size: int, *, stride: int = 1, padding: str = "same", bias: bool = True
) -> Conv2d:
    """A square convolution."""
    return Conv2d(
        out_channels=out_channels,
        kernel_size=(kernel_size, kernel_size),
        stride=(stride, stride),
        padding=Padding.of("valid" if kernel_size == 1 else padding),
        bias=bias,
    )


def changed(project: Project, place: Place, **settings: Any) -> Project:
    """With other settings of a layer."""
    node_id = located(place, project.network)
    return project.replace_layer(node_id, project.network[node_id].layer.replace(**settings))


def weighted(project: Project, place: Place, weights: Weights) -> Project:
    """With weights from another source at a layer."""
    network = project.network
    return project.with_network(network.set_weights(located(place, network), weights))


def fitted(project: Project, node_ids: Collection[str], method: str) -> Project:
    """With these convolutions fitted to the project's photograph, one after the other.

    Runs parallel kernels: call it on the compute thread.
    """
    from engine.execution.executor import Executor
    from engine.fitting.network import fit_network

    scene, executor = open_image(project.image), Executor()

    def map_of(network: Network, node_id: str) -> npt.NDArray[np.float32]:
        wanted = executor.run(network, scene, seed=project.seed, wanted={node_id})
        return next(result.map for result in wanted if result.node_id == node_id)

    found = fit_network(project.network, node_ids, map_of, method=method, about=project.image)
    executor.close()
    for node_id, weights in found.items():
        project = weighted(project, node_id, weights)
    return project
