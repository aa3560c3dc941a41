"""Models in the window: opened, dropped, asked for what they leave open; and groups after name scopes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

import presets
from gui.look.appearance import Appearance
from gui.session.settings import Settings
from gui.widgets.dialogs import Dialogs
from gui.window.main_window import MainWindow

pytestmark = pytest.mark.peer


@dataclass
class Answers(Dialogs):
    """Dialogs that answer without a screen."""

    path: Path | None = None
    texts: list[str | None] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def file_to_open(self, parent: QWidget, title: str, folder: str, kinds: str) -> Path | None:
        self.asked.append(kinds)
        return self.path

    def file_to_save(self, parent: QWidget, title: str, suggestion: str, kinds: str) -> Path | None:
        self.asked.append(suggestion)
        return self.path

    def text(self, parent: QWidget, title: str, label: str, value: str) -> str | None:
        self.asked.append(f"{label} {value}")
        return self.texts.pop(0)


def write_model(path: Path, sizes: list[int | str]) -> None:
    """Two convolutions in a scope of their own, and a ReLU."""
    weight = np.random.default_rng(0).standard_normal((4, 3, 3, 3)).astype(np.float32)
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["a"], "stem/first", pads=[1, 1, 1, 1]),
        helper.make_node("Conv", ["a", "v"], ["b"], "stem/second"),
        helper.make_node("Relu", ["b"], ["y"], "relu"),
    ]
    fixed = [
        numpy_helper.from_array(weight, "w"),
        numpy_helper.from_array(weight[:2].repeat(2, 1)[:, :4], "v"),
    ]
    graph = helper.make_graph(
        nodes, "net", [helper.make_tensor_value_info("x", TensorProto.FLOAT, sizes)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)], fixed,
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path.write_bytes(model.SerializeToString())


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, answers: Answers) -> Iterator[MainWindow]:
    made = MainWindow(presets.load("lenet5").project, Appearance(qapp), Settings(), answers)
    with qtbot.waitSignal(made.compute.run_finished, timeout=60_000):
        made.show()
    yield made
    made.document.undo_stack.setClean()
    made.close()
    made.deleteLater()


def kinds(window: MainWindow) -> list[str]:
    return [node.layer.kind for node in window.document.project.network.nodes.values()]


def test_a_model_is_opened_and_saved_as_a_project(
    window: MainWindow, answers: Answers, qtbot: QtBot, tmp_path: Path
) -> None:
    answers.path = tmp_path / "small.onnx"
    write_model(answers.path, [1, 3, 8, 8])
    window.actions_by_name["open"].trigger()
    qtbot.waitUntil(lambda: kinds(window) == ["Input", "Conv2d", "Conv2d", "ReLU"], timeout=10_000)
    assert "*.onnx" in answers.asked[0]
    assert window.document.path is None, "the model itself is not written over"
    (group,) = window.document.project.groups.values()
    assert (group.title, group.members) == ("stem", ("a", "b"))
    answers.path = tmp_path / "small.onebyone"
    window.actions_by_name["save"].trigger()
    assert answers.asked[-1].endswith("small.onebyone")
    assert answers.path.exists()


def test_a_dropped_model_is_asked_for_what_it_leaves_open(
    window: MainWindow, answers: Answers, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "open.onnx"
    write_model(path, ["batch", 3, "height", "width"])
    answers.texts = ["3x20", "3x20x30"]
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    none, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    window.dropEvent(QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, data, left, none))
    qtbot.waitUntil(lambda: len(kinds(window)) == 4, timeout=10_000)
    assert window.document.project.network["x"].layer.output_shape() == (3, 20, 30)
    assert answers.asked[0].endswith("3×224×224")
    assert "no shape such as" in answers.asked[1]
    answers.texts = [None]
    window.files.open_path(path)
    qtbot.waitUntil(lambda: not answers.texts, timeout=10_000)
    assert len(kinds(window)) == 4, "nothing happens where nothing is chosen"
