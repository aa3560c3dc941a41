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

from engine.kernels.fast.emit.memory import (
    call_yield,
    cycles,
    fetch_add,
    load_shared,
    load_word,
    relax,
    store_word,
)
from engine.kernels.fast.emit.micro_kernel import call_task
from engine.kernels.fast.operation_rows import BARRIER, KIND, TASKS, WORDS
from engine.kernels.fast.running.shared_words import (
    CANCEL_WORD,
    CANCELLED,
    COMPLETED_WORD,
    COUNTERS_WORD,
    ENTERED_WORD,
    JOB_WORD,
    LEFT_WORD,
    LINE_WORDS,
    NONFINITE_WORD,
)
from engine.kernels.jit import kernel_part


@kernel_part
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


@kernel_part
def told(shared: int, number: int) -> int:
    """A word of `JOB`."""
    word: int = load_word(shared + 8 * (JOB_WORD + number))
    return word


@kernel_part
def walk(shared: int, thread: int, home: int, leads: int) -> int:
    """The rows of a run as one of any number of threads, until no task is left to take.

    The one that `leads` stays until all are done, and is given the number of non-finite Winograd tiles; in a
    cancelled run, it stays until nobody is inside a task, and is given `CANCELLED`.

    shared: where the `shared_words` are, of which all but `JOB` must be zero at the start; thread: where this
    one's `THREAD` is; home: its share, see above. A thread that comes late, or is not given a core for a
    while, holds nobody up as long as it has taken no task.
    """
    rows, tasks_before, first, end = told(shared, 0), told(shared, 1), told(shared, 2), told(shared, 3)
    kernels, finished, shares = told(shared, 4), told(shared, 5), told(shared, 6)
    yield_function, spins = told(shared, 7), told(shared, 8)
    begun = load_word(tasks_before + 8 * first)
    if fetch_add(shared + 8 * ENTERED_WORD, 1) == 0:
        store_word(finished + 8 * first, cycles())
    for i in range(first, end):
        row = rows + 8 * WORDS * i
        if load_word(row + 8 * BARRIER) != 0:
            before = load_word(tasks_before + 8 * i) - begun
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
            store_word(finished + 8 * (i + 1), cycles())
    fetch_add(shared + 8 * LEFT_WORD, 1)
    if leads == 0:
        return 0
    if not wait_for(shared, load_word(tasks_before + 8 * end) - begun, yield_function, spins):
        while load_shared(shared + 8 * ENTERED_WORD) > load_shared(shared + 8 * LEFT_WORD):
            if yield_function == 0:
                relax()
            else:
                call_yield(yield_function)
    if load_shared(shared + 8 * CANCEL_WORD) != 0:
        return CANCELLED
    met: int = load_shared(shared + 8 * NONFINITE_WORD)
    return met
