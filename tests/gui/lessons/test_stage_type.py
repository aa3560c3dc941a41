"""Everything that is written on a presented lesson can be read from the last row, in every step of all."""

import pytest
from pytestqt.qtbot import QtBot

from gui.lessons.presenter.presenter import SMALLEST, Presenter
from gui.window.main_window import MainWindow
from presets.lesson import Lesson
from presets.lessons import lesson, lessons
from tests.gui.lessons.painted import written

SIZES = ((1920, 1080), (1366, 768))
QUICK = ("bottleneck-3a",)


def too_small(presenter: Presenter) -> list[str]:
    least = SMALLEST * presenter.height()
    found = written(presenter)
    assert len(found) > 4, "nothing was measured"
    return [f"{text!r}: {px:.1f} px of {least:.1f}" for text, px in found if px < least - 0.01]


def walk(window: MainWindow, qtbot: QtBot, one: Lesson) -> None:
    """Each step as it begins and as it is solved, in both themes and sizes."""
    window.teaching.begin(one)
    window.actions_by_name["present"].trigger()
    presenter = window.teaching.presenter
    assert presenter is not None
    qtbot.waitExposed(presenter)
    presenter.showNormal()
    tutor = window.teaching.tutor
    wrong = []
    for number, step in enumerate(one.pages):
        tutor.go_to(number)
        for size in SIZES:
            presenter.resize(*size)
            qtbot.waitUntil(lambda size=size: presenter.size().toTuple() == size)
            for _ in ("light", "dark"):
                presenter.switch_theme()
                qtbot.wait(1)
                wrong += [f"{one.id} {number + 1} {size}: {line}" for line in too_small(presenter)]
        shown = presenter.px
        for _ in range(2 * len(step.questions) - 1):
            presenter.forward()
        if step.task is not None and not tutor.is_done:
            with qtbot.waitSignal(tutor.task_done, timeout=120_000):
                presenter.forward()
        qtbot.wait(50)
        wrong += [f"{one.id} {number + 1} solved: {line}" for line in too_small(presenter)]
        assert presenter.px == shown
    presenter.close()
    assert not wrong, "\n".join(dict.fromkeys(wrong))


@pytest.mark.parametrize("name", QUICK)
def test_type_is_large_enough_in_every_step(name: str, window: MainWindow, qtbot: QtBot) -> None:
    walk(window, qtbot, lesson(name))


@pytest.mark.slow
@pytest.mark.parametrize("one", [pytest.param(one, id=one.id) for one in lessons() if one.id not in QUICK])
def test_type_is_large_enough_in_every_step_of_the_others(
    one: Lesson, window: MainWindow, qtbot: QtBot
) -> None:
    walk(window, qtbot, one)
