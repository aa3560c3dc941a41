"""The effective field of the unit that is looked at, measured whenever it is wanted and out of date."""

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

from engine.attribution.fields.effective_field import (
    EffectiveField,
    effective_field,
    gradient_strength,
    noise_photograph,
)
from engine.model.network import Network
from gui.session.compute import ComputeService
from gui.session.document import Document
from gui.session.jobs import Desk, JobHandle
from gui.session.selection import Pixel


@dataclass(frozen=True, eq=False)
class MeasureField:
    """Of one unit (channel None: of the mean of all channels at its place), on the photograph `reference`, or
    averaged over so many noise images. A unit of a vector is a channel alone."""

    network: Network
    seed: int
    reference: str
    node_id: str
    row: int
    column: int
    channel: int | None
    noise: int = 0

    def work(self, desk: Desk) -> EffectiveField:
        """Maps of everything above the unit, then its gradient; once a noise image."""
        above = self.network.ancestors(self.node_id) | {self.node_id}
        if not self.noise:
            return effective_field([self._strength(desk, desk.photograph(self.reference), above)])
        height, width = self._size(above)
        found = []
        for number in range(self.noise):
            desk.progress(number, self.noise)
            found.append(self._strength(desk, noise_photograph(height, width, number), above))
        return effective_field(found, inputs=self.noise)

    def _strength(self, desk: Desk, photograph: Any, above: frozenset[str]) -> dict[str, Any]:
        results = desk.maps(self.network, photograph, seed=self.seed, wanted=above)
        maps = {node_id: result.map for node_id, result in results.items()}
        return gradient_strength(
            self.network,
            maps,
            self.node_id,
            self.row,
            self.column,
            channel=self.channel,
            seed=self.seed,
            checkpoint=desk.checkpoint,
        )

    def _size(self, above: frozenset[str]) -> tuple[int, int]:
        """Height and width of the first Input: the noise has a value for each of its pixels."""
        for node_id, shape in self.network.inputs.items():
            if node_id in above:
                return shape[1], shape[2]
        return 1, 1


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
