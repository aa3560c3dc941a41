"""Numbers that are clicked, or taken with the keyboard, tell how they were computed."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from gui.look.appearance import Appearance
from gui.panels.costs import CostsPanel
from gui.panels.inspector import InspectorPanel
from gui.session.document import Document
from gui.session.selection import Selection
from gui.session.settings import Settings
from gui.widgets.costs.costs_model import Column
from gui.widgets.costs.explanation_popover import ExplanationPopover, shown_formula
from gui.words.convention import Convention

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def costs(qtbot: QtBot, document: Document, selection: Selection, appearance: Appearance) -> CostsPanel:
    panel = CostsPanel(document, selection, appearance, Settings())
    qtbot.addWidget(panel)
    panel.resize(280, 460)
    panel.show()
    return panel


@pytest.fixture
def inspector(
    qtbot: QtBot, document: Document, selection: Selection, appearance: Appearance
) -> InspectorPanel:
    panel = InspectorPanel(document, selection, appearance)
    qtbot.addWidget(panel)
    panel.resize(280, 700)
    panel.show()
    selection.select(["b"])
    return panel


def click_number(qtbot: QtBot, panel: CostsPanel, line: int, column: Column) -> None:
    place = panel.table.number_rect(line, column).center()
    qtbot.mouseMove(panel.table.viewport(), place)
    qtbot.mouseClick(panel.table.viewport(), LEFT, pos=place)


def click_fact(qtbot: QtBot, panel: InspectorPanel, name: str) -> None:
    qtbot.mouseClick(panel.summary.list.value_label(name), LEFT)


def copied(qtbot: QtBot, popover: ExplanationPopover) -> str:
    qtbot.mouseClick(popover.copy_text, LEFT)
    return QGuiApplication.clipboard().text()


def test_a_clicked_number_of_the_table_is_explained(
    qtbot: QtBot, costs: CostsPanel, selection: Selection
) -> None:
    click_number(qtbot, costs, 1, Column.PARAMETERS)
    assert costs.popover.isVisible()
    assert costs.popover.title.text() == "Parameters of Conv 3×3 · 16"
    assert "448\u00a0parameters" in costs.popover.texts
    assert copied(qtbot, costs.popover) == "3·3·3·16 + 16 = 448"
    assert selection.ids == {"a"}


@pytest.mark.parametrize("width", [280, 600])
@pytest.mark.parametrize("column", [one for one in Column if one != Column.LAYER])
def test_every_number_can_be_clicked_in_both_layouts(
    qtbot: QtBot, costs: CostsPanel, width: int, column: Column
) -> None:
    costs.resize(width, 460)
    costs.grab()
    click_number(qtbot, costs, 2, column)
    assert costs.popover.isVisible()


def test_beside_the_numbers_a_click_only_selects(
    qtbot: QtBot, costs: CostsPanel, selection: Selection
) -> None:
    row = costs.table.visualRect(costs.model.index(2, 0))
    qtbot.mouseClick(costs.table.viewport(), LEFT, pos=row.topLeft() + QPoint(20, 8))
    assert selection.ids == {"b"}
    assert not costs.popover.isVisible()


def test_numbers_that_can_be_clicked_show_a_hand(qtbot: QtBot, costs: CostsPanel) -> None:
    viewport = costs.table.viewport()
    qtbot.mouseMove(viewport, costs.table.number_rect(1, Column.COST).center())
    qtbot.waitUntil(lambda: viewport.cursor().shape() == Qt.CursorShape.PointingHandCursor)
    assert costs.table.is_marked(1, Column.COST)
    qtbot.mouseMove(viewport, costs.table.visualRect(costs.model.index(1, 0)).topLeft() + QPoint(20, 8))
    qtbot.waitUntil(lambda: viewport.cursor().shape() == Qt.CursorShape.ArrowCursor)


def test_the_table_is_explained_by_keys(qtbot: QtBot, costs: CostsPanel, selection: Selection) -> None:
    selection.select(["a"])
    costs.table.setFocus()
    for _ in range(3):
        qtbot.keyClick(costs.table, Qt.Key.Key_Right)
    assert costs.table.is_marked(1, Column.MEMORY)
    qtbot.keyClick(costs.table, Qt.Key.Key_Return)
    assert costs.popover.title.text() == "Memory of the maps of Conv 3×3 · 16"
    qtbot.keyClick(costs.popover, Qt.Key.Key_Escape)
    assert not costs.popover.isVisible()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Space])
def test_a_figure_explains_the_total(qtbot: QtBot, costs: CostsPanel, key: Qt.Key) -> None:
    costs.cost.setFocus()
    qtbot.keyClick(costs.cost, key)
    assert copied(qtbot, costs.popover) == "27,648 + 9,216 = 36,864"
    costs.popover.close()
    qtbot.mouseClick(costs.field, LEFT)
    assert costs.popover.title.text() == "Receptive field of Conv 3×3 · 4"


def test_a_click_elsewhere_closes(qtbot: QtBot, costs: CostsPanel) -> None:
    qtbot.mouseClick(costs.cost, LEFT)
    qtbot.mouseClick(costs.popover, LEFT, pos=QPoint(-200, -200))
    assert not costs.popover.isVisible()


def test_the_chosen_convention_is_explained_first(qtbot: QtBot, costs: CostsPanel) -> None:
    costs.counted.menu().actions()[2].trigger()
    qtbot.mouseClick(costs.cost, LEFT)
    assert costs.popover.topic.name == "Operations"
    assert any("multiply–add" in text and "add " in text for text in costs.popover.texts)


def test_facts_of_the_inspector_are_explained(qtbot: QtBot, inspector: InspectorPanel) -> None:
    click_fact(qtbot, inspector, "MACs")
    assert inspector.popover.title.text() == "Cost of Conv 3×3 · 4"
    assert copied(qtbot, inspector.popover).endswith("= 9,216")
    inspector.popover.close()
    click_fact(qtbot, inspector, "Out")
    assert copied(qtbot, inspector.popover) == "4"
    qtbot.keyClick(inspector.popover, Qt.Key.Key_Right)
    assert inspector.popover.topic.name == "Size"
    assert "/2" in copied(qtbot, inspector.popover)


def test_the_receptive_field_offers_jump_and_start(qtbot: QtBot, inspector: InspectorPanel) -> None:
    facts = inspector.summary.list.facts
    assert (facts["Jump"], facts["Start"]) == ("2\u00a0px", "−1\u00a0px")
    click_fact(qtbot, inspector, "Receptive field")
    popover = inspector.popover
    assert [button.text() for button in popover.topics.buttons()] == ["Size", "Jump", "Start"]
    assert any("Araujo" in text for text in popover.texts)
    popover.topics.button(2).click()
    assert copied(qtbot, popover).endswith("= −1")
    popover.close()
    click_fact(qtbot, inspector, "Jump")
    assert popover.topic.name == "Jump"


def test_latex_is_copied_without_signs_that_latex_lacks(qtbot: QtBot, inspector: InspectorPanel) -> None:
    click_fact(qtbot, inspector, "MACs")
    qtbot.mouseClick(inspector.popover.copy_latex, LEFT)
    assert r"\cdot" in QGuiApplication.clipboard().text()
    assert "·" not in QGuiApplication.clipboard().text()
    assert inspector.popover.copy_latex.text() == "Copied"


def test_facts_are_reached_and_taken_by_keys(qtbot: QtBot, inspector: InspectorPanel) -> None:
    label = inspector.summary.list.value_label("Parameters")
    inspector.activateWindow()
    label.setFocus(Qt.FocusReason.TabFocusReason)
    assert label.font().underline()
    qtbot.keyClick(label, Qt.Key.Key_Space)
    assert inspector.popover.isVisible()


def test_sums_over_a_selection_cannot_be_clicked(
    qtbot: QtBot, inspector: InspectorPanel, selection: Selection
) -> None:
    selection.select(["a", "b"])
    assert not inspector.summary.list.value_label("Parameters").is_active
    click_fact(qtbot, inspector, "Parameters")
    assert not inspector.popover.isVisible()


def test_an_edit_closes_what_is_no_longer_true(qtbot: QtBot, costs: CostsPanel, document: Document) -> None:
    click_number(qtbot, costs, 1, Column.COST)
    document.edit("x", lambda p: p.remove("b"))
    assert not costs.popover.isVisible()


def test_the_inspector_counts_as_the_panel_does(inspector: InspectorPanel) -> None:
    inspector.set_convention(Convention("flops", channels_last=True))
    facts = inspector.summary.list.facts
    assert facts["FLOPs"] == "18.4\u00a0K"
    assert facts["Out"] == "4×4×4"
    inspector.set_convention(Convention("operations"))
    assert "multiply–add" in inspector.summary.list.value_label("Operations").toolTip()


@pytest.mark.parametrize("name", ["light", "dark"])
def test_long_formulas_wrap_and_stay_on_the_screen(
    qtbot: QtBot, costs: CostsPanel, appearance: Appearance, name: str
) -> None:
    import presets
    from engine.analysis.analyze import analyze
    from gui.words.explanation import explain_total
    from gui.words.number_format import Numbers

    appearance.use(name)
    network = presets.load("resnet101").project.network
    found = explain_total(network, analyze(network), "macs", Numbers())
    assert found is not None
    screen = QApplication.primaryScreen().availableGeometry()
    costs.popover.show_explanation(found, QRect(screen.bottomRight() - QPoint(20, 20), screen.bottomRight()))
    # The offscreen platform shifts popups by a frame of two pixels that they do not have.
    assert screen.adjusted(0, 0, 2, 2).contains(costs.popover.geometry())
    costs.popover.grab()
    for label in costs.popover.findChildren(QLabel):
        assert label.width() <= costs.popover.width()
        assert label.height() >= label.heightForWidth(label.width()) > 0


def test_a_product_may_be_broken_after_a_factor() -> None:
    assert shown_formula("3·1,024 = 3,072") == "3·\u200b1,024 = 3,072"
    assert shown_formula("max(3, 5)") == "max(3, 5)"
