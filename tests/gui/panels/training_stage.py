"""The panel "Train" on a small network and bars instead of digits: begin, wait, look."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.model.network import Network
from engine.model.project import Project
from engine.training.data.source import Progress
from engine.training.runs import Plan
from engine.training.tasks import task
from engine.training.trainer import Trainer
from engine.weights import HE
from gui.autosave.kept_runs import begin_run
from gui.look.appearance import Appearance
from gui.panels.train import TrainPanel
from gui.session.compute import ComputeService
from gui.session.document import Document
from gui.session.selection import Selection
from tests.engine.training.small_trainings import LAYERS, bars, chain

LEARNED = ("conv", "norm", "head")


@dataclass
class Stage:
    panel: TrainPanel
    document: Document
    compute: ComputeService
    qtbot: QtBot

    def wait_for(self, *states: str) -> None:
        self.qtbot.waitUntil(
            lambda: self.panel.runner is not None and self.panel.runner.state in states, timeout=60_000
        )

    @property
    def network(self) -> Network:
        return self.document.project.network


@pytest.fixture
def stage(
    qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Stage]:
    def open_bars(network: Network, plan: Plan, progress: Progress) -> Trainer:
        return Trainer(network, task(plan.task), bars(), plan.settings)

    monkeypatch.setattr("gui.training.runner.trainer_of", open_bars)
    network = chain(*LAYERS)
    for node_id in LEARNED:
        network = network.set_weights(node_id, HE)
    document = Document(Project(network=network))
    compute = ComputeService(1 << 30)
    document.project_changed.connect(compute.on_project_changed)
    keeping = partial(begin_run, tmp_path)
    panel = TrainPanel(document, Selection(document), compute, Appearance(qapp), keeping)
    panel.form.batch.show_value(8)
    qtbot.addWidget(panel)
    compute.start()
    with qtbot.waitSignal(compute.run_finished, timeout=60_000):
        compute.run(document.project)
    panel.show()
    yield Stage(panel, document, compute, qtbot)
    assert panel.close_run()
    assert compute.close()
