"""What the window asks about work and files: restore after a crash, and what to do when a file changed."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject

from engine.errors import EngineError
from gui.autosave.autosave import Autosave
from gui.autosave.file_watch import FileWatch
from gui.autosave.record import Unsaved
from gui.autosave.recovery import Orphan, discarded, orphans
from gui.session.document import Document
from gui.widgets.offer_bar import Choice, Offer, OfferBar

CHANGED: Final = "file changed"


class Recovery(QObject):
    """Joins the keeper, the watch and the bar of one window. `close` when the window does."""

    def __init__(
        self,
        document: Document,
        folder: Path,
        bar: OfferBar,
        *,
        may_discard: Callable[[], bool],
        say: Callable[[str], object],
    ) -> None:
        super().__init__(document)
        self.keeper = Autosave(document, folder, self)
        self.watch = FileWatch(document, self)
        self._document = document
        self._folder = folder
        self._bar = bar
        self._may_discard = may_discard
        self._say = say
        self._held: list[Orphan] = []
        self.keeper.troubled.connect(say)
        self.watch.changed_elsewhere.connect(self.on_changed_elsewhere)
        self.watch.gone.connect(self.on_gone)
        document.file_changed.connect(lambda _path: bar.withdraw(CHANGED))

    def offer_orphans(self) -> None:
        """Ask about the unsaved work of windows that ended without a word."""
        for orphan in orphans(self._folder):
            self._held.append(orphan)
            self._bar.ask(
                Offer(
                    key=orphan.path.name,
                    icon="history",
                    message=f"OneByOne ended while {_name(orphan.record)} was not saved.",
                    choices=(
                        Choice(
                            text="Restore",
                            call=partial(self._restore_orphan, orphan),
                            tip="Open it as it was; it is then yours to save",
                        ),
                        Choice(
                            text="Discard",
                            call=partial(self._discard, orphan),
                            tip="Put it aside; File ▸ Discarded work still has it",
                        ),
                    ),
                )
            )

    def discarded(self) -> list[tuple[str, Unsaved]]:
        """(what it is called, the work) of what was discarded last."""
        return [(_name(record), record) for _path, record in discarded(self._folder)]

    def restore(self, record: Unsaved) -> bool:
        """Open unsaved work, if the open project may be left; whether it was opened."""
        if not self._may_discard():
            return False
        self._document.restore(record.project, record.path, record.digest)
        self.watch.check()
        return True

    def on_changed_elsewhere(self, digest: str) -> None:
        """The file holds something else: take it over, or stay."""
        document = self._document
        assert document.path is not None
        self._bar.ask(
            Offer(
                key=CHANGED,
                icon="refresh-cw",
                message=f"“{document.path.name}” was changed by another window or program.",
                choices=(
                    Choice(
                        text="Reload",
                        call=self._reload,
                        tip="Show what the file holds; undo brings yours back",
                    ),
                    Choice(
                        text="Keep mine",
                        call=lambda: document.keep(digest),
                        tip="Stay with what is open; saving replaces what the file holds",
                    ),
                ),
            )
        )

    def on_gone(self) -> None:
        """The file was removed: what is open is all there is of it."""
        document = self._document
        if document.path is not None:
            document.keep("")
            self._say(f"“{document.path.name}” was removed by another program; saving writes it anew")

    def close(self) -> None:
        """Keep nothing, watch nothing; what nobody decided about waits for the next start."""
        self.watch.close()
        self.keeper.close()
        for orphan in self._held:
            orphan.leave()

    def _restore_orphan(self, orphan: Orphan) -> None:
        if not self.restore(orphan.record):
            self._held.remove(orphan)
            orphan.leave()
            self.offer_orphans()
            return
        self.keeper.keep_now()
        if not self.keeper.trouble:
            self._held.remove(orphan)
            orphan.adopt()

    def _discard(self, orphan: Orphan) -> None:
        self._held.remove(orphan)
        orphan.discard()

    def _reload(self) -> None:
        try:
            self._document.reload()
        except EngineError as error:
            self._say(str(error))


def _name(record: Unsaved) -> str:
    day = record.written.strftime("%d %b %H:%M")
    return f"“{record.title}” ({day})"
