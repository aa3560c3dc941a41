"""Another window is the program started once more."""

import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.window.new_window import open_window

ROOT = Path(__file__).resolve().parents[3]


def test_the_program_is_started_with_the_arguments_wherever_it_lies(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "told"
    program = tmp_path / "program"
    program.write_text(
        f'#!/bin/sh\necho "$@" > {told}.part\necho "$PYTHONPATH" >> {told}.part\nmv {told}.part {told}\n'
    )
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    monkeypatch.setenv("PYTHONPATH", "/else")
    assert open_window("--new")
    qtbot.waitUntil(told.exists, timeout=10_000)
    assert told.read_text().split() == ["-P", "-m", "gui", "--new", f"{ROOT}:/else"]


def test_a_program_that_cannot_be_started_is_told(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "missing"))
    assert not open_window("--new")
