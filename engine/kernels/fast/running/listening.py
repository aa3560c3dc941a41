"""What a thread of a team does between runs: it listens for a while, then sleeps until it is woken.

All of it is machine code. A thread that came back to Python after each run would want the interpreter's
lock just when whoever led the run goes on with it; and one that is woken by Python's own locks has to be
given that lock before it can begin. A run often follows the one before within some hundred microseconds: who
still listens then begins at once, and nobody asks the system for anything.
"""

from typing import Final

from engine.kernels.fast.emit.memory import (
    call_for_number,
    call_with,
    fetch_add,
    load_shared,
    load_word,
    relax,
    store_word,
)
from engine.kernels.fast.running.interpreter import told, walk
from engine.kernels.fast.running.shared_words import (
    ALONE,
    ASLEEP_WORD,
    BEGUN,
    BUSY,
    CLOSED_WORD,
    CORE_WORD,
    CORES_WORD,
    COUNTERS_WORD,
    FRESH,
    IN_THE_WAY,
    JOB_WORD,
    LINE_WORDS,
    NOBODY_KNOWS,
    PAUSES,
    POSTED,
    POSTED_WORD,
    REFUSED,
    REFUSED_WORD,
    RUN_WORD,
    SEMAPHORE_WORD,
    SLEEP_WORD,
    THREADS_WORD,
    WAKE_WORD,
    WITHIN_WORD,
)
from engine.kernels.jit import kernel_part

LISTENING: Final = 10_000
"""Turns of a listening loop, some 15 to 45 nanoseconds each, before a thread sleeps."""


@kernel_part
def await_post(board: int, seen: int) -> None:
    """Return when more was posted than `seen`, or for no reason."""
    posted = board + 8 * POSTED_WORD
    for _ in range(LISTENING):
        if load_shared(posted) != seen:
            return
        relax()
    fetch_add(board + 8 * ASLEEP_WORD, 1)
    # Whoever posts counts first and wakes then: either it finds this thread among those asleep, or this
    # thread finds what was posted. In the second case it may be woken for nothing later.
    if fetch_add(posted, 0) == seen:
        call_with(load_word(board + 8 * SLEEP_WORD), board + 8 * SEMAPHORE_WORD)


def take_part(board: int, number: int, home: int) -> int:
    """Take part in each run that is posted until the team is closed, as its thread of this number.

    home: its share, see `walk`. Where the system has no semaphore, it takes part in the present run alone.
    Gives 0.
    """
    while load_shared(board + 8 * CLOSED_WORD) == 0:
        fetch_add(board + 8 * WITHIN_WORD, 1)
        seen = load_shared(board + 8 * POSTED_WORD)
        run = load_shared(board + 8 * RUN_WORD)
        if run != 0:
            walk(run, load_word(board + 8 * (THREADS_WORD + number)), home, 0)
        fetch_add(board + 8 * WITHIN_WORD, -1)
        if load_word(board + 8 * SLEEP_WORD) == 0:
            break
        await_post(board, seen)
    return 0


@kernel_part
def make_ready(run: int) -> None:
    """Make the words of a run as they are at its start, but for what is told."""
    first, end, shares = told(run, 2), told(run, 3), told(run, 6)
    for word in range(JOB_WORD):
        store_word(run + 8 * word, 0)
    for word in range(COUNTERS_WORD, COUNTERS_WORD + LINE_WORDS * shares * (end - first + 1)):
        store_word(run + 8 * word, 0)


@kernel_part
def post(board: int, run: int) -> None:
    """Tell all threads of a run, or, where that is 0, of what else is on the board."""
    fetch_add(board + 8 * RUN_WORD, run)
    fetch_add(board + 8 * POSTED_WORD, 1)
    asleep = fetch_add(board + 8 * ASLEEP_WORD, 0)
    fetch_add(board + 8 * ASLEEP_WORD, -asleep)
    wake = load_word(board + 8 * WAKE_WORD)
    for _ in range(asleep if wake != 0 else 0):
        call_with(wake, board + 8 * SEMAPHORE_WORD)


@kernel_part
def begin(board: int, run: int, how: int) -> int:
    """Make a run's words ready and, unless it is done alone, tell all threads of it; see `lead`."""
    # Nobody knows fresh words; at others, a thread of an earlier run may still look.
    if how & FRESH == 0 and fetch_add(board + 8 * WITHIN_WORD, 0) != 0:
        return BUSY
    make_ready(run)
    # Who cancels says so on the board first and in the run's words then: these may just have been cleared.
    if fetch_add(board + 8 * REFUSED_WORD, 0) != 0:
        return REFUSED
    if how & ALONE == 0:
        post(board, run)
        core = load_word(board + 8 * CORE_WORD)
        own = call_for_number(core) if core != 0 else NOBODY_KNOWS
        if own >= 0 and load_word(load_word(board + 8 * CORES_WORD) + 8 * own) != 0:
            return IN_THE_WAY
    return POSTED


def lead(board: int, run: int, how: int) -> int:
    """Begin a run and lead it, so that nobody finds it on the board any more when it is over.

    how: `ALONE`, `FRESH`, `BEGUN`, `PAUSES`, as far as they are true. Gives what `walk` does, or why nothing
    was computed: `REFUSED`, or `BUSY`, or `POSTED` or `IN_THE_WAY` where the caller comes back with BEGUN.
    """
    if how & BEGUN == 0:
        state = begin(board, run, how)
        if state != POSTED or how & PAUSES != 0:
            return state
    met: int = walk(run, load_word(board + 8 * THREADS_WORD), 0, 1)
    if how & ALONE == 0:
        fetch_add(board + 8 * RUN_WORD, -run)
    return met


def end(board: int) -> int:
    """Have all threads look at the board, on which stands that the team is closed; gives 0."""
    post(board, 0)
    return 0
