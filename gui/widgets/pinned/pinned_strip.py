"""Layers kept side by side with the selected one, at most a few."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gui.look.appearance import Appearance
from gui.look.theme import GRID
from gui.widgets.maps.map_picture import MapPlace
from gui.widgets.pinned.pinned_layer import PinnedLayer

MOST: Final = 3


class PinnedStrip(QWidget):
    """Columns of maps. The panel says what they show; all look at the same part of their maps."""

    changed = Signal()
    """A layer came or went."""
    pointed = Signal(str, object)
    """(node id, the `MapPlace` under the mouse or None)."""
    picked = Signal(str, object)
    """(node id, the `MapPlace` that was clicked)."""
    zoomed = Signal(float, float, float)
    moved = Signal(float, float)
    """As of an atlas."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self.layers: dict[str, PinnedLayer] = {}
        """By node id, in the order in which they came."""
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(2 * GRID)
        self.hide()

    def pin(self, node_id: str) -> None:
        """Keep this layer; the oldest one makes room where there are too many."""
        if node_id in self.layers:
            return
        if len(self.layers) == MOST:
            self.let_go(next(iter(self.layers)))
        layer = PinnedLayer(node_id, self._appearance)
        layer.closed.connect(lambda: self.let_go(node_id))
        layer.atlas.place_hovered.connect(lambda place: self.pointed.emit(node_id, place))
        layer.atlas.place_picked.connect(lambda place: self.picked.emit(node_id, place))
        layer.atlas.zoomed.connect(self.zoomed)
        layer.atlas.moved.connect(self.moved)
        self.layers[node_id] = layer
        self._row.addWidget(layer)
        self.show()
        self.changed.emit()

    def let_go(self, *node_ids: str) -> None:
        """Without these layers."""
        gone = [self.layers.pop(node_id) for node_id in node_ids if node_id in self.layers]
        for layer in gone:
            self._row.removeWidget(layer)
            layer.hide()
            layer.deleteLater()
        if gone:
            self.setVisible(bool(self.layers))
            self.changed.emit()

    def mark(self, node_id: str | None, place: MapPlace | None) -> None:
        """Outline this value where its layer is shown."""
        for one, layer in self.layers.items():
            layer.atlas.pin(place if one == node_id else None)
