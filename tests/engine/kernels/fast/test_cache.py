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


def started(cache: Path, before: str = "") -> subprocess.Popen[str]:
    environment = os.environ | {"ONEBYONE_CACHE": str(cache)}
    return subprocess.Popen(
        [sys.executable, "-c", before + RUN], cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
    )


@pytest.mark.slow
def test_kernels_work_with_an_unwritable_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder can be made in here")
    program = started(tmp_path / "file")
    _, errors = program.communicate(timeout=300)
    assert program.returncode == 0, errors
    assert errors.count("cannot be kept") == 1


@pytest.mark.slow
def test_kernels_work_where_the_disk_is_full(tmp_path: Path) -> None:
    """A limit for the size of files stands in for it: some kernels fit, then none does."""
    program = started(
        tmp_path / "cache",
        before="import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (70000, 70000))",
    )
    _, errors = program.communicate(timeout=300)
    assert program.returncode == 0, errors
    assert errors.count("cannot be kept") == 1
    assert not list((tmp_path / "cache").rglob("*.part"))


@pytest.mark.slow
@pytest.mark.parametrize("size", [0, 100, -1])
def test_kernels_work_when_every_file_is_cut(size: int, tmp_path: Path) -> None:
    started(tmp_path / "cache").communicate(timeout=300)
    files = list((tmp_path / "cache").rglob("*.kernel"))
    assert len(files) > 50
    for file in files:
        os.truncate(file, size if size >= 0 else file.stat().st_size + size)
    program = started(tmp_path / "cache")
    _, errors = program.communicate(timeout=300)
    assert (program.returncode, errors) == (0, "")


@pytest.mark.slow
def test_two_programs_may_begin_with_an_empty_folder_at_once(tmp_path: Path) -> None:
    programs = [started(tmp_path / "cache") for _ in range(2)]
    for program in programs:
        _, errors = program.communicate(timeout=300)
        assert program.returncode == 0, errors
    again = started(tmp_path / "cache")  # what they left behind is sound
    _, errors = again.communicate(timeout=300)
    assert again.returncode == 0, errors
