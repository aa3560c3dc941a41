"""With a baseline each card says how it differs."""

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import presets
from engine.analysis.analyze import analyze
from engine.analysis.comparison import compare
from gui.canvas.view import CanvasView
from gui.look.appearance import Appearance
from gui.look.theme import DARK
from gui.session.compute import ComputeService
from gui.session.document import Document
from gui.session.selection import Selection
from gui.words.convention import Convention


@pytest.fixture
def view(qtbot: QtBot, qapp: QApplication) -> CanvasView:
    document = Document(presets.load("inception_3a").project)
    made = CanvasView(document, Selection(document), ComputeService(1 << 30), Appearance(qapp))
    qtbot.addWidget(made)
    return made


def naive() -> object:
    return analyze(presets.load("inception_3a_naive").project.network)


def told(view: CanvasView) -> dict[str, str]:
    return {card: mark.text for card, mark in view.differences.marks.items()}


def test_cards_tell_what_changed_and_by_how_much(view: CanvasView) -> None:
    assert told(view) == {}
    view.differences.show_comparison(compare(naive(), view.document.analysis))  # type: ignore[arg-type]  # an Analysis
    assert told(view) == {
        "3x3_reduce": "new +14.5\u00a0M",
        "3x3": "−86.7\u00a0M 2.00×",
        "5x5_reduce": "new +2.4\u00a0M",
        "5x5": "−110.4\u00a0M 12.0×",
        "pool_proj": "new +4.8\u00a0M",
        "concat": "changed",
    }
    view.set_convention(Convention("flops"))
    assert told(view)["5x5"] == "−220.8\u00a0M 12.0×"
    view.on_palette_changed(DARK)
    assert told(view)["5x5"] == "−220.8\u00a0M 12.0×"
    assert not view.grab().isNull()
    view.differences.show_comparison(None)
    assert told(view) == {}


def test_marks_go_with_their_cards(view: CanvasView) -> None:
    view.differences.show_comparison(compare(naive(), view.document.analysis))  # type: ignore[arg-type]  # an Analysis
    view.document.edit("Delete", lambda project: project.remove("5x5"))
    assert "5x5" not in told(view)
    view.document.replace(presets.load("lenet5").project)
    assert told(view) == {}


def test_a_collapsed_group_tells_of_all_its_layers(qtbot: QtBot, qapp: QApplication) -> None:
    project = presets.load("googlenet").project
    document = Document(project)
    view = CanvasView(document, Selection(document), ComputeService(1 << 30), Appearance(qapp))
    qtbot.addWidget(view)
    before = document.analysis
    group = next(group for group in project.groups.values() if group.collapsed)
    inner = [
        node for node in project.groups.nodes(group.id) if project.network[node].layer.role == "convolution"
    ]
    document.edit("Delete", lambda now: now.remove(inner[0]))
    view.differences.show_comparison(compare(before, document.analysis))
    assert told(view)[group.id].startswith(("−", "+"))
