"""Dims the cards whose maps are being computed anew."""

from typing import Final

from PySide6.QtCore import QTimer

from gui.canvas.scene import CanvasScene
from gui.session.compute import ComputeService

_AFTER_MS: Final = 200
"""Maps that are back sooner are not dimmed: nothing flickers while a slider moves."""


class StaleMaps(QTimer):
    """Started with a run, stopped with its end."""

    def __init__(self, scene: CanvasScene, compute: ComputeService) -> None:
        super().__init__(scene)
        self._scene = scene
        self._compute = compute
        self.setSingleShot(True)
        self.setInterval(_AFTER_MS)
        self.timeout.connect(self._dim)
        compute.run_finished.connect(self.stop)

    def _dim(self) -> None:
        for card, item in self._scene.nodes.items():
            item.set_stale(self._compute.is_stale(self._scene.cards.face(card)))
