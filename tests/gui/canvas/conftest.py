"""A small network on a canvas, and the hands of a user."""

from dataclasses import dataclass, field

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QObject, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.layers import Layer
from engine.layers.add import Add
from engine.layers.convolution import Conv2d
from engine.layers.input import Input
from engine.model.network import Network, Node
from engine.model.project import Project
from gui.canvas.view import CanvasView
from gui.look.appearance import Appearance
from gui.session.compute import Computed
from gui.session.document import Document
from gui.session.layer_mime import encode_layer
from gui.session.selection import Selection

LEFT = Qt.MouseButton.LeftButton
NO_KEYS = Qt.KeyboardModifier.NoModifier


class FakeCompute(QObject):
    """Maps on demand, under the names of `ComputeService`."""

    map_changed = Signal(str)
    run_started = Signal()
    run_finished = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.results: dict[str, Computed] = {}
        self.stale: set[str] = set()

    def result(self, node_id: str) -> Computed | None:
        return self.results.get(node_id)

    def is_stale(self, node_id: str) -> bool:
        return node_id in self.stale

    def deliver(self, node_id: str, colour: tuple[int, int, int]) -> None:
        """A map of one colour for a node."""
        picture = np.full((48, 48, 3), colour, np.uint8)
        self.results[node_id] = Computed(1, node_id, np.zeros((1, 1, 2, 2), np.float32), picture, 0.0, False)
        self.map_changed.emit(node_id)


@dataclass
class Bench:
    """The canvas at 100 %, with what it is wired to."""

    qtbot: QtBot
    document: Document
    selection: Selection
    compute: FakeCompute
    appearance: Appearance
    view: CanvasView
    refused: list[str] = field(default_factory=list)
    _mime: QMimeData | None = None

    @property
    def network(self) -> Network:
        return self.document.project.network

    def at(self, x: float, y: float) -> QPoint:
        """Where a point of the scene is in the viewport."""
        return self.view.mapFromScene(QPointF(x, y))

    def card(self, node_id: str) -> QPoint:
        """The middle of a card."""
        return self.view.mapFromScene(self.view.canvas_scene.nodes[node_id].card.center())

    def output(self, node_id: str) -> QPoint:
        return self.view.mapFromScene(self.view.canvas_scene.nodes[node_id].output_port)

    def input(self, node_id: str) -> QPoint:
        return self.view.mapFromScene(self.view.canvas_scene.nodes[node_id].input_port)

    def wire(self, source: str, target: str, part: float = 0.5) -> QPoint:
        """A point of a wire: its middle, or another part of its length."""
        path = self.view.canvas_scene.edges[(source, target)].route.path
        return self.view.mapFromScene(path.pointAtPercent(part))

    def click(self, at: QPoint, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
        self.qtbot.mouseClick(self.view.viewport(), LEFT, keys, at)

    def press(self, at: QPoint, keys: Qt.KeyboardModifier = NO_KEYS, button: Qt.MouseButton = LEFT) -> None:
        self.qtbot.mousePress(self.view.viewport(), button, keys, at)

    def move(self, at: QPoint) -> None:
        self.qtbot.mouseMove(self.view.viewport(), at)

    def release(self, at: QPoint, keys: Qt.KeyboardModifier = NO_KEYS, button: Qt.MouseButton = LEFT) -> None:
        self.qtbot.mouseRelease(self.view.viewport(), button, keys, at)

    def drag(self, start: QPoint, end: QPoint, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
        self.press(start, keys)
        self.move((start + end) / 2)
        self.move(end)
        self.release(end, keys)

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
        self.qtbot.keyClick(self.view, key, keys)

    def drag_in(self, layer: Layer | QMimeData, *places: QPoint) -> bool:
        """A drag from the palette over these places; whether the canvas takes it."""
        self._mime = layer if isinstance(layer, QMimeData) else encode_layer(layer)
        copy = Qt.DropAction.CopyAction
        enter = QDragEnterEvent(places[0], copy, self._mime, LEFT, NO_KEYS)
        QApplication.sendEvent(self.view.viewport(), enter)
        for place in places:
            moved = QDragMoveEvent(place, copy, self._mime, LEFT, NO_KEYS)
            QApplication.sendEvent(self.view.viewport(), moved)
        return enter.isAccepted()

    def drop(self, layer: Layer | QMimeData, place: QPoint) -> None:
        """A whole drag from the palette, dropped at a place."""
        self.drag_in(layer, place)
        assert self._mime is not None
        event = QDropEvent(QPointF(place), Qt.DropAction.CopyAction, self._mime, LEFT, NO_KEYS)
        QApplication.sendEvent(self.view.viewport(), event)

    def drag_out(self) -> None:
        QApplication.sendEvent(self.view.viewport(), QDragLeaveEvent())


def small_project() -> Project:
    """input → a → b, input → add ← b: a chain with a shortcut."""
    nodes = [
        Node(id="input", layer=Input(shape=(3, 16, 16))),
        Node(id="a", layer=Conv2d(out_channels=8), inputs=("input",)),
        Node(id="b", layer=Conv2d(out_channels=3), inputs=("a",)),
        Node(id="add", layer=Add(), inputs=("input", "b")),
    ]
    positions = {"input": (0.0, 0.0), "a": (256.0, 160.0), "b": (512.0, 160.0), "add": (768.0, 0.0)}
    return Project(network=Network(nodes), positions=positions)


@pytest.fixture
def bench(qtbot: QtBot, qapp: QApplication) -> Bench:
    document = Document(small_project())
    selection = Selection(document)
    compute = FakeCompute()
    appearance = Appearance(qapp)
    view = CanvasView(document, selection, compute, appearance)
    made = Bench(qtbot, document, selection, compute, appearance, view)
    document.edit_refused.connect(made.refused.append)
    qtbot.addWidget(view)
    view.resize(1100, 700)
    with qtbot.waitExposed(view):
        view.show()
    view.setFocus()
    view.set_zoom(1.0)
    return made
