"""What files of lessons and challenges are called: each start asks it, so it stands apart from reading."""

from pathlib import Path
from typing import Final

LESSON_ENDING: Final = ".lesson.md"
CHALLENGE_ENDING: Final = ".challenge.md"


def is_lesson_file(name: str | Path) -> bool:
    """Whether a file is called like a lesson."""
    return str(name).lower().endswith(LESSON_ENDING)


def is_challenge_file(name: str | Path) -> bool:
    """Whether a file is called like a challenge."""
    return str(name).lower().endswith(CHALLENGE_ENDING)
