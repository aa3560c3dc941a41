"""What the threads of one run share, at one address: words, those that change often a cache line apart.

What they are given stands among them, see `JOB`: one address tells a thread all about a run.
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
