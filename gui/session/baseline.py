"""The pinned network that the open one is compared with."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from engine.analysis.analyze import Analysis
from engine.analysis.comparison import Comparison, compare
from engine.model.project import Project
from gui.session.compute import ComputeService
from gui.session.document import Document
from gui.session.jobs import Desk, JobHandle


@dataclass(frozen=True, kw_only=True)
class Pinned:
    """A network as it was when it was pinned."""

    title: str
    project: Project
    analysis: Analysis


@dataclass(frozen=True)
class CompareJob:
    """Aligning two large networks takes longer than a frame."""

    before: Analysis
    after: Analysis

    def work(self, desk: Desk) -> Comparison:
        """Who corresponds to whom, with all differences."""
        desk.checkpoint()
        return compare(self.before, self.after)


class Baseline(QObject):
    """Compares the open network with the pinned one after each edit."""

    changed = Signal()
    """Another network is pinned, or none; `comparison` comes later."""
    compared = Signal()
    """`comparison` is that of the network that is open."""

    def __init__(self, document: Document, compute: ComputeService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._compute = compute
        self._job: JobHandle | None = None
        self.pinned: Pinned | None = None
        self.comparison: Comparison | None = None
        """Of the network that was open when it was found; layers may have come since."""
        document.analysis_changed.connect(self._compare)

    def pin_current(self) -> None:
        """Compare with the network as it is now."""
        document = self._document
        self.pin(Pinned(title=document.title, project=document.project, analysis=document.analysis))

    def pin(self, network: Pinned) -> None:
        """Compare with this network."""
        self.pinned, self.comparison = network, None
        self.changed.emit()
        self._compare()

    def unpin(self) -> None:
        """Compare with nothing."""
        if self._job is not None:
            self._job.cancel()
        self.pinned = self.comparison = None
        self.changed.emit()

    def _compare(self) -> None:
        if self._job is not None:
            self._job.cancel()
        if self.pinned is not None:
            job = CompareJob(self.pinned.analysis, self._document.analysis)
            self._job = self._compute.submit(job, self)
            self._job.finished.connect(self._on_compared)

    def _on_compared(self, comparison: object) -> None:
        assert isinstance(comparison, Comparison)
        self.comparison = comparison
        self.compared.emit()
