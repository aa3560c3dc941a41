"""Help comes from the layers and the menus themselves, so it holds for all of them."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.analysis.analyze import analyze
from engine.layers import layer_kinds
from engine.layers.input import Input
from engine.model.network import Network, Node
from engine.model.project import Project
from gui.help.layer_help import layer_help, network_help
from gui.help.shortcut_table import Shortcut
from gui.look.appearance import Appearance
from gui.session.settings import Settings
from gui.window.main_window import MainWindow
from gui.words.number_format import Numbers
from presets import load


@pytest.mark.parametrize("kind", layer_kinds())
def test_every_layer_is_helped_with_words_and_a_source(kind: str) -> None:
    layer = layer_kinds()[kind]()
    inputs = ("input",) * (0 if layer.max_inputs == 0 else 1)
    network = Network(
        [Node(id="input", layer=Input(shape=(8, 16, 16))), Node(id="it", layer=layer, inputs=inputs)]
    )
    text = layer_help(network, analyze(network), "it", Numbers())
    assert "<b>" in text
    assert "<h3>Source</h3>" in text, "a layer tells where it comes from"
    for setting in layer.settings():
        assert setting.label in text


def test_the_numbers_are_those_of_the_layer_as_it_stands() -> None:
    project = load("inception_3a").project
    text = layer_help(project.network, analyze(project.network), "1x1", Numbers())
    assert "1·1·192·64 + 64 = 12,352" in text
    assert "9,633,792" in text
    assert text.count("<h3>") == len(set(text.split("<h3>"))) - 1


def test_a_network_is_helped_with_its_notes_and_totals() -> None:
    project = load("inception_3a").project
    text = network_help(project, analyze(project.network), Numbers())
    assert project.title in text
    assert "MACs" in text


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication) -> Iterator[MainWindow]:
    project = Project().add(Input(), (0, 0))
    made = MainWindow(project, Appearance(qapp), Settings())
    yield made
    made.close()
    made.deleteLater()


def test_f1_follows_the_selection(qtbot: QtBot, window: MainWindow) -> None:
    window.actions_by_name["layer_help"].trigger()
    help_window = window.help.layer
    assert help_window is not None
    assert "Select a layer" in help_window.text.toPlainText()
    window.selection.select(["input_1"])
    assert "Source" in help_window.text.toPlainText()
    qtbot.keyClick(help_window, Qt.Key.Key_Escape)
    assert help_window.isHidden()


def test_the_sheet_lists_every_command_and_finds_by_words(qtbot: QtBot, window: MainWindow) -> None:
    window.actions_by_name["shortcuts"].trigger()
    sheet = window.help.sheet
    assert sheet is not None
    listed = {line.text for line in sheet.shown}
    for action in window.actions_by_name.values():
        assert action.text().replace("&", "").rstrip("…") in listed
    qtbot.keyClicks(sheet.search, "ctrl+d dupl")
    assert [line.text for line in sheet.shown] == ["Duplicate"]
    sheet.search.setText("drag port to port")
    assert [line.group for line in sheet.shown] == ["Canvas, mouse"]
    sheet.search.setText("nothing is called so")
    assert sheet.shown == []


def test_a_line_is_found_by_all_words_in_any_order() -> None:
    line = Shortcut("View", "Ctrl+0", "100 %", "Show cards in their own size")
    assert line.matches("")
    assert line.matches("OWN view")
    assert not line.matches("own edit")
