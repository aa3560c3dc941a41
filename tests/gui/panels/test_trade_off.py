"""The trade-off panel: curves of the selected layer, and a drag that is one step."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import presets
from engine.analysis.trade_off import trade_off
from gui.look.appearance import Appearance
from gui.panels.trade_off import NOTHING, TradeOffPanel
from gui.session.compute import ComputeService
from gui.session.document import Document
from gui.session.selection import Selection


@pytest.fixture
def panel(qtbot: QtBot, qapp: QApplication) -> Iterator[TradeOffPanel]:
    document = Document(presets.load("bottleneck_3a").project)
    selection, compute = Selection(document), ComputeService(1 << 30)
    made = TradeOffPanel(document, selection, compute, Appearance(qapp))
    qtbot.addWidget(made)
    made.document, made.selection = document, selection  # type: ignore[attr-defined]  # for the tests
    compute.start()
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.hide()
    compute.close()


def select(panel: TradeOffPanel, qtbot: QtBot, node_id: str) -> None:
    panel.selection.select([node_id])  # type: ignore[attr-defined]  # as above
    qtbot.waitUntil(lambda: panel.shown is not None and panel.shown.node_id == node_id, timeout=60_000)


def test_the_selected_layers_curves_are_shown_and_a_1x1_has_an_error(
    panel: TradeOffPanel, qtbot: QtBot
) -> None:
    assert panel.title.text() == NOTHING
    select(panel, qtbot, "5x5_reduce")
    assert panel.shown is not None
    plain = trade_off(panel.document.project.network, "5x5_reduce")  # type: ignore[attr-defined]
    assert (panel.shown.widths, panel.shown.macs) == (plain.widths, plain.macs)
    assert panel.shown.errors[0] > panel.shown.errors[-1]
    assert not panel.plots["Error of the best 1×1"].isHidden()
    select(panel, qtbot, "5x5_direct")
    assert panel.plots["Error of the best 1×1"].isHidden()


def test_a_drag_is_one_step_and_leaves_the_curves_as_they_are(panel: TradeOffPanel, qtbot: QtBot) -> None:
    select(panel, qtbot, "5x5_reduce")
    document, before = panel.document, panel.shown  # type: ignore[attr-defined]  # as above
    plot = panel.plots["MACs"]
    for width in (20.2, 31.7, 48.4):
        plot.width_wanted.emit(width)
    plot.let_go.emit()
    assert document.project.network["5x5_reduce"].layer.out_channels == 48
    assert document.undo_stack.count() == 1
    assert panel.shown is before
    plot.width_wanted.emit(500.0)
    plot.let_go.emit()
    assert document.project.network["5x5_reduce"].layer.out_channels == 192
    assert document.undo_stack.count() == 2
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert document.project.network["5x5_reduce"].layer.out_channels == 16
    assert "16" in plot.accessibleName()


def test_nothing_is_shown_of_a_layer_without_a_width(panel: TradeOffPanel, qtbot: QtBot) -> None:
    select(panel, qtbot, "5x5")
    panel.selection.select(["input"])  # type: ignore[attr-defined]  # as above
    assert panel.title.text() == NOTHING
    assert all(plot.isHidden() for plot in panel.plots.values())
