"""What the program starts of itself is itself, wherever it is started."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.kernels.fast.code.second_compiler import COMMAND
from engine.own_process import ROOT, own_command, own_environment
from engine.version import VERSION


@pytest.fixture
def trap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that holds modules of the program's and of the library's names, to start in."""
    for name in ("gui", "engine", "presets", "assets"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise SystemExit('the wrong package')\n")
    for name in ("numbers", "numpy", "random", "types"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('the wrong module')\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", os.pathsep + str(tmp_path / "else"))
    return tmp_path


def started(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        own_command(*arguments), env=own_environment(), capture_output=True, text=True, timeout=100
    )


@pytest.mark.usefixtures("trap")
def test_another_window_is_this_program() -> None:
    done = started("-m", "gui", "--version")
    assert (done.returncode, done.stdout) == (0, f"onebyone {VERSION}\n"), done.stderr


@pytest.mark.usefixtures("trap")
def test_the_second_compiler_is_this_program() -> None:
    imported = COMMAND.partition(";")[0]
    done = started("-c", f"{imported}; import numbers, engine; print(engine.__file__)")
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).is_relative_to(ROOT)


@pytest.mark.usefixtures("trap")
def test_the_trap_would_catch_a_program_that_is_not_careful() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gui", "--version"], capture_output=True, text=True, timeout=100
    )
    assert done.returncode != 0
    assert "wrong" in done.stderr
