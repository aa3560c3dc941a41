"""How a plan would run on more cores: its tasks, timed one by one here, are dealt out as the team does.

The plan is the same for any number of threads. What decides how far it scales is how many tasks each row
has, how long they are, and where threads wait for one another; and the memory, which all cores share. So the
rows are timed on one thread, and a simulation of `engine.kernels.fast.interpreter` deals out their tasks,
with its shares and its waits. Two speed-ups come of it: with caches that hold everything, and at worst, if
every map came through the memory of this machine. One and two threads are checked by the clock.
"""

import heapq
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from engine.analysis.analyze import analyze
from engine.execution.executor import Executor
from engine.image.photograph import Scene
from engine.kernels.fast.operations import BARRIER, TASKS
from engine.model.network import Network
from engine.plan import Plan, post_activation
from gui.bench.roofline import moved_bytes

THREADS: Final = (1, 2, 4, 8, 16, 64)
CHECKED: Final = (1, 2)
"""Which are also measured, as far as there are cores."""
WARMING: Final = 2
ROUNDS: Final = 9
WAKE_MS: Final = 0.02
"""Until a sleeping thread takes its first task; each further one is woken a little later…"""
WAKE_EACH_MS: Final = 0.003
TAKE_MS: Final = 0.0001
"""To take a task off a shared counter."""


@dataclass(frozen=True)
class Row:
    """One row of a plan, as a simulation needs it."""

    tasks: int
    barrier: bool
    """Whether it begins when everything before it is done."""
    ms: float
    """All its tasks on one thread."""
    moved_bytes: float
    """Its maps and parameters, each once."""


def simulated_ms(rows: Sequence[Row], threads: int, gb_per_s: float | None) -> float:
    """Milliseconds until all tasks are done by so many threads; `None`: maps never come from memory.

    A thread that finds no task left goes on to the next row; one at a barrier waits for all tasks before it.
    """
    from engine.kernels.fast.team import MOST_SHARES

    shares = min(threads, MOST_SHARES)
    costs = [_task_ms(row, threads, gb_per_s) for row in rows]
    left = [[_share(row.tasks, share, shares) for share in range(shares)] for row in rows]
    before = np.concatenate([[0], np.cumsum([row.tasks for row in rows])])
    done, ended = 0, 0.0
    waiting: list[tuple[int, int]] = []
    """(row, thread) of those at a barrier."""
    running = [
        (0.0 if thread == 0 else WAKE_MS + WAKE_EACH_MS * thread, thread, 0, 0) for thread in range(threads)
    ]
    heapq.heapify(running)
    while running:
        now, thread, row, finished = heapq.heappop(running)
        if finished:
            done += finished
            ended = max(ended, now)
            for place in [place for place in waiting if done >= before[place[0]]]:
                waiting.remove(place)
                heapq.heappush(running, (now, place[1], place[0], 0))
        while row < len(rows):
            if rows[row].barrier and done < before[row]:
                waiting.append((row, thread))
                break
            home = thread * shares // threads
            share = next((s for turn in range(shares) if left[row][s := (home + turn) % shares]), None)
            if share is not None:
                left[row][share] -= 1
                heapq.heappush(running, (now + costs[row], thread, row, 1))
                break
            row += 1
    return ended


def _task_ms(row: Row, threads: int, gb_per_s: float | None) -> float:
    """One task, when as many run at once as there are threads or tasks."""
    alone = row.ms / max(row.tasks, 1)
    if gb_per_s is None or not row.ms:
        return TAKE_MS + alone
    drawn = row.moved_bytes / row.ms / 1e6  # GB/s of one thread, which the memory gave if it was asked
    return TAKE_MS + alone * max(1.0, min(threads, row.tasks) * drawn / max(gb_per_s, drawn))


def _share(tasks: int, share: int, shares: int) -> int:
    return tasks * (share + 1) // shares - tasks * share // shares


def timed_rows(network: Network, photograph: Scene, seed: int) -> list[Row]:
    """The rows of the network's plan, timed on one thread: the median of several runs."""
    from engine.kernels.fast import machine

    executor = Executor(threads=1)
    plan = executor.plan(network, post_activation(network))
    team = machine.team(1)
    times = []
    for elapsed_ms in _runs_ms(executor, network, photograph, seed):
        ticks = np.maximum(np.diff(team.finished[: len(plan.rows) + 1].astype(np.float64)), 0)
        times.append(elapsed_ms * ticks / max(ticks.sum(), 1))
    executor.close()
    ms = np.median(times, axis=0)
    moved = _moved_by_row(network, plan)
    return [
        Row(int(row[TASKS]), bool(row[BARRIER]), float(ms[index]), moved[index])
        for index, row in enumerate(plan.rows)
    ]


def _moved_by_row(network: Network, plan: Plan) -> list[float]:
    """Of each row: the bytes that its step reads and writes, shared among the step's rows."""
    analysis = analyze(network)
    moved = [0.0] * len(plan.rows)
    for step in plan.steps:
        for row in step.rows:
            moved[row] += sum(moved_bytes(network, analysis, step).values()) / len(step.rows)
    return moved


def scaling(
    network: Network, photograph: Scene, seed: int, gb_per_s: float, cores: int
) -> list[dict[str, Any]]:
    """By number of threads: both speed-ups, the measured one where there are cores, and the shortest rows."""
    rows = timed_rows(network, photograph, seed)
    alone = simulated_ms(rows, 1, None)
    measured = {count: _measured_ms(network, photograph, seed, count) for count in CHECKED if count <= cores}
    made = []
    for count in THREADS:
        short = [row for row in rows if row.tasks < count]
        made.append(
            {
                "threads": count,
                "speed_up": alone / simulated_ms(rows, count, None),
                "speed_up_on_this_memory": alone / simulated_ms(rows, count, gb_per_s),
                "measured": measured[1] / measured[count] if count in measured else None,
                "rows_with_fewer_tasks": len(short),
                "their_share": sum(row.ms for row in short) / max(alone, 1e-9),
            }
        )
    return made


def scaling_text(name: str, scaling: Sequence[Mapping[str, Any]]) -> str:
    """A line for each number of threads."""
    lines = [
        f"{name}, times as fast as on one thread: as its tasks go, and at worst, with this machine's memory"
    ]
    for one in scaling:
        measured = "" if one["measured"] is None else f", measured {one['measured']:.2f}"
        short = f"{one['their_share']:.0%} of the time in rows with fewer tasks than threads"
        speeds = f"{one['speed_up']:6.2f} {one['speed_up_on_this_memory']:6.2f}"
        lines.append(f"    {one['threads']:3} threads {speeds}{measured}; {short}")
    return "\n".join(lines)


def _measured_ms(network: Network, photograph: Scene, seed: int, threads: int) -> float:
    executor = Executor(threads=threads)
    times = list(_runs_ms(executor, network, photograph, seed))
    executor.close()
    return statistics.median(times)


def _runs_ms(executor: Executor, network: Network, photograph: Scene, seed: int) -> Iterator[float]:
    """Milliseconds of run after run, every map after an activation kept; the first ones are not told."""
    wanted = post_activation(network)
    for turn in range(WARMING + ROUNDS):
        executor.forget()
        began = time.perf_counter()
        for _ in executor.run(network, photograph, seed=seed, wanted=wanted):
            pass
        if turn >= WARMING:
            yield (time.perf_counter() - began) * 1e3
