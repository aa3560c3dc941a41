"""Compiled kernels on disk are never trusted and never needed."""

import errno
import logging
import os
import pickle
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import pytest

from engine.kernels import kernel_folder
from engine.kernels.kept_kernels import KernelCache
from engine.kernels.kernel_folder import ENDING, KERNEL_FOLDER, KernelFolder


def damages() -> dict[str, Callable[[bytes], bytes]]:
    def flip(at: float) -> Callable[[bytes], bytes]:
        def flipped(content: bytes) -> bytes:
            index = min(int(len(content) * at), len(content) - 1)
            return content[:index] + bytes([content[index] ^ 4]) + content[index + 1 :]

        return flipped

    return {
        "emptied": lambda content: b"",
        "cut to 100 bytes": lambda content: content[:100],
        "last byte missing": lambda content: content[:-1],
        "something added": lambda content: content + b"x",
        "overwritten with zeros": lambda content: bytes(len(content)),
        "bit flipped at the start": flip(0),
        "bit flipped in the checksum": lambda content: (
            content[:20] + bytes([content[20] ^ 4]) + content[21:] if len(content) > 20 else b""
        ),
        "bit flipped in the middle": flip(0.5),
        "bit flipped at the end": flip(1),
    }


def a_kernel(folder: KernelFolder) -> Any:
    """A function that numba compiles, unless its machine code is in the folder."""

    def doubled(x: int) -> int:
        return 2 * x

    compiled = numba.njit(doubled)
    compiled._cache = KernelCache(doubled, folder)
    return compiled


def was_compiled(kernel: Any) -> bool:
    return bool(kernel.stats.cache_misses)


def test_a_kernel_is_compiled_once(tmp_path: Path) -> None:
    folder = KernelFolder(tmp_path / "new" / "kernels")
    for compiled in (True, False):
        kernel = a_kernel(folder)
        assert kernel(21) == 42
        assert was_compiled(kernel) is compiled
    assert [path.suffix for path in (tmp_path / "new" / "kernels").iterdir()] == [ENDING]


@pytest.mark.parametrize("damage", damages())
def test_a_damaged_file_is_dropped_and_the_kernel_compiled(
    damage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = KernelFolder(tmp_path)
    a_kernel(folder)(1)
    (path,) = tmp_path.iterdir()
    sound = path.read_bytes()
    path.write_bytes(damages()[damage](sound))
    monkeypatch.setattr(pickle, "loads", lambda data: pytest.fail("damaged bytes were unpickled"))
    kernel = a_kernel(folder)
    assert kernel(21) == 42
    assert was_compiled(kernel)
    monkeypatch.undo()
    kernel = a_kernel(folder)  # and what was written then is sound
    assert kernel(21) == 42
    assert not was_compiled(kernel)


def test_a_whole_file_that_is_of_no_use_is_dropped(tmp_path: Path) -> None:
    folder = KernelFolder(tmp_path)
    a_kernel(folder)(1)
    (path,) = tmp_path.iterdir()
    for payload in (b"no pickle", pickle.dumps(()), pickle.dumps((1, 2, 3))):
        folder.write(path.stem, payload)
        kernel = a_kernel(folder)
        assert kernel(21) == 42
        assert was_compiled(kernel)


def test_no_damage_to_a_real_kernel_goes_unseen(tmp_path: Path) -> None:
    """Every file that the engine keeps, in every way, without loading one."""
    from engine.kernels.fast.machine import team

    team()
    assert KERNEL_FOLDER.path is not None
    folder = KernelFolder(tmp_path)
    files = sorted(KERNEL_FOLDER.path.glob(f"*{ENDING}"))
    assert len(files) > 50
    for file in files:
        sound = file.read_bytes()
        for damage in damages().values():
            (tmp_path / file.name).write_bytes(damage(sound))
            assert folder.read(file.stem) is None
            assert not (tmp_path / file.name).exists()
        shutil.copy(file, tmp_path)
        assert folder.read(file.stem)


def test_a_folder_in_place_of_a_file_is_no_obstacle(tmp_path: Path) -> None:
    folder = KernelFolder(tmp_path)
    a_kernel(folder)(1)
    (path,) = tmp_path.iterdir()
    path.unlink()
    path.mkdir()
    assert a_kernel(folder)(21) == 42


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO])
@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_what_cannot_be_written_is_done_without_and_said_once(
    call: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*arguments: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(kernel_folder.os, call, refuse)
    folder = KernelFolder(tmp_path)
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            assert a_kernel(folder)(21) == 42
    assert [os.strerror(code) in record.getMessage() for record in caplog.records] == [True]
    assert not folder.can_keep()
    assert not list(tmp_path.iterdir())


def test_no_folder_at_all_is_no_obstacle(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("no folder can be made in here")
    for folder in (KernelFolder(None), KernelFolder(tmp_path / "file" / "kernels")):
        assert a_kernel(folder)(21) == 42
        assert not folder.can_keep()
        assert folder.count() == 0
    assert len(caplog.records) == 1


def test_a_killed_writer_leaves_no_kernel_and_is_swept(tmp_path: Path) -> None:
    half, recent = tmp_path / "kernel-1.part", tmp_path / "kernel-2.part"
    for path in (half, recent):
        path.write_bytes(b"half of it")
    long_ago = time.time() - 7200
    os.utime(half, (long_ago, long_ago))
    folder = KernelFolder(tmp_path)
    assert folder.count() == 0
    assert folder.can_keep()
    assert not half.exists()
    assert recent.exists()  # perhaps its writer is at work
