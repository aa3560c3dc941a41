"""Layers kept side by side with the selected one, at most a few."""

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from gui.look.appearance import Appearance
from gui.look.theme import GRID
from gui.widgets.layer_title import LayerTitle
from gui.widgets.maps.atlas_view import AtlasView
from gui.widgets.maps.map_picture import MapPicture, MapPlace

NARROWEST = 140


class PinnedLayer(QWidget):
    """Shows what it is given; the panel keeps it up to date."""

    closed = Signal()
    """The user lets it go."""

    def __init__(self, node_id: str, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.node_id = node_id
        self._appearance = appearance
        self.title = LayerTitle(appearance)
        self.close_button = QToolButton()
        self.close_button.setToolTip("Let this layer go")
        self.close_button.setAccessibleName("Let this layer go")
        self.close_button.setIconSize(QSize(12, 12))
        self.close_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.close_button.setStyleSheet("QToolButton { padding: 3px; }")
        self.close_button.clicked.connect(lambda _checked=False: self.closed.emit())
        self.atlas = AtlasView(appearance)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.atlas, 1)
        self.setMinimumWidth(NARROWEST)
        appearance.palette_changed.connect(self.on_palette_changed)
        self.on_palette_changed()

    def on_palette_changed(self) -> None:
        """Recolour the button."""
        self.close_button.setIcon(self._appearance.icon("x", size=12))

    def show_maps(self, role: str, caption: str, remark: str, picture: MapPicture | None) -> None:
        """The layer's name and its maps; without maps the name alone."""
        self.title.show_layer(role, caption, remark)
        self.atlas.setVisible(picture is not None)
        self.atlas.show_picture(picture)


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
