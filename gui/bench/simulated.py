"""How plans would run on more cores: their tasks, timed one by one here, are dealt out as the team does.

The maps are the same for any number of threads, but a plan for more cores has more tasks. What decides how
far it scales is how many tasks each row has, how long they are, and where threads wait for one another; and
the memory, which all cores share. So a plan is made for each number of threads, its rows are timed on one
thread, and a simulation of `kernels.fast.running.interpreter` deals out their tasks, with its shares and its
waits. Two speed-ups come of it: with memory that grows as the cores do, and with the memory of this machine,
which gives all of them together what it gives those there are. One and two threads are checked by the clock.
"""

import heapq
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from engine.analysis.analyze import analyze
from engine.execution.executor import Executor
from engine.image.photograph import Scene
from engine.kernels.fast.host import last_cache_bytes
from engine.kernels.fast.operation_rows import BARRIER, TASKS
from engine.model.network import Network
from engine.plan import Plan, post_activation
from engine.plan.cores import planning_for
from engine.shapes import count_text
from gui.bench.roofline import DRAM, moved_bytes, steps_apart, streamed_nodes

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
MEET_EACH_MS: Final = 0.00005
"""At a barrier, for each thread: the counter of tasks done goes from core to core."""
WORST: Final = 3
"""So many steps that share out worst are named."""


@dataclass(frozen=True)
class Row:
    """One row of a plan, as a simulation needs it."""

    tasks: int
    barrier: bool
    """Whether it begins when everything before it is done."""
    ms: float
    """All its tasks on one thread."""
    moved_bytes: float
    """From and to memory."""
    step: str = ""


@dataclass(frozen=True)
class Timed:
    """A plan's rows, and what a run takes beside them on the thread that asks for it."""

    rows: tuple[Row, ...]
    beside_ms: float
    whole_ms: float
    """Of a run on one thread."""


def simulated_ms(rows: Sequence[Row], threads: int, gb_per_s: float | None) -> float:
    """Milliseconds until all tasks are done by so many threads; `None`: maps never come from memory.

    A thread that finds no task left goes on to the next row; one at a barrier waits for all tasks before it.
    """
    from engine.kernels.fast.running.team import MOST_SHARES

    shares = min(threads, MOST_SHARES)
    costs = [_task_ms(row, threads, gb_per_s) for row in rows]
    meeting = MEET_EACH_MS * (threads - 1)
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
                heapq.heappush(running, (now + meeting, place[1], place[0], 0))
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
    """One task, when as many run at once as there are threads or tasks, and all want their bytes."""
    tasks = max(row.tasks, 1)
    alone = row.ms / tasks
    if gb_per_s is None or threads == 1:
        return TAKE_MS + alone
    return TAKE_MS + max(alone, min(threads, tasks) * row.moved_bytes / tasks / gb_per_s / 1e6)


def _share(tasks: int, share: int, shares: int) -> int:
    return tasks * (share + 1) // shares - tasks * share // shares


def timed_rows(network: Network, photograph: Scene, seed: int, cores: int) -> Timed:
    """The rows of the network's plan for so many cores, timed on one thread: those of the fastest run.

    What else the machine does makes runs longer, and never shorter.
    """
    from engine.kernels.fast import machine

    with planning_for(cores):
        executor = Executor(threads=1)
        plan = executor.plan(network, post_activation(network))
        team, count = machine.team(1), len(plan.rows)
        whole, ticks, starts = [], [], []
        for elapsed_ms in _runs_ms(executor, network, photograph, seed):
            whole.append(elapsed_ms)
            ticks.append(np.maximum(np.diff(team.ticks[: count + 1].astype(np.float64)), 0))
            starts.append((float(team.ticks[0]), time.perf_counter() * 1e3))
        executor.close()
    fastest = int(np.argmin(whole))
    elapsed, ms = whole[fastest], ticks[fastest]
    # Ticks go on between runs, so their length follows; where there are none, rows share the run.
    passed = starts[-1][0] - starts[0][0]
    ms = ms * ((starts[-1][1] - starts[0][1]) / passed) if passed > 0 else np.full(count, elapsed / count)
    ms *= min(1.0, elapsed / max(float(ms.sum()), 1e-9))
    moved, names = _memory_of_rows(network, plan)
    rows = tuple(
        Row(int(row[TASKS]), bool(row[BARRIER]), float(ms[index]), moved[index], names[index])
        for index, row in enumerate(plan.rows)
    )
    return Timed(rows, max(0.0, elapsed - float(ms.sum())), elapsed)


