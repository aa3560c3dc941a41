"""Which value the lens is about, and everything needed to take it apart: maps, and weights drawn by a job."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from engine.model.network import Network
from engine.model.project import Project
from engine.shapes import Shape, is_map
from gui.session.compute import ComputeService
from gui.session.document import Document
from gui.session.jobs import JobHandle
from gui.session.selection import Pixel, Selection
from gui.value_inspector.inspected_value import InspectedValue, Map
from gui.value_inspector.parameters import DrawnParameters, DrawParameters
from gui.widgets.maps.atlas import by_strength
from gui.widgets.maps.layer_maps import why_without_maps


class ValueSource(QObject):
    """Follows the selected layer and its pinned pixel. Does nothing while it is not `wanted`."""

    changed = Signal()
    """There is another `lens`, or another `reason` for none."""
    layer_changed = Signal()
    """It is about another layer."""

    def __init__(
        self, document: Document, selection: Selection, compute: ComputeService, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._selection, self._compute = document, selection, compute
        self.node_id: str | None = selection.current
        self.lens: InspectedValue | None = None
        self.reason = ""
        """Why there is no lens; empty while something for it is on its way."""
        self.wanted = False
        self._at: tuple[int, ...] = ()
        self._place = (0.5, 0.5)
        """Where in the map is looked at, as shares of its height and width: kept from layer to layer."""
        self._drawn: tuple[DrawParameters, DrawnParameters] | None = None
        self._handle: JobHandle | None = None
        self._failure = ""
        document.project_changed.connect(self.on_project_changed)
        selection.selection_changed.connect(self.on_selection_changed)
        selection.pinned_changed.connect(self.on_pinned_changed)
        compute.map_changed.connect(self.on_map_changed)
        compute.run_finished.connect(self.refresh)

    @property
    def is_drawing(self) -> bool:
        """Whether weights are on their way."""
        return self._handle is not None and not self._handle.is_over

    def on_selection_changed(self, ids: frozenset[str]) -> None:
        """Another layer: the same place of its map, and its own strongest map."""
        current = self._selection.current
        if current is not None and current != self.node_id:
            self.node_id, self._at, self.lens = current, (), None
            self._drawn, self._failure = None, ""
            self.layer_changed.emit()
            self.refresh()

    def on_pinned_changed(self, pixel: Pixel | None) -> None:
        """Look at the pinned value."""
        if pixel is not None and pixel.node_id == self.node_id:
            self._at = (pixel.channel, pixel.y, pixel.x)
            self.refresh()

    def on_project_changed(self, before: Project, after: Project) -> None:
        """The layer may be gone, or another one."""
        self._failure = ""
        if self.node_id is not None and self.node_id not in after.network:
            self.node_id, self.lens, self._at = self._selection.current, None, ()
            self.layer_changed.emit()
        self.refresh()

    def on_map_changed(self, node_id: str) -> None:
        """A map has arrived."""
        if self.node_id in self._document.project.network.nodes and node_id in self._needed():
            self.refresh()

    def look_at(self, at: tuple[int, ...]) -> None:
        """Pin this value; one of a vector, which cannot be pinned, is looked at here alone."""
        assert self.node_id is not None
        if len(at) == 3:
            self._selection.pin(Pixel(self.node_id, *at))
        else:
            self._at = at
            self.refresh()

    def refresh(self) -> None:
        """Take the value apart anew, as soon as everything for it is there."""
        if not self.wanted:
            return
        self.reason = self._why_not()
        if self.reason:
            self.lens = None
            self.changed.emit()
            return
        if self.lens is not None and any(self._compute.is_stale(one) for one in self._needed()):
            return  # the maps that belong together are on their way
        found = [one for node in self._needed() if (one := self._compute.result(node)) is not None]
        if len(found) == len(self._needed()) and len({id(one.instead) for one in found}) == 1:
            output, *inputs = (one.map for one in found)
            network = found[0].instead or self._document.project.network
            params = self._parameters(network, tuple(one.shape[1:] for one in inputs), output)
            if params is not None:
                self._make(output, tuple(inputs), params)
        self.changed.emit()

    def _needed(self) -> tuple[str, ...]:
        """The node, and those it reads."""
        assert self.node_id is not None
        return (self.node_id, *self._document.project.network[self.node_id].inputs)

    def _why_not(self) -> str:
        network = self._document.project.network
        if self.node_id is None or self.node_id not in network:
            return "Select a layer to see how its values come about."
        why = why_without_maps(network, self._document.analysis, self.node_id)
        if why or self._failure:
            return why or self._failure
        layer = network[self.node_id].layer
        if layer.is_input:
            return "The input is where the numbers come from. Select the layer after it."
        if layer.max_inputs == 0:
            return f"{layer.label} holds learned numbers, made of nothing else. Select a layer after it."
        if not layer.can_be_taken_apart:
            return (
                f"{layer.label} comes from another program, which alone knows how its values come about."
                " Select another layer."
            )
        return ""

    def _parameters(
        self, network: Network, shapes: tuple[Shape, ...], output: Map
    ) -> Mapping[str, Map] | None:
        """What the layer weighs with in this network; None while it is drawn."""
        assert self.node_id is not None
        node = network[self.node_id]
        if not node.layer.param_shapes(*shapes):
            return {}
        self._settle(output)
        measured = network if node.layer.non_trainable else None
        wanted = DrawParameters(node, shapes, self._document.project.seed, self._at[0], measured)
        if self._drawn is not None and _are_of(self._drawn, wanted):
            return self._drawn[1].params
        if self._handle is not None and not self._handle.is_over:
            going: Any = self._handle.job
            if going.node.weights is node.weights and going == wanted:
                return None
            self._handle.cancel()

        def on_finished(drawn: DrawnParameters) -> None:
            self._drawn = (wanted, drawn)
            self.refresh()

        def on_failed(message: str) -> None:
            self._failure = message
            self.refresh()

        self._handle = self._compute.submit(wanted, self)
        self._handle.finished.connect(on_finished)
        self._handle.failed.connect(on_failed)
        return None

    def _settle(self, output: Map) -> None:
        """Keep the place inside of the map; begin with the strongest one, at the same share of its size."""
        shape = output.shape[1:]
        if len(self._at) == len(shape) and all(i < n for i, n in zip(self._at, shape, strict=True)):
            return
        if not is_map(shape):
            self._at = (int(np.nan_to_num(output[0], nan=-np.inf).argmax()),)
            return
        channel = self._at[0] if self._at and self._at[0] < shape[0] else int(by_strength(output[0])[0])
        y, x = (min(n - 1, int(share * n)) for share, n in zip(self._place, shape[1:], strict=True))
        self._at = (channel, y, x)

    def _make(self, output: Map, inputs: tuple[Map, ...], params: Mapping[str, Map]) -> None:
        assert self.node_id is not None
        network = self._document.project.network
        node = network[self.node_id]
        if node.layer.output_shape(*(one.shape[1:] for one in inputs)) != output.shape[1:]:
            return  # maps of different moments
        self._settle(output)
        if len(self._at) == 3:
            self._place = tuple((i + 0.5) / n for i, n in zip(self._at[1:], output.shape[2:], strict=True))
        self.lens = InspectedValue(
            node_id=node.id,
            layer=node.layer,
            label=node.label,
            sources=tuple(network[source].label for source in node.inputs),
            inputs=inputs,
            output=output,
            params=params,
            at=self._at,
            only_row=bool(params) and self._drawn is not None and self._drawn[1].row is not None,
        )


def _are_of(drawn: tuple[DrawParameters, DrawnParameters], wanted: DrawParameters) -> bool:
    """Whether these are the wanted parameters; sources of weights are told apart as objects."""
    job, made = drawn
    return (
        job.node.weights is wanted.node.weights
        and job.node.id == wanted.node.id
        and job.layer == wanted.layer
        and job.shapes == wanted.shapes
        and job.seed == wanted.seed
        and made.row in (None, wanted.row)
    )
