"""What nobody expected, for people: a line, and the traceback for whoever is asked about it."""

import traceback
from textwrap import shorten
from typing import Final

MOST_LETTERS: Final = 200
"""Of what an exception says of itself, which may quote a file."""


def in_words(error: BaseException) -> str:
    """`ZeroDivisionError: division by zero`, in one line."""
    text = shorten(str(error), MOST_LETTERS, placeholder=" …")
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def in_full(error: BaseException) -> str:
    """The traceback, with that of what caused it."""
    return "".join(traceback.format_exception(error))


def apology(error: BaseException) -> str:
    """What the window says."""
    return f"Something went wrong ({in_words(error)}). Your network is unharmed."
