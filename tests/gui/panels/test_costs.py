"""The costs panel: exact numbers, rows that keep their place, and rows as selections."""

import dataclasses
import time

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from engine.analysis.training_memory import batch_memory
from engine.layers.convolution import Conv2d
from engine.layers.input import Input
from engine.model.network import Network, Node
from engine.model.project import Project
from gui.look.appearance import Appearance
from gui.panels.costs import CostsPanel
from gui.session.document import Document
from gui.session.selection import Selection
from gui.session.settings import Settings
from gui.widgets.costs.costs_model import Column


@pytest.fixture
def panel(qtbot: QtBot, document: Document, selection: Selection, appearance: Appearance) -> CostsPanel:
    made = CostsPanel(document, selection, appearance, Settings())
    qtbot.addWidget(made)
    made.resize(280, 460)
    made.show()
    return made


def cells(panel: CostsPanel, line: int) -> list[str]:
    return [panel.model.index(line, column).data() for column in Column]


def click_row(qtbot: QtBot, panel: CostsPanel, line: int, key: Qt.KeyboardModifier | None = None) -> None:
    place = panel.table.visualRect(panel.model.index(line, 0)).center()
    modifier = key or Qt.KeyboardModifier.NoModifier
    qtbot.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, modifier, place)


def test_figures_are_short_with_exact_ones_on_hover(panel: CostsPanel, document: Document) -> None:
    totals = document.analysis.totals
    assert (totals.parameters, totals.macs) == (448 + 580, 27_648 + 9216)
    assert panel.parameters.value.text() == "1.0\u00a0K"
    assert "1,028 parameters" in panel.parameters.toolTip()
    assert panel.cost.value.text() == "36.9\u00a0K"
    assert panel.field.value.text() == "5\u00a0px"
    assert "At most at once" in panel.memory.toolTip()


