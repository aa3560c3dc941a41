"""What a container grants, as files of both versions of control groups say it."""

from pathlib import Path

import pytest

from engine.execution import budget
from engine.kernels.fast import host
from engine.kernels.fast.container import allowed_bytes, allowed_cores

Files = dict[str, str]

V2: Files = {
    "proc/self/cgroup": "0::/kubepods/pod1/box\n",
    "sys/fs/cgroup/kubepods/pod1/box/memory.max": "max\n",
    "sys/fs/cgroup/kubepods/pod1/box/cpu.max": "max 100000\n",
    "sys/fs/cgroup/kubepods/pod1/memory.max": "1073741824\n",
    "sys/fs/cgroup/kubepods/pod1/cpu.max": "150000 100000\n",
    "sys/fs/cgroup/kubepods/memory.max": "4294967296\n",
    "sys/fs/cgroup/kubepods/cpu.max": "400000 100000\n",
}
V2_INSIDE: Files = {
    "proc/self/cgroup": "0::/\n",
    "sys/fs/cgroup/memory.max": "536870912\n",
    "sys/fs/cgroup/cpu.max": "50000 100000\n",
}
V1: Files = {
    "proc/self/cgroup": "5:memory:/docker/abc\n4:cpu,cpuacct:/docker/abc\n0::/\n",
    # the container's own view begins at its group
    "sys/fs/cgroup/memory/memory.limit_in_bytes": "268435456\n",
    "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "250000\n",
    "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
}
V1_FREE: Files = {
    "proc/self/cgroup": "5:memory:/\n4:cpu,cpuacct:/\n",
    "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
    "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "-1\n",
    "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
}
STRANGE: Files = {
    "proc/self/cgroup": "\nx\n1:2\n0::/../../etc\nmemory\n5:memory:relative\n",
    "sys/fs/cgroup/memory.max": "a lot\n",
    "sys/fs/cgroup/cpu.max": "\n",
}


@pytest.mark.parametrize(
    ("files", "memory", "cores"),
    [
        (V2, 1 << 30, 1.5),
        (V2_INSIDE, 1 << 29, 0.5),
        (V1, 1 << 28, 2.5),
        (V1_FREE, None, None),
        (STRANGE, None, None),
        ({}, None, None),
    ],
)
def test_the_tightest_limit_counts(
    files: Files, memory: int | None, cores: float | None, tmp_path: Path
) -> None:
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    assert allowed_bytes(tmp_path) == memory
    assert allowed_cores(tmp_path) == cores


def test_what_a_container_allows_of_the_cores_is_read_once(tmp_path: Path) -> None:
    """Every run asks, and reading the files takes as long as a small network."""
    for name, content in V2.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    assert allowed_cores(tmp_path) == 1.5
    for name in V2:
        (tmp_path / name).unlink()
    assert allowed_cores(tmp_path) == 1.5


def test_threads_and_budget_follow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host.os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    for quota, threads in ((None, 8), (0.2, 1), (1.0, 1), (1.5, 2), (64.0, 8)):
        monkeypatch.setattr(host, "allowed_cores", lambda quota=quota: quota)
        assert host.core_count() == threads
    free = budget.default_budget_bytes()
    monkeypatch.setattr(budget, "allowed_bytes", lambda: 1 << 20)
    assert budget.default_budget_bytes() == 1 << 19
    monkeypatch.setattr(budget, "allowed_bytes", lambda: 1 << 60)
    assert budget.default_budget_bytes() == free
