"""The function that every thread runs: it walks the table of rows, taking tasks until none is left.

There is no Python between layers. The tasks of a row are split into as many shares as there are threads (up
to eight): a thread takes those of its own share first, by an atomic counter, then helps with the others'.
So the same part of every map is computed on the same core, and is found in its cache. Rows that do not
depend on one another follow without waiting, so the branches of an Inception module fill each other's gaps;
a row with BARRIER begins when all tasks of the rows before it are done. Waiting spins for some microseconds,
then gives the core away: pure spinning collapses when other programs are running.

What does one task of a row is called through its address in the table of kernels, at the row's first word
(see `emit.micro_kernel`); it gives the number of non-finite Winograd tiles that it met.
"""

from typing import Any, Final

from engine.kernels.fast.emit.memory import (
    call_yield,
    cycles,
    fetch_add,
    load_shared,
    load_word,
    relax,
)
from engine.kernels.fast.emit.micro_kernel import call_task
from engine.kernels.fast.operations import BARRIER, KIND, TASKS, WORDS
from engine.kernels.jit import kernel

# What the threads of one run share, at one address: words, those that change often a cache line apart ------
CANCEL_WORD: Final = 0
NONFINITE_WORD: Final = 1
"""How many Winograd tiles held a NaN or an infinity."""
ENTERED_WORD: Final = 2
LEFT_WORD: Final = 3
"""Threads that began, and that ended, their walk over the table."""
COMPLETED_WORD: Final = 8
"""Tasks that were done."""
COUNTERS_WORD: Final = 16
"""One counter of taken tasks for each share of a row."""
LINE_WORDS: Final = 8


@kernel
def wait_for(shared: int, target: int, yield_function: int, spins: int) -> bool:
    """Wait until `target` tasks are done; False if the run was cancelled meanwhile."""
    turns = 0
    while load_shared(shared + 8 * COMPLETED_WORD) < target:
        if load_shared(shared + 8 * CANCEL_WORD) != 0:
            return False
        turns += 1
        if turns < spins or yield_function == 0:
            relax()
        else:
            call_yield(yield_function)
    return True


@kernel
def run_rows(
    rows: Any, tasks_before: Any, first: int, end: int, kernels: int, shared_words: Any, thread: int,
    yield_function: int, spins: int, finished: Any, shares: int, home: int, leads: bool,
) -> int:  # fmt: skip
    """Rows first … end as one of any number of threads, until no task is left to take.

    The one that `leads` stays until all are done, and is given the number of non-finite Winograd tiles; in a
    cancelled run, it stays until nobody is inside a task, and is given −1.

    tasks_before: [i] tasks of all rows before i; kernels: the table of kernels; thread: this one's
    `operations.THREAD`; `finished[i + 1]`: when row i was left behind; shares, home: see above. The shared
    words must be zero at the start. A thread that comes late, or is not given a core for a
    while, holds nobody up as long as it has taken no task.
    """
    shared = shared_words.ctypes.data
    if fetch_add(shared + 8 * ENTERED_WORD, 1) == 0:
        finished[first] = cycles()
    table = rows.ctypes.data
    for i in range(first, end):
        row = table + 8 * WORDS * i
        if load_word(row + 8 * BARRIER) != 0:
            before = tasks_before[i] - tasks_before[first]
            if not wait_for(shared, before, yield_function, spins):
                break
        row_tasks = load_word(row + 8 * TASKS)
        perform = load_word(kernels + 8 * load_word(row + 8 * KIND))
        counters = shared + 8 * (COUNTERS_WORD + LINE_WORDS * shares * (i - first))
        done = 0
        cancelled = False
        for turn in range(shares):
            share = (home + turn) % shares
            counter = counters + 8 * LINE_WORDS * share
            begin, stop = row_tasks * share // shares, row_tasks * (share + 1) // shares
            while not cancelled:
                task = begin + fetch_add(counter, 1)
                if task >= stop:
                    break
                if load_shared(shared + 8 * CANCEL_WORD) != 0:
                    cancelled = True
                    break
                nonfinite = call_task(perform, row=row, number=task, thread=thread)
                if nonfinite != 0:
                    fetch_add(shared + 8 * NONFINITE_WORD, nonfinite)
                done += 1
        if cancelled:
            break
        if done > 0:
            fetch_add(shared + 8 * COMPLETED_WORD, done)
            finished[i + 1] = cycles()
    fetch_add(shared + 8 * LEFT_WORD, 1)
    if not leads:
        return 0
    if not wait_for(shared, tasks_before[end] - tasks_before[first], yield_function, spins):
        while load_shared(shared + 8 * ENTERED_WORD) > load_shared(shared + 8 * LEFT_WORD):
            if yield_function == 0:
                relax()
            else:
                call_yield(yield_function)
    if load_shared(shared + 8 * CANCEL_WORD) != 0:
        return -1
    met: int = load_shared(shared + 8 * NONFINITE_WORD)
    return met
