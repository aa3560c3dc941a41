"""Where was looked before each edit: undo goes back there when what it brings is out of sight."""

from collections import OrderedDict
from collections.abc import Collection
from typing import Final, NamedTuple

from PySide6.QtCore import QPointF, QRectF

from engine.model.project import Project
from gui.canvas.camera import Camera
from gui.canvas.items.canvas_style import FULL_CARD

_MOST: Final = 500
"""As many projects are remembered; what was long ago is panned to."""


class _Look(NamedTuple):
    project: Project
    """Kept, so that no other one gets its id."""
    centre: QPointF
    zoom: float


class LookingBack:
    """Remembers by project; the same object comes back when an edit is undone."""

    def __init__(self, camera: Camera) -> None:
        self._camera = camera
        self._looks: OrderedDict[int, _Look] = OrderedDict()

    def forget(self) -> None:
        """Another project was opened."""
        self._looks.clear()

    def leave(self, project: Project) -> None:
        """The project is about to be replaced on the canvas."""
        camera = self._camera
        self._looks[id(project)] = _Look(project, camera.visible_rect.center(), camera.zoom)
        self._looks.move_to_end(id(project))
        while len(self._looks) > _MOST:
            self._looks.popitem(last=False)

    def arrive(self, before: Project, after: Project) -> None:
        """The project is shown now: bring into view what came with it."""
        look = self._looks.get(id(after))
        if look is None:
            new = after.network.nodes.keys() - before.network.nodes.keys()
            if new and len(new) < len(after.network):
                self._camera.show_rect(self._camera.canvas_scene.cards_rect(new))
            return
        brought = _brought(before, after)
        rect = self._camera.canvas_scene.cards_rect(brought) if brought else QRectF()
        if self._is_seen(rect, look.zoom):
            return
        self._camera.set_zoom(look.zoom)
        self._camera.look_at(look.centre)
        if not self._is_seen(rect, look.zoom):
            self._camera.show_rect(rect if not rect.isEmpty() else self._camera.canvas_scene.cards_area)

    def _is_seen(self, rect: QRectF, zoom: float) -> bool:
        """Whether these cards are in sight, and as legible as they were; without any whether some card is."""
        camera = self._camera
        if not rect.isEmpty():
            return camera.visible_rect.intersects(rect) and camera.zoom >= min(zoom, FULL_CARD)
        visible = camera.visible_rect
        items = camera.canvas_scene.nodes.values()
        return any(visible.intersects(item.card) for item in items) or not camera.canvas_scene.nodes


def _brought(before: Project, after: Project) -> Collection[str]:
    """The nodes that are new in a project, changed, or elsewhere."""
    card_before, card_after = before.groups.card, after.groups.card
    return [
        node_id
        for node_id, node in after.network.nodes.items()
        if before.network.nodes.get(node_id) is not node
        or card_before(node_id) != card_after(node_id)
        or before.position(card_before(node_id)) != after.position(card_after(node_id))
    ]
