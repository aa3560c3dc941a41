"""What `make` does on a machine that lacks something, and how little it does on one that lacks nothing."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

SCRIPTS = Path(__file__).resolve().parent.parent / ".ci"


@pytest.fixture
def packages(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The module that finds and installs system packages."""
    monkeypatch.syspath_prepend(SCRIPTS)
    import system_packages

    yield system_packages
    del sys.modules["system_packages"]


@pytest.fixture
def commands(packages: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that would have been run; those that install fail until the lists were renewed."""
    ran: list[list[str]] = []

    def run(command: list[str], **_options: object) -> subprocess.CompletedProcess[bytes]:
        fine = "update" in command or any("update" in earlier for earlier in ran)
        ran.append(command)
        return subprocess.CompletedProcess(command, 0 if fine else 100)

    monkeypatch.setattr(packages.subprocess, "run", run)
    monkeypatch.setattr(packages.shutil, "which", lambda name: f"/usr/bin/{name}")
    return ran


def test_a_library_is_missing_when_it_does_not_load(packages: ModuleType) -> None:
    assert packages.loads("libc.so.6")
    assert not packages.loads("libthere_is_no_such_library.so.1")


def test_a_window_needs_more_than_the_tests_do(packages: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "loads", lambda file: file == "libGL.so.1")
    assert "libgl1" not in packages.missing_libraries("run")
    assert "libxcb-cursor0" in packages.missing_libraries("run")
    assert "libegl1" in packages.missing_libraries("test")
    assert "libxcb-cursor0" not in packages.missing_libraries("test")
    assert packages.missing_libraries("check") == []


def test_nothing_is_run_when_nothing_is_missing(
    packages: ModuleType, commands: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packages, "loads", lambda _file: True)
    assert packages.ensure_packages("test", venv=True) is None
    assert commands == []


def test_without_a_way_to_be_root_the_line_to_type_is_given(
    packages: ModuleType, commands: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packages, "loads", lambda file: file != "libEGL.so.1")
    monkeypatch.setattr(packages, "privilege", lambda: None)
    message = packages.ensure_packages("run", venv=False)
    assert message.strip().endswith("sudo apt-get update && sudo apt-get install -y libegl1")
    assert commands == []


def test_package_lists_are_renewed_when_a_package_is_not_found(
    packages: ModuleType, commands: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packages, "loads", lambda file: file != "libEGL.so.1")
    monkeypatch.setattr(packages, "privilege", list)
    assert packages.ensure_packages("run", venv=False) is None
    assert [command[-1] for command in commands] == ["libegl1", "update", "libegl1"]


def test_what_is_only_welcome_never_stops_the_tests(
    packages: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packages, "loads", lambda _file: True)
    monkeypatch.setattr(packages, "missing_window_tests", lambda: ["xdotool"])
    monkeypatch.setattr(packages, "privilege", list)
    monkeypatch.setattr(packages, "apt_get", lambda *_arguments, **_options: False)
    assert packages.ensure_packages("test", venv=False) is None


@pytest.mark.parametrize("told", ["", "1"])
def test_modules_are_compiled_where_python_is_told_not_to_keep_bytecode(
    packages: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, told: str
) -> None:
    import set_up

    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", told)
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)
    monkeypatch.setattr(set_up, "ROOT", tmp_path)
    monkeypatch.setattr(set_up, "PYTHON", sys.executable)
    for package in set_up.PACKAGES:
        (tmp_path / package).mkdir()
        (tmp_path / package / "module.py").write_text("answer = 42\n")
    set_up.ensure_compiled()
    assert len(list(tmp_path.glob("*/__pycache__/module.*.pyc"))) == (len(set_up.PACKAGES) if told else 0)


@pytest.mark.benchmark
def test_a_second_make_starts_at_once() -> None:
    command = [sys.executable, "-ES", str(SCRIPTS / "set_up.py"), "run"]
    subprocess.run(command, check=True)
    start = time.perf_counter()
    subprocess.run(command, check=True)
    elapsed_ms = 1000 * (time.perf_counter() - start)
    print(f"set-up with nothing to do: {elapsed_ms:.0f} ms")
    assert elapsed_ms < 300
