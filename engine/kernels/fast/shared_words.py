"""What the threads of one run share, at one address: words, those that change often a cache line apart."""

from typing import Final

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
