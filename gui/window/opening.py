"""A project file on its way to the window, read beside it: a file may take long, or never answer."""

import sys
from collections.abc import Callable
from concurrent.futures import Future, wait
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer

from engine.errors import EngineError
from engine.formats import SizesOpen
from engine.shapes import Shape
from gui.session.background import in_background
from gui.session.document import StoredProject, read_stored
from gui.session.unexpected import apology, in_full
from gui.widgets.notice import NoticeBar
from gui.widgets.offer_bar import Choice, Offer, OfferBar

AT_ONCE_S: Final = 0.25
"""What is read by then appears without a word; until then the window waits."""

_LOOK_MS: Final = 20
_KEY: Final = "opening"


class Opening(QObject):
    """Reads one file at a time: the newest wins."""

    def __init__(
        self,
        bar: OfferBar,
        notice: NoticeBar,
        read: Callable[..., StoredProject] = read_stored,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._bar = bar
        self._notice = notice
        self._read = read
        self._path = Path()
        self._stored: Future[StoredProject] | None = None
        self._then: Callable[[StoredProject], None] = lambda _stored: None
        self._ask: Callable[[SizesOpen], None] | None = None
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_MS)
        self._look.timeout.connect(self._on_look)

    def open(
        self,
        path: Path,
        then: Callable[[StoredProject], None],
        *,
        shape: Shape | None = None,
        ask: Callable[[SizesOpen], None] | None = None,
    ) -> None:
        """Read the file and hand what it holds to `then`; why it cannot be read is said in the notice.

        A file that leaves the sizes of its input open goes to `ask`, unless they are given as `shape`.
        """
        self.stop()
        self._path, self._then, self._ask = path, then, ask
        read = partial(self._read, path) if shape is None else partial(self._read, path, shape)
        self._stored = in_background(read, f"opening {path.name}")
        if wait([self._stored], AT_ONCE_S).done:
            self._settle()
            return
        self._look.start()
        self._bar.ask(
            Offer(
                key=_KEY,
                message=f"Opening “{path.name}” takes its time.",
                choices=(Choice(text="Stop", call=self.stop, tip="Stay with what is open"),),
                later=self.stop,
            )
        )

    def stop(self) -> None:
        """Open nothing."""
        self._stored = None
        self._look.stop()
        self._bar.withdraw(_KEY)

    def _on_look(self) -> None:
        if self._stored is not None and self._stored.done():
            self._settle()

    def _settle(self) -> None:
        assert self._stored is not None
        stored = self._stored
        self.stop()
        try:
            project = stored.result()
        except SizesOpen as error:
            if self._ask is None:
                self._notice.say(str(error))
            else:
                self._ask(error)
        except EngineError as error:
            self._notice.say(str(error))
        except Exception as error:
            sys.excepthook(type(error), error, error.__traceback__)  # writes it to the log
            self._notice.say(apology(error), in_full(error))
        else:
            self._then(project)
