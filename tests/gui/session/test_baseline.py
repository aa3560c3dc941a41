"""The open network is compared with the pinned one after each edit, and the numbers say so."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

import presets
from engine.analysis.analyze import analyze
from engine.analysis.comparison import Amount, compare
from gui.look.appearance import Appearance
from gui.panels.costs import CostsPanel
from gui.session.baseline import Baseline, Pinned
from gui.session.compute import ComputeService
from gui.session.document import Document
from gui.session.selection import Selection
from gui.session.settings import Settings
from gui.widgets.costs.costs_model import Column
from gui.words.convention import Convention
from gui.words.differences import (
    cost_amount,
    difference_line,
    exact_difference,
    pair_change,
    pair_sentence,
    short_difference,
    summary,
    times,
)
from gui.words.number_format import Numbers

NUMBERS = Numbers()
NAIVE = presets.load("inception_3a_naive").project
REDUCED = presets.load("inception_3a").project


@pytest.fixture
def document(qtbot: QtBot) -> Document:
    return Document(REDUCED)


@pytest.fixture
def baseline(qtbot: QtBot, document: Document) -> Iterator[Baseline]:
    compute = ComputeService(1 << 30)
    compute.start()
    yield Baseline(document, compute)
    compute.close()


def pin_naive(qtbot: QtBot, baseline: Baseline) -> None:
    with qtbot.waitSignal(baseline.compared, timeout=60_000):
        baseline.pin(Pinned(title="naive", project=NAIVE, analysis=analyze(NAIVE.network)))


def test_an_edit_is_compared_with_what_was_pinned(
    qtbot: QtBot, document: Document, baseline: Baseline
) -> None:
    with qtbot.waitSignal(baseline.compared, timeout=60_000):
        baseline.pin_current()
    assert baseline.comparison is not None
    assert {pair.change for pair in baseline.comparison.pairs} == {"same"}
    with qtbot.waitSignal(baseline.compared, timeout=60_000):
        document.edit("Delete", lambda project: project.remove("5x5_reduce"))
    assert baseline.comparison.by_former_node["5x5_reduce"].change == "removed"
    assert baseline.comparison.by_node["5x5"].amount("macs") == Amount(10_035_200, 120_422_400)
    baseline.unpin()
    assert baseline.comparison is None
    with qtbot.assertNotEmitted(baseline.compared, wait=50):
        document.undo_stack.undo()


def test_the_costs_panel_tells_differences_and_ratios(
    qtbot: QtBot, document: Document, baseline: Baseline, appearance: Appearance
) -> None:
    panel = CostsPanel(document, Selection(document), appearance, Settings(), baseline)
    qtbot.addWidget(panel)
    panel.resize(280, 600)
    panel.show()
    assert panel.parameters.difference.isHidden()
    pin_naive(qtbot, baseline)
    assert panel.parameters.difference.text() == "−223.6\u00a0K\u00a0· 2.37×"
    assert "303,464,448 → 128,049,152 MACs" in panel.cost.toolTip()
    assert "“naive”" in panel.against.text()
    assert panel.model.names()[Column.MEMORY] == "Δ MACs"
    line = panel.model.line_of("5x5")
    assert line is not None
    assert panel.model.index(line, Column.MEMORY).data() == "−110.4\u00a0M 12.0×"
    line = panel.model.line_of("5x5_reduce")
    assert line is not None
    assert panel.model.index(line, Column.MEMORY).data() == "new +2.4\u00a0M"
    assert panel.pin.isChecked()
    panel.pin.click()
    assert baseline.pinned is None
    assert panel.parameters.difference.isHidden()
    assert panel.model.names()[Column.MEMORY] == "Memory"
    panel.pin.click()
    assert baseline.pinned is not None
    assert baseline.pinned.project is document.project


@pytest.fixture
def appearance(qapp: object) -> Appearance:
    return Appearance(qapp)  # type: ignore[arg-type]  # pytest-qt's application


@pytest.mark.parametrize(
    ("before", "after", "short", "factor", "line"),
    [
        (120_422_400, 10_035_200, "−110.4\u00a0M", "12.0×", "−110.4\u00a0M\u00a0· 12.0×"),
        (10, 15, "+5", "1.50×", "+5\u00a0· 1.50×"),
        (7, 7, "=", "", "as before"),
        (0, 7, "+7", "", "+7"),
        (7, 0, "−7", "", "−7"),
        (1, 4_000, "+4.0\u00a0K", "4,000×", "+4.0\u00a0K\u00a0· 4,000×"),
    ],
)
def test_differences_are_short(before: int, after: int, short: str, factor: str, line: str) -> None:
    amount = Amount(before, after)
    assert short_difference(amount, NUMBERS) == short
    assert times(amount, NUMBERS) == factor
    assert difference_line(amount, NUMBERS) == line


def test_words_say_whether_there_are_fewer_or_more() -> None:
    assert exact_difference(Amount(12, 1), NUMBERS, "MACs") == "12 → 1 MACs (−11; 12.0× fewer)"
    assert exact_difference(Amount(1, 12), NUMBERS, "MACs") == "1 → 12 MACs (+11; 12.0× more)"
    assert exact_difference(Amount(3, 3), NUMBERS, "MACs") == "3 → 3 MACs (as before)"


def test_every_change_has_its_words() -> None:
    found = compare(analyze(NAIVE.network), analyze(REDUCED.network))
    told = {
        pair.after.node_id: pair_change(pair, Convention(), NUMBERS) for pair in found.pairs if pair.after
    }
    assert told["1x1"] == ""
    assert told["concat"] == "changed"
    assert told["pool_proj"].startswith("new +")
    gone = compare(analyze(REDUCED.network), analyze(NAIVE.network)).by_former_node["pool_proj"]
    assert pair_change(gone, Convention(), NUMBERS).startswith("gone −")
    assert "In the baseline alone" in pair_sentence(gone, Convention(), NUMBERS)
    assert cost_amount(gone, Convention("flops")).before == 2 * cost_amount(gone, Convention()).before
    assert summary(found) == "3 changed, 3 inserted"
    assert summary(compare(found.after, found.after)) == "no layer differs"
