"""What the format calls optional may be absent: the window opens it, laid out, computed and saved again."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from engine.formats import read_project
from gui.window.main_window import MainWindow
from tests.engine.formats.test_project_json import EVERYTHING, REQUIRED, place_of, places, without_value

FIELDS = [
    path
    for path in places(EVERYTHING)
    if isinstance(path[-1], str)
    and "arrays" not in path
    and "padding" not in path[:-1]
    and path[-1] not in REQUIRED.get(place_of(path), ())
]
KINDS = {(place_of(path), path[-1]): path for path in reversed(FIELDS)}
"""One field of each kind of record and name: the first there is."""


def is_laid_out(window: MainWindow) -> bool:
    cards = [item.sceneBoundingRect() for item in window.canvas.canvas_scene.nodes.values()]
    centres = {(round(card.center().x()), round(card.center().y())) for card in cards}
    return len(cards) > 0 and len(centres) == len(cards)


def open_and_save(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    window.files.open_path(path)
    qtbot.waitUntil(lambda: window.document.path == path, timeout=20_000)
    assert is_laid_out(window)
    ours = window.document.project
    assert window.files.save()
    qtbot.waitUntil(lambda: window.document.undo_stack.isClean(), timeout=20_000)
    again = read_project(path)
    assert again.network.order == ours.network.order
    assert dict(again.positions) == dict(ours.positions)


def test_every_optional_field_may_be_absent_in_the_window(
    whole_window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    assert {place for place, _ in KINDS} >= {"the file", "a node", "a layer", "a group", "a frame"}
    _all_absent(KINDS, whole_window, qtbot, tmp_path)


@pytest.mark.slow
def test_each_optional_field_of_each_record_may_be_absent_in_the_window(
    whole_window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    _all_absent({(str(path), ""): path for path in FIELDS}, whole_window, qtbot, tmp_path)


def test_no_positions_and_half_of_them(whole_window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    for step in (1, 2):
        record = copy.deepcopy(EVERYTHING)
        for node in record["nodes"][::step]:
            node.pop("position", None)
        path = tmp_path / f"{step}.onebyone"
        path.write_text(json.dumps(record))
        open_and_save(whole_window, qtbot, path)
        kept = {node["id"]: node["position"] for node in record["nodes"] if "position" in node}
        positions = whole_window.document.project.positions
        assert all(positions[node_id] == tuple(place) for node_id, place in kept.items())


def _all_absent(
    fields: dict[tuple[str, str], tuple[Any, ...]], window: MainWindow, qtbot: QtBot, folder: Path
) -> None:
    for number, field in enumerate(fields.values()):
        path = folder / f"{number}.onebyone"
        path.write_text(json.dumps(without_value(EVERYTHING, field)))
        open_and_save(window, qtbot, path)
