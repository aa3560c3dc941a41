"""What cannot be done is said at the mouse; nothing changes, and there is nothing to undo."""

import json

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QGuiApplication

from gui.look.theme import CARD_HEIGHT
from gui.session.layer_mime import BLOCK_MIME, MIME


def nothing_changed(bench, before) -> bool:
    return bench.document.project is before and bench.document.undo_stack.count() == 0


def near(bench, place) -> bool:
    """Whether the words stand at this point of the view."""
    words = bench.view._toast.geometry().adjusted(-24, -24, 24, 24)
    return words.contains(place)


def test_a_cycle_is_refused_at_the_mouse(bench):
    before = bench.document.project
    bench.drag(bench.output("b"), bench.card("a"))
    assert bench.view.said == "Conv 3×3 · 3 → Conv 3×3 · 8 would close a cycle"
    assert near(bench, bench.card("a"))
    assert nothing_changed(bench, before)


def test_a_second_wire_between_two_nodes_is_refused_at_the_mouse(bench):
    before = bench.document.project
    bench.drag(bench.output("a"), bench.card("b"))
    assert bench.view.said == "Conv 3×3 · 8 is already an input of Conv 3×3 · 3"
    assert nothing_changed(bench, before)


def test_a_wire_taken_elsewhere_does_not_drive_another_out(bench):
    before = bench.document.project
    bench.drag(bench.wire("b", "add", 0.97), bench.card("a"))
    assert bench.document.project is before
    assert bench.view.said


def test_a_wire_into_an_input_of_the_network_is_refused_at_the_mouse(bench):
    before = bench.document.project
    bench.drag(bench.output("b"), bench.card("input"))
    assert bench.view.said
    assert nothing_changed(bench, before)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a poem", "The clipboard holds no layers"),
        ("", "The clipboard holds no layers"),
        ('{"format": "onebyone", "version": 1, "nodes": [', "truncated"),
        ('{"format": "other"}', "no OneByOne project"),
        (json.dumps({"format": "onebyone", "version": 999, "nodes": []}), "newer version"),
        (
            json.dumps(
                {"format": "onebyone", "version": 1, "nodes": [{"id": "a", "layer": {"kind": "Warp"}}]}
            ),
            "unknown layer kind 'Warp'",
        ),
    ],
)
def test_what_is_no_fragment_is_refused_at_the_mouse(bench, text, said):
    before = bench.document.project
    QGuiApplication.clipboard().setText(text)
    for place in (bench.at(390, 310), bench.at(400, 300)):  # a mouse that stands still sends nothing
        bench.move(place)
    bench.view.paste()
    assert said in bench.view.said
    assert near(bench, bench.at(400, 300))
    assert nothing_changed(bench, before)


@pytest.mark.parametrize("content", ["text", MIME, BLOCK_MIME])
def test_an_unknown_drag_is_refused_at_the_mouse(bench, content):
    before = bench.document.project
    data = QMimeData()
    if content == "text":
        data.setText("a poem")
    else:
        data.setData(content, b"\xff no layer")
    assert not bench.drag_in(data, bench.at(300, 320))
    assert "cannot be dropped here" in bench.view.said
    assert near(bench, bench.at(300, 320))
    bench.drop(data, bench.at(300, 320))
    assert nothing_changed(bench, before)


def test_a_dragged_file_is_left_to_the_window_without_a_word(bench):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/tmp/cat.png")])
    assert not bench.drag_in(data, bench.at(300, 320))
    assert not bench.view.said


def test_the_words_go_with_the_next_press_and_by_themselves(bench):
    bench.drag(bench.output("b"), bench.card("a"))
    assert bench.view.said
    bench.click(bench.at(500, 10 + CARD_HEIGHT * 5))
    assert not bench.view.said
    bench.drag(bench.output("b"), bench.card("a"))
    assert bench.view._toast._timer.isActive()
    bench.view._toast._timer.timeout.emit()
    assert not bench.view.said


def test_the_words_stay_inside_the_view(bench):
    for corner in (bench.view.rect().topLeft(), bench.view.rect().bottomRight()):
        bench.view.mouse.pixel = corner
        bench.view.say("a long reason " * 12)
        assert bench.view.rect().contains(bench.view._toast.geometry())


def test_a_refusal_that_the_canvas_did_not_ask_for_is_not_said_there(bench):
    bench.document.edit("Wire", lambda project: project.connect("b", "a"))
    assert bench.refused
    assert not bench.view.said
