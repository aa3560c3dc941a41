"""The layers kept beside the selected one: what they hold now, and where the mouse points in them."""

from PySide6.QtCore import QObject

from engine.model.network import Network
from gui.session.compute import ComputeService
from gui.session.document import Document
from gui.session.selection import Pixel, Selection
from gui.widgets.maps.layer_maps import maps_of
from gui.widgets.maps.map_picture import MapPlace
from gui.widgets.maps.map_switches import MapSwitches
from gui.widgets.pinned.pinned_strip import PinnedStrip


class PinnedLayers(QObject):
    """Keeps a strip up to date with the document, and reports what is pointed at in it to the selection."""

    def __init__(
        self,
        document: Document,
        selection: Selection,
        compute: ComputeService,
        switches: MapSwitches,
        strip: PinnedStrip,
    ) -> None:
        super().__init__(strip)
        self._document, self._selection, self._compute = document, selection, compute
        self._switches, self._strip = switches, strip
        strip.changed.connect(self.refresh)
        strip.pointed.connect(self._on_pointed)
        strip.picked.connect(self._on_picked)

    def refresh(self) -> None:
        """What the layers that are kept hold now, in the same colours and the same part of the maps."""
        for node_id, layer in self._strip.layers.items():
            node = self._document.project.network[node_id]
            computed = self._compute.result(node_id)
            has_maps = computed is not None and computed.map.ndim == 4
            picture = self._switches.picture(computed.map[0]) if computed is not None and has_maps else None
            shape = self._document.analysis.layers[node_id].output_shape
            layer.show_maps(node.layer.role, node.label, maps_of(shape), picture)

    def on_map_changed(self, node_id: str) -> None:
        """A map has arrived."""
        if node_id in self._strip.layers:
            self.refresh()

    def let_go_of_others(self, network: Network) -> None:
        """Keep no layer that is not in this network."""
        self._strip.let_go(*[node_id for node_id in self._strip.layers if node_id not in network])

    def mark(self, pixel: Pixel | None) -> None:
        """Outline this value where it is one of theirs."""
        marked = pixel is not None and pixel.node_id in self._strip.layers
        place = MapPlace(pixel.channel, pixel.y, pixel.x) if pixel is not None and marked else None
        self._strip.mark(None if pixel is None else pixel.node_id, place)

    def _on_pointed(self, node_id: str, place: MapPlace | None) -> None:
        if place is None:
            self._selection.point_at(None)
        else:
            self._selection.point_at(Pixel(node_id, place.channel, place.y, place.x))

    def _on_picked(self, node_id: str, place: MapPlace) -> None:
        self._selection.select([node_id])
        self._selection.pin(Pixel(node_id, place.channel, place.y, place.x))
