"""The helper of a first start: there when it is of use, and gone with its context."""

import os
from pathlib import Path

import pytest

from engine.kernels.fast.code import second_compiler as module
from engine.kernels.fast.code.second_compiler import second_compiler
from engine.kernels.kernel_folder import KernelFolder


@pytest.fixture
def pid_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, two cores, and a helper that tells its process and then waits."""
    file = tmp_path / "pid"
    monkeypatch.setattr(module, "KERNEL_FOLDER", KernelFolder(tmp_path / "kernels"))
    monkeypatch.setattr(module, "core_count", lambda: 2)
    command = f"import os, time; open({str(file)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    monkeypatch.setattr(module, "COMMAND", command)
    return file


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_the_helper_ends_with_the_context(pid_file: Path) -> None:
    def wait_for_it() -> None:
        with second_compiler():
            while not (pid_file.exists() and pid_file.read_text()):
                pass
            assert alive(int(pid_file.read_text()))
            raise KeyboardInterrupt  # as when the user stops waiting

    with pytest.raises(KeyboardInterrupt):
        wait_for_it()
    assert not alive(int(pid_file.read_text()))


@pytest.mark.parametrize("reason", ["full cache", "one core", "frozen", "unwritable folder"])
def test_no_helper_where_it_is_of_no_use(
    reason: str, pid_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    match reason:
        case "full cache":
            (tmp_path / "kernels").mkdir()
            for number in range(module.MANY):
                (tmp_path / "kernels" / f"{number}.kernel").touch()
        case "one core":
            monkeypatch.setattr(module, "core_count", lambda: 1)
        case "frozen":
            monkeypatch.setattr("sys.frozen", True, raising=False)
        case "unwritable folder":
            (tmp_path / "file").touch()
            monkeypatch.setattr(module, "KERNEL_FOLDER", KernelFolder(tmp_path / "file" / "kernels"))
    assert not module._is_of_use()
    with second_compiler():
        assert not pid_file.exists()
