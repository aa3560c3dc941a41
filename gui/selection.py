"""What is selected and pointed at. Views report it here and follow it; none knows the others."""

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from engine.network import Network
from engine.project import Project
from gui.document import Document


@dataclass(frozen=True)
class Pixel:
    """One value of a node's map."""

    node_id: str
    channel: int
    y: int
    x: int


class Selection(QObject):
    """The selected node ids, and the map pixel under the mouse (if any)."""

    selection_changed = Signal(object)
    """The selected ids, a frozenset."""
    pixel_changed = Signal(object)
    """The `Pixel` under the mouse, or None."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.ids: frozenset[str] = frozenset()
        self.pixel: Pixel | None = None
        document.project_changed.connect(self.on_project_changed)

    @property
    def current(self) -> str | None:
        """The selected node where it is exactly one."""
        return next(iter(self.ids)) if len(self.ids) == 1 else None

    def select(self, ids: Iterable[str]) -> None:
        """Select these nodes and no others."""
        chosen = frozenset(ids)
        if chosen != self.ids:
            self.ids = chosen
            self.point_at(None)
            self.selection_changed.emit(chosen)

    def point_at(self, pixel: Pixel | None) -> None:
        """Say which map pixel is under the mouse."""
        if pixel != self.pixel:
            self.pixel = pixel
            self.pixel_changed.emit(pixel)

    def on_project_changed(self, before: Project, after: Project) -> None:
        """Nodes that are gone are selected no more."""
        self.select(node_id for node_id in self.ids if node_id in after.network)


def first_look(network: Network) -> frozenset[str]:
    """What to select in a network just opened, so that maps are seen at once.

    Its first 1×1 convolution, else its first convolution, else nothing.
    """
    for role in ("pointwise", "convolution"):
        for node_id in network.order:
            if network.nodes[node_id].layer.role == role:
                return frozenset({node_id})
    return frozenset()
