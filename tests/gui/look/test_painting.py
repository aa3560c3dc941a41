"""No painter outlives an exception: one that is still at work when its widget is painted again is a crash."""

import ast
from contextlib import suppress
from pathlib import Path

import pytest
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

GUI = Path(__file__).resolve().parents[3] / "gui"


def bare_painters(source: str) -> list[int]:
    """The lines in which a painter is made that no `with` ends."""
    tree = ast.parse(source)
    entered = {
        id(item.context_expr) for node in ast.walk(tree) if isinstance(node, ast.With) for item in node.items
    }
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).rpartition(".")[2] in ("QPainter", "QStylePainter")
        and id(node) not in entered
    ]


@pytest.mark.parametrize("path", sorted(GUI.rglob("*.py")), ids=lambda path: path.relative_to(GUI).as_posix())
def test_every_painter_is_ended_by_its_context(path: Path) -> None:
    assert bare_painters(path.read_text(encoding="utf-8")) == []


def test_bare_painters_are_found() -> None:
    assert bare_painters("painter = QPainter(self)\nwith QPainter(self) as p:\n    QtGui.QPainter(x)") == [
        1,
        3,
    ]


def test_a_widget_whose_painting_fails_is_painted_again(qtbot: QtBot) -> None:
    painted: list[QPaintEvent] = []

    class Failing(QWidget):
        def paintEvent(self, event: QPaintEvent) -> None:
            with QPainter(self) as painter:
                painted.append(event)
                painter.drawText(0, 10, "half")
                raise ZeroDivisionError

    widget = Failing()
    qtbot.addWidget(widget)
    with qtbot.captureExceptions():
        for _ in range(5):
            with suppress(ZeroDivisionError):
                widget.grab()
    assert len(painted) == 5
