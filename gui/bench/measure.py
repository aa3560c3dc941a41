"""How the benchmark measures: contenders in turn, in one process, medians; and the machine's own peak."""

import ctypes
import statistics
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

MOST_ROUNDS: Final = 40
COPIED_BYTES: Final = 256 << 20
PAUSE_S: Final = 0.1
"""Between contenders: threads of one may spin for 50 ms after its end, and the next would pay for that."""
WARM_S: Final = 0.02
"""Untimed, after the pause: so long a core that has been idle takes until its clock is up again."""


def alternated(
    tasks: Mapping[str, Callable[[], Any]], *, rounds: int, enough_s: float
) -> dict[str, list[float]]:
    """Milliseconds of each task, the tasks taking turns; at least 3 rounds, at most until `enough_s`.

    In each turn a task runs untimed, at least once and for `WARM_S`, so that caches hold its own data and
    cores are at their speed, then once timed.
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
            start = time.perf_counter()
            task()
            while time.perf_counter() - start < WARM_S:
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

    pieces = [np.ones((2, copied_bytes // threads // 4), np.float32) for _ in range(threads)]

    def copy(piece: Any, times: int) -> None:
        for _ in range(times):
            np.copyto(piece[0], piece[1])

    return 2 * _gb_per_s(copy, pieces, copied_bytes)


def read_bandwidth(threads: int, each_bytes: int) -> float:
    """GB read a second when each of so many threads goes through so much of its own again and again."""
    import numpy as np

    from engine.kernels.jit import kernel
    from gui.bench import reading

    read = kernel(reading.read)
    pieces = [np.ones(each_bytes // 4, np.float32) for _ in range(threads)]
    read(pieces[0], 1)  # compiled, or loaded
    return _gb_per_s(read, pieces, threads * each_bytes)


def meeting_ms(threads: int) -> float:
    """Milliseconds of a row that does next to nothing, all threads waiting for the one before to be done."""
    from engine.kernels.fast.operations import Function

    return _function_ms(threads, Function.CLAMP, vectors=1)


def function_ns(threads: int, function: int) -> float:
    """Nanoseconds that so many threads together take for a value, which is in L1 before and after."""
    from engine.kernels.fast.host import host

    vectors = 4096 // host().width
    return _function_ms(threads, function, vectors) * 1e6 / (threads * vectors * host().width)


def _function_ms(threads: int, function: int, vectors: int) -> float:
    """A row of a plan, on so many vectors a thread in memory of its own."""
    import numpy as np

    from engine.kernels.fast import machine
    from engine.kernels.fast.host import host
    from engine.kernels.fast.operation_rows import encode
    from engine.kernels.fast.operations import Elementwise, Function
    from engine.kernels.fast.places import Address, Place

    team, count = machine.team(threads), 200
    line = max(64, vectors * host().vector_bytes)
    values = np.full(threads * line // 4, 0.5, np.float32)
    place = Place(Address(0), (host().width, threads, vectors), host().vector_bytes, line)
    operation = Elementwise(
        tasks=threads, input=place, output=place, function=Function(function), other=None, rows_a_task=1,
        low=0.0, high=1.0, slope=0.5,
    )  # fmt: skip
    words = encode(operation, barrier=True)
    row = [values.ctypes.data + word.offset if isinstance(word, Address) else word for word in words]
    table = np.array([row] * count, np.int64)
    before = np.arange(count + 1) * threads
    times = []
    with machine.computing:
        team.prepare(64, 64, 64)
        for _ in range(20):
            start = time.perf_counter()
            team.run(table, before, 0, count)
            times.append((time.perf_counter() - start) * 1e3 / count)
    return statistics.median(times)


def _gb_per_s(work: Callable[[Any, int], None], pieces: Sequence[Any], all_bytes: int) -> float:
    """Of the fastest of some runs, a thread for each piece: of `all_bytes` a turn, as many turns as tell."""
    times = max(1, COPIED_BYTES // all_bytes)
    best = 0.0
    for _ in range(5):
        workers = [threading.Thread(target=work, args=(piece, times)) for piece in pieces]
        start = time.perf_counter()
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        best = max(best, times * all_bytes / (time.perf_counter() - start) / 1e9)
    return best
