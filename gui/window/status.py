"""The status bar: how large the network is, how long its maps took, and progress while there is work."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QStatusBar, QWidget

from engine.analysis.analyze import Analysis
from engine.kernels.fast.host import core_count
from gui.session.compute import ComputeService, RunSummary
from gui.session.document import Document

_PATIENCE_MS = 300
"""Work shorter than this shows no progress: a flash tells nothing."""


class StatusLine(QStatusBar):
    """Listens to the document and the compute service."""

    def __init__(self, document: Document, compute: ComputeService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.setContentsMargins(0, 0, 12, 0)
        self._layers = QLabel()
        self._work = QLabel()
        self._threads = QLabel(_threads_text())
        for label in (self._layers, self._work, self._threads):
            label.setContentsMargins(8, 0, 8, 0)
            self.addWidget(label)
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setFixedWidth(160)
        self._progress.setAccessibleName("Progress")
        self._progress.hide()
        self.addPermanentWidget(self._progress)
        self.cancel_button = _quiet_button("Cancel", "Stop computing; what is done stays, the rest is stale")
        self.cancel_button.clicked.connect(compute.cancel)
        self.run_button = _quiet_button("Run now", "Compute what the last edits changed")
        self.run_button.clicked.connect(compute.run_now)
        for button in (self.cancel_button, self.run_button):
            button.hide()
            self.addPermanentWidget(button)
        self._is_running = False
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_PATIENCE_MS)
        self._patience.timeout.connect(self._on_patience_lost)
        document.analysis_changed.connect(self.on_analysis_changed)
        compute.warm_up_progressed.connect(self.on_warm_up_progressed)
        compute.run_started.connect(self.on_run_started)
        compute.run_progressed.connect(self.on_run_progressed)
        compute.run_finished.connect(self.on_run_finished)
        compute.run_failed.connect(self.on_run_failed)
        compute.run_cancelled.connect(self.on_run_cancelled)
        compute.run_waiting.connect(self.on_run_waiting)
        compute.frozen_changed.connect(self.on_frozen_changed)
        self.on_analysis_changed(document.analysis)

    def on_analysis_changed(self, analysis: Analysis) -> None:
        """Count the layers, and the problems if there are any."""
        count, problems = len(analysis.layers), len(analysis.problems)
        text = f"{count} layer{'' if count == 1 else 's'}"
        if problems:
            text += f", {problems} problem{'' if problems == 1 else 's'}"
        self._layers.setText(text)

    def on_warm_up_progressed(self, done: int, total: int) -> None:
        """Kernels compile once on a machine; say so while it lasts."""
        if done < total:
            self._work.setText(f"preparing kernels, {done} of {total}")
            self._patience.stop()
            self._progress.setRange(0, total)
            self._progress.setValue(done)
            self._progress.show()
        else:
            self._work.setText("")
            self._stop()
            if self._is_running:
                self.on_run_started()

    def on_run_started(self) -> None:
        """Wait a little before there is a progress bar."""
        self._is_running = True
        self.run_button.hide()
        if not self._progress.isVisible():
            self._progress.setRange(0, 0)
            self._patience.start()

    def on_run_progressed(self, done: int, total: int) -> None:
        """Move the bar."""
        self._progress.setRange(0, total)
        self._progress.setValue(done)
        if self._progress.isVisible():
            self._work.setText(f"computing, {done} of {total}")

    def on_run_finished(self, summary: RunSummary) -> None:
        """Say how long it took, and that little had to be computed."""
        self._is_running = False
        self._stop()
        if summary.computed:
            maps = "1 layer" if summary.computed == 1 else f"{summary.computed} layers"
            self._work.setText(f"{maps} computed in {_duration(summary.elapsed_ms)}")
        else:
            self._work.setText("nothing to compute again")

    def on_run_failed(self, _message: str) -> None:
        """The notice says why."""
        self._is_running = False
        self._stop()
        self._work.setText("not computed")

    def on_run_cancelled(self) -> None:
        """What was not computed waits."""
        self._is_running = False
        self._stop()
        self._work.setText("cancelled")
        self.run_button.show()

    def on_run_waiting(self) -> None:
        """Nothing runs by itself: say that maps are of an older network."""
        self._work.setText("frozen, maps are older than the network")
        self.run_button.show()

    def on_frozen_changed(self, frozen: bool) -> None:
        """Say what freezing does, or that it is over."""
        self._work.setText("frozen" if frozen else "")

    def _on_patience_lost(self) -> None:
        self._work.setText("computing")
        self._progress.show()
        self.cancel_button.show()

    def _stop(self) -> None:
        self._patience.stop()
        self._progress.hide()
        self.cancel_button.hide()


def _quiet_button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setProperty("quiet", True)
    button.setToolTip(tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def _duration(elapsed_ms: float) -> str:
    if elapsed_ms < 10:
        return f"{elapsed_ms:.1f} ms"
    return f"{elapsed_ms:.0f} ms" if elapsed_ms < 1000 else f"{elapsed_ms / 1000:.1f} s"


def _threads_text() -> str:
    count = core_count()
    return "1 thread" if count == 1 else f"{count} threads"
