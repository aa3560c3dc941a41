"""What nobody expected, in any command or on the way to the window: one line, and a traceback in the log."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest

import gui.app
from engine.folders import log_file
from gui import command_line
from gui.commands import COMMANDS
from gui.commands.command import Parser


class Accident(Exception):
    """Of a kind that nobody catches."""


def fail(*_: Any, **__: Any) -> int:
    raise Accident("a part\nbroke")


@pytest.mark.parametrize("name", [*COMMANDS, "lenet5"])
def test_a_fault_is_one_line_and_its_traceback_is_in_the_log(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    break_down(monkeypatch, name)
    assert command_line.main([name]) == command_line.UNEXPECTED
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("onebyone: ")
    assert err.count("\n") == 1
    assert "Accident: a part broke" in err
    assert str(log_file()) in err
    text = log_file().read_text(encoding="utf-8")
    assert "Traceback" in text
    assert "in fail" in text


def test_a_log_that_cannot_be_written_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setattr("gui.system.log.log_file", lambda: tmp_path / "file" / "onebyone.log")
    break_down(monkeypatch, "presets")
    assert command_line.main(["presets"]) == command_line.UNEXPECTED
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "ONEBYONE_DEBUG=1" in err


def test_whoever_looks_for_the_fault_sees_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEBYONE_DEBUG", "1")
    break_down(monkeypatch, "presets")
    with pytest.raises(Accident):
        command_line.main(["presets"])


def break_down(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Let the command `name`, or the window, fail."""
    if name in COMMANDS:
        broken = dataclasses.replace(COMMANDS[name], add_arguments=_no_arguments, run=fail)
        monkeypatch.setattr(command_line, "COMMANDS", {name: broken})
    else:
        monkeypatch.setattr(gui.app, "run", fail)


def _no_arguments(_: Parser) -> None:
    """None that are required."""
