"""How the benchmark measures: contenders in turn, in one process, medians; and the machine's own peak."""

import ctypes
import statistics
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

MOST_ROUNDS: Final = 40
COPIED_BYTES: Final = 256 << 20
PAUSE_S: Final = 0.1
"""Between contenders: threads of one may spin for 50 ms after its end, and the next would pay for that."""


def alternated(
    tasks: Mapping[str, Callable[[], Any]], *, rounds: int, enough_s: float
) -> dict[str, list[float]]:
    """Milliseconds of each task, the tasks taking turns; at least 3 rounds, at most until `enough_s`.

    In each turn a task runs once untimed, so that caches hold its own data, then once timed.
    """
    for task in tasks.values():
        task()
    times: dict[str, list[float]] = {name: [] for name in tasks}
    began = time.perf_counter()
    for done in range(min(rounds, MOST_ROUNDS)):
        if done >= 3 and time.perf_counter() - began > enough_s:
            break
        for name, task in tasks.items():
            time.sleep(PAUSE_S)
            task()
            start = time.perf_counter()
            task()
            times[name].append((time.perf_counter() - start) * 1e3)
    return times


def median_ratio(slower: list[float], faster: list[float]) -> float:
    """The median of the rounds' ratios: what else runs on the machine hits both alike."""
    return statistics.median(a / b for a, b in zip(slower, faster, strict=True))


def peak_gflops(threads: int) -> float:
    """Multiply–adds in registers only, on so many threads, in GFLOP/s: what no kernel can exceed."""
    from engine.kernels.fast import machine
    from engine.kernels.fast.emit.vector_ir import WIDTH
    from engine.kernels.fast.micro_kernels.peak import ACCUMULATORS

    machine.team(threads)
    run = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_int64)(machine.kernel_address("multiply_adds"))
    turns = 4_000_000
    best = 0.0
    for _ in range(5):
        workers = [threading.Thread(target=run, args=(turns,)) for _ in range(threads)]
        start = time.perf_counter()
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        elapsed = time.perf_counter() - start
        best = max(best, threads * turns * ACCUMULATORS * WIDTH * 2 / elapsed / 1e9)
    return best


def bandwidth(threads: int, copied_bytes: int = COPIED_BYTES) -> float:
    """GB read and written a second when so many threads copy so much; by default more than a cache holds."""
    import numpy as np

    source = [np.ones(copied_bytes // threads // 4, np.float32) for _ in range(threads)]
    target = [np.ones_like(values) for values in source]
    times = max(1, COPIED_BYTES // copied_bytes)

    def copy(to: Any, of: Any) -> None:
        for _ in range(times):
            np.copyto(to, of)

    best = 0.0
    for _ in range(5):
        workers = [threading.Thread(target=copy, args=pair) for pair in zip(target, source, strict=True)]
        start = time.perf_counter()
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        copied = times * sum(values.nbytes for values in source)
        best = max(best, 2 * copied / (time.perf_counter() - start) / 1e9)
    return best
