"""Paste: layers onto the canvas, a picture or a copied file as the photograph."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMimeData
from PySide6.QtGui import QGuiApplication, QImage

from engine.errors import EngineError, FormatError
from engine.formats.files import write_bytes


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


def kept_picture(image: QImage, folder: Path) -> Path:
    """The picture as a PNG file, which a project can refer to; the same picture is the same file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if image.isNull() or not image.save(buffer, "PNG"):  # type: ignore[call-overload]  # the stub wants bytes
        raise FormatError("the picture on the clipboard cannot be read")
    data = bytes(buffer.data().data())
    path = folder / f"pasted-{sha256(data).hexdigest()[:12]}.png"
    if not path.exists():
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FormatError(f"{folder} cannot be made: {error.strerror}") from None
        write_bytes(path, data)
    return path