def test_a_figure_is_copied_as_a_plain_number(qtbot: QtBot, panel: CostsPanel) -> None:
    panel.cost.setFocus()
    qtbot.keyClick(panel.cost, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "36864"


def test_rows_stand_in_topological_order(panel: CostsPanel) -> None:
    assert panel.model.node_ids == ["input", "a", "b"]
    assert cells(panel, 1) == ["Conv 3×3 · 16", "27.6\u00a0K", "16×8×8", "448", "4.1\u00a0KB", "3"]


def test_bars_share_one_axis(panel: CostsPanel) -> None:
    rows = [panel.model.index(line, 0).data(Qt.ItemDataRole.UserRole) for line in range(3)]
    assert [round(row.share, 3) for row in rows] == [0.0, 1.0, 0.333]


def test_counting_flops_doubles_and_is_remembered(qtbot: QtBot, panel: CostsPanel) -> None:
    with qtbot.waitSignal(panel.convention_changed):
        panel.counted.menu().actions()[1].trigger()
    assert panel.cost.value.text() == "73.7\u00a0K"
    assert panel.cost.caption.text() == "FLOPs"
    assert cells(panel, 2)[Column.COST] == "18.4\u00a0K"
    assert Settings().costs_shown == "flops"


def test_counting_all_operations_counts_biases_too(panel: CostsPanel, document: Document) -> None:
    panel.counted.menu().actions()[2].trigger()
    total = document.analysis.totals.operations.total
    assert total > 2 * document.analysis.totals.macs
    panel.cost.copy()
    assert QGuiApplication.clipboard().text() == str(total)


def test_shapes_can_have_channels_last(qtbot: QtBot, panel: CostsPanel) -> None:
    with qtbot.waitSignal(panel.convention_changed):
        panel.order.menu().actions()[1].trigger()
    assert cells(panel, 1)[Column.SHAPE] == "8×8×16"
    assert Settings().channels_last


def test_a_click_on_a_row_selects_its_node(qtbot: QtBot, panel: CostsPanel, selection: Selection) -> None:
    click_row(qtbot, panel, 2)
    assert selection.ids == {"b"}
    click_row(qtbot, panel, 1, Qt.KeyboardModifier.ControlModifier)
    assert selection.ids == {"a", "b"}


def test_a_selection_elsewhere_highlights_the_row(panel: CostsPanel, selection: Selection) -> None:
    selection.select(["a"])
    assert panel.table.selected_lines() == [1]
    selection.select([])
    assert panel.table.selected_lines() == []


def test_copying_rows_gives_exact_tab_separated_numbers(
    qtbot: QtBot, panel: CostsPanel, selection: Selection
) -> None:
    selection.select(["a"])
    panel.table.setFocus()
    qtbot.keyClick(panel.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    head, row = QGuiApplication.clipboard().text().splitlines()
    assert head.split("\t")[:3] == ["layer", "macs", "shape"]
    assert row.split("\t") == ["Conv 3×3 · 16", "27648", "16×8×8", "448", "4096", "3", "3", "1", "1"]


def test_only_changed_rows_are_painted_again(panel: CostsPanel, document: Document) -> None:
    changed: list[tuple[int, int]] = []
    resets: list[None] = []

    def note(first: QModelIndex, last: QModelIndex) -> None:
        changed.append((first.row(), last.row()))

    panel.model.dataChanged.connect(note)
    panel.model.modelReset.connect(lambda: resets.append(None))
    document.edit("x", lambda p: p.replace_layer("b", Conv2d(out_channels=5, stride=(2, 2))))
    assert changed == [(2, 2)]
    document.edit("x", lambda p: p.remove("b"))
    assert len(resets) == 1


def test_a_problem_is_told_in_its_row(panel: CostsPanel, document: Document) -> None:
    document.edit("x", lambda p: p.disconnect("input", "a"))
    assert cells(panel, panel.model.line_of("a"))[Column.COST :] == ["–"] * 5
    assert "no input" in panel.model.index(panel.model.line_of("a"), 0).data(Qt.ItemDataRole.ToolTipRole)
    line = panel.model.line_of("b")
    assert "Waits" in panel.model.index(line, 0).data(Qt.ItemDataRole.ToolTipRole)


def test_all_columns_show_where_there_is_room(panel: CostsPanel) -> None:
    assert not panel.table.is_wide
    panel.resize(600, 460)
    panel.grab()
    assert panel.table.is_wide
    assert not panel.table.isColumnHidden(Column.FIELD)


def deep(layers: int) -> Project:
    nodes = [Node(id="input", layer=Input(shape=(3, 64, 64)))]
    for number in range(layers):
        nodes.append(Node(id=f"n{number}", layer=Conv2d(out_channels=8), inputs=(nodes[-1].id,)))
    return Project(network=Network(nodes))


def test_a_deep_network_keeps_its_place_and_updates_within_a_frame(
    panel: CostsPanel, document: Document
) -> None:
    document.replace(deep(300))
    panel.grab()
    bar = panel.table.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    scrolled = bar.value()
    assert scrolled > 0
    document.edit("x", lambda p: p.replace_layer("n10", Conv2d(out_channels=9)))
    analysis, quickest = document.analysis, 1.0
    for _ in range(5):
        totals = dataclasses.replace(analysis.totals)
        began = time.thread_time()
        panel.on_analysis_changed(dataclasses.replace(analysis, totals=totals))
        quickest = min(quickest, time.thread_time() - began)
    assert quickest < 0.010
    assert bar.value() == scrolled
    document.edit("x", lambda p: p.remove("n299"))
    assert bar.value() == scrolled


@pytest.mark.parametrize("name", ["light", "dark"])
def test_quiet_figures_fit_a_narrow_panel(panel: CostsPanel, appearance: Appearance, name: str) -> None:
    appearance.use(name)
    panel.resize(240, 460)
    assert panel.grab().size() == panel.size()
    assert panel.table.viewport().mapTo(panel, QPoint(panel.table.viewport().width(), 0)).x() <= 240
    for figure in (panel.parameters, panel.cost, panel.memory, panel.field):
        room = figure.value.fontMetrics().horizontalAdvance(figure.value.text())
        assert room <= figure.value.width()


@pytest.mark.parametrize(("batch", "size", "optimizer"), [(1, 4, "adamw"), (64, 2, "sgd"), (32, 1, "adam")])
def test_memory_for_a_batch_is_that_of_the_command(
    qtbot: QtBot, panel: CostsPanel, document: Document, batch: int, size: int, optimizer: str
) -> None:
    row = panel.batch
    row.button.click()
    assert row.batch.isVisible()
    row.batch.setFocus()
    row.batch.selectAll()
    qtbot.keyClicks(row.batch, str(batch))
    qtbot.keyClick(row.batch, Qt.Key.Key_Return)
    for choice, key in ((row.bytes, str(size)), (row.optimizer, optimizer)):
        next(one for one in choice.menu().actions() if one.data() == key).trigger()
    expected = batch_memory(document.analysis, batch, size, optimizer)
    assert row.memory == expected
    lines = row.said.toolTip().splitlines()
    terms = [
        int(line.strip().partition("\u00a0")[0].replace(",", "")) for line in lines if line.startswith("  ")
    ]
    assert terms == [expected.parameters, expected.gradients, expected.optimizer, expected.kept_maps]
    assert sum(terms) == expected.training
    assert f"{expected.training:,}" in row.said.toolTip()
    assert row.said.text().startswith(f"Batch of {batch}: ")


def test_memory_follows_edits(panel: CostsPanel, document: Document) -> None:
    before = panel.batch.memory
    document.edit("Wider", lambda project: project.replace_layer("a", Conv2d(out_channels=32)))
    after = panel.batch.memory
    assert before is not None
    assert after == batch_memory(document.analysis, 64)
    assert after.training > before.training
