"""Every exception the engine raises on purpose, all under `EngineError`.

Each message is one line for people: it names the thing, the value and, where there is one, the way out.
A value that came from outside is `quoted`: short, whatever it is.
"""

from collections.abc import Sequence
from pathlib import PurePath
from reprlib import Repr
from typing import Final

MOST_QUOTED: Final = 80
"""Letters that are quoted of any value."""
MOST_QUOTED_OF_PATHS: Final = 240


def quoted(value: object, *, quotes: str = "'") -> str:
    """The value as it is written in Python, in one line of at most `MOST_QUOTED` letters and an ellipsis.

    quotes: "" leaves text without them, for names and other programs' messages.
    """
    most = MOST_QUOTED_OF_PATHS if isinstance(value, PurePath) else MOST_QUOTED
    short = Repr()
    short.maxstring = short.maxother = short.maxlong = most
    short.maxlevel = 3
    plain = str(value) if isinstance(value, PurePath) else value
    try:
        text = short.repr(plain)
    except ValueError:  # Python writes no whole number of more than 4300 digits
        text = f"a value of the kind {type(value).__name__}"
    if quotes == "" and isinstance(plain, str):
        text = text[1:-1]
    return text if len(text) <= most else f"{text[: most // 2 - 1]}…{text[-most // 2 :]}"


def listed(names: Sequence[str], most: int = 24) -> str:
    """The names with commas, the first so many if there are more."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def reason_of(error: BaseException) -> str:
    """What another program's error says, without its number: `permission denied`."""
    text = (error.strerror if isinstance(error, OSError) else None) or quoted(str(error), quotes="")
    return text[:1].lower() + text[1:]


class EngineError(Exception):
    """Base of all errors that a caller of the engine can cause and handle."""


class ShapeError(EngineError):
    """Shapes or settings that do not fit together; `setting` names the one to change, where it is one."""

    def __init__(self, message: str, *, setting: str | None = None) -> None:
        super().__init__(message)
        self.setting = setting


class NetworkError(EngineError):
    """An edit that would leave no network: a cycle, an unknown node, a second use of an id."""


class FormatError(EngineError):
    """A file that cannot be read: truncated, foreign, from a newer version, or with values out of range."""


class UnsupportedLayer(FormatError):
    """A layer kind that this version does not know."""


class PhotographError(EngineError):
    """An image file that is no image, or one too large to be opened."""


class MemoryLimit(EngineError):
    """A network whose maps need more memory than the budget allows."""


class FitError(EngineError):
    """Weights that cannot be fitted: no samples, no contrast, or a layer that has nothing to fit."""


class TrainingError(EngineError):
    """Training that cannot begin or go on: network, data and task do not fit, or the loss is no number."""
