"""Files are written completely or not at all."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from engine.errors import FormatError
from engine.formats import read_project, write_project
from engine.formats.files import MAX_BYTES, content_digest, read_bytes, write_bytes
from engine.model.project import Project

ROOT = Path(__file__).resolve().parents[3]


def test_a_failed_write_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "net.onebyone"
    path.write_bytes(b"old")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FormatError, match=r"cannot write .*net\.onebyone': no space left on device"):
        write_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "net.onebyone"
    path.write_bytes(b"old")
    path.chmod(0o640)
    write_bytes(path, b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_new_file_has_the_permissions_that_the_user_gives(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_bytes(tmp_path / "a", b"")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o640


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    write_bytes(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


def test_a_pipe_is_written_to_and_not_replaced() -> None:
    reading, writing = os.pipe()
    write_bytes(f"/proc/self/fd/{writing}", b"through")
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        assert pipe.read() == b"through"


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"there is no folder '.*nowhere'"):
        write_bytes(tmp_path / "nowhere" / "a", b"")


def test_a_read_only_file_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "access", lambda *_: False)  # the superuser may write everywhere
    with pytest.raises(FormatError, match="the file is read-only"):
        write_bytes(path, b"new")
    assert path.read_bytes() == b"old"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    for act in (lambda: write_bytes(tmp_path, b""), lambda: read_bytes(tmp_path)):
        with pytest.raises(FormatError, match="is a directory"):
            act()


def test_missing_and_huge_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="there is no file"):
        read_bytes(tmp_path / "none")
    huge = tmp_path / "huge"
    with huge.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(FormatError, match="more than 256 MB"):
        read_bytes(huge)


@pytest.mark.parametrize("name", ["net", "net.txt", "net.onebyone.bak"])
def test_an_unknown_ending_lists_the_known_ones(tmp_path: Path, name: str) -> None:
    with pytest.raises(FormatError, match=r"known are .*\.onebyone"):
        write_project(tmp_path / name, Project())
    with pytest.raises(FormatError, match=r"known are .*\.onebyone"):
        read_project(tmp_path / name)


def test_what_a_killed_writer_left_is_swept_away_once_it_is_old(tmp_path: Path) -> None:
    path = tmp_path / "net.onebyone"
    old, fresh = (tmp_path / f".net.onebyone-unfinished-{name}" for name in ("old", "fresh"))
    other = tmp_path / ".other.onebyone-unfinished-old"
    for left in (old, fresh, other):
        left.write_bytes(b"half")
    for left in (old, other):
        os.utime(left, (0, 0))
    write_bytes(path, b"whole")
    assert sorted(tmp_path.iterdir()) == sorted([path, fresh, other])


def test_what_a_killed_writer_left_is_swept_away_at_the_next_save(tmp_path: Path) -> None:
    """Its process is gone, so nobody will finish it; what another one writes is left alone."""
    script = (
        "import os, sys; from engine.formats.files import replacing\n"
        "with replacing(sys.argv[1]) as file: file.write(b'half'); file.flush(); os.kill(os.getpid(), 9)"
    )
    path = tmp_path / "net.onebyone"
    subprocess.run([sys.executable, "-c", script, str(path)], cwd=ROOT, check=False)
    (left,) = tmp_path.iterdir()
    assert "-unfinished-" in left.name
    alive = left.with_name(left.name.replace(left.name.split("-")[-2], str(os.getpid())))
    alive.write_bytes(b"being written")
    write_bytes(path, b"whole")
    assert sorted(tmp_path.iterdir()) == sorted([path, alive])


def test_a_private_file_is_nobody_else_s(tmp_path: Path) -> None:
    before = os.umask(0o000)
    try:
        write_bytes(tmp_path / "a", b"1")
        for _ in range(2):
            write_bytes(tmp_path / "a", b"2", private=True)
            assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o600
    finally:
        os.umask(before)


def test_it_is_never_the_file_itself_that_is_written_to(tmp_path: Path) -> None:
    """Its place is taken in one step: who has opened it before reads what it held."""
    path = tmp_path / "a"
    path.write_bytes(b"old")
    with path.open("rb") as opened:
        write_bytes(path, b"new and longer")
        assert opened.read() == b"old"
    assert path.read_bytes() == b"new and longer"


def test_a_digest_is_that_of_the_bytes(tmp_path: Path) -> None:
    path = tmp_path / "net.onebyone"
    assert content_digest(path) == ""
    path.write_bytes(b"abc")
    assert content_digest(path) == content_digest(b"abc") != content_digest(b"abd")
