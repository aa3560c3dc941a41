"""A document with three layers, what is selected in it, and a stand-in for the compute service."""

import numpy as np
import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from engine.layers.convolution import Conv2d
from engine.layers.input import Input
from engine.model.network import Network, Node
from engine.model.project import Project
from gui.look.appearance import Appearance
from gui.session.album import Album
from gui.session.compute import Computed
from gui.session.document import Document
from gui.session.jobs import Job, JobHandle
from gui.session.selection import Selection
from tests.gui.panels.training_stage import stage

__all__ = ["stage"]


class Maps(QObject):
    """Speaks like `ComputeService`; the test hands in the maps."""

    map_changed = Signal(str)
    run_started = Signal()
    run_progressed = Signal(int, int)
    run_finished = Signal(object)
    run_failed = Signal(str)
    photograph_changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.results: dict[str, Computed] = {}
        self.stale: set[str] = set()
        self.photograph: np.ndarray | None = None
        self.photograph_name = "coffee"
        self.stands_in_for = ""
        self.opened: list[str] = []
        self.album = Album(self)
        self.jobs: list[JobHandle] = []

    def result(self, node_id: str) -> Computed | None:
        return self.results.get(node_id)

    def is_stale(self, node_id: str) -> bool:
        return node_id in self.stale

    def open_photograph(self, reference: str) -> None:
        self.opened.append(reference)

    def arrive(self, node_id: str, values: np.ndarray) -> None:
        """A map (C, H, W) or vector (F,) has been computed."""
        made = np.asarray(values, np.float32)[None]
        self.results[node_id] = Computed(1, node_id, made, np.zeros((48, 48, 3), np.uint8), 0.1, False)
        self.map_changed.emit(node_id)

    def submit(self, job: Job, parent: QObject | None = None) -> JobHandle:
        """A job that waits for the test to answer it."""
        self.jobs.append(JobHandle(job, lambda: None, parent))
        return self.jobs[-1]

    def show_photograph(self, photograph: np.ndarray) -> None:
        self.photograph = photograph
        self.photograph_changed.emit(photograph)


@pytest.fixture
def appearance(qapp: QApplication) -> Appearance:
    return Appearance(qapp, "light")


@pytest.fixture
def project() -> Project:
    nodes = [
        Node(id="input", layer=Input(shape=(3, 8, 8))),
        Node(id="a", layer=Conv2d(out_channels=16), inputs=("input",)),
        Node(id="b", layer=Conv2d(out_channels=4, stride=(2, 2)), inputs=("a",)),
    ]
    return Project(network=Network(nodes), title="Three layers", notes="For tests.", image="coffee")


@pytest.fixture
def document(qapp: QApplication, project: Project) -> Document:
    return Document(project)


@pytest.fixture
def selection(document: Document) -> Selection:
    return Selection(document)


@pytest.fixture
def compute(qapp: QApplication) -> Maps:
    return Maps()
