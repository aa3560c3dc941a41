"""Copies on the canvas: with what they read, and N times in a row by one dialog and one step."""

from PySide6.QtCore import Qt


def test_a_chain_is_repeated_by_one_dialog_in_one_step(bench):
    bench.selection.select({"a", "b"})
    bench.view.asking.repeat()
    box = bench.view.asking.repeat_box
    assert box.isVisible()
    box.times.setValue(3)
    bench.qtbot.keyClick(box.times, Qt.Key.Key_Return)
    assert not box.isVisible()
    assert len(bench.network) == 2 + 2 * 3
    assert bench.document.undo_stack.count() == 1
    assert bench.document.undo_stack.undoText() == "Repeat 2 layers 3 times"
    assert len(bench.selection.ids) == 4
    assert bench.view.visible_rect.contains(bench.view.tools.selected_rect)
    bench.document.undo_stack.undo()
    assert len(bench.network) == 4


def test_escape_repeats_nothing_and_nothing_selected_is_said(bench):
    bench.view.asking.repeat()
    assert "Select the layers" in bench.view.said
    bench.selection.select({"a"})
    bench.view.asking.repeat()
    bench.qtbot.keyClick(bench.view.asking.repeat_box.times, Qt.Key.Key_Escape)
    assert bench.document.undo_stack.count() == 0


def test_a_copy_reads_what_its_original_reads(bench):
    bench.selection.select({"add"})
    bench.view.duplicate_selected(wired=True)
    (made,) = bench.selection.ids
    assert bench.network[made].inputs == ("input", "b")
