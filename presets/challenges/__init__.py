"""The challenges, `NAME.challenge.md` each, found by being in this folder."""

from functools import cache
from pathlib import Path
from typing import Final

from presets.challenges.challenge import Challenge
from presets.challenges.challenge_file import ENDING, read_challenge

FOLDER: Final = Path(__file__).parent


@cache
def challenges() -> tuple[Challenge, ...]:
    """All challenges in the order of the list."""
    found = map(read_challenge, FOLDER.glob(f"*{ENDING}"))
    return tuple(sorted(found, key=lambda challenge: challenge.rank))
