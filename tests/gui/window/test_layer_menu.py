"""The Layer menu, used in the window."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import presets
from gui.canvas.editors.finder import Finder
from gui.canvas.editors.quick_add import QuickAdd
from gui.canvas.geometry.arranging import ALIGNMENTS, AXES
from gui.look.appearance import Appearance
from gui.session.settings import Settings
from gui.window.main_window import MainWindow


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication) -> Iterator[MainWindow]:
    made = MainWindow(presets.load("inception_3a").project, Appearance(qapp), Settings())
    with qtbot.waitSignal(made.compute.run_finished, timeout=60_000):
        made.show()
    yield made
    made.document.undo_stack.setClean()
    made.close()
    made.deleteLater()


def test_every_entry_has_a_key_and_a_tooltip(window: MainWindow) -> None:
    names = ["add_layer", "reduce", "bypass", "find", "minimap"]
    names += [f"align_{alignment}" for alignment in ALIGNMENTS] + [f"distribute_{axis}" for axis in AXES]
    for name in names:
        action = window.actions_by_name[name]
        assert not action.shortcut().isEmpty(), name
        assert action.toolTip(), name


def test_the_entries_do_what_they_say(qtbot: QtBot, window: MainWindow) -> None:
    document, actions = window.document, window.actions_by_name
    window.selection.select({"3x3"})
    actions["bypass"].trigger()
    assert document.project.network["3x3"].bypassed is not None
    actions["bypass"].trigger()
    actions["reduce"].trigger()
    box = window.canvas.asking.reduction_box
    assert box.isVisible()
    box.accept()
    assert document.project.network["3x3"].inputs == ("conv2d_1",)
    window.selection.select({"3x3", "5x5"})
    actions["align_left"].trigger()
    first, second = (document.project.position(one) for one in ("3x3", "5x5"))
    assert first[0] == second[0]
    for name, kind in (("find", Finder), ("add_layer", QuickAdd)):
        actions[name].trigger()
        opened = window.canvas.findChild(kind)
        assert opened.isVisible()
        qtbot.keyClick(opened, Qt.Key.Key_Escape)
        assert not opened.isVisible()


def test_the_minimap_stays_switched_off(window: MainWindow) -> None:
    action = window.actions_by_name["minimap"]
    assert action.isChecked()
    assert window.canvas.minimap.is_wanted
    action.trigger()
    assert not window.canvas.minimap.is_wanted
    assert not Settings().minimap
    action.trigger()
    assert Settings().minimap


def test_a_refusal_on_the_canvas_leaves_the_bar_above_it_alone(window: MainWindow) -> None:
    QApplication.clipboard().setText("a poem")
    window.canvas.paste()
    assert window.canvas.said
    assert not window.notice.text


def test_the_inspector_opens_the_reduction(window: MainWindow) -> None:
    window.selection.select({"5x5"})
    window.inspector.reduce_button.click()
    box = window.canvas.asking.reduction_box
    assert "Conv 5×5" in box.heading.text()
    box.reject()
    assert window.document.undo_stack.count() == 0
