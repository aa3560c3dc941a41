"""What threads share: words at one address, those that change often a cache line apart.

A run has words of its own. What its threads are given stands among them, see `JOB`: one address tells a
thread all about a run. A team has a board, on which its threads find the address of the present run.
"""

from typing import Final

CANCEL_WORD: Final = 0
NONFINITE_WORD: Final = 1
"""How many Winograd tiles held a NaN or an infinity."""
ENTERED_WORD: Final = 2
LEFT_WORD: Final = 3
"""Threads that began, and that ended, their walk over the table."""
COMPLETED_WORD: Final = 8
"""Tasks that were done."""
JOB_WORD: Final = 16
"""The first of `JOB`."""
JOB: Final = (
    "rows", "tasks_before", "first", "end", "kernels", "finished", "shares", "yield_function", "spins",
)  # fmt: skip
"""Rows first … end of a table, [i] tasks of all rows before i, the table of kernels, [i + 1] when row i was
left behind, into how many shares the tasks of a row are split, and how a thread waits. In their order."""
COUNTERS_WORD: Final = 32
"""One counter of taken tasks for each share of a row."""
LINE_WORDS: Final = 8

# A team's board ---------------------------------------------------------------------------------------
POSTED_WORD: Final = 0
"""How often something was posted: a run, or that the team is closed."""
RUN_WORD: Final = 1
"""Where the words of the present run are; 0 between two."""
CLOSED_WORD: Final = 2
"""Not 0 when there will be no run any more."""
REFUSED_WORD: Final = 3
"""Not 0 while runs are cancelled before they begin."""
WAKE_WORD: Final = 4
SLEEP_WORD: Final = 5
CORE_WORD: Final = 6
"""Addresses of `system_calls`: semaphores' post and wait, and the core that a thread runs on."""
CORES_WORD: Final = 7
"""Where there is a word for each core: not 0 for those of the other threads."""
WITHIN_WORD: Final = 8
"""Threads that may be looking at the words of a run, be it the present one or, coming late, one before."""
ASLEEP_WORD: Final = 16
"""Threads that wait for the semaphore, as far as nobody has woken them yet."""
SEMAPHORE_WORD: Final = 24
"""The first word of the semaphore on which threads sleep."""
THREADS_WORD: Final = 32
"""The first of where the `operation_rows.THREAD` of each thread is."""

NOBODY_KNOWS: Final = -1
"""What stands for a core there."""

# What `listening.lead` is told, and what it gives where nothing has been computed ------------------------
ALONE: Final = 1
"""The run is the caller's alone."""
FRESH: Final = 2
"""Nobody knows its words yet."""
BEGUN: Final = 4
"""It has begun already."""
PAUSES: Final = 8
"""The caller has something to do when it has begun."""

CANCELLED: Final = -1
"""While it was running."""
REFUSED: Final = -2
"""It is cancelled already."""
BUSY: Final = -3
"""A thread may still look at its words."""
POSTED: Final = -4
"""It has begun, and has to be led."""
IN_THE_WAY: Final = -5
"""So it has, on whose core stands another thread."""
