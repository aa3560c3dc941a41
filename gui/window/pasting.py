"""Paste: layers onto the canvas, a picture or a copied file as the photograph."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from engine.errors import EngineError
from gui.session.kept_pictures import kept_picture


def paste(
    paste_layers: Callable[[], object],
    open_file: Callable[[Path], object],
    folder: Path,
    refuse: Callable[[str], object],
) -> None:
    """Take what the clipboard holds to where it belongs; pasted pictures become files in `folder`."""
    held = QGuiApplication.clipboard().mimeData()
    path = copied_file(held)
    if held.text().lstrip().startswith("{"):
        paste_layers()
    elif path is not None:
        open_file(path)
    elif held.hasImage():
        try:
            open_file(kept_picture(QGuiApplication.clipboard().image(), folder))
        except EngineError as error:
            refuse(str(error))
    else:
        paste_layers()


def copied_file(held: QMimeData) -> Path | None:
    """The first of the files that were copied in a file manager, if any were."""
    paths = [Path(url.toLocalFile()) for url in held.urls() if url.isLocalFile()]
    return paths[0] if paths else None
