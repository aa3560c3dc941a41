"""The effective field of the unit that is looked at, measured whenever it is wanted and out of date."""

from PySide6.QtCore import QObject, Signal

from engine.attribution.fields.effective_field import EffectiveField
from gui.receptive_view.measuring import MeasureField
from gui.session.compute import ComputeService
from gui.session.document import Document
from gui.session.jobs import JobHandle
from gui.session.selection import Pixel

NOISE_IMAGES = 16


class MeasuredField(QObject):
    """Asks for one field at a time; the newest unit wins."""

    changed = Signal()
    """There is a new field, or news of the one on its way."""

    def __init__(self, document: Document, compute: ComputeService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._compute = document, compute
        self.field: EffectiveField | None = None
        self.of: Pixel | None = None
        """The unit that `field` is of."""
        self.failure = ""
        self.progress = (0, 0)
        """Noise images done, and wanted."""
        self._asked: tuple[object, ...] | None = None
        self._handle: JobHandle | None = None

    @property
    def is_busy(self) -> bool:
        """Whether one is being measured."""
        return self._handle is not None and not self._handle.is_over

    def ask(self, pixel: Pixel, *, whole_layer: bool, noise: bool) -> None:
        """Measure this unit's field, or that of its layer's mean there; nothing where that is known."""
        project = self._document.project
        channel = None if whole_layer else pixel.channel
        asked = (
            id(project.network),
            project.seed,
            "" if noise else self._compute.photograph_name,
            pixel.node_id,
            pixel.y,
            pixel.x,
            channel,
            noise,
        )
        if asked == self._asked:
            return
        self.forget()
        self._asked = asked
        job = MeasureField(
            network=project.network,
            seed=project.seed,
            reference=self._compute.photograph_name,
            node_id=pixel.node_id,
            row=pixel.y,
            column=pixel.x,
            channel=channel,
            noise=NOISE_IMAGES if noise else 0,
        )

        def on_finished(field: EffectiveField) -> None:
            self.field, self.of = field, pixel
            self.changed.emit()

        self._handle = self._compute.submit(job, self)
        self._handle.finished.connect(on_finished)
        self._handle.failed.connect(self._on_failed)
        self._handle.progressed.connect(self._on_progressed)
        self.changed.emit()

    def forget(self) -> None:
        """Give up what is on its way, and drop what is there."""
        if self._handle is not None:
            self._handle.cancel()
        self._handle = self._asked = self.field = self.of = None
        self.failure, self.progress = "", (0, 0)

    def _on_failed(self, message: str) -> None:
        self.failure = message
        self.changed.emit()

    def _on_progressed(self, done: int, total: int) -> None:
        self.progress = (done, total)
        self.changed.emit()
