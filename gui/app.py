"""Starts the application: one process, one window."""

import gc
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import NoReturn

from engine.formats import SizesOpen, format_of
from engine.image.image_source import with_file
from engine.model.project import Project
from engine.shapes import Shape
from gui.commands.networks import Named, find_network, find_photograph
from gui.look.display import obstacle
from gui.session.unexpected import apology, in_full
from gui.system.plain_imports import restore_imports

log = logging.getLogger("onebyone")


def run(
    net: str | None = None, image: str | None = None, *, shape: Shape | None = None, new: bool = False
) -> int:
    """Open the window on a network, its Input of this shape, and a photograph; the process's exit status.

    With `new` it opens on an empty canvas and the start page.

    Raises `EngineError` for a network or photograph that cannot be read, before any window is opened.
    """
    reason = obstacle()
    if reason is not None:
        print(f"onebyone: {reason}", file=sys.stderr)
        return 2

    gc.disable()  # until `keep_what_is_loaded`: all that is made until then is there to stay

    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    restore_imports()

    from gui.look.appearance import Appearance
    from gui.session.settings import Settings
    from gui.system.file_opener import FileOpener
    from gui.system.log import start_log
    from gui.window.main_window import MainWindow
    from gui.window.start.first_start import FIRST_PRESET
    from presets.file_names import is_challenge_file, is_lesson_file

    asked: Path | None = None
    try:
        if is_lesson_file(net or "") or is_challenge_file(net or ""):
            _read_lesson_or_challenge(Path(net or ""))  # a mistake is told before any window is opened
            asked, named = Path(net or "").absolute(), Named("", Project())
        else:
            named = find_network(FIRST_PRESET if net is None else net, shape)
    except SizesOpen:
        # The window asks for what the file leaves open.
        asked, named = Path(net or "").absolute(), Named("", Project())
    project = Project() if new else named.project
    if image is not None:
        reference, _ = find_photograph(named, image)
        project = replace(project, image=with_file(reference, lambda name: str(Path(name).absolute())))
    application = QApplication.instance() or QApplication([sys.argv[0]])
    assert isinstance(application, QApplication)
    application.setApplicationName("OneByOne")
    application.setApplicationDisplayName("OneByOne")
    application.setDesktopFileName("onebyone")
    start_log()
    settings = Settings()
    appearance = Appearance(application, settings.theme)
    application.setWindowIcon(appearance.icon("onebyone", size=64))
    window = MainWindow(project, appearance, settings)
    found = format_of(net or "")
    if named.folder is not None and found is not None and found.is_own:
        window.document.replace(project, Path(net or "").absolute())
    opener = FileOpener(window.files.open_path)
    application.installEventFilter(opener)
    _report_exceptions(window.notice.say)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    window.compute.warm_up_progressed.connect(keep_what_is_loaded)
    if new:
        window.show_welcome()
    elif net is None:
        window.first_start.greet()
    window.show()
    if asked is not None:
        QTimer.singleShot(0, lambda path=asked: window.files.open_path(path))
    status = application.exec()
    if window.compute.is_running:
        _leave(status)
    return status


def _read_lesson_or_challenge(path: Path) -> None:
    from presets.challenges.challenge_file import read_challenge
    from presets.file_names import is_lesson_file
    from presets.written.lesson_file import read_lesson

    read_lesson(path) if is_lesson_file(path) else read_challenge(path)


def keep_what_is_loaded(done: int, total: int) -> None:
    """Once all kernels are ready: what was loaded stays, and the collector, off until now, passes over it.

    Going through it again took 50 to 150 ms, and came with whatever makes many objects: opening a network.
    """
    if done == total:
        gc.freeze()
        gc.enable()


def _report_exceptions(say: Callable[[str, str], None]) -> None:
    """Log what nobody expected, with its traceback, and tell the user; the window lives on."""

    def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        log.error("unexpected", exc_info=(kind, error, trace))
        if issubclass(kind, Exception) and threading.current_thread() is threading.main_thread():
            from gui.system.installation import details

            say(apology(error), f"{in_full(error)}\n{details()}")

    sys.excepthook = report


def _leave(status: int) -> NoReturn:
    """End the process at once, for a thread in it cannot be ended; everything has been saved."""
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):
            stream.flush()
    os._exit(status)
