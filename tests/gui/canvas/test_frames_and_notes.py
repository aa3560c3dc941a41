"""Frames and text notes on the canvas: made, written, moved with what lies on them, and undone."""

from PySide6.QtCore import QPoint, QPointF, Qt

from engine.model.annotations import FRAME_COLOURS as NAMES
from gui.look.theme import FRAME_COLOURS


def framed(bench):
    """A frame around a and b; its item."""
    bench.selection.select({"a", "b"})
    bench.view.drawn.add_frame()
    bench.qtbot.keyClick(bench.view.drawn.editor, Qt.Key.Key_Return)
    bench.view.set_zoom(0.75)
    return bench.view.canvas_scene.annotations.items["frame_1"]


def point(bench, at):
    return bench.view.mapFromScene(at)


def test_every_colour_of_a_frame_is_known_to_the_theme():
    assert tuple(FRAME_COLOURS) == NAMES


def test_a_frame_goes_around_the_selection_and_its_title_is_asked_for(bench):
    bench.selection.select({"a", "b"})
    bench.view.drawn.add_frame()
    editor = bench.view.drawn.editor
    assert editor.isVisible()
    editor.setPlainText("Branch")
    bench.qtbot.keyClick(editor, Qt.Key.Key_Return)
    frame = bench.document.project.frames["frame_1"]
    assert frame.title == "Branch"
    for one in ("a", "b"):
        assert frame.holds(*bench.document.project.position(one), 176, 72)


def test_a_moved_frame_takes_along_what_lies_on_it(bench):
    item = framed(bench)
    grip = point(bench, item.rect.topLeft() + QPointF(80, 10))
    before = {node: bench.document.project.position(node) for node in bench.network.nodes}
    steps = bench.document.undo_stack.count()
    bench.drag(grip, grip + QPoint(0, 90))
    after = {node: bench.document.project.position(node) for node in bench.network.nodes}
    assert after["a"] == (before["a"][0], before["a"][1] + 120)
    assert after["b"] == (before["b"][0], before["b"][1] + 120)
    assert after["add"] == before["add"]
    assert bench.document.undo_stack.count() == steps + 1
    bench.document.undo_stack.undo()
    assert {node: bench.document.project.position(node) for node in bench.network.nodes} == before
    assert bench.view.canvas_scene.nodes["a"].x() == before["a"][0]


def test_escape_puts_a_frame_and_its_cards_back(bench):
    item = framed(bench)
    grip = point(bench, item.rect.topLeft() + QPointF(80, 10))
    rect, place = item.rect, bench.view.canvas_scene.nodes["a"].pos()
    bench.press(grip)
    bench.move(grip + QPoint(0, 60))
    assert bench.view.canvas_scene.nodes["a"].pos() != place
    bench.key(Qt.Key.Key_Escape)
    assert (item.rect, bench.view.canvas_scene.nodes["a"].pos()) == (rect, place)


def test_the_corner_of_a_frame_resizes_it(bench):
    item = framed(bench)
    corner = point(bench, item.rect.bottomRight() - QPointF(5, 5))
    width = bench.document.project.frames["frame_1"].width
    bench.drag(corner, corner + QPoint(60, 0))
    frame = bench.document.project.frames["frame_1"]
    assert frame.width == width + 80
    bench.drag(point(bench, item.rect.bottomRight() - QPointF(5, 5)), point(bench, item.rect.topLeft()))
    assert bench.document.project.frames["frame_1"].width == 48


def test_the_inside_of_a_frame_is_still_the_canvas(bench):
    item = framed(bench)
    rect = item.rect
    bench.selection.select(())
    bench.drag(
        point(bench, rect.bottomLeft() + QPointF(4, -4)), point(bench, rect.center() + QPointF(0, -10))
    )
    assert bench.selection.ids == {"a"}


def test_a_selected_frame_is_deleted_and_its_cards_stay(bench):
    item = framed(bench)
    bench.click(point(bench, item.rect.topLeft() + QPointF(80, 10)))
    assert item.selected
    bench.view.delete_selected()
    assert not bench.document.project.frames
    assert len(bench.network) == 4
    assert not bench.view.canvas_scene.annotations.items


def test_fitting_all_shows_frames_notes_and_outlines_too(bench):
    bench.view.drawn.commands.add_note(QPointF(0, 2000), "far away")
    bench.document.edit("group", lambda project: project.group(["a"]))
    bench.view.fit_all()
    scene = bench.view.canvas_scene
    for rect in (scene.annotations.items["note_1"].rect, scene.outlines.items["group_1"].rect):
        assert bench.view.visible_rect.contains(rect)


def test_a_frame_has_a_colour(bench):
    framed(bench)
    bench.view.drawn.commands.colour_frame("frame_1", "green")
    assert bench.document.project.frames["frame_1"].colour == "green"


def test_a_note_is_written_where_it_stands(bench):
    bench.view.drawn.add_note(QPointF(100, 301))
    editor = bench.view.drawn.editor
    editor.setPlainText("why\n1×1?")
    bench.qtbot.keyClick(editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    note = bench.document.project.text_notes["note_1"]
    assert (note.text, note.x, note.y) == ("why\n1×1?", 96, 304)
    item = bench.view.canvas_scene.annotations.items["note_1"]
    middle = point(bench, item.rect.center())
    bench.qtbot.mouseDClick(bench.view.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert editor.isVisible()
    editor.setPlainText("because")
    bench.view.setFocus()
    assert bench.document.project.text_notes["note_1"].text == "because"


def test_a_note_without_words_is_none(bench):
    bench.view.drawn.add_note(QPointF(100, 300))
    bench.view.setFocus()
    assert not bench.document.project.text_notes
    assert bench.document.undo_stack.count() == 0
    bench.view.drawn.commands.add_note(QPointF(100, 300), "x")
    bench.view.drawn.commands.write_note("note_1", "  ")
    assert not bench.document.project.text_notes


def test_escape_leaves_a_note_as_it_was(bench):
    bench.view.drawn.commands.add_note(QPointF(100, 300), "x")
    bench.view.drawn.write("note_1")
    bench.view.drawn.editor.setPlainText("y")
    bench.qtbot.keyClick(bench.view.drawn.editor, Qt.Key.Key_Escape)
    assert bench.document.project.text_notes["note_1"].text == "x"
    assert not bench.view.drawn.editor.isVisible()


def test_a_note_is_moved_on_the_grid(bench):
    bench.view.drawn.commands.add_note(QPointF(100, 300), "x")
    item = bench.view.canvas_scene.annotations.items["note_1"]
    middle = point(bench, item.rect.center())
    bench.drag(middle, middle + QPoint(50, 0))
    assert bench.document.project.text_notes["note_1"].x == 144
