"""What is kept of unsaved work, as a file."""

import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.errors import FormatError
from engine.model.project import Project
from gui.autosave.record import Unsaved, read_unsaved


def record() -> Unsaved:
    return Unsaved(
        project=Project(title="mine"), path=None, digest="", title="mine", written=datetime.now(UTC)
    )


def test_unsaved_work_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0o000)
    try:
        record().write(tmp_path / "a.unsaved")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.unsaved").stat().st_mode) == 0o600
    assert read_unsaved(tmp_path / "a.unsaved").project.title == "mine"


@pytest.mark.parametrize("head", [b"", b"{}", b"[" * 100_000, b'{"format": 1}', b"\xff", b'{"version": "x"}'])
def test_a_damaged_record_is_refused_in_one_line(head: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.unsaved").write_bytes(head + b"\n{}")
    with pytest.raises(FormatError, match=r"^a\.unsaved [^\n]*$"):
        read_unsaved(tmp_path / "a.unsaved")
