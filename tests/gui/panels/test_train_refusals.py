"""What cannot be trained is said in the panel in a sentence, which names the thing and the way out."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.errors import FormatError
from engine.layers.input import Input
from engine.model.network import Network, Node
from engine.model.project import Project
from engine.training.trainer import Trainer
from gui.autosave.kept_runs import KeptRun, begin_run
from gui.look.appearance import Appearance
from gui.panels.train import TrainPanel
from gui.session.compute import ComputeService
from gui.session.document import Document
from gui.session.selection import Selection
from gui.training.runner import DONE, FAILED, PAUSED
from tests.engine.training.small_trainings import chain

FLAT = ("flat", {"kind": "Flatten"})


def head(classes: int) -> tuple[str, dict[str, object]]:
    return "head", {"kind": "Linear", "out_features": classes}


def pictures(folder: Path, **classes: int) -> Path:
    """A folder for each class, of so many pictures, each of another size."""
    random = np.random.default_rng(0)
    for name, count in classes.items():
        (folder / name).mkdir(parents=True)
        for number in range(count):
            size = (9 + number, 12 + 2 * number)
            Image.fromarray(random.integers(0, 255, size, np.uint8)).save(folder / name / f"{number}.png")
    return folder


class Stage:
    def __init__(self, qtbot: QtBot, qapp: QApplication, folder: Path) -> None:
        self.qtbot, self.qapp, self.folder = qtbot, qapp, folder
        self.compute = ComputeService(1 << 30)
        self.panel: TrainPanel | None = None

    def train(self, network: Network, data: Path | None = None, **settings: float) -> TrainPanel:
        document = Document(Project(network=network))
        selection, keeping = Selection(document), partial(begin_run, self.folder)
        panel = TrainPanel(document, selection, self.compute, Appearance(self.qapp), keeping)
        self.qtbot.addWidget(panel)
        self.panel = panel
        panel.form.epochs.show_value(2)
        panel.form.batch.show_value(settings.get("batch", 4))
        if "rate" in settings:
            panel.form.optimizer.setCurrentIndex(0)
            panel.form.rate.show_value(settings["rate"])
        if data is not None:
            panel.form.use_folder(data)
        panel.show()
        panel.train.click()
        self.qtbot.waitUntil(
            lambda: panel.runner is None or panel.runner.state in (FAILED, DONE, PAUSED), timeout=60_000
        )
        return panel


@pytest.fixture
def stage(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Stage]:
    made = Stage(qtbot, qapp, tmp_path / "kept")
    yield made
    assert made.panel is None or made.panel.close_run()


def two_inputs() -> Network:
    nodes = [Node(id=name, layer=Input(shape=(1, 8, 8))) for name in ("a", "b")]
    return Network(nodes)


CASES: dict[str, tuple[Callable[[], Network], dict[str, int] | None, str]] = {
    "labels out of range": (lambda: chain(FLAT, head(4)), None, "labels out of range: the network ends in 4"),
    "an end of maps": (lambda: chain(("c", {"kind": "Conv2d"})), None, "the network ends in maps"),
    "nothing to train": (lambda: chain(), None, "the network has nothing to train"),
    "no weights": (lambda: chain(FLAT), None, "no weights that could be trained"),
    "two Inputs": (two_inputs, None, "the network has 2 Inputs"),
    "five channels": (lambda: chain(FLAT, head(10), channels=5), None, "pictures have 1 channel or 3"),
    "an empty folder": (lambda: chain(FLAT, head(4)), {}, "holds no classes"),
    "one class": (lambda: chain(FLAT, head(4)), {"cats": 5}, "one class"),
    "too few of a class": (lambda: chain(FLAT, head(4)), {"cats": 5, "dogs": 1}, "fewer than 3 pictures"),
}


@pytest.mark.parametrize("name", list(CASES))
def test_it_says_why_in_a_sentence(stage: Stage, tmp_path: Path, name: str) -> None:
    build, classes, expected = CASES[name]
    folder = None if classes is None else pictures(tmp_path / "data", **classes)
    (tmp_path / "data").mkdir(exist_ok=True)
    panel = stage.train(build(), folder)
    stage.qtbot.waitUntil(lambda: bool(panel.problem.text()), timeout=30_000)
    said = panel.problem.text()
    assert expected.casefold() in said.casefold(), said
    assert said[0].isupper() or said[0] == "'"
    assert said.endswith(".")
    assert "\n" not in said
    assert "Traceback" not in said
    stage.qtbot.waitUntil(lambda: panel.train.text() == "Train")
    assert panel.train.isEnabled()
    stage.qtbot.waitUntil(lambda: panel.status.text() == "Not begun")
    stage.qtbot.waitUntil(panel.form.isVisible)
    panel.form.changed.emit()  # something was chosen in it
    assert panel.problem.isHidden()
    assert panel.status.text() == ""


def test_pictures_of_other_sizes_are_fitted(stage: Stage, tmp_path: Path) -> None:
    panel = stage.train(chain(FLAT, head(2)), pictures(tmp_path / "data", cats=6, dogs=6))
    stage.qtbot.waitUntil(lambda: panel.runner is not None and panel.runner.state == DONE, timeout=60_000)
    assert panel.problem.text() == ""


def test_files_that_are_no_pictures_are_left_out_and_named(stage: Stage, tmp_path: Path) -> None:
    folder = pictures(tmp_path / "data", cats=6, dogs=6)
    whole = (folder / "cats" / "0.png").read_bytes()
    for name, content in {"half.png": whole[: len(whole) // 2], "empty.jpg": b"", "text.gif": b"hi"}.items():
        (folder / "cats" / name).write_bytes(content)
    (folder / "cats" / "readme.txt").write_text("not called like a picture")
    panel = stage.train(chain(FLAT, head(2)), folder)
    stage.qtbot.waitUntil(lambda: panel.runner is not None and panel.runner.state == DONE, timeout=60_000)
    stage.qtbot.waitUntil(lambda: panel.note.text().startswith("Left out, for they are no pictures: "))
    for name in ("cats/half.png", "cats/empty.jpg", "cats/text.gif"):
        assert name in panel.note.text()
    assert panel.problem.text() == ""
    assert panel.runner is not None
    assert panel.runner.trainer is not None
    assert len(panel.runner.trainer.examples.pictures) == 12


def test_a_loss_that_is_no_number_is_said(stage: Stage, tmp_path: Path) -> None:
    network = chain(("c", {"kind": "Conv2d", "out_channels": 4}), FLAT, head(2))
    panel = stage.train(network, pictures(tmp_path / "data", cats=30, dogs=30), rate=1e6)
    stage.qtbot.waitUntil(lambda: "is no number" in panel.problem.text(), timeout=60_000)
    assert "smaller learning rate" in panel.problem.text()


def test_a_full_disk_is_said_and_training_goes_on(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: KeptRun, trainer: Trainer) -> None:
        raise FormatError("cannot write run.npz: no space left on the device")

    monkeypatch.setattr(KeptRun, "keep", full)
    panel = stage.train(chain(FLAT, head(2)), pictures(tmp_path / "data", cats=6, dogs=6))
    stage.qtbot.waitUntil(lambda: panel.runner is not None and panel.runner.state == DONE, timeout=60_000)
    stage.qtbot.waitUntil(lambda: "no space left on the device" in panel.problem.text())
    assert "Training goes on" in panel.problem.text()


def test_a_folder_that_is_gone_is_said(stage: Stage, tmp_path: Path) -> None:
    panel = stage.train(chain(FLAT, head(2)), tmp_path / "gone")
    stage.qtbot.waitUntil(lambda: "gone" in panel.problem.text(), timeout=30_000)
