"""The photographs of one's own that were looked at, and those of a folder; kept between starts."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QObject, QTimer, Signal

from engine.errors import EngineError, quoted
from engine.image.cropped import part_of
from engine.image.image_source import is_bundled
from engine.shapes import count_text
from engine.survey.listing import picture_files
from gui.session.background import in_background

MOST: Final = 60
"""So many are kept; the newest go before."""
ENDINGS: Final = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".ppm", ".pgm")
_LOOK_MS: Final = 50


class Album(QObject):
    """References to files in the order they were opened, each once."""

    changed = Signal()
    refused = Signal(str)
    """Why a folder gave nothing, in a line."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.opened: tuple[str, ...] = ()
        self._kept: tuple[str, ...] = ()
        """Of the last start, until it is known which of them are still there."""
        # The thread that lists may never end, on a share that is gone: it is looked at, and tells nobody.
        self._waiting: list[tuple[Future[Any], Callable[[Future[Any]], None]]] = []
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_MS)
        self._look.timeout.connect(self._on_look)

    @property
    def kept(self) -> tuple[str, ...]:
        """What the next start takes up."""
        return (*self._kept, *(name for name in self.opened if name not in self._kept))[-MOST:]

    def restore(self, references: Sequence[str]) -> None:
        """Take up what was kept at the last start, once it is known what is still there; say what is not."""
        if references:
            self._kept = tuple(references)
            looking = in_background(partial(_missing, self._kept), "looking for photographs")
            self._when_done(looking, self._on_restored)

    def add(self, references: Iterable[str]) -> None:
        """Keep those that are files; parts of them as the whole."""
        wholes = (part_of(reference)[1] for reference in references)
        new = [name for name in dict.fromkeys(wholes) if not is_bundled(name) and name not in self.opened]
        if new:
            self.opened = (*self.opened, *new)[-MOST:]
            self.changed.emit()

    def add_folder(self, folder: Path) -> None:
        """Add its first pictures, those of subfolders too, once they are listed."""
        listing = in_background(partial(_pictures, folder), f"listing {folder}")
        self._when_done(listing, partial(self._on_listed, folder))

    def _on_restored(self, looked_for: Future[list[str]]) -> None:
        missing = looked_for.result()
        there = [name for name in self._kept if name not in missing]
        self._kept = ()
        self.opened = (*there, *(name for name in self.opened if name not in there))[-MOST:]
        self.changed.emit()
        if missing:
            shown = ", ".join(quoted(Path(name).name, quotes="") for name in missing[:3])
            more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
            gone = "is" if len(missing) == 1 else "are"
            self.refused.emit(
                f"{count_text(len(missing), 'photograph')} of the strip {gone} no longer there: {shown}{more}"
            )

    def _on_listed(self, folder: Path, names: Future[list[str]]) -> None:
        try:
            found = names.result()
        except EngineError as error:
            self.refused.emit(str(error))
            return
        if found:
            self.add(found)
        else:
            self.refused.emit(f"there are no pictures in {folder}")

    def _when_done(self, work: Future[Any], then: Callable[[Future[Any]], None]) -> None:
        self._waiting.append((work, then))
        self._look.start()

    def _on_look(self) -> None:
        done = [one for one in self._waiting if one[0].done()]
        self._waiting = [one for one in self._waiting if not one[0].done()]
        if not self._waiting:
            self._look.stop()
        for work, then in done:
            then(work)


def _missing(references: Sequence[str]) -> list[str]:
    return [name for name in references if not Path(name).is_file()]


def _pictures(folder: Path) -> list[str]:
    names = (name for name in picture_files(folder) if name.lower().endswith(ENDINGS))
    return [str(folder.absolute() / name) for name in islice(names, MOST)]
