"""The program's log: what nobody expected, with its traceback, in a file that does not grow for ever."""

import logging
import sys
import threading
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

from engine.folders import log_file

NAME: Final = "onebyone"
MOST_BYTES: Final = 1_000_000
KEPT: Final = 3
"""Older files beside the present one."""


def start_log() -> Path | None:
    """Write the log from now on, errors to standard error too; the file, None where none can be written.

    Several windows write to the same file, each line as a whole.
    """
    logger = logging.getLogger(NAME)
    logger.setLevel(logging.INFO)
    path = log_file()
    try:
        kept = _open(path)
    except OSError:
        return None
    told = logging.StreamHandler(sys.stderr)
    told.setLevel(logging.ERROR)
    logger.handlers = [kept, told]  # once, however often the window is opened in this process
    logging.raiseExceptions = False  # a full disk is no reason to complain with every line
    threading.excepthook = _of_another_thread
    return path


def record(error: BaseException) -> Path | None:
    """Write the traceback of `error` into the log alone; the file, None where none can be written."""
    path = log_file()
    about = (type(error), error, error.__traceback__)
    entry = logging.LogRecord(NAME, logging.ERROR, "", 0, "unexpected", None, about)
    try:
        kept = _open(path)
        if kept.shouldRollover(entry):
            kept.doRollover()
        kept.close()
        with path.open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"{kept.format(entry)}\n")
    except OSError:
        return None
    return path


def _open(path: Path) -> RotatingFileHandler:
    """What writes the log to `path`; `OSError` where that is not possible."""
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = RotatingFileHandler(
        path, maxBytes=MOST_BYTES, backupCount=KEPT, encoding="utf-8", errors="backslashreplace"
    )
    kept.setFormatter(logging.Formatter("%(asctime)s %(process)d %(levelname)s %(message)s"))
    return kept


def _of_another_thread(failure: threading.ExceptHookArgs) -> None:
    if failure.exc_type is not SystemExit and failure.exc_value is not None:
        about = (failure.exc_type, failure.exc_value, failure.exc_traceback)
        logging.getLogger(NAME).error("unexpected in %s", failure.thread, exc_info=about)
