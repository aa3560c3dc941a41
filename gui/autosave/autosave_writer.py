"""Writes unsaved work beside the window's own thread: the newest wish wins, and wishes keep their order."""

from pathlib import Path
from threading import Condition, Thread

from engine.errors import EngineError
from gui.autosave.record import Unsaved


class AutosaveWriter:
    """Keeps one file as it was last asked to be: holding a record, or absent. Free of Qt."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.trouble = ""
        """Why the last wish could not be fulfilled; empty where it was."""
        self._idle = Condition()
        self._wish: tuple[Unsaved | None] | None = None
        self._is_busy = False

    def keep(self, record: Unsaved | None) -> None:
        """Have the file hold this record, or be gone; returns at once."""
        with self._idle:
            self._wish = (record,)
            if not self._is_busy:
                self._is_busy = True
                # A daemon: a disk that hangs does not keep the program from ending, see `wait`.
                Thread(target=self._work, name="unsaved work", daemon=True).start()

    def wait(self, seconds: float) -> bool:
        """Until every wish is fulfilled, but not for ever; whether they are."""
        with self._idle:
            return self._idle.wait_for(lambda: not self._is_busy, seconds)

    def _work(self) -> None:
        while True:
            with self._idle:
                if self._wish is None:
                    self._is_busy = False
                    self._idle.notify_all()
                    return
                (record,), self._wish = self._wish, None
            self.trouble = self._fulfil(record)

    def _fulfil(self, record: Unsaved | None) -> str:
        try:
            if record is None:
                self.path.unlink(missing_ok=True)
            else:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                record.write(self.path)
        except (EngineError, OSError) as error:
            return str(error)
        except Exception as error:  # a thread that ends early would have the window wait for ever
            return f"unexpected {type(error).__name__}: {error}"
        return ""
