"""The photographs of one's own that were looked at since the start, and those of a folder."""

from collections.abc import Iterable
from concurrent.futures import Future
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from engine.errors import EngineError
from engine.image.cropped import part_of
from engine.image.image_source import is_bundled
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
        self._listing: tuple[Path, Future[list[str]]] | None = None
        # The thread that lists may never end, on a share that is gone: it is looked at, and tells nobody.
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_MS)
        self._look.timeout.connect(self._on_look)

    def add(self, references: Iterable[str]) -> None:
        """Keep those that are files; parts of them as the whole."""
        wholes = (part_of(reference)[1] for reference in references)
        new = [name for name in dict.fromkeys(wholes) if not is_bundled(name) and name not in self.opened]
        if new:
            self.opened = (*self.opened, *new)[-MOST:]
            self.changed.emit()

    def add_folder(self, folder: Path) -> None:
        """Add its first pictures, those of subfolders too, once they are listed."""
        self._listing = (folder, in_background(partial(_pictures, folder), f"listing {folder}"))
        self._look.start()

    def _on_look(self) -> None:
        assert self._listing is not None
        folder, names = self._listing
        if not names.done():
            return
        self._look.stop()
        self._listing = None
        try:
            found = names.result()
        except EngineError as error:
            self.refused.emit(str(error))
            return
        if found:
            self.add(found)
        else:
            self.refused.emit(f"there are no pictures in {folder}")


def _pictures(folder: Path) -> list[str]:
    names = (name for name in picture_files(folder) if name.lower().endswith(ENDINGS))
    return [str(folder.absolute() / name) for name in islice(names, MOST)]