def _memory_of_rows(network: Network, plan: Plan) -> tuple[list[float], list[str]]:
    """Of each row: the bytes that its step moves from and to memory, shared among its rows; and its step."""
    analysis = analyze(network)
    fits = plan.bytes_of("map", "weights") <= last_cache_bytes()
    streamed = streamed_nodes(plan)
    moved, names = [0.0] * len(plan.rows), [""] * len(plan.rows)
    for step, within in steps_apart(plan):
        of_step = moved_bytes(network, analysis, step, streamed, fits=fits, within=within)[DRAM]
        for row in step.rows:
            moved[row] += of_step / len(step.rows)
            names[row] = step.nodes[0]
    return moved, names


def scaling(
    network: Network, photograph: Scene, seed: int, gb_per_s: float, cores: int
) -> list[dict[str, Any]]:
    """By number of threads: both speed-ups, the measured one where there are cores, what shares out badly."""
    measured = {count: _measured_ms(network, photograph, seed, count) for count in CHECKED if count <= cores}
    made = []
    alone = 0.0
    for count in THREADS:
        timed = timed_rows(network, photograph, seed, count)
        one = timed.beside_ms + simulated_ms(timed.rows, 1, None)
        alone = alone or one
        freely = timed.beside_ms + simulated_ms(timed.rows, count, None)
        here = timed.beside_ms + simulated_ms(timed.rows, count, gb_per_s)
        made.append(
            {
                "threads": count,
                "speed_up": alone / freely,
                "speed_up_on_this_memory": alone / here,
                "measured": measured[1] / measured[count] if count in measured else None,
                "cost_of_smaller_tasks": one / alone - 1,
                "waiting": waiting_share(timed.rows, count),
                "beside_the_rows": timed.beside_ms / freely,
                "worst": worst_steps(timed.rows, count),
            }
        )
    return made


def waiting_ms(row: Row, threads: int) -> float:
    """How much longer than its share of the work a row takes: its last tasks leave threads idle."""
    turns = -(-row.tasks // threads)
    return max(0.0, turns * row.ms / max(row.tasks, 1) - row.ms / threads)


def waiting_share(rows: Sequence[Row], threads: int) -> float:
    """The part of all threads' time in which they have nothing to do, were no memory in the way."""
    busy = sum(row.ms for row in rows)
    return max(0.0, 1 - busy / threads / max(simulated_ms(rows, threads, None), 1e-9))


def worst_steps(rows: Sequence[Row], threads: int) -> list[dict[str, Any]]:
    """The steps that leave threads idle longest."""
    by_step: dict[str, list[float]] = {}
    for row in rows:
        found = by_step.setdefault(row.step, [0.0, row.tasks])
        found[0] += waiting_ms(row, threads)
        found[1] = min(found[1], row.tasks)
    worst = sorted(by_step.items(), key=lambda item: -item[1][0])[:WORST]
    return [{"step": name, "tasks": int(tasks), "waiting_ms": ms} for name, (ms, tasks) in worst if ms > 0]


def scaling_text(name: str, scaling: Sequence[Mapping[str, Any]]) -> str:
    """A line for each number of threads."""
    lines = [f"{name}, times as fast as on one thread: as its tasks go, and with this machine's memory"]
    for one in scaling:
        measured = "" if one["measured"] is None else f", measured {one['measured']:.2f}"
        speeds = f"{one['speed_up']:6.2f} {one['speed_up_on_this_memory']:6.2f}"
        parts = [f"{one['waiting']:.0%} of the threads' time is waiting"]
        if one["threads"] > 2:
            parts.append(f"smaller tasks cost {one['cost_of_smaller_tasks']:+.0%}")
            parts += [f"{step['step']} has {count_text(step['tasks'], 'task')}" for step in one["worst"][:1]]
        lines.append(f"    {count_text(one['threads'], 'thread'):>10} {speeds}{measured}; {', '.join(parts)}")
    return "\n".join(lines)


def _measured_ms(network: Network, photograph: Scene, seed: int, threads: int) -> float:
    executor = Executor(threads=threads)
    fastest = min(_runs_ms(executor, network, photograph, seed))
    executor.close()
    return fastest


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
