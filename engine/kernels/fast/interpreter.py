"""The function that every thread runs: it walks the table of rows, taking tasks until none is left.

There is no Python between layers. The tasks of a row are split into as many shares as there are threads (up
to eight): a thread takes those of its own share first, by an atomic counter, then helps with the others'.
So the same part of every map is computed on the same core, and is found in its cache. Rows that do not
depend on one another follow without waiting, so the branches of an Inception module fill each other's gaps;
a row with BARRIER begins when all tasks of the rows before it are done. Waiting spins for some microseconds,
then gives the core away: pure spinning collapses when other programs are running.
"""

from typing import Any

from engine.kernels.fast.columns import (
    BARRIER,
    CANCEL_WORD,
    COMPLETED_WORD,
    COPY,
    COUNTERS_WORD,
    DEPTHWISE,
    ENTERED_WORD,
    GEMM,
    GLOBAL_POOL,
    KIND,
    LAYER_NORM,
    LEFT_WORD,
    LINE_WORDS,
    NONFINITE_WORD,
    PIXELS,
    PIXELS_RUN,
    PLAIN,
    POOL,
    RESPONSE_NORM,
    ROWS_RUN,
    SOFTMAX,
    TASKS,
    WINOGRAD,
    WINOGRAD_INPUT,
    WINOGRAD_OUTPUT,
    WINOGRAD_PRODUCTS,
)  # fmt: skip
from engine.kernels.fast.gemm_tasks import gemm_task, plain_task, window_rows_task
from engine.kernels.fast.memory import call_yield, cycles, fetch_add, load_shared, relax
from engine.kernels.fast.pixel_tasks import (
    copy_task,
    layer_norm_task,
    pixels_task,
    response_norm_task,
    softmax_task,
)
from engine.kernels.fast.window_tasks import depthwise_task, global_pool_task, pool_task
from engine.kernels.fast.winograd_tasks import (
    input_phase_task,
    output_phase_task,
    products_phase_task,
    winograd_task,
)
from engine.kernels.jit import kernel


@kernel
def perform(
    row: Any, low: Any, high: Any, task: int, kernels: int, zeros: int, sink: int, tables: int, scratch: int
) -> Any:  # fmt: skip
    """One task of a row; gives the number of non-finite Winograd tiles met."""
    kind = row[KIND]
    if kind == GEMM and row[PLAIN] == PIXELS_RUN:
        plain_task(row, low, high, task, kernels)
    elif kind == GEMM and row[PLAIN] == ROWS_RUN:
        window_rows_task(row, low, high, task, kernels)
    elif kind == GEMM:
        gemm_task(row, low, high, task, kernels, zeros, tables)
    elif kind == WINOGRAD:
        return winograd_task(row, low, high, task, kernels, zeros, sink, tables, scratch)
    elif kind == WINOGRAD_INPUT:
        input_phase_task(row, task, kernels, zeros, tables)
    elif kind == WINOGRAD_PRODUCTS:
        products_phase_task(row, task, kernels, zeros)
    elif kind == WINOGRAD_OUTPUT:
        return output_phase_task(row, low, high, task, kernels, zeros, sink, tables)
    elif kind == DEPTHWISE:
        depthwise_task(row, low, high, task, kernels, zeros, tables)
    elif kind == POOL:
        pool_task(row, low, high, task, kernels, tables)
    elif kind == GLOBAL_POOL:
        global_pool_task(row, low, task, kernels)
    elif kind == PIXELS:
        pixels_task(row, low, high, task, kernels)
    elif kind == COPY:
        copy_task(row, task)
    elif kind == SOFTMAX:
        softmax_task(row, task)
    elif kind == RESPONSE_NORM:
        response_norm_task(row, low, high, task, kernels, tables)
    elif kind == LAYER_NORM:
        layer_norm_task(row, low, task)
    return 0


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
    rows: Any, bounds: Any, tasks_before: Any, first: int, end: int, kernels: int, shared: int, zeros: int,
    sink: int, tables: int, scratch: int, yield_function: int, spins: int, finished: Any, shares: int,
    home: int,
) -> None:  # fmt: skip
    """Rows first … end as one of any number of threads, until no task is left to take.

    tasks_before: [i] tasks of all rows before i; tables, scratch: this thread's own; `finished[i + 1]`: when
    row i was left behind; shares, home: see above. The shared words (see `columns`) must be zero at the
    start. A thread that comes late, or is not given a core for a while, holds nobody up as long as it has
    taken no task.
    """
    if fetch_add(shared + 8 * ENTERED_WORD, 1) == 0:
        finished[first] = cycles()
    for i in range(first, end):
        row = rows[i]
        if row[BARRIER] != 0:
            before = tasks_before[i] - tasks_before[first]
            if not wait_for(shared, before, yield_function, spins):
                break
        counters = shared + 8 * (COUNTERS_WORD + LINE_WORDS * shares * (i - first))
        done = 0
        cancelled = False
        for turn in range(shares):
            share = (home + turn) % shares
            counter = counters + 8 * LINE_WORDS * share
            begin, stop = row[TASKS] * share // shares, row[TASKS] * (share + 1) // shares
            while not cancelled:
                task = begin + fetch_add(counter, 1)
                if task >= stop:
                    break
                if load_shared(shared + 8 * CANCEL_WORD) != 0:
                    cancelled = True
                    break
                met = perform(row, bounds[i, 0], bounds[i, 1], task, kernels, zeros, sink, tables, scratch)
                if met != 0:
                    fetch_add(shared + 8 * NONFINITE_WORD, met)
                done += 1
        if cancelled:
            break
        if done > 0:
            fetch_add(shared + 8 * COMPLETED_WORD, done)
            finished[i + 1] = cycles()
    fetch_add(shared + 8 * LEFT_WORD, 1)
