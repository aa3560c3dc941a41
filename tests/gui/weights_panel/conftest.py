"""A document, a running compute service, and the inspector's part on weights."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from engine.model.project import Project
from gui.look.appearance import Appearance
from gui.session.compute import ComputeService
from gui.session.document import Document
from gui.session.selection import Selection
from gui.weights_panel.actions import WeightActions
from gui.weights_panel.section import WeightsSection
from tests.engine.small_networks import chain, conv, make


@pytest.fixture
def document(qapp: QApplication) -> Document:
    layers = (
        conv(8, 3), make("ReLU"), conv(4, 1), make("BatchNorm2d"), make("Flatten"),
        make("Linear", out_features=5), make("ReLU"), make("Linear", out_features=3),
    )  # fmt: skip
    return Document(Project(network=chain(*layers, shape=(3, 24, 24)), image="coffee"))


@pytest.fixture
def selection(document: Document) -> Selection:
    return Selection(document)


@pytest.fixture
def compute(qtbot: QtBot, document: Document) -> Iterator[ComputeService]:
    service = ComputeService(budget_bytes=1 << 30)
    document.project_changed.connect(service.on_project_changed)
    service.start()
    with qtbot.waitSignal(service.run_finished, timeout=60_000):
        service.run(document.project)
    yield service
    service.close()


@pytest.fixture
def actions(document: Document, compute: ComputeService) -> WeightActions:
    return WeightActions(document, compute)


@pytest.fixture
def section(
    qtbot: QtBot,
    qapp: QApplication,
    document: Document,
    selection: Selection,
    compute: ComputeService,
    actions: WeightActions,
) -> Iterator[WeightsSection]:
    made = WeightsSection(document, selection, compute, actions, Appearance(qapp, "light"))
    panel = QWidget()
    QVBoxLayout(panel).addWidget(made)
    qtbot.addWidget(panel)
    panel.resize(280, 600)
    panel.show()
    yield made  # noqa: PT022  # what comes after keeps the panel alive, which owns it
