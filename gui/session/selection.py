"""What is selected and pointed at. Views report it here and follow it; none knows the others."""

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from engine.analysis.analyze import Analysis
from engine.model.project import Project
from gui.session.document import Document


@dataclass(frozen=True)
class Pixel:
    """One value of a node's map."""

    node_id: str
    channel: int
    y: int
    x: int


@dataclass(frozen=True)
class InputPixel:
    """A pixel of an Input, in its own rows and columns."""

    node_id: str
    y: int
    x: int


class Selection(QObject):
    """The selected node ids, the map pixel under the mouse, the one that is pinned, and the input's pixel."""

    selection_changed = Signal(object)
    """The selected ids, a frozenset."""
    pixel_changed = Signal(object)
    """The `Pixel` under the mouse, else the pinned one, or None."""
    pinned_changed = Signal(object)
    """The `Pixel` that was clicked and is kept, or None."""
    input_pixel_changed = Signal(object)
    """The `InputPixel` under the mouse on the photograph, or None."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.ids: frozenset[str] = frozenset()
        self.pixel: Pixel | None = None
        self.hovered: Pixel | None = None
        self.pinned: Pixel | None = None
        self.input_pixel: InputPixel | None = None
        document.project_changed.connect(self.on_project_changed)

    @property
    def current(self) -> str | None:
        """The selected node where it is exactly one."""
        return next(iter(self.ids)) if len(self.ids) == 1 else None

    def select(self, ids: Iterable[str]) -> None:
        """Select these nodes and no others; the id of a group means all its nodes, an unknown one nothing."""
        groups, network = self._document.project.groups, self._document.project.network
        chosen = frozenset(ids)
        if groups and not chosen.isdisjoint(groups):
            inside = (groups.nodes(one) if one in groups else (one,) for one in chosen)
            chosen = frozenset(node_id for nodes in inside for node_id in nodes)
        chosen = frozenset(node_id for node_id in chosen if node_id in network)
        if chosen != self.ids:
            self.ids = chosen
            self.point_at(None)
            if self.pinned is not None and self.pinned.node_id not in chosen:
                self.pin(None)
            self.selection_changed.emit(chosen)

    def point_at(self, pixel: Pixel | None) -> None:
        """Say which map pixel is under the mouse."""
        self.hovered = pixel
        self._settle()

    def pin(self, pixel: Pixel | None) -> None:
        """Keep looking at this map pixel."""
        if pixel != self.pinned:
            self.pinned = pixel
            self.pinned_changed.emit(pixel)
            self._settle()

    def point_at_input(self, pixel: InputPixel | None) -> None:
        """Say which pixel of an Input is under the mouse."""
        if pixel != self.input_pixel:
            self.input_pixel = pixel
            self.input_pixel_changed.emit(pixel)

    def _settle(self) -> None:
        pixel = self.hovered or self.pinned
        if pixel != self.pixel:
            self.pixel = pixel
            self.pixel_changed.emit(pixel)

    def on_project_changed(self, before: Project, after: Project) -> None:
        """Nodes that are gone are selected no more."""
        self.select(node_id for node_id in self.ids if node_id in after.network)


def first_look(analysis: Analysis) -> frozenset[str]:
    """What to select in a network just opened, so that maps are seen at once.

    Its first 1×1 convolution, else its first convolution, else nothing. A convolution of one pixel, as in a
    squeeze-and-excite gate, shows nothing and is passed over.
    """
    network = analysis.network
    for role in ("pointwise", "convolution"):
        for node_id in network.order:
            shape = analysis.layers[node_id].output_shape
            if network.nodes[node_id].layer.role == role and (shape is None or shape[1:] != (1, 1)):
                return frozenset({node_id})
    return frozenset()
