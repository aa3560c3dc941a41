"""Photographs beside each other, each with the class that the network finds likeliest."""

import numpy as np
from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QIcon, QImage, QPixmap, QShowEvent
from PySide6.QtWidgets import QListView, QListWidget, QListWidgetItem, QWidget

from engine.analysis.learned import learned_layers
from engine.image.cropped import part_of
from engine.image.image_source import image_title, series
from engine.model.project import Project
from gui.session.compute import ComputeService
from gui.session.document import Document
from gui.session.jobs import JobHandle
from gui.widgets.photograph.score_job import SIDE, Scored, ScoreJob
from gui.widgets.surface import local_numbers

_CELL = 96
_PAUSE_MS = 300
"""So long after an edit the scores wait, for the next one."""


class PhotographStrip(QListWidget):
    """Scored one after the other while it is seen; an edit of the network begins anew."""

    chosen = Signal(str)
    """A reference was clicked."""

    def __init__(self, document: Document, compute: ComputeService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._compute, self._numbers = document, compute, local_numbers()
        self._scored: dict[str, Scored | str] = {}
        """By reference; a string says why there is no score."""
        self._job: JobHandle | None = None
        self._caveat, self._is_untrained = "", False
        self.setAccessibleName("Photographs with their scores")
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setMovement(QListView.Movement.Static)
        self.setIconSize(QSize(SIDE, SIDE))
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        lines = 2 * self.fontMetrics().lineSpacing()
        self.setGridSize(QSize(_CELL, SIDE + lines + 12))
        self.setFixedHeight(SIDE + lines + 16 + self.horizontalScrollBar().sizeHint().height())
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_PAUSE_MS)
        self._soon.timeout.connect(self._score_next)
        self.itemClicked.connect(self._on_item)
        self.itemActivated.connect(self._on_item)
        document.project_changed.connect(self._on_project)
        compute.album.changed.connect(self.refresh)

    @property
    def references(self) -> list[str]:
        """What is shown, in its order."""
        return [str(self.item(row).data(Qt.ItemDataRole.UserRole)) for row in range(self.count())]

    def showEvent(self, event: QShowEvent) -> None:
        """Begin to score."""
        super().showEvent(event)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Give up what nobody sees."""
        super().hideEvent(event)
        self._stop()

    def _on_project(self, before: Project, after: Project) -> None:
        is_same = before.network is after.network and before.seed == after.seed
        if not is_same or before.class_names != after.class_names:
            self._stop()
            self._scored.clear()
        self.refresh()

    def refresh(self) -> None:
        """Show what is gone through from the photograph that is looked at, and mark that one."""
        if not self.isVisible():
            return
        found = learned_layers(self._document.project.network)
        self._caveat, self._is_untrained = found.caveat, found.state == "untrained"
        current = part_of(self._document.project.image or self._compute.photograph_name)[1]
        wanted = list(series(current, self._compute.album.opened))
        if self.references != wanted:
            self.clear()
            for reference in wanted:
                item = QListWidgetItem(image_title(reference), self)
                item.setData(Qt.ItemDataRole.UserRole, reference)
                item.setSizeHint(self.gridSize())  # the picture comes later
                item.setTextAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        for row, reference in enumerate(wanted):
            self._show(self.item(row), reference)
        if current in wanted:
            self.setCurrentRow(wanted.index(current))
            self.scrollToItem(self.currentItem())
        if self._job is None:
            self._soon.start()

    def _show(self, item: QListWidgetItem, reference: str) -> None:
        title, scored = image_title(reference), self._scored.get(reference)
        if isinstance(scored, Scored):
            if scored.picture is not None:
                item.setIcon(_icon(scored.picture))
            best = scored.best
            share = "" if best is None else self._numbers.percent(best.probability)
            untrained = ", untrained" if self._is_untrained else ""
            item.setText(title if best is None else f"{best.name}\n{share}{untrained}")
            answer = "the network names no classes" if best is None else f"{best.name} {share}"
            item.setToolTip("\n".join(line for line in (title, answer, self._caveat) if line))
        else:
            item.setText(f"{title}\n{'…' if scored is None else 'no score'}")
            item.setToolTip(title if scored is None else scored)

    def _score_next(self) -> None:
        waiting = [reference for reference in self.references if reference not in self._scored]
        if self._job is not None or not waiting or not self.isVisible():
            return
        job = self._compute.submit(ScoreJob(self._document.project, waiting[0]), self)
        job.finished.connect(lambda scored, name=waiting[0]: self._on_scored(name, scored))
        job.failed.connect(lambda why, name=waiting[0]: self._on_scored(name, why))
        self._job = job

    def _on_scored(self, reference: str, scored: Scored | str) -> None:
        self._job = None
        self._scored[reference] = scored
        if reference in self.references:
            self._show(self.item(self.references.index(reference)), reference)
        self._score_next()

    def _stop(self) -> None:
        self._soon.stop()
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _on_item(self, item: QListWidgetItem) -> None:
        self.chosen.emit(str(item.data(Qt.ItemDataRole.UserRole)))


def _icon(rgb: np.ndarray) -> QIcon:
    values = np.ascontiguousarray(rgb)
    height, width, _ = values.shape
    image = QImage(values.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888)
    icon = QIcon(QPixmap.fromImage(image))
    icon.addPixmap(QPixmap.fromImage(image), QIcon.Mode.Selected)  # not tinted: it is a photograph
    return icon
