"""The bundle starts where there is no Python: the folder and the one file, and opens two windows."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from engine.version import VERSION

ROOT = Path(__file__).resolve().parent.parent
BARE = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
MOST_BYTES = 350_000_000
MOST_UNPACKED_BYTES = 400_000_000

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the one file is a shell script"),
]


@pytest.fixture(scope="module")
def bundle() -> Path:
    """The folder, built afresh; the one file lies beside it."""
    pytest.importorskip("PyInstaller")
    done = subprocess.run(
        [sys.executable, ".ci/bundle.py"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return ROOT / "dist" / "onebyone"


@pytest.fixture(scope="module")
def single(bundle: Path) -> Path:
    (found,) = bundle.parent.glob(f"OneByOne-{VERSION}-*.run")
    return found


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """The environment of somebody who has nothing yet."""
    return {**BARE, "HOME": str(tmp_path)}


def said(program: Path, *arguments: str, env: dict[str, str], cwd: Path) -> str:
    done = subprocess.run(
        [program, *arguments], env=env, cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_both_are_no_larger_than_they_have_to_be(bundle: Path, single: Path) -> None:
    files = [path for path in bundle.rglob("*") if path.is_file() and not path.is_symlink()]
    assert sum(path.stat().st_size for path in files) <= MOST_UNPACKED_BYTES
    assert single.stat().st_size <= MOST_BYTES


def test_licences_come_along(bundle: Path) -> None:
    place = bundle / "licences"
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in (place / "LGPL-3.0.txt").read_text(encoding="utf-8")
    assert "PySide6" in (place / "NOTICE.md").read_text(encoding="utf-8")
    for name in ("numpy", "numba", "llvmlite", "lxml"):
        assert any(place.glob(f"{name}/*")), name


def test_it_computes_and_keeps_its_kernels(bundle: Path, home: dict[str, str], tmp_path: Path) -> None:
    words = ("run", "lenet5", "--image", "digit:3a", "--top", "1", "--json")
    first = said(bundle / "onebyone", *words, env=home, cwd=tmp_path)
    kept = sorted((tmp_path / ".cache" / "onebyone").glob("kernels-*/**/*"))
    assert kept
    assert '"class": "3"' in first
    said(bundle / "onebyone", *words, env=home, cwd=tmp_path)
    assert sorted((tmp_path / ".cache" / "onebyone").glob("kernels-*/**/*")) == kept


def test_the_one_file_unpacks_itself_once(single: Path, home: dict[str, str], tmp_path: Path) -> None:
    assert said(single, "--version", env=home, cwd=tmp_path) == f"onebyone {VERSION}\n"
    (place,) = (tmp_path / ".cache" / "onebyone").iterdir()
    before = place.stat().st_mtime
    assert "LGPL" in said(single, "licences", env=home, cwd=tmp_path)
    assert place.stat().st_mtime == before


@pytest.mark.skipif(not all(map(shutil.which, ("Xvfb", "xdotool"))), reason="no display to be had")
def test_two_windows_open_on_a_bare_display(single: Path, home: dict[str, str], tmp_path: Path) -> None:
    display = f":{200 + os.getpid() % 700}"
    env = {**home, "DISPLAY": display}
    with running(["Xvfb", display, "-screen", "0", "1440x900x24"]):
        time.sleep(2)
        with running([str(single), "lenet5"], env=env, cwd=tmp_path, start_new_session=True) as program:
            (first,) = windows(env, 1)
            assert process_of(first, env) == program.pid
            key(env, first, "ctrl+shift+n")
            both = windows(env, 2)
            assert len(both) == 2
            (second,) = {process_of(window, env) for window in both} - {program.pid}
        assert [process_of(window, env) for window in windows(env, 1)] == [second]  # it outlives the first
        os.kill(second, signal.SIGTERM)


@contextmanager
def running(words: list[str], **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is asked to end afterwards, and made to where it does not."""
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def process_of(window: str, env: dict[str, str]) -> int:
    """The process that owns a window."""
    done = subprocess.run(["xdotool", "getwindowpid", window], env=env, capture_output=True, check=True)
    return int(done.stdout)


def windows(env: dict[str, str], count: int) -> list[str]:
    """The windows of the program, once there are so many; a start may have to unpack and to compile."""
    for _ in range(120):
        command = ["xdotool", "search", "--onlyvisible", "--name", "OneByOne$"]
        found = subprocess.run(command, env=env, capture_output=True, text=True, check=False).stdout.split()
        if len(found) >= count:
            return found
        time.sleep(1)
    raise AssertionError(f"{len(found)} windows")


def key(env: dict[str, str], window: str, keys: str) -> None:
    time.sleep(3)
    for words in (["windowfocus", window], ["key", keys]):
        subprocess.run(["xdotool", *words], env=env, check=True, capture_output=True)
