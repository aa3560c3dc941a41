"""What a lecturer has at hand: votes, ink, a loupe, the solution kept back, themes, notes, a list of keys."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from gui.lessons.presenter.keys import BINDINGS
from gui.lessons.presenter.presenter import Presenter
from gui.window.main_window import MainWindow
from presets.lessons import lesson

Key = Qt.Key


@pytest.fixture
def presenter(window: MainWindow, qtbot: QtBot) -> Presenter:
    window.teaching.begin(lesson("dimension-reduction"))
    window.actions_by_name["present"].trigger()
    made = window.teaching.presenter
    assert made is not None
    qtbot.waitExposed(made)
    return made


def press(presenter: Presenter, *keys: Key, shift: bool = False) -> None:
    held = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    for key in keys:
        QTest.keyClick(presenter.column.text, key, held)


def draw(presenter: Presenter, *places: tuple[int, int]) -> None:
    """A line with the mouse."""
    points = [QPoint(*place) for place in places]
    QTest.mousePress(presenter.ink, Qt.MouseButton.LeftButton, pos=points[0])
    for point in points[1:]:
        QTest.mouseMove(presenter.ink, point)
    QTest.mouseRelease(presenter.ink, Qt.MouseButton.LeftButton, pos=points[-1])


def test_hands_are_counted_bars_grow_and_the_answer_is_told_last(presenter: Presenter, qtbot: QtBot) -> None:
    press(presenter, Key.Key_V)
    poll = presenter.poll
    assert poll.isVisible()
    press(presenter, Key.Key_A, Key.Key_B, Key.Key_B, Key.Key_B, Key.Key_C)
    assert poll.counts == (1, 3, 1)
    press(presenter, Key.Key_B, shift=True)
    press(presenter, Key.Key_Backspace)
    assert poll.counts == (1, 2, 0)
    shares = [bar.share for _, _, bar, _ in poll._rows]
    assert shares == pytest.approx([1 / 3, 2 / 3, 0])
    qtbot.waitUntil(lambda: poll._rows[1][2]._seen == pytest.approx(2 / 3))
    assert not poll.is_told
    assert presenter._answers == {}, "counting gives nothing away"
    press(presenter, Key.Key_Space)
    assert poll.is_told
    assert "✓" in poll._rows[1][0].text()
    press(presenter, Key.Key_Space)
    assert poll.isHidden()
    assert presenter.column.choices.buttons[1].accessibleDescription() == "right"
    press(presenter, Key.Key_V)
    assert poll.counts == (1, 2, 0), "the hands of this step are remembered"
    press(presenter, Key.Key_Escape)
    assert poll.isHidden()
    assert presenter.isVisible()


def test_a_step_without_a_question_has_no_poll(presenter: Presenter, window: MainWindow) -> None:
    window.teaching.begin(lesson("after-pool"))
    window.teaching.tutor.go_to(3)
    press(presenter, Key.Key_V)
    assert presenter.poll.isHidden()


def test_ink_goes_with_its_step_unless_it_is_kept(presenter: Presenter, window: MainWindow) -> None:
    ink, tutor = presenter.ink, window.teaching.tutor
    before = presenter.grab().toImage()
    press(presenter, Key.Key_P)
    draw(presenter, (100, 100), (200, 150), (300, 120))
    press(presenter, Key.Key_C)
    draw(presenter, (100, 300), (200, 350))
    assert len(ink.strokes) == 2
    assert ink.strokes[0].colour != ink.strokes[1].colour
    assert len(ink.strokes[0].points) == 3
    assert presenter.grab().toImage() != before
    press(presenter, Key.Key_U)
    assert len(ink.strokes) == 1
    tutor.go_to(1)
    assert ink.strokes == []
    draw(presenter, (10, 10), (20, 20))
    press(presenter, Key.Key_K)
    tutor.go_to(0)
    assert ink.strokes == [], "the first step's was not kept"
    tutor.go_to(1)
    assert len(ink.strokes) == 1
    press(presenter, Key.Key_X)
    assert ink.strokes == []
    press(presenter, Key.Key_Escape)
    assert not ink.is_writing
    assert presenter.isVisible(), "the pen is put away first"


def test_the_loupe_magnifies_about_the_mouse_and_ink_stays_where_it_was_drawn(presenter: Presenter) -> None:
    at = QPoint(300, 200)
    presenter.loupe.magnify(2.0, at)
    assert presenter.loupe.isVisible()
    assert presenter.loupe.transform.map(at) == at
    presenter.ink.take_pen(True)
    draw(presenter, (300, 200), (400, 200))
    presenter.ink.take_pen(False)
    press(presenter, Key.Key_Minus, Key.Key_Minus, Key.Key_Minus, Key.Key_Minus)
    assert presenter.loupe.zoom == 1.0
    assert presenter.loupe.isHidden()
    start, end = (point.x() * presenter.width() for point in presenter.ink.strokes[0].points)
    assert (start, end) == pytest.approx((300, 350), abs=1)
    press(presenter, Key.Key_Z)
    assert presenter.loupe.zoom == 2.0
    press(presenter, Key.Key_Escape)
    assert presenter.loupe.zoom == 1.0


def test_the_solution_can_be_kept_back_and_told_again(
    presenter: Presenter, window: MainWindow, qtbot: QtBot
) -> None:
    press(presenter, Key.Key_Space)
    with qtbot.waitSignal(window.teaching.tutor.task_done, timeout=30_000):
        press(presenter, Key.Key_Space)
    column = presenter.column
    assert column.outcome.isVisible()
    assert column.task.markdown.startswith("**✓")
    press(presenter, Key.Key_H)
    assert not column.outcome.isVisible()
    assert column.task.markdown.startswith("**→")
    assert {button.accessibleDescription() for button in column.choices.buttons} == {""}
    press(presenter, Key.Key_Space)
    assert window.teaching.tutor.number == 0, "forward tells it before it goes on"
    assert column.outcome.isVisible()
    assert column.choices.buttons[1].accessibleDescription() == "right"


def test_the_theme_is_switched_for_the_lecture_alone(presenter: Presenter, window: MainWindow) -> None:
    assert window.appearance.name == "light"
    press(presenter, Key.Key_D)
    assert window.appearance.palette.name == "dark"
    title = presenter.column.findChild(QLabel)
    assert title is not None
    assert title.font().pixelSize() == round(1.5 * presenter.px)
    press(presenter, Key.Key_Escape)
    assert window.teaching.presenter is None
    assert window.appearance.name == "light"


def test_every_key_is_listed_and_obeyed(presenter: Presenter) -> None:
    press(presenter, Key.Key_Question, shift=True)
    assert presenter.key_list.isVisible()
    told = {label.text() for label in presenter.key_list.findChildren(QLabel)}
    assert {binding.words for binding in BINDINGS} <= told
    assert {binding.command for binding in BINDINGS} == set(presenter._commands)
    keys = [key for binding in BINDINGS for key in binding.keys]
    assert len(keys) == len(set(keys))
    press(presenter, Key.Key_Escape)
    assert presenter.key_list.isHidden()
    assert presenter.isVisible()


def test_notes_open_and_close_by_a_key_and_go_with_the_presenter(
    presenter: Presenter, window: MainWindow, qtbot: QtBot
) -> None:
    press(presenter, Key.Key_N)
    notes = window.teaching.notes
    assert notes is not None
    assert notes.isVisible()
    second = lesson("dimension-reduction").steps[1]
    assert second.title in notes.following.markdown
    assert "{" not in notes.following.markdown
    press(presenter, Key.Key_N)
    qtbot.waitUntil(lambda: window.teaching.notes is None)
    press(presenter, Key.Key_N)
    presenter.close()
    qtbot.waitUntil(lambda: window.teaching.notes is None)


def test_keys_belong_to_a_field_that_is_typed_in(presenter: Presenter, window: MainWindow) -> None:
    window.selection.select(["input"])
    while presenter.stage.title != "Inspector":
        press(presenter, Key.Key_Tab)
    view = presenter.stage._made["Inspector"]
    assert not view.is_typing
    field = next(one for one in presenter.stage.panel.findChildren(QLineEdit) if one.isVisible())
    at = view.mapFromScene(field.mapTo(field.window(), field.rect().center()))
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert view.is_typing
    QTest.keyClick(view, Key.Key_2)
    assert "2" in field.text()
    assert presenter._jump.text == ""
    QTest.keyClick(view, Key.Key_Escape)
    assert presenter.isVisible(), "the field is left first"
    assert not view.is_typing
