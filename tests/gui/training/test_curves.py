"""The curves: the loss on an axis of logarithms, whatever it comes to; accuracy with its band."""

from math import isfinite, log10

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.training.data.examples import CHOOSE
from engine.training.history import History, StepRecord
from engine.training.scores import Score
from gui.look.appearance import Appearance
from gui.training.pages.curves import CurvePlot, Curves


def history(losses: list[float]) -> History:
    """A step for each loss, and a score after the first and the last."""
    steps = [StepRecord(n, n / 10, loss, 0.5, 0.1, 1.0) for n, loss in enumerate(losses, start=1)]
    scores = [
        Score(step=n, split=CHOOSE, count=100, loss=losses[n - 1], accuracy=0.5, low=0.4, high=0.6)
        for n in (1, len(losses))
    ]
    return History(steps, scores)


def drawn(plot: CurvePlot) -> list[float]:
    """The heights of the curve of the batches."""
    return [float(height) for height in plot.train.getData()[1]]


@pytest.fixture
def curves(qtbot: QtBot, qapp: QApplication) -> Curves:
    made = Curves(Appearance(qapp))
    qtbot.addWidget(made)
    made.resize(600, 150)
    made.show()
    return made


@pytest.mark.parametrize(
    "losses",
    [
        [2.3, 0.4, 0.02, 3e-5],
        [2.3, 0.0, 0.01],
        [0.0, 0.0, 0.0],
        [1e-30, 1e-12],
        [2.3, float("nan"), 0.1],
        [2.3, float("inf"), float("inf")],
        list(np.geomspace(3, 1e-7, 1500)),
    ],
    ids=["falls", "a zero", "zeros", "tiny", "none", "infinite", "long"],
)
def test_every_loss_is_drawn_within_the_axis(curves: Curves, losses: list[float]) -> None:
    follows = History()
    for record in history(losses).steps:  # as it is learned, step by step
        follows.steps.append(record)
        curves.follow(follows)
    follows.scores += history(losses).scores
    curves.follow(follows)
    low, high = curves.loss.plot.viewRange()[1]
    heights = [height for height in drawn(curves.loss) if isfinite(height)]
    assert all(low <= height <= high for height in heights)
    if len(losses) < 10:
        assert len(heights) == sum(isfinite(loss) for loss in losses)
        for loss, height in zip(losses, drawn(curves.loss), strict=True):
            assert height == pytest.approx(log10(loss)) if 0 < loss < float("inf") else True
    assert curves.loss.plot.getAxis("left").tickValues(low, high, 100)


def test_accuracy_is_a_share_of_100(curves: Curves) -> None:
    curves.follow(history([1.0, 0.5]))
    assert drawn(curves.accuracy) == [0.5, 0.5]
    axis = curves.accuracy.plot.getAxis("left")
    assert axis.tickStrings([0.4, 1.0, 1.1], 1, None) == ["40 %", "100 %", ""]
    assert "validation <b>50 %</b>" in curves.accuracy.caption.text()


@pytest.mark.parametrize(("width", "lines"), [(700, 1), (320, 2)])
def test_a_caption_has_the_lines_that_it_needs(curves: Curves, width: int, lines: int) -> None:
    curves.follow(history([1.0, 0.5]))
    curves.resize(width, 150)
    QApplication.processEvents()
    assert curves.loss.caption.text().count("<br>") == lines - 1
    assert curves.loss.caption.sizeHint().width() <= curves.loss.width()
