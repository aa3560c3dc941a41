"""Where compiled kernels go: nowhere to write, and two programs that begin at once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]
RUN = """
from tests.engine.execution.odd_networks import check_many
check_many(range(3))
"""


def started(cache: Path, temporary: Path) -> subprocess.Popen:
    environment = os.environ | {"ONEBYONE_CACHE": str(cache), "TMPDIR": str(temporary)}
    return subprocess.Popen(
        [sys.executable, "-c", RUN], cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
    )


def test_an_unwritable_folder_is_replaced_by_a_private_one(tmp_path: Path) -> None:
    """Only the folder is chosen here: nothing is compiled."""
    (tmp_path / "file").write_text("no folder can be made in here")
    (tmp_path / "temporary").mkdir()
    script = "import engine.kernels.jit, numba; print(numba.config.CACHE_DIR)"
    environment = os.environ | {
        "ONEBYONE_CACHE": str(tmp_path / "file"),
        "TMPDIR": str(tmp_path / "temporary"),
    }
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert Path(done.stdout.strip()).parent == tmp_path / "temporary"
    assert not list((tmp_path / "temporary").iterdir())  # gone with the program


@pytest.mark.slow
def test_kernels_work_with_an_unwritable_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder can be made in here")
    (tmp_path / "temporary").mkdir()
    program = started(tmp_path / "file", tmp_path / "temporary")
    _, errors = program.communicate(timeout=300)
    assert program.returncode == 0, errors


@pytest.mark.slow
def test_two_programs_may_begin_with_an_empty_folder_at_once(tmp_path: Path) -> None:
    programs = [started(tmp_path / "cache", tmp_path) for _ in range(2)]
    for program in programs:
        _, errors = program.communicate(timeout=300)
        assert program.returncode == 0, errors
    again = started(tmp_path / "cache", tmp_path)  # what they left behind is sound
    _, errors = again.communicate(timeout=300)
    assert again.returncode == 0, errors
