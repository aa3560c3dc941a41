"""What a container allows its processes: cores and bytes, as Linux' control groups say.

A container sees all cores and all memory of its machine. One that is given a quarter of them is slowed down,
or ended without a word, when it takes more.
Source: Linux kernel documentation, admin-guide/cgroup-v2.rst (memory.max, cpu.max) and cgroup-v1.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Final

ROOT: Final = Path("/")
_NO_LIMIT: Final = 1 << 60
"""Version 1 writes no word for "none", but nearly 2⁶³."""


def allowed_bytes(root: Path = ROOT) -> int | None:
    """Memory that the process and its siblings may use; None without a limit."""
    limits = [_number(text) for text in _values(root, "memory", "memory.max", "memory.limit_in_bytes")]
    known = [limit for limit in limits if limit is not None and 0 < limit < _NO_LIMIT]
    return min(known, default=None)


@cache
def allowed_cores(root: Path = ROOT) -> float | None:
    """Cores' worth of time, 1.5 for one; None without a limit. Read once: it takes as long as a small run."""
    known = []
    for text in _values(root, "cpu", "cpu.max", ""):
        quota, _, period = text.partition(" ")
        known.append((_number(quota), _number(period)))
    quotas = _values(root, "cpu", "", "cpu.cfs_quota_us")
    periods = _values(root, "cpu", "", "cpu.cfs_period_us")
    known += [(_number(quota), _number(period)) for quota, period in zip(quotas, periods, strict=False)]
    return min((quota / period for quota, period in known if quota and period and quota > 0), default=None)


def _values(root: Path, controller: str, unified: str, version_1: str) -> Iterator[str]:
    """The content of a control file of every group that the process lies in, from the innermost out."""
    try:
        lines = (root / "proc/self/cgroup").read_text().splitlines()
    except (OSError, ValueError):
        return
    for line in lines:
        _, controllers, path = [*line.split(":", 2), "", ""][:3]
        base, name = root / "sys/fs/cgroup", unified
        if controllers:
            base, name = base / controllers, version_1
            if controller not in controllers.split(","):
                continue
        if not name:
            continue
        # what is outside of the container's own view is not there: its group then lies at the root
        inside = PurePosixPath(path.lstrip("/"))
        for group in (inside, *inside.parents):
            if ".." in group.parts:
                continue
            try:
                yield (base / group / name).read_text().strip()
            except (OSError, ValueError):
                continue


def _number(text: str) -> int | None:
    try:
        return int(text)
    except ValueError:  # "max"
        return None
