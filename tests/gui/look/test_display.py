"""Why no window can be opened is said in one line, before Qt aborts."""

import os
import subprocess
import sys

import pytest

from gui.look.display import XCB_LIBRARIES, obstacle


def test_no_display_is_said_with_the_way_out() -> None:
    reason = obstacle({})
    assert reason is not None
    assert "DISPLAY" in reason
    assert "\n" not in reason


def test_other_platforms_and_wayland_stand_in_no_way() -> None:
    assert obstacle({"QT_QPA_PLATFORM": "offscreen"}) is None
    assert obstacle({"WAYLAND_DISPLAY": "wayland-0"}) is None


def test_a_display_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gui.look.display._loads", lambda library: True)
    for chosen in ({}, {"QT_QPA_PLATFORM": ""}, {"QT_QPA_PLATFORM": "xcb"}):
        reason = obstacle({"DISPLAY": ":4242", **chosen})
        assert reason is not None
        assert ":4242" in reason


def test_missing_libraries_are_named_as_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = "libxcb-keysyms.so.1"
    monkeypatch.setattr("gui.look.display._loads", lambda library: library != gone)
    reason = obstacle({"DISPLAY": ":4242"})
    assert reason is not None
    assert XCB_LIBRARIES[gone] in reason


def test_the_program_ends_with_the_reason_and_status_2() -> None:
    bare = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "QT_QPA_PLATFORM")}
    bare.pop("WAYLAND_DISPLAY", None)
    done = subprocess.run(
        [sys.executable, "-c", "import gui.app; raise SystemExit(gui.app.run())"],
        env=bare,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("onebyone: there is no display")
